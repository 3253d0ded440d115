"""One package of every table XML1 to XML15 (and a check-in) in which nothing is wrong. All of it is made up.

A woman of 1990 in hospital from 1 to 5 May 2025: she gives birth to twins, and all programmes and papers meet in her.
"""

from copy import deepcopy

from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.exchange.xml130.package import Package

FACILITY = "79001"
VISIT = "LK1"
_WHO = {"HO_TEN": "Nguyễn Thị An", "NGAY_SINH": "199003080000", "GIOI_TINH": "2"}
_HOME = {"DIA_CHI": "12 Lê Lợi", "MATINH_CU_TRU": "79", "MAHUYEN_CU_TRU": "760", "MAXA_CU_TRU": "26734"}
_STAY = {"NGAY_VAO": "202505010800", "NGAY_VAO_NOI_TRU": "202505010900", "NGAY_RA": "202505051000"}
_CARD = {"MA_THE_BHYT": "HT3797900000001", "GT_THE_DEN": "20251231"}
_ILL = {"CHAN_DOAN_RV": "Đẻ thường, sinh đôi", "MA_BENH_CHINH": "O84.0", "MA_BENH_KT": "B20.0;A15.0"}
_NO_OTHER_SOURCE = dict.fromkeys(
    ("T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL", "T_NGUONKHAC"), "0"
)
_STAFF, _HEAD = "001234/HCM-CCHN", "7900000001"

SUMMARY = {
    **_WHO, **_HOME, **_STAY, **_CARD, **_ILL, "STT": "1", "MA_BN": "BN1", "SO_CCCD": "079190000001",
    "MA_QUOCTICH": "000", "MA_DANTOC": "01", "MA_NGHE_NGHIEP": "00000", "MA_DKBD": "79001", "GT_THE_TU": "20250101",
    "LY_DO_VV": "Đau bụng", "LY_DO_VNT": "Chuyển dạ", "CHAN_DOAN_VAO": "Chuyển dạ", "MA_DOITUONG_KCB": "1.1",
    "MA_NOI_DI": "", "MA_NOI_DEN": "79002", "SO_NGAY_DTRI": "5", "PP_DIEU_TRI": "Đẻ thường", "KET_QUA_DTRI": "2",
    "MA_LOAI_RV": "2", "T_THUOC": "30000", "T_VTYT": "50000", "T_TONGCHI_BV": "148300", "T_TONGCHI_BH": "148300",
    "T_BNTT": "0", "T_BNCCT": "29660", "T_BHTT": "118640", "T_NGUONKHAC": "0", "T_BHTT_GDV": "118640",
    "NAM_QT": "2025", "THANG_QT": "5", "MA_LOAI_KCB": "03", "MA_KHOA": "K27", "MA_CSKCB": FACILITY, "CAN_NANG": "60.5",
    "CAN_NANG_CON": "2600;2500", "MA_HSBA": "H1", "MA_TTDV": _HEAD,
}  # fmt: skip
MEDICINE = {
    **_NO_OTHER_SOURCE, "MA_THUOC": "40.154", "MA_NHOM": "4", "TEN_THUOC": "Amoxicilin", "DON_VI_TINH": "viên",
    "HAM_LUONG": "500mg", "DUONG_DUNG": "1.01", "LIEU_DUNG": "2 viên/lần", "SO_DANG_KY": "VD-1-20",
    "TT_THAU": "57/QĐ;G1;N1;2025", "PHAM_VI": "1", "TYLE_TT_BH": "100", "SO_LUONG": "10", "DON_GIA": "1500",
    "THANH_TIEN_BV": "15000.00", "THANH_TIEN_BH": "15000.00", "MUC_HUONG": "80", "T_BNTT": "0", "T_BNCCT": "3000",
    "T_BHTT": "12000", "MA_KHOA": "K27", "MA_BAC_SI": _STAFF, "NGAY_YL": "202505010930", "NGAY_TH_YL": "202505011000",
    "MA_PTTT": "1", "NGUON_CTRA": "1",
}  # fmt: skip
SERVICE = {
    **_NO_OTHER_SOURCE, "MA_DICH_VU": "18.0119.0028", "MA_NHOM": "2", "TEN_DICH_VU": "X-quang ngực",
    "DON_VI_TINH": "lần", "PHAM_VI": "1", "SO_LUONG": "1", "DON_GIA_BV": "68300", "DON_GIA_BH": "68300",
    "TYLE_TT_DV": "100", "TYLE_TT_BH": "100", "THANH_TIEN_BV": "68300", "THANH_TIEN_BH": "68300", "MUC_HUONG": "80",
    "T_BNTT": "0", "T_BNCCT": "13660", "T_BHTT": "54640", "MA_KHOA": "K27", "MA_BAC_SI": _STAFF,
    "NGUOI_THUC_HIEN": _STAFF, "MA_BENH": "O84.0", "NGAY_YL": "202505010930", "NGAY_TH_YL": "202505011000",
    "NGAY_KQ": "202505011030", "MA_PTTT": "1",
}  # fmt: skip
DEVICE = {
    **SERVICE, "MA_DICH_VU": "", "TEN_DICH_VU": "", "MA_VAT_TU": "N03.02.060", "TEN_VAT_TU": "Bơm tiêm",
    "MA_NHOM": "10",
    "TT_THAU": "20.00;G1;N1;2025", "DON_GIA_BV": "50000", "DON_GIA_BH": "50000", "THANH_TIEN_BV": "50000",
    "THANH_TIEN_BH": "50000", "T_BNCCT": "10000", "T_BHTT": "40000",
}  # fmt: skip
TEST = {"MA_DICH_VU": "22.0121.1369", "TEN_CHI_SO": "WBC", "GIA_TRI": "12.1", "NGAY_KQ": "202505011030"}
NOTE = {"DIEN_BIEN_LS": "CSST<M75_T37>", "THOI_DIEM_DBLS": "202505020800", "NGUOI_THUC_HIEN": _STAFF}
HIV = {
    **{tag: _WHO[tag] for tag in ("NGAY_SINH", "GIOI_TINH")}, **_HOME, "SO_CCCD": "079190000001",
    "NOI_LAY_MAU_XN": FACILITY,
    "NOI_XN_KD": FACILITY, "NOI_BDDT_ARV": FACILITY, "MA_LYDO_DTRI": "1", "LOAI_DTRI_LAO": "0", "SANG_LOC_LAO": "2",
    "KQ_DTRI_LAO": "7", "MA_LOAI_BN": "1", "GIAI_DOAN_LAM_SANG": "1", "NHOM_DOI_TUONG": "11", "MA_TINH_TRANG_DK": "4;5",
    "MA_XU_TRI": "1;4", "NGAY_BAT_DAU_XU_TRI": "20250501", "NGAY_KET_THUC_XU_TRI": "20250531",
    "SO_NGAY_CAP_THUOC_ARV": "30",
    "MA_PHAC_DO_DIEU_TRI": "TLD", "NGAY_CHUYEN_PHAC_DO": "20250501", "LY_DO_CHUYEN_PHAC_DO": "5", "MA_CSKCB": FACILITY,
}  # fmt: skip
DISCHARGE = {
    **_STAY, "SO_LUU_TRU": "H1", "MA_YTE": "BN1", "MA_KHOA_RV": "K27", "MA_DINH_CHI_THAI": "0",
    "CHAN_DOAN_RV": _ILL["CHAN_DOAN_RV"], "PP_DIEUTRI": "Đẻ thường", "MA_TTDV": _HEAD, "MA_BS": _HEAD, "TEN_BS": "Lê B",
    "NGAY_CT": "20250505", "SO_NGAY_NGHI": "7", "NGOAITRU_TUNGAY": "20250506", "NGOAITRU_DENNGAY": "20250512",
}  # fmt: skip
RECORD = {
    **_STAY, "MA_LOAI_KCB": "03", "CHAN_DOAN_VAO": "Chuyển dạ", "CHAN_DOAN_RV": _ILL["CHAN_DOAN_RV"],
    "QT_BENHLY": "Đau bụng từng cơn", "TOMTAT_KQ": "Bình thường", "PP_DIEUTRI": "Đẻ thường", "KET_QUA_DTRI": "2",
    "MA_TTDV": _HEAD, "NGAY_CT": "20250505",
}  # fmt: skip
BIRTH = {
    **_HOME, "HO_TEN_NND": _WHO["HO_TEN"], "NGAYSINH_NND": "19900308", "MA_DANTOC_NND": "01",
    "SO_CCCD_NND": "079190000001",
    "NGAYCAP_CCCD_NND": "20210501", "NOICAP_CCCD_NND": "Cục Cảnh sát", "NOI_CU_TRU_NND": "12 Lê Lợi",
    "MA_QUOCTICH": "000",
    "MA_THE_TAM": "TE1797900000001", "GIOI_TINH_CON": "1", "SO_CON": "2", "LAN_SINH": "1", "SO_CON_SONG": "2",
    "CAN_NANG_CON": "2600", "NGAY_SINH_CON": "202505020310", "NOI_SINH_CON": "Bệnh viện", "TINH_TRANG_CON": "Khỏe",
    "SINHCON_PHAUTHUAT": "0", "SINHCON_DUOI32TUAN": "0", "GHI_CHU": "Không", "NGUOI_DO_DE": "Lê B",
    "NGUOI_GHI_PHIEU": "Lê B",
    "NGAY_CT": "20250505", "SO": "1", "QUYEN_SO": "1", "MA_TTDV": _HEAD,
}  # fmt: skip
REST = {
    "SO_SERI": "S1", "SO_CT": "C1", "SO_NGAY": "30", "DON_VI": "Công ty A", "CHAN_DOAN_RV": "Dưỡng thai",
    "TU_NGAY": "20250501", "DEN_NGAY": "20250530", "MA_TTDV": _HEAD, "TEN_BS": "Lê B", "MA_BS": _HEAD,
    "NGAY_CT": "20250501",
}  # fmt: skip
SICK_LEAVE = {
    "SO_CT": "C2", "SO_SERI": "S2", "SO_KCB": "K2", "DON_VI": "Công ty A", "MA_BHXH": "7900000002",
    "CHAN_DOAN_RV": "Ốm",
    "PP_DIEUTRI": "Nghỉ ngơi", "SO_NGAY_NGHI": "7", "TU_NGAY": "20250506", "DEN_NGAY": "20250512", "MA_TTDV": _HEAD,
    "MA_BS": _HEAD, "NGAY_CT": "20250505", "MAU_SO": "CT07",
}  # fmt: skip
ASSESSMENT = {
    **_HOME, "NGUOI_CHU_TRI": "Lê B", "CHUC_VU": "1", "NGAY_HOP": "20250505", "HO_TEN": _WHO["HO_TEN"],
    "NGAY_SINH": "19900308", "SO_CCCD": "079190000001", "NGAY_CAP_CCCD": "20210501", "NOI_CAP_CCCD": "Cục Cảnh sát",
    "MA_BHXH": "7900000002", "DIEN_THOAI": "0901234567", "MA_DOI_TUONG": "TNLĐ;NKT", "KHAM_GIAM_DINH": "1",
    "SO_BIEN_BAN": "1", "DANG_HUONG_CHE_DO": "4", "NGAY_CHUNG_TU": "20250505", "SO_GIAY_GIOI_THIEU": "1",
    "NGAY_DE_NGHI": "20250501", "MA_DONVI": "D1", "GIOI_THIEU_CUA": "BHXH", "KET_QUA_KHAM": "Ổn định",
    "SO_VAN_BAN_CAN_CU": "56/2017/TT-BYT", "TYLE_TTCT_MOI": "21", "TONG_TYLE_TTCT": "21", "DE_NGHI": "Không",
    "DUOC_XACDINH": "Không",
}  # fmt: skip
REFERRAL = {
    **_WHO, **_STAY, **_ILL, **_CARD, "SO_HOSO": "1", "SO_CHUYENTUYEN": "1", "GIAY_CHUYEN_TUYEN": "1",
    "MA_CSKCB": FACILITY, "MA_CSKCB_DI": FACILITY, "MA_NOI_DEN": "79002", "DIA_CHI": _HOME["DIA_CHI"],
    "DAU_HIEU_LS": "Sốt", "QT_BENHLY": "Sốt sau đẻ", "TOMTAT_KQ": "Bạch cầu tăng", "PP_DIEUTRI": "Đẻ thường",
    "TINH_TRANG_CT": "Ổn định", "MA_LOAI_RV": "2", "MA_LYDO_CT": "1", "HUONG_DIEU_TRI": "Chuyển", "PHUONGTIEN_VC": "Xe",
    "MA_BAC_SI": _STAFF, "MA_TTDV": _HEAD,
}  # fmt: skip
APPOINTMENT = {
    **_WHO, **_STAY, **_ILL, **_CARD, "SO_GIAYHEN_KL": "1", "MA_CSKCB": FACILITY, "NGAY_HEN_KL": "202505120800",
    "MA_DOITUONG_KCB": "1.1", "MA_BAC_SI": _STAFF, "MA_TTDV": _HEAD, "NGAY_CT": "20250505",
}  # fmt: skip
TUBERCULOSIS = {
    "STT": "1", "MA_BN": "BN1", "HO_TEN": _WHO["HO_TEN"], "SO_CCCD": "079190000001", "PHANLOAI_LAO_VITRI": "1",
    "PHANLOAI_LAO_TS": "1", "PHANLOAI_LAO_HIV": "1", "PHANLOAI_LAO_VK": "1", "PHANLOAI_LAO_KT": "1",
    "LOAI_DTRI_LAO": "2", "NGAYBD_DTRI_LAO": "20250301", "PHACDO_DTRI_LAO": "1", "KET_QUA_DTRI_LAO": "6",
    "MA_CSKCB": FACILITY, "BDDT_ARV": "20250501", "NGAY_BAT_DAU_DT_CTX": "20250501",
}  # fmt: skip
CHECK_IN = {
    **_WHO, "STT": "1", "MA_BN": "BN1", "MA_DOITUONG_KCB": "1.1", "NGAY_VAO": "202505010800", "MA_LOAI_KCB": "01",
    "MA_CSKCB": FACILITY, "MA_DICH_VU": "02.1897", "TEN_DICH_VU": "Khám nội", "NGAY_YL": "202505010810",
}  # fmt: skip
ROWS = {
    "XML1": [SUMMARY],
    "XML2": [MEDICINE, MEDICINE],
    "XML3": [SERVICE, DEVICE],
    "XML4": [TEST, TEST],
    "XML5": [NOTE],
    "XML6": [HIV],
    "XML7": [DISCHARGE, DISCHARGE],
    "XML8": [RECORD],
    "XML9": [BIRTH, BIRTH],
    "XML10": [REST],
    "XML11": [SICK_LEAVE],
    "XML12": [ASSESSMENT],
    "XML13": [REFERRAL],
    "XML14": [APPOINTMENT],
    "XML15": [TUBERCULOSIS],
}


def package():
    """Every table, each row with its visit's code and number."""
    made = Package(
        FACILITY, {name: [_complete(name, n, row) for n, row in enumerate(rows, 1)] for name, rows in ROWS.items()}
    )
    return deepcopy(made)


def check_in():
    """A patient who has arrived."""
    return Package(FACILITY, {"XML0": [_complete("XML0", 1, CHECK_IN)]})


def _complete(name, number, row):
    """The row as a whole: every field of the table is there, those that are not filled empty."""
    tags = [field.name for field in TABLES[name].fields if field.since != "3176"]
    own = {"MA_LK": VISIT} if "MA_LK" in tags else {}
    numbered = {"STT": str(number)} if "STT" in tags else {}
    known = {tag: text for tag, text in row.items() if tag in TABLES[name].by_name}
    return {**dict.fromkeys(tags, ""), **known, **own, **numbered}
