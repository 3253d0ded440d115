"""A full package: a row in every table, every field filled with something plausible, and another value for each."""

from datetime import datetime

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.keys import bucket_of, new_key
from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.exchange.xml130.mapping import People, claims_of, map_package, patient_body
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.identity.claim import PersonRef

FACILITY = "79001"
BORN = datetime(2026, 3, 2, 10, tzinfo=VIETNAM)
RECEIVED = datetime(2026, 3, 2, 10, tzinfo=VIETNAM)


def ref(person):
    return PersonRef(person, new_key(bucket_of(person), BORN))


PEOPLE = People(ref(101), (ref(102), ref(103)))

_COMMON = {
    "MA_LK": "LK0001", "STT": "1", "MA_BN": "BN0001", "HO_TEN": "Nguyễn Thị Lan", "SO_CCCD": "079160000001",
    "NGAY_SINH": "196005020000", "GIOI_TINH": "2", "MA_QUOCTICH": "000", "MA_DANTOC": "01",
    "MA_NGHE_NGHIEP": "52231", "DIA_CHI": "12 Lê Lợi, Phường Bến Nghé, Quận 1, TP. Hồ Chí Minh",
    "MATINH_CU_TRU": "79", "MAHUYEN_CU_TRU": "760", "MAXA_CU_TRU": "26734", "DIEN_THOAI": "0900000001",
    "MA_THE_BHYT": "HT2797912345678", "MA_DKBD": "79001", "GT_THE_TU": "20260101", "GT_THE_DEN": "20261231",
    "MA_DOITUONG_KCB": "1.1", "NGAY_VAO": "202603010815", "NGAY_VAO_NOI_TRU": "202603010900",
    "NGAY_RA": "202603020945", "MA_LOAI_KCB": "03", "MA_CSKCB": FACILITY, "MA_BENH_CHINH": "I10",
    "MA_BENH_KT": "E11.9;J06.9", "MA_BENH_YHCT": "U57.191", "NGAY_YL": "202603010830",
    "NGAY_TH_YL": "202603010845", "NGAY_KQ": "202603010920", "MA_BAC_SI": "0012345/HCM-CCHN", "MA_KHOA": "K01",
    "MA_TTDV": "7912345678", "MA_BS": "7900000011", "TEN_BS": "Trần Văn Bình", "NGAY_CT": "20260302",
    "CHAN_DOAN_RV": "Tăng huyết áp vô căn; đái tháo đường", "MUC_HUONG": "80", "TYLE_TT_BH": "100",
    "SO_LUONG": "2", "THANH_TIEN_BV": "100000.00", "THANH_TIEN_BH": "90000.00", "T_BHTT": "72000",
    "T_BNCCT": "18000", "T_BNTT": "10000", "T_NGUONKHAC": "4", "T_NGUONKHAC_NSNN": "1",
    "T_NGUONKHAC_VTNN": "1", "T_NGUONKHAC_VTTN": "1", "T_NGUONKHAC_CL": "1", "PHAM_VI": "1", "MA_PTTT": "1",
    "VET_THUONG_TP": "1", "DON_VI_TINH": "Viên", "MA_THE_TAM": "TE1797900000009", "MA_BHXH": "7912345678",
    "HO_TEN_CHA": "Nguyễn Văn Cha", "HO_TEN_ME": "Lê Thị Mẹ", "MA_NOI_DI": "79002", "MA_NOI_DEN": "79003",
    "GIAY_CHUYEN_TUYEN": "GCT-01", "MA_PTTT_QT": "47.09",
}  # fmt: skip

_TABLES = {
    "XML1": {
        "NHOM_MAU": "O+", "NGAY_MIEN_CCT": "20260201", "LY_DO_VV": "Đau đầu", "LY_DO_VNT": "Theo dõi",
        "MA_LY_DO_VNT": "LD1", "CHAN_DOAN_VAO": "Theo dõi tăng huyết áp", "MA_PTTT_QT": "47.09;51.23",
        "MA_TAI_NAN": "1", "SO_NGAY_DTRI": "2", "PP_DIEU_TRI": "Nội khoa", "KET_QUA_DTRI": "2",
        "MA_LOAI_RV": "1", "GHI_CHU": "Ăn nhạt", "NGAY_TTOAN": "202603020950", "T_THUOC": "84000",
        "T_VTYT": "5000", "T_TONGCHI_BV": "150500", "T_TONGCHI_BH": "140500", "T_BHTT_GDV": "7",
        "NAM_QT": "2026", "THANG_QT": "03", "MA_KHUVUC": "K1", "CAN_NANG": "58.50",
        "CAN_NANG_CON": "3100;2900", "NAM_NAM_LIEN_TUC": "20200101", "NGAY_TAI_KHAM": "20260330",
        "MA_HSBA": "HS0001", "MA_KHOA": "K01;K02",
    },
    "XML2": {
        "MA_THUOC": "40.30.483", "MA_PP_CHEBIEN": "SC1", "MA_CSKCB_THUOC": "C.79005", "MA_NHOM": "4",
        "TEN_THUOC": "Amlodipin", "HAM_LUONG": "5mg", "DUONG_DUNG": "1.01", "DANG_BAO_CHE": "Viên nén",
        "LIEU_DUNG": "2 viên/lần * 2 lần/ngày * 5 ngày [4 viên/ngày]", "CACH_DUNG": "Uống sau ăn",
        "SO_DANG_KY": "VD-12345-10", "DON_GIA": "3000", "MA_DICH_VU": "02.0085.1778", "NGUON_CTRA": "1",
    },
    "XML3": {
        "MA_DICH_VU": "03.2001.0001", "MA_NHOM": "8", "TEN_DICH_VU": "Cắt ruột thừa nội soi",
        "TYLE_TT_DV": "100", "DON_GIA_BV": "50000", "DON_GIA_BH": "45000",
        "NGUOI_THUC_HIEN": "0099999/HCM-CCHN", "MA_BENH": "K35.8", "MA_BENH_YHCT": "U60", "PP_VO_CAM": "1",
        "VI_TRI_TH_DVKT": "12", "MA_MAY": "XQ.1.79001.X1", "T_TRANTT": "67050000", "GOI_VTYT": "G1",
        "MA_VAT_TU": "", "TEN_VAT_TU": "", "MA_HIEU_SP": "", "TAI_SU_DUNG": "", "MA_GIUONG": "",
    },
    "XML4": {
        "MA_DICH_VU": "23.0083.1523", "MA_CHI_SO": "GLU", "TEN_CHI_SO": "Glucose", "GIA_TRI": "7.8",
        "DON_VI_DO": "mmol/L", "MO_TA": "Mẫu huyết thanh", "KET_LUAN": "Tăng nhẹ",
        "MA_BS_DOC_KQ": "0077777/HCM-CCHN",
    },
    "XML5": {
        "DIEN_BIEN_LS": "Tỉnh, CSST<M75_T37_HA120/70_NT18_SP98>", "GIAI_DOAN_BENH": "Giai đoạn 2",
        "HOI_CHAN": "Thống nhất", "PHAU_THUAT": "Nội soi", "THOI_DIEM_DBLS": "202603011000",
        "NGUOI_THUC_HIEN": "7900000012",
    },
    "XML6": {
        "NGAYKD_HIV": "20200105", "NOI_LAY_MAU_XN": "79006", "NOI_XN_KD": "79007", "NOI_BDDT_ARV": "79008",
        "BDDT_ARV": "20200201", "MA_PHAC_DO_DIEU_TRI_BD": "1a", "MA_BAC_PHAC_DO_BD": "1", "MA_LYDO_DTRI": "1",
        "LOAI_DTRI_LAO": "2", "SANG_LOC_LAO": "2", "PHACDO_DTRI_LAO": "1", "NGAYBD_DTRI_LAO": "20250101",
        "NGAYKT_DTRI_LAO": "20250630", "KQ_DTRI_LAO": "2", "MA_LYDO_XNTL_VR": "1", "NGAY_XN_TLVR": "20260101",
        "KQ_XNTL_VR": "1", "NGAY_KQ_XN_TLVR": "20260105", "MA_LOAI_BN": "1", "GIAI_DOAN_LAM_SANG": "1",
        "NHOM_DOI_TUONG": "5", "MA_TINH_TRANG_DK": "3;7", "LAN_XN_PCR": "1", "NGAY_XN_PCR": "20260102",
        "NGAY_KQ_XN_PCR": "20260106", "MA_KQ_XN_PCR": "0", "NGAY_NHAN_TT_MANG_THAI": "20260110",
        "NGAY_BAT_DAU_DT_CTX": "20200301", "MA_XU_TRI": "1;3", "NGAY_BAT_DAU_XU_TRI": "20260301",
        "NGAY_KET_THUC_XU_TRI": "20260330", "MA_PHAC_DO_DIEU_TRI": "1f", "MA_BAC_PHAC_DO": "1",
        "SO_NGAY_CAP_THUOC_ARV": "28", "NGAY_CHUYEN_PHAC_DO": "20230101", "LY_DO_CHUYEN_PHAC_DO": "4",
    },
    "XML7": {
        "SO_LUU_TRU": "LT01", "MA_YTE": "BN0001", "MA_KHOA_RV": "K01", "MA_DINH_CHI_THAI": "0",
        "NGUYENNHAN_DINHCHI": "Thai lưu", "THOIGIAN_DINHCHI": "202603010930", "TUOI_THAI": "10",
        "PP_DIEUTRI": "Nội khoa", "GHI_CHU": "Nghỉ ngơi", "MA_CHA": "7900000021", "MA_ME": "7900000022",
        "SO_NGAY_NGHI": "5", "NGOAITRU_TUNGAY": "20260303", "NGOAITRU_DENNGAY": "20260307",
    },
    "XML8": {
        "NGUOI_GIAM_HO": "Lê Văn Giám Hộ", "DON_VI": "Công ty A", "CHAN_DOAN_VAO": "Theo dõi",
        "QT_BENHLY": "Diễn biến tốt", "TOMTAT_KQ": "Glucose 7,8", "PP_DIEUTRI": "Nội khoa",
        "NGAY_SINHCON": "20260301", "NGAY_CONCHET": "20260301", "SO_CONCHET": "1", "KET_QUA_DTRI": "2",
        "GHI_CHU": "Không",
    },
    "XML9": {
        "MA_BHXH_NND": "7912345678", "MA_THE_NND": "HT2797912345678", "HO_TEN_NND": "Nguyễn Thị Lan",
        "NGAYSINH_NND": "19600502", "MA_DANTOC_NND": "01", "SO_CCCD_NND": "079160000001",
        "NGAYCAP_CCCD_NND": "20210501", "NOICAP_CCCD_NND": "Cục Cảnh sát", "NOI_CU_TRU_NND": "12 Lê Lợi",
        "HO_TEN_CON": "Nguyễn Minh An", "GIOI_TINH_CON": "1", "SO_CON": "1", "LAN_SINH": "1",
        "SO_CON_SONG": "1", "CAN_NANG_CON": "3100", "NGAY_SINH_CON": "202603011530",
        "NOI_SINH_CON": "Bệnh viện 79001", "TINH_TRANG_CON": "Khỏe mạnh",
        "SINHCON_PHAUTHUAT": "0", "SINHCON_DUOI32TUAN": "0", "GHI_CHU": "Không", "NGUOI_DO_DE": "Lê Thị Đỡ",
        "NGUOI_GHI_PHIEU": "Trần Ghi", "SO": "12", "QUYEN_SO": "3", "MA_THE_TAM": "TE1797900000008",
    },
    "XML10": {
        "MA_BS": "7900000013",
        "SO_SERI": "S1", "SO_CT": "C1", "SO_NGAY": "30", "DON_VI": "Công ty A", "TU_NGAY": "20260302",
        "DEN_NGAY": "20260331",
    },
    "XML11": {
        "SO_CT": "C2", "SO_SERI": "S2", "SO_KCB": "K2", "DON_VI": "Công ty A", "PP_DIEUTRI": "Nội khoa",
        "MA_DINH_CHI_THAI": "0", "NGUYENNHAN_DINHCHI": "Thai lưu", "TUOI_THAI": "10", "SO_NGAY_NGHI": "5",
        "TU_NGAY": "20260302", "DEN_NGAY": "20260306", "MAU_SO": "CT07",
    },
    "XML12": {
        "NGUOI_CHU_TRI": "Phạm Chủ Trì", "CHUC_VU": "1", "NGAY_HOP": "20260228", "NGHE_NGHIEP": "Công nhân",
        "MA_DOI_TUONG": "TB;BNN", "KHAM_GIAM_DINH": "1", "SO_BIEN_BAN": "BB1", "TYLE_TTCT_CU": "21",
        "DANG_HUONG_CHE_DO": "1;3", "NGAY_CHUNG_TU": "20260301", "SO_GIAY_GIOI_THIEU": "GT1",
        "NGAY_DE_NGHI": "20260115", "MA_DONVI": "DV1", "GIOI_THIEU_CUA": "Sở", "KET_QUA_KHAM": "Sẹo",
        "SO_VAN_BAN_CAN_CU": "TT 56/2017", "TYLE_TTCT_MOI": "25", "TONG_TYLE_TTCT": "40",
        "DANG_KHUYETTAT": "1", "MUC_DO_KHUYETTAT": "2", "DE_NGHI": "Hưởng", "DUOC_XACDINH": "Cần trợ giúp",
        "NGAY_CAP_CCCD": "20210501", "NOI_CAP_CCCD": "Cục Cảnh sát",
    },
    "XML13": {
        "SO_HOSO": "H1", "SO_CHUYENTUYEN": "S1", "DAU_HIEU_LS": "Mệt", "QT_BENHLY": "Tăng dần",
        "TOMTAT_KQ": "Glucose cao", "PP_DIEUTRI": "Nội khoa", "TEN_DICH_VU": "Điện tim",
        "TEN_THUOC": "Amlodipin", "PP_DIEU_TRI": "Thuốc", "MA_LOAI_RV": "2", "MA_LYDO_CT": "1",
        "HUONG_DIEU_TRI": "Chuyên khoa tim", "PHUONGTIEN_VC": "Xe cứu thương", "HOTEN_NGUOI_HT": "Vũ Hộ Tống",
        "CHUCDANH_NGUOI_HT": "Điều dưỡng",
    },
    "XML14": {"SO_GIAYHEN_KL": "GH1", "NGAY_HEN_KL": "202604010800"},
    "XML15": {
        "PHANLOAI_LAO_VITRI": "1", "PHANLOAI_LAO_TS": "1", "PHANLOAI_LAO_HIV": "2", "PHANLOAI_LAO_VK": "1",
        "PHANLOAI_LAO_KT": "1", "LOAI_DTRI_LAO": "2", "NGAYBD_DTRI_LAO": "20250101", "PHACDO_DTRI_LAO": "1",
        "NGAYKT_DTRI_LAO": "20250630", "KET_QUA_DTRI_LAO": "2", "NGAYKD_HIV": "20200105",
        "BDDT_ARV": "20200201", "NGAY_BAT_DAU_DT_CTX": "20200301",
    },
    "XML0": {
        "LY_DO_VNT": "Theo dõi", "MA_LY_DO_VNT": "LD1", "MA_DICH_VU": "02.1896", "TEN_DICH_VU": "Khám Nội",
        "MA_THUOC": "40.1", "TEN_THUOC": "Thuốc A", "MA_VAT_TU": "N01", "TEN_VAT_TU": "Bông",
    },
}  # fmt: skip

_SUPPLY = {
    "STT": "2", "MA_NHOM": "10", "MA_VAT_TU": "N06.01.020", "TEN_VAT_TU": "Nẹp vít", "MA_HIEU_SP": "SN-1",
    "TAI_SU_DUNG": "1", "MA_GIUONG": "", "MA_PTTT_QT": "", "TEN_DICH_VU": "", "DON_VI_TINH": "Cái",
}  # fmt: skip
_BED = {
    "STT": "3",
    "MA_NHOM": "15",
    "MA_GIUONG": "H012",
    "MA_DICH_VU": "K01.1911",
    "TEN_DICH_VU": "Giường",
    "MA_PTTT_QT": "",
}
_TEST = {
    "STT": "4", "MA_NHOM": "1", "MA_DICH_VU": "23.0083.1523", "TEN_DICH_VU": "Định lượng Glucose",
    "MA_PTTT_QT": "", "MA_BENH": "", "MA_BENH_YHCT": "", "PP_VO_CAM": "", "VI_TRI_TH_DVKT": "",
}  # fmt: skip


def row(table, **changes):
    """A row of a table with every field that the decisions name."""
    told = _COMMON | _TABLES[table] | changes
    return {field.name: told.get(field.name, "dự phòng") for field in TABLES[table].fields}


def rows(table):
    """The rows of a table in the full package."""
    if table == "XML3":
        return [row(table, **changes) for changes in ({}, _SUPPLY, _BED, _TEST)]
    return [row(table)]


def full_package():
    """A package with every table that an envelope may hold, and XML12."""
    return Package(FACILITY, {table: rows(table) for table in TABLES if table != "XML0"})


def outpatient_package(drugs=5, tests=6):
    """A typical visit: three diagnoses, five medicines, six tests, a consultation, an appointment."""
    summary = row(
        "XML1", MA_LOAI_KCB="01", NGAY_VAO_NOI_TRU="", LY_DO_VNT="", MA_LY_DO_VNT="", MA_BENH_YHCT="", MA_PTTT_QT="",
        MA_TAI_NAN="", NGAY_MIEN_CCT="", CAN_NANG_CON="", NHOM_MAU="", MA_NOI_DI="", MA_NOI_DEN="",
        NGAY_VAO="202603020815", GIAY_CHUYEN_TUYEN="", MA_KHOA="K01",
    )  # fmt: skip
    medicines = [
        row("XML2", STT=str(n), MA_THUOC=f"40.30.{n}", TEN_THUOC=f"Thuốc {n}", MA_PP_CHEBIEN="")
        for n in range(1, drugs + 1)
    ]
    services = [row("XML3", STT="1", MA_NHOM="13", MA_DICH_VU="02.1896", TEN_DICH_VU="Khám Nội", MA_PTTT_QT="")]
    services += [
        row("XML3", **(_TEST | {"STT": str(n + 1), "MA_DICH_VU": f"23.008{n}.1523"})) for n in range(1, tests + 1)
    ]
    results = [
        row("XML4", STT=str(n), MA_DICH_VU=f"23.008{n}.1523", TEN_CHI_SO=f"Chỉ số {n}") for n in range(1, tests + 1)
    ]
    return Package(
        FACILITY, {"XML1": [summary], "XML2": medicines, "XML3": services, "XML4": results, "XML14": [row("XML14")]}
    )


def mapped(package, **when):
    """The drafts of a package for the sample's people."""
    return map_package(package, PEOPLE, **({"born": BORN, "received": RECEIVED} | when))


def everything(package):
    """All bodies that a package becomes: its drafts, its registers, and the Patients of its claims."""
    made = mapped(package)
    claims = claims_of(package)
    patients = [patient_body(claims.patient, PEOPLE.patient.patient)]
    patients += [patient_body(claim, who.patient) for claim, who in zip(claims.newborns, PEOPLE.newborns, strict=False)]
    return [draft.body for draft in (*made.drafts, *made.registers)] + patients
