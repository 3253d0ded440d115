"""Nothing of QĐ 831 is forgotten: 149 items, every field of the file, every rule and every list, both ways."""

import csv
from pathlib import Path

import pytest

from sosuckhoe.base import facts
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831 import mapping
from sosuckhoe.exchange.qd831.findings import RULES, found, sentence
from sosuckhoe.exchange.qd831.format import TABLES
from sosuckhoe.exchange.qd831.mapping.fields import FIELDS, HABITS, SENSITIVE
from sosuckhoe.exchange.xml130.findings import RULES as HOSPITAL_RULES
from sosuckhoe.exchange.xml130.findings import VALUE_CLASSES
from tests.exchange.qd831.samples import profile
from tests.exchange.qd831.test_round_trip import book

DATA = Path(mapping.__file__).parent / "data"
ITEMS = facts.read_json(DATA / "items.json")
ITEM_MAP = facts.read_csv(DATA / "item_map.csv")
FIELD_MAP = facts.read_csv(DATA / "field_map.csv")
DECISIONS = {"mapped", "kept", "refused"}


def test_all_149_items_have_a_decision_and_nothing_else_has():
    assert [(int(row["number"]), row["item"]) for row in ITEM_MAP] == [(one["number"], one["item"]) for one in ITEMS]
    assert len(ITEM_MAP) == 149


@pytest.mark.parametrize("row", ITEM_MAP, ids=lambda row: row["number"])
def test_an_item_is_mapped_from_fields_to_a_place_or_says_why_not(row):
    assert row["decision"] in DECISIONS
    if row["decision"] == "mapped":
        assert row["fields"]
        assert row["place"]
    else:
        assert row["reason"]


def test_the_fields_that_items_name_are_fields_of_the_file_that_are_mapped():
    header = {"HEADER.SENDER_CODE", "HEADER.SENDER_NAME"}
    mapped = {f"{_last(row['table'])}.{row['field']}" for row in FIELD_MAP if row["decision"] == "mapped"}
    named = {name for row in ITEM_MAP if row["decision"] == "mapped" for name in row["fields"].split(";")}
    assert named - header <= mapped


def test_every_field_of_the_file_has_a_decision_and_nothing_else_has():
    assert {(row["table"], row["field"]) for row in FIELD_MAP} == {
        (path, tag) for path, table in TABLES.items() for tag in table.fields
    }
    assert all(row["decision"] in DECISIONS for row in FIELD_MAP)
    assert all(row["place"] if row["decision"] == "mapped" else row["reason"] for row in FIELD_MAP)


def test_the_fields_that_are_observations_are_those_that_the_data_tells():
    listed = {(path, told.tag) for path, fields in FIELDS.items() for told in fields}
    by_code = {(form.ABOUT, "NHOMMAU_HEABO"), (form.ABOUT, "NHOMMAU_HERH")}
    others = {(form.HABITS, tag) for tag in TABLES[form.HABITS].fields}
    tests = {(form.TESTS, tag) for tag in TABLES[form.TESTS].fields}
    told = {(row["table"], row["field"]) for row in FIELD_MAP if row["place"] == "Observation"}
    assert listed - {(form.HISTORY, "TIENSU_GIADINH")} == told - by_code - others - tests


def test_a_field_that_is_mapped_changes_the_book():
    """Take any mapped field out of a full profile, and its resource says less."""
    full = {path: [dict.fromkeys(table.fields, "1")] for path, table in TABLES.items()}
    for row in FIELD_MAP:
        one = profile()
        one.tables = {path: [dict(fields) for fields in rows] for path, rows in full.items()}
        _plausible(one.tables)
        if row["field"].endswith("_THUONGTRU"):
            _drop_current_address(one.tables[form.ABOUT][0])
        before = book(one)
        written = one.tables[row["table"]][0].pop(row["field"])
        if written == "1" and row["field"] == "TRANGTHAI":
            one.tables[row["table"]][0][row["field"]] = "0"
        says = book(one) != before
        assert says == (row["decision"] == "mapped"), (row["table"], row["field"])


def _plausible(tables):
    """Values that a field can have, so that each is read as what it is."""
    about = tables[form.ABOUT][0]
    about |= {"MADINHDANH": "079160000001", "SOCMND": "023456789", "MATHE": "TE1797912345678", "MABHXH": "7912345678"}
    about |= {"NGAYSINH": "02/05/1960", "NHOMMAU_HEABO": "A", "NHOMMAU_HERH": "+", "HOTEN": "Lan"}
    tables[form.DOSES][0] |= {"NGAYTIEM": "10/10/2025"}
    tables[form.EXAMS][0] |= {"NGAYKHAM": "05/01/2026", "NGAYBATDAU": "04/01/2026", "NGAYKETTHUC": "05/01/2026"}


def _drop_current_address(about):
    """The permanent address counts where there is no current one."""
    for tag in [tag for tag in about if tag.endswith("_HIENTAI")]:
        del about[tag]


def test_codes_that_are_sensitive_or_have_a_loinc_code_are_codes_of_their_lists():
    for name in SENSITIVE:
        listed, _, code = name.partition(".")
        assert code in form.CODES[listed]
    assert HABITS.keys() == form.CODES["habit"].keys()


def test_rules_have_their_own_names_and_sentences_that_can_be_told():
    assert not RULES.keys() & HOSPITAL_RULES.keys()
    for rule in RULES:
        for language in ("vi", "en"):
            for row in (0, 3):
                told = sentence(found("TIENSU", row, "KHAC", rule, "too long:4000"), language)
                assert told.endswith(".")
                assert "{" not in told


def test_every_rule_and_value_class_is_used_and_known():
    room = Path(form.__file__).parent
    source = "".join((room / name).read_text(encoding="utf-8") for name in ("check.py", "findings.py"))
    assert all(f'"{rule}"' in source for rule in RULES)
    assert "not a date" in VALUE_CLASSES


def _last(path):
    return path.rpartition("/")[2]


def test_the_lists_are_read_as_they_are_written():
    with (DATA / "item_map.csv").open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.reader(lines))) == 150
