"""One field by itself. The quick answer and the full one are held together by a property over every field."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosuckhoe.exchange.xml130.field_rules import PATTERNS, acceptor, complaints
from sosuckhoe.exchange.xml130.format import TABLES
from tests.exchange.xml130.strategies import good_value

ON = date(2025, 6, 1)
DAYS = (date(2023, 6, 1), date(2024, 8, 1), ON, date(2026, 8, 1))
FIELDS = {field.place: field for table in TABLES.values() for field in (*table.fields, *table.later)}


def near_misses():
    """Text that is nearly a date, a number, a code, a list."""
    parts = st.sampled_from(
        ["0", "1", "00", "20250229", "20240229", "2025", "0830", "12", "K1", "J18.9", ".", ",", "-"]
    )
    ends = st.sampled_from(["", " ", "\n", ";", "x", "a" * 300, "٣", "１"])
    return st.builds(lambda *texts: "".join(texts), ends, parts, parts, parts, st.sampled_from(["", ";", "; "]), ends)


@given(st.sampled_from(sorted(FIELDS)), near_misses() | st.text(max_size=20), st.sampled_from(DAYS))
@settings(deadline=None, max_examples=3000)
def test_what_is_accepted_quickly_has_nothing_wrong_with_it(place, text, on):
    accepts = acceptor(FIELDS[place], on)
    if accepts is None or accepts(text):
        assert list(complaints(FIELDS[place], text, on)) == []


@given(st.sampled_from(sorted(FIELDS)), st.randoms(use_true_random=False), st.sampled_from(DAYS))
@settings(deadline=None, max_examples=1500)
def test_good_values_are_accepted_quickly(place, random, on):
    text = good_value(FIELDS[place], random)
    accepts = acceptor(FIELDS[place], on)
    assert accepts is None or accepts(text)


SPEC = """
    field                | value                          | rule             | value class            | limit
    XML1.HO_TEN          | Nguyễn Văn A                   |                  |                        |
    XML1.HO_TEN          |                                | missing          | empty                  |
    XML1.HO_TEN          | ␠␠                             | missing          | empty                  |
    XML1.NHOM_MAU        |                                |                  |                        |
    XML1.NHOM_MAU        | O Rh(D) dương                  | too-long         | too long               | 10
    XML1.DIA_CHI         | ␠12 Lê Lợi␠                    |                  |                        |
    XML1.GIOI_TINH       | 2                              |                  |                        |
    XML1.GIOI_TINH       | ␠2                             | spaces-around    | spaces                 |
    XML1.GIOI_TINH       | 4                              | unknown-code     | unknown code           |
    XML1.GIOI_TINH       | ٢                              | unknown-code     | unknown code           |
    XML1.MA_LOAI_KCB     | 03                             |                  |                        |
    XML1.MA_LOAI_KCB     | 3                              | unknown-code     | code without its zero  |
    XML1.MA_LOAI_KCB     | 99                             | unknown-code     | unknown code           |
    XML1.NGAY_VAO        | 202505010800                   |                  |                        |
    XML1.NGAY_VAO        | 202402290800                   |                  |                        |
    XML1.NGAY_VAO        | 202502290800                   | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_VAO        | 202505010860                   | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_VAO        | 202505012400                   | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_VAO        | 202513010800                   | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_VAO        | 20250501                       | not-a-date       | date of another form   | yyyyMMddHHmm
    XML1.NGAY_VAO        | 01/05/2025                     | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_VAO        | ٢٠٢٥٠٥٠١٠٨٠٠                   | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_VAO        | 202500000000                   | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_SINH       | 196105020000                   |                  |                        |
    XML1.NGAY_SINH       | 196100000000                   |                  |                        |
    XML1.NGAY_SINH       | 196105000000                   | not-a-date       | partial date           | yyyyMMddHHmm
    XML1.NGAY_SINH       | 196113000000                   | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_SINH       | 000000000000                   | not-a-date       | not a date             | yyyyMMddHHmm
    XML1.NGAY_MIEN_CCT   | 20250501                       |                  |                        |
    XML1.NGAY_MIEN_CCT   | 202505010800                   |                  |                        |
    XML9.NGAYSINH_NND    | 19900000                       |                  |                        |
    XML1.GT_THE_DEN      | 20251231;20261231              |                  |                        |
    XML1.GT_THE_DEN      | 20251231;31122026              | not-a-date       | not a date             | yyyyMMdd
    XML2.SO_LUONG        | 0.5                            |                  |                        |
    XML2.SO_LUONG        | 0,5                            | not-a-number     | decimal comma          |
    XML2.SO_LUONG        | -1                             | out-of-range     | negative               | ≥ 0
    XML2.SO_LUONG        | 1e3                            | not-a-number     | not a number           |
    XML2.SO_LUONG        | nan                            | not-a-number     | not a number           |
    XML2.SO_LUONG        | 1_000                          | not-a-number     | not a number           |
    XML2.SO_LUONG        | １０                             | not-a-number     | not a number           |
    XML2.T_BHTT          | 1.234.567,5                    | not-a-number     | decimal comma          |
    XML2.MUC_HUONG       | 100                            |                  |                        |
    XML2.MUC_HUONG       | 101                            | out-of-range     | out of range           | 0–100
    XML2.MUC_HUONG       | 47.5                           | too-long         | too long               | 3
    XML1.THANG_QT        | 13                             | out-of-range     | out of range           | 1–12
    XML1.THANG_QT        | 05                             |                  |                        |
    XML7.TUOI_THAI       | 43                             | out-of-range     | out of range           | 1–42
    XML1.SO_CCCD         | 079061000001                   |                  |                        |
    XML1.SO_CCCD         | 023456789                      |                  |                        |
    XML1.SO_CCCD         | B1234567                       |                  |                        |
    XML1.SO_CCCD         | AB123456                       | wrong-shape      | wrong shape            | identity_number
    XML1.MA_BENH_CHINH   | J18.9                          |                  |                        |
    XML1.MA_BENH_CHINH   | A17†                           |                  |                        |
    XML1.MA_BENH_CHINH   | J189                           | wrong-shape      | wrong shape            | icd10
    XML1.MA_BENH_KT      | I10;E11.9                      |                  |                        |
    XML1.MA_BENH_KT      | I10; E11.9;                    |                  |                        |
    XML1.MA_BENH_KT      | I10,E11.9                      | wrong-shape      | wrong shape            | icd10
    XML1.MA_BENH_KT      | A00;A01;A02;A03;A04;A05;A06;A07;A08;A09;B00;B01;B02 | too-many-values | too many | 12
    XML1.MA_TTDV         | 790000000A                     | wrong-shape      | wrong shape            | ten_digits
    XML11.MA_BHXH        | 0000000000                     | wrong-shape      | wrong shape            | insurance_number
    XML3.GOI_VTYT        | G999                           |                  |                        |
    XML3.GOI_VTYT        | G0                             | wrong-shape      | wrong shape            | device_package
    XML3.MA_GIUONG       | H001;T002                      |                  |                        |
    XML3.MA_GIUONG       | 001                            | wrong-shape      | wrong shape            | bed
    XML1.CAN_NANG        | 60.5                           |                  |                        |
    XML1.CAN_NANG        | 60,5                           | wrong-shape      | wrong shape            | kilograms
    XML6.MA_XU_TRI       | 1;4;8                          |                  |                        |
    XML6.MA_XU_TRI       | 1;9                            | unknown-code     | unknown code           |
    XML2.TT_THAU         | 57/QĐ-TTMS;G1;N1;2022;G2.01    |                  |                        |
    XML13.TINH_TRANG_CT  | Tỉnh, mạch 80                  |                  |                        |
"""


def _cases():
    for line in SPEC.strip().splitlines()[1:]:
        place, text, rule, value_class, limit = (cell.strip() for cell in line.split("|"))
        yield place, text.replace("␠", " "), ((rule, value_class, limit) if rule else None)


@pytest.mark.parametrize(("place", "text", "expected"), list(_cases()))
def test_the_table_of_values(place, text, expected):
    found = list(complaints(FIELDS[place], text, ON))
    assert [tuple(complaint) for complaint in found] == ([expected] if expected else [])


def test_every_pattern_has_a_good_value_and_words():
    used = {field.pattern for field in FIELDS.values()} - {""}
    assert used == PATTERNS.keys()


def test_a_value_may_be_wrong_in_two_ways():
    found = [complaint.rule for complaint in complaints(FIELDS["XML1.GIOI_TINH"], " 22", ON)]
    assert found == ["spaces-around", "too-long", "unknown-code"]
