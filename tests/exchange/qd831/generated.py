"""Profiles as vendors might write them: in the format's own forms, or with anything that XML holds."""

from datetime import date

from hypothesis import strategies as st

from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.xml130.package import Package
from tests.exchange.qd831.samples import FACILITY

_WORD = st.sampled_from(
    [
        "Bình thường",
        "Không",
        "Nổi mẩn & ngứa",
        "a < b",
        "dòng một; dòng hai",
        "Đã điều trị",
        "10 điếu/ngày",
        "7.8",
        "8/10",
    ]
)
_NAME = st.sampled_from(["Nguyễn Thị Lan", "TRẦN VĂN NAM", "Lê Hoa", "Y Blô", "Đỗ Thị Ngọc Ánh"])
_DATE = st.dates(date(2016, 1, 1), date(2025, 12, 31)).map(lambda day: f"{day:%d/%m/%Y}")
_NUMBER = st.one_of(
    st.integers(1, 250).map(str), st.integers(11, 999).filter(lambda n: n % 10).map(lambda n: f"{n / 10}")
)
_ICD = st.sampled_from(["I10", "E11.9", "J18.9", "F32", "B20", "A15.0", "Z00.0"])
_ALWAYS = {
    "LOAI", "LOAIBENH", "TRANGTHAI", "TEN", "TENBENH", "MA_LK", "NGAYKHAM", "HOTEN", "MABENH", "TENVACXIN", "TENDICHVU",
    "TENLOAI", "DIACHI_HIENTAI",
}  # fmt: skip
# What the book holds otherwise than the file, so that it does not come back letter by letter: docs/formats/qd831.md.
_NOT_BACK = {
    form.ABOUT: {"VNEID", "MAHO_GIADINH", "QUANHE_CHUHO", "NGAYCAP", "NOICAP", "MATHONXOM_THUONGTRU",
                 "MATHONXOM_HIENTAI"},
    form.RELATIVES: {"MADINHDANH"},
    form.ALLERGIES: {"NGUOIMAC"},
    form.ILLNESSES: {"NGUOIMAC"},
    form.DOSES: {"NGAYHENTIEM"},
}  # fmt: skip
_FIXED = {"TRANGTHAI": "1", "GIAMHO": "1"}


def _value(table, tag, field):
    if tag == "HOTEN":
        return _NAME
    if tag in _FIXED and field.kind != "code:habit_level":
        return st.just(_FIXED[tag])
    if field.codes:
        return st.sampled_from(list(field.codes))
    by_kind = {"date": _DATE, "birth": _DATE, "number": _NUMBER, "count": st.integers(0, 12).map(str), "icd10": _ICD}
    return by_kind.get(field.kind, _WORD)


_ABOUT = {
    "MADINHDANH": "079160000001", "SOCMND": "023456789", "MATHE": "HT2797912345678", "MABHXH": "7912345678",
    "MATINH_HIENTAI": "79", "MAHUYEN_HIENTAI": "760", "MAXA_HIENTAI": "26734", "DIACHI_HIENTAI": "12 Lê Lợi",
    "MATINH_KHAISINH": "25", "MADANTOC": "01", "MAQUOCTICH": "000", "MANGHENGHIEP": "00000",
    "DIENTHOAI_CD": "02838000001", "DIENTHOAI_DD": "0900000001", "EMAIL": "lan@example.vn", "MATONGIAO": "Phật giáo",
}  # fmt: skip
_PERMANENT = {tag for tag in form.TABLES[form.ABOUT].fields if tag.endswith("_THUONGTRU")}


@st.composite
def _row(draw, table):
    row = {}
    for tag, field in form.TABLES[table].fields.items():
        if tag in _NOT_BACK.get(table, ()) or (table == form.ABOUT and tag in _PERMANENT):
            continue
        if tag in _ALWAYS or draw(st.booleans()):
            fixed = _ABOUT.get(tag) if table == form.ABOUT else None
            row[tag] = fixed or draw(_value(table, tag, field))
    return row


def _rows(table, most=3):
    return st.lists(_row(table), max_size=most)


_LISTS = (
    form.RELATIVES, form.ALLERGIES, form.ILLNESSES, form.FAMILY_ALLERGIES, form.FAMILY_ILLNESSES, form.DISABILITIES,
    form.DOSES,
)  # fmt: skip
_SINGLE = (form.BIRTH, form.EXPOSURE, form.HISTORY, form.REPRODUCTION, form.VACCINATION)


@st.composite
def profiles(draw):
    """A profile in the format's own forms: what a careful vendor writes."""
    tables = {form.ABOUT: [draw(_row(form.ABOUT))]}
    for name in _LISTS:
        tables[name] = draw(_rows(name))
    for name in _SINGLE:
        tables[name] = [draw(_row(name))]
    kinds = draw(st.lists(st.sampled_from("1234"), unique=True))
    tables[form.HABITS] = [draw(_row(form.HABITS)) | {"LOAI": kind} for kind in kinds]
    exams = draw(_rows(form.EXAMS, 2))
    tables[form.EXAMS] = [_consistent(row, f"LK{place}") for place, row in enumerate(exams)]
    for place in range(1, len(exams) + 1):
        start = form.below(form.EXAMS, place)
        tables[f"{start}CANLAMSANG/DICHVU"] = draw(_rows(form.TESTS))
        tables[f"{start}CHANDOANKETLUAN/CHANDOANBENH"] = draw(_rows(form.DIAGNOSES, 2))
    return Package(FACILITY, {name: rows for name, rows in tables.items() if any(rows)}, source="minh-an")


def _consistent(row, number):
    """An examination does not end before it began."""
    return row | {"MA_LK": number} | ({"NGAYKETTHUC": row["NGAYKHAM"]} if "NGAYKETTHUC" in row else {})


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
) | st.sampled_from(["\t x \n", "a\rb", "]]>", "<b>&amp;", '"', "Nguyê\u0303n"])
_TAG = st.sampled_from(["MACH", "KHAC", "LẠ", "Ghi-chu.1", "_x", "HOSO", "DSYEUTO"])


@st.composite
def awkward(draw):
    """A profile with unknown elements, attributes, repeated fields and any text, at any depth."""
    tables = {}
    _fill(draw, tables, "", 1, 0)
    return Package(FACILITY, {**tables, form.ABOUT: [{"HOTEN": "Lan"}]})


def _fill(draw, tables, path, number, depth):
    tags = draw(st.lists(_TAG, unique=True, min_size=1, max_size=3))
    for tag in tags:
        inner = f"{form.below(path, number) if path else ''}{tag}"
        if depth == 3 or draw(st.booleans()):
            if path:
                tables[path][number - 1][tag] = draw(_TEXT)
            continue
        rows = draw(st.integers(1, 2))
        tables[inner] = [{} for _ in range(rows)]
        for place in range(1, rows + 1):
            if draw(st.booleans()):
                tables[inner][place - 1]["@loai"] = draw(_TEXT)
            _fill(draw, tables, inner, place, depth + 1)
