"""A small package that is as it should be, and changes to it."""

from copy import deepcopy

from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.exchange.xml130.write import write_envelope

FACILITY = "79001"

SUMMARY = {
    "MA_LK": "LK0001", "STT": "1", "MA_BN": "BN0001", "HO_TEN": "Nguyễn Thị Lan", "SO_CCCD": "079160000001",
    "NGAY_SINH": "196005020000", "GIOI_TINH": "2", "NHOM_MAU": "O+", "MA_QUOCTICH": "000", "MA_DANTOC": "01",
    "MA_NGHE_NGHIEP": "00000", "DIA_CHI": "12 Lê Lợi", "MATINH_CU_TRU": "79", "MAHUYEN_CU_TRU": "760",
    "MAXA_CU_TRU": "26734", "DIEN_THOAI": "0900000001", "MA_THE_BHYT": "HT2797912345678", "MA_DKBD": "79001",
    "GT_THE_TU": "20260101", "GT_THE_DEN": "20261231", "NGAY_MIEN_CCT": "", "LY_DO_VV": "Đau đầu, chóng mặt",
    "LY_DO_VNT": "", "MA_LY_DO_VNT": "", "CHAN_DOAN_VAO": "Tăng huyết áp",
    "CHAN_DOAN_RV": "Tăng huyết áp vô căn", "MA_BENH_CHINH": "I10", "MA_BENH_KT": "E11.9", "MA_BENH_YHCT": "",
    "MA_PTTT_QT": "", "MA_DOITUONG_KCB": "1.1", "MA_NOI_DI": "", "MA_NOI_DEN": "", "MA_TAI_NAN": "",
    "NGAY_VAO": "202603020815", "NGAY_VAO_NOI_TRU": "", "NGAY_RA": "202603020945", "GIAY_CHUYEN_TUYEN": "",
    "SO_NGAY_DTRI": "0", "PP_DIEU_TRI": "Nội khoa", "KET_QUA_DTRI": "2", "MA_LOAI_RV": "1", "GHI_CHU": "",
    "NGAY_TTOAN": "202603020950", "T_THUOC": "84000.00", "T_VTYT": "0.00", "T_TONGCHI_BV": "84000.00",
    "T_TONGCHI_BH": "84000.00", "T_BNTT": "0.00", "T_BNCCT": "16800.00", "T_BHTT": "67200.00",
    "T_NGUONKHAC": "0.00", "T_BHTT_GDV": "0.00", "NAM_QT": "2026", "THANG_QT": "03", "MA_LOAI_KCB": "01",
    "MA_KHOA": "K01", "MA_CSKCB": FACILITY, "MA_KHUVUC": "", "CAN_NANG": "58.5", "CAN_NANG_CON": "",
    "NAM_NAM_LIEN_TUC": "", "NGAY_TAI_KHAM": "20260330", "MA_HSBA": "HS0001", "MA_TTDV": "0123456789",
    "DU_PHONG": "",
}  # fmt: skip
MEDICINE = {
    "MA_LK": "LK0001", "STT": "1", "MA_THUOC": "40.30.483", "MA_PP_CHEBIEN": "", "MA_CSKCB_THUOC": "",
    "MA_NHOM": "4", "TEN_THUOC": "Amlodipin", "DON_VI_TINH": "Viên", "HAM_LUONG": "5mg", "DUONG_DUNG": "1.01",
    "DANG_BAO_CHE": "Viên nén", "LIEU_DUNG": "1 viên/lần * 1 lần/ngày * 28 ngày", "CACH_DUNG": "Uống buổi sáng",
    "SO_DANG_KY": "VD-12345-10", "TT_THAU": "123/QĐ-SYT;G1;N4;2025", "PHAM_VI": "1", "TYLE_TT_BH": "100",
    "SO_LUONG": "28.000", "DON_GIA": "3000.000", "THANH_TIEN_BV": "84000.00", "THANH_TIEN_BH": "84000.00",
    "T_NGUONKHAC_NSNN": "0", "T_NGUONKHAC_VTNN": "0", "T_NGUONKHAC_VTTN": "0", "T_NGUONKHAC_CL": "0",
    "T_NGUONKHAC": "0", "MUC_HUONG": "80", "T_BNTT": "0", "T_BNCCT": "16800.00", "T_BHTT": "67200.00",
    "MA_KHOA": "K01", "MA_BAC_SI": "0012345/HCM-CCHN", "MA_DICH_VU": "", "NGAY_YL": "202603020930",
    "NGAY_TH_YL": "202603020935", "MA_PTTT": "1", "NGUON_CTRA": "1", "VET_THUONG_TP": "", "DU_PHONG": "",
}  # fmt: skip
TEST = {
    "MA_LK": "LK0001", "STT": "1", "MA_DICH_VU": "23.0083.1523", "MA_CHI_SO": "2345-7", "TEN_CHI_SO": "Glucose",
    "GIA_TRI": "7.8", "DON_VI_DO": "mmol/L", "MO_TA": "", "KET_LUAN": "", "NGAY_KQ": "202603020920",
    "MA_BS_DOC_KQ": "0012345/HCM-CCHN", "DU_PHONG": "",
}  # fmt: skip


def package(ma_lk="LK0001", facility=FACILITY, **summary):
    """A package of one visit; keywords change fields of XML1."""
    made = Package(facility, deepcopy({"XML1": [SUMMARY], "XML2": [MEDICINE], "XML4": [TEST]}))
    made.tables["XML1"][0].update({"MA_CSKCB": facility, **summary})
    for rows in made.tables.values():
        for row in rows:
            row["MA_LK"] = ma_lk
    return made


def envelope(*packages, facility=FACILITY):
    """The file that holds these packages."""
    return write_envelope(packages, facility, "20260302")
