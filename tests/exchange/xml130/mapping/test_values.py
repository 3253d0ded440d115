"""Words of the file as FHIR primitives, and the little grammars inside its texts."""

import pytest

from sosuckhoe.exchange.xml130.mapping import codes, values
from sosuckhoe.exchange.xml130.mapping.xml1_measurements import blood_group
from sosuckhoe.exchange.xml130.mapping.xml2_drugs import _dose
from sosuckhoe.exchange.xml130.mapping.xml4_results import measured
from sosuckhoe.exchange.xml130.mapping.xml5_course import vital_signs
from tests.cheaply import cheaply


@pytest.mark.parametrize(
    ("text", "moment", "day"),
    [
        ("202503310905", "2025-03-31T09:05:00+07:00", "2025-03-31"),
        ("20250331090559", "2025-03-31T09:05:00+07:00", "2025-03-31"),
        ("20250331", "2025-03-31", "2025-03-31"),
        ("2025-03-31 09:05", "2025-03-31T09:05:00+07:00", "2025-03-31"),
        ("31/03/2025", "2025-03-31", "2025-03-31"),
        ("202502300905", None, None),
        ("202503312405", None, None),
        ("202503310960", None, None),
        ("00000000", None, None),
        ("٢٠٢٥٠٣٣١", None, None),
        ("2025", None, None),
        ("hôm qua", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_moments(text, moment, day):
    assert values.moment(text) == moment
    assert values.day(text) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("196105020000", "1961-05-02"), ("196105021530", "1961-05-02"), ("196100000000", "1961"),
        ("196105000000", "1961-05"),
        ("1961", "1961"), ("19610502", "1961-05-02"), ("02/05/1961", "1961-05-02"), ("196113000000", None),
        ("196102310000", None), ("000000000000", None), ("", None), ("không rõ", None),
    ],
)  # fmt: skip
def test_birth_dates_as_far_as_they_are_known(text, expected):
    assert values.partial_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5), ("5.60", 5.6), ("5,6", 5.6), ("-3", -3), ("125000.00", 125000), ("1,234", None), ("1.234,5", None),
        ("1.234", 1.234), ("", None), ("abc", None), ("1e3", None), ("nan", None), ("٣", None), ("0", 0), (" 7 ", 7),
        ("12,5", 12.5), ("1,2,3", None), ("9" * 20, None),
    ],
)  # fmt: skip
def test_numbers(text, expected):
    assert values.number(text) == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("7.8", "mmol/L", {"value": 7.8, "unit": "mmol/L", "code": "mmol/L"}),
        ("5,6", "g/l", {"value": 5.6, "unit": "g/l", "code": "g/L"}),
        ("250", "G/L", {"value": 250, "unit": "G/L", "code": "10*9/L"}),
        ("<0,5", "mg/L", {"value": 0.5, "comparator": "<", "unit": "mg/L", "code": "mg/L"}),
        ("≥ 1000", "", {"value": 1000, "comparator": ">="}),
        ("12", "đơn vị lạ", {"value": 12, "unit": "đơn vị lạ"}),
    ],
)
def test_measured_quantities(value, unit, expected):
    made = dict(measured(value, unit)["valueQuantity"])
    made.pop("system", None)
    assert made == expected


@pytest.mark.parametrize(
    ("value", "unit", "text", "mark"),
    [
        ("Âm tính", "", "Âm tính", "NEG"), ("Dương tính (1:80)", "", "Dương tính (1:80)", "POS"),
        ("(+)", "", "(+)", "POS"),
        ("150,000", "G/L", "150,000 G/L", None), ("1-2", "/vt", "1-2 /vt", None),
        ("Vàng trong", "", "Vàng trong", None),
        ("positive", "", "positive", "POS"), ("possible", "", "possible", None), ("-", "", "-", "NEG"),
    ],
)  # fmt: skip
def test_results_in_words(value, unit, text, mark):
    made = measured(value, unit)
    assert made["valueString"] == text
    assert [entry["coding"][0]["code"] for entry in made.get("interpretation", [])] == ([mark] if mark else [])


@pytest.mark.parametrize(
    ("written", "loinc", "group"),
    [
        ("O+", "882-1", "O+"), ("A RH(-)", "882-1", "A-"), ("AB", "883-9", "AB"), ("Rh +", "10331-7", "Rh+"),
        ("o dương tính", "882-1", "O+"), ("0", "883-9", "O"), ("B Rh âm", "882-1", "B-"),
    ],
)  # fmt: skip
def test_blood_groups(written, loinc, group):
    code, value = blood_group(written)
    assert code["coding"][0]["code"] == loinc
    assert value["coding"][0]["code"] == group


def test_an_unreadable_blood_group_stays_as_written():
    assert blood_group("chưa rõ")[1] == {"text": "chưa rõ"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 viên/lần * 2 lần/ngày * 5 ngày [4 viên/ngày]", {"amount": 2, "unit": "viên", "times": 2, "days": 5}),
        ("1,5 ml/lần*3 lần/ngày", {"amount": 1.5, "unit": "ml", "times": 3}),
        ("Uống sáng 1 viên", {}),
        ("12g/1 thang * 5 thang", {}),
    ],
)
def test_doses(text, expected):
    assert _dose(text) == expected


def test_a_dose_of_spaces_without_end_is_none_at_once():
    assert cheaply(lambda: _dose("5" + " " * 100_000 + "viên"), seconds=2) == {}


def test_vital_signs_of_the_circulars_form():
    found = dict(vital_signs("Tỉnh. CSST<M75_T370_HA120/70_ NT18_SP98_HL2>. Ăn được"))
    assert {sign: value.get("valueQuantity", {}).get("value") for sign, value in found.items()} == {
        "M": 75, "T": 37, "HA": None, "NT": 18, "SP": 98,
    }  # fmt: skip
    assert [part["valueQuantity"]["value"] for part in found["HA"]["component"]] == [120, 70]


@pytest.mark.parametrize("course", ["Mạch 75, huyết áp 120/70", "CSST<M999_T75_HA9/7>", "", "CSST<>"])
def test_what_is_not_of_the_form_or_not_plausible_stays_text(course):
    assert dict(vital_signs(course)) == {}


def test_concepts():
    assert codes.concept("loai_kcb", "1")["coding"][0] == {
        "system": "urn:sosuckhoe:cs:loai-kcb", "code": "01", "display": "Khám bệnh",
    }  # fmt: skip
    assert codes.concept("loai_kcb", "77") == {"coding": [{"system": "urn:sosuckhoe:cs:loai-kcb", "code": "77"}]}
    assert codes.concept("loai_kcb", " ") is None
    assert codes.icd10("i10")["text"] == "Bệnh lý tăng huyết áp"
    assert codes.icd10("Q99.99")["coding"] == [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "Q99.99"}]
    assert codes.icd9cm("47.09")["system"] == "http://hl7.org/fhir/sid/icd-9-cm"


def test_text_in_a_narrative_is_escaped():
    assert values.text_div("<b>&\n") == '<div xmlns="http://www.w3.org/1999/xhtml">&lt;b&gt;&amp;<br/></div>'
