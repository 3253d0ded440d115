"""A small profile that is as it should be, and the file that holds profiles."""

from copy import deepcopy

from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.write import write_profiles
from sosuckhoe.exchange.xml130.package import Package

FACILITY = "79001"
PERSON = {
    "MADINHDANH": "079160000001", "MABHXH": "7912345678", "MATHE": "HT2797912345678", "MA_NHANKHAU": "NK0001",
    "HOTEN": "Nguyễn Thị Lan", "GIOITINH": "2", "NHOMMAU_HEABO": "O", "NHOMMAU_HERH": "+", "NGAYSINH": "02/05/1960",
    "MATINH_KHAISINH": "79", "MADANTOC": "01", "MAQUOCTICH": "000", "MATONGIAO": "Phật giáo", "MANGHENGHIEP": "00000",
    "DIACHI_HIENTAI": "12 Lê Lợi", "MATINH_HIENTAI": "79", "MAHUYEN_HIENTAI": "760", "MAXA_HIENTAI": "26734",
    "DIENTHOAI_CD": "02838000001", "DIENTHOAI_DD": "0900000001", "EMAIL": "lan@example.vn",
}  # fmt: skip
TABLES = {
    form.ABOUT: [PERSON],
    form.RELATIVES: [
        {"LOAI_QUANHE": "3", "TEN_QUANHE": "Con", "HOTEN": "Trần Văn Nam", "DIDONG": "0900000002", "GIAMHO": "1"},
    ],
    form.BIRTH: [{"LOAIDE": "0", "DETHIEUTHANG": "0", "CANNANG": "3200", "CHIEUDAI": "50"}],
    form.HABITS: [
        {"LOAI": "1", "TENLOAI": "Hút thuốc lá", "TRANGTHAI": "1", "DABO": "1", "SOLUONG": "10 điếu/ngày"},
        {"LOAI": "3", "TENLOAI": "Sử dụng ma túy", "TRANGTHAI": "0"},
    ],
    form.EXPOSURE: [{"YEUTO_TIEPXUC": "Bụi bông", "THOIGIAN_TIEPXUC": "5 năm", "LOAIHOXIGD": "Tự hoại"}],
    form.DISABILITIES: [{"LOAI": "2", "TENLOAI": "Thị lực", "MOTA": "Nhìn kém mắt trái"}],
    form.ALLERGIES: [{"LOAI": "1", "MASO": "PEN", "TEN": "Penicillin", "MOTA": "Nổi mẩn"}],
    form.ILLNESSES: [
        {"LOAIBENH": "2", "TENBENH": "Tăng huyết áp", "TRANGTHAI": "1", "MOTA": "Từ 2015"},
        {"LOAIBENH": "10", "TENBENH": "Trầm cảm", "TRANGTHAI": "1"},
    ],
    form.HISTORY: [{"TIENSU_PHAUTHUAT": "Mổ ruột thừa năm 1990", "VANDEKHAC": "Sống một mình"}],
    form.FAMILY_ILLNESSES: [{"LOAIBENH": "3", "TENBENH": "Đái tháo đường", "TRANGTHAI": "1", "NGUOIMAC": "Mẹ"}],
    form.REPRODUCTION: [{"SOLAN_COTHAI": "3", "SOLAN_SINHDE": "2", "SOCON_HIENSONG": "2"}],
    form.DOSES: [
        {"MAVACXIN": "VX01", "TENVACXIN": "Cúm mùa", "TRANGTHAI": "1", "NGAYTIEM": "10/10/2025",
         "PHANUNGSAUTIEM": "Sốt nhẹ", "SOMUIUONVANMETIEM": "1"},
    ],
    form.EXAMS: [
        {"MA_LK": "KSK0001", "NGAYKHAM": "05/01/2026", "NGAYBATDAU": "05/01/2026", "NGAYKETTHUC": "05/01/2026",
         "MABACSI": "bs.hoa", "BACSIKHAM": "Lê Thị Hoa", "LYDOKHAM": "Khám định kỳ", "MACH": "78", "NHIETDO": "36.8",
         "HUYETAPTT": "135", "HUYETAPTD": "85", "NHIPTHO": "18", "CHIEUCAO": "155", "CHISOBMI": "24.3",
         "CANNANG": "58.5", "VONGBUNG": "80", "SUDUNGKINH": "1", "MATPHAI": "8/10", "MATTRAI": "5/10",
         "KHAMTIMMACH": "Tim đều", "TUVAN": "Ăn nhạt"},
        {"MA_LK": "KSK0002", "NGAYKHAM": "20/02/2026", "KHAMTAMTHAN": "Bình thường"},
    ],
    f"{form.EXAMS}/CANLAMSANG/DICHVU": [
        {"MADICHVU": "23.0083.1523", "MANHOM": "1", "TENDICHVU": "Glucose", "KETQUA": "7.8"},
    ],
    f"{form.EXAMS}/CHANDOANKETLUAN/CHANDOANBENH": [{"MABENH": "I10", "TENBENH": "Tăng huyết áp", "KETLUAN": "Ổn"}],
    f"{form.EXAMS}#2/CHANDOANKETLUAN/CHANDOANBENH": [{"MABENH": "F32", "TENBENH": "Giai đoạn trầm cảm"}],
}  # fmt: skip


def profile(facility=FACILITY, source="minh-an", **person):
    """A profile of one person; keywords change fields of THONGTINCHUNG."""
    made = Package(facility, deepcopy(TABLES), source=source)
    made.tables[form.ABOUT][0].update(person)
    return made


def content(*profiles, facility=FACILITY, **header):
    """The file that holds these profiles."""
    return write_profiles(profiles, {"SENDER_CODE": facility, "SENDER_NAME": "Trạm y tế", **header})
