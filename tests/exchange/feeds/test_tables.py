"""A vendor's tables: what rows become, and what each fault says. One bad row takes no other down."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.facts import BadFact
from sosuckhoe.exchange.csv_feed import mapping as mappings
from sosuckhoe.exchange.csv_feed import reading
from sosuckhoe.exchange.csv_feed.rows import Dialect, rows
from sosuckhoe.exchange.feeds import deliver, readers
from tests.exchange.feeds.vendor import AT, book, counts, findings, give

SOURCE = "thon-ban"
PEOPLE = "MA_ND;HO_TEN;NGAY_SINH;GIOI_TINH;CCCD;THE_BHYT;DIEN_THOAI;DIA_CHI;MA_TINH;MA_XA;CAP_NHAT"
LAN = "ND1;Nguyen Thi Lan;02/05/1960;2;079160000001;;0900000001;12 Lê Lợi;79;26734;01/02/2026 08:00"
RESULTS = "MA_KQ;MA_ND;MA_LK;TEN_CHI_SO;GIA_TRI;DON_VI;LAY_MAU_LUC;CAP_NHAT"
GLUCOSE = "K1;ND1;L1;Glucose;7,8;mmol/L;31/01/2026 09:00;01/02/2026 08:00"
VISITS = "MA_LK;MA_ND;MA_CSKCB;HINH_THUC;VAO_LUC;RA_LUC;LY_DO;MA_CD_CHINH;CAP_NHAT"
VISIT = "L1;ND1;79001;ngoại trú;31/01/2026 08:00;31/01/2026 10:00;Khám định kỳ;;01/02/2026 08:00"
ALLERGIES = "MA_DU;MA_ND;CHAT;BIEU_HIEN;MUC_DO;CO_KHONG;NGAY_GHI;CAP_NHAT"
ALLERGY = "D1;ND1;Penicillin;Mẩn ngứa;nặng;có;31/01/2026;01/02/2026 08:00"
FILES = {
    "nguoi_dan.csv": [PEOPLE, LAN],
    "ket_qua.csv": [RESULTS, GLUCOSE],
    "lan_kham.csv": [VISITS, VISIT],
    "di_ung.csv": [ALLERGIES, ALLERGY],
}


@pytest.fixture
def shelf(settings, tmp_path, db):
    settings.HOME = tmp_path


def send(name, lines=None, at=AT, encoding="utf-8-sig"):
    content = "\r\n".join(lines or FILES[name]).encode(encoding)
    receipt = give(content, readers.CSV, name, SOURCE, at)
    deliver.drain(readers.readers())
    return receipt.delivery


@pytest.mark.parametrize("order", list(permutations(FILES))[::5], ids=lambda order: "-".join(one[0] for one in order))
def test_tables_become_a_book_in_any_order(shelf, order):
    for name in order:
        send(name)
    found = book()
    (visit,), (result,), (allergy,) = found["Encounter"], found["Observation"], found["AllergyIntolerance"]
    assert result["valueQuantity"]["value"] == 7.8
    assert result["encounter"]["reference"] == f"Encounter/{visit['id']}"
    assert visit["identifier"][0]["assigner"]["identifier"]["value"] == "79001"
    assert (allergy["criticality"], allergy["reaction"][0]["manifestation"][0]["text"]) == ("high", "Mẩn ngứa")
    assert {one["meta"]["source"] for one in (visit, result, allergy)} == {"urn:sosuckhoe:source:thon-ban"}


def test_the_same_rows_again_change_nothing(shelf):
    for name in FILES:
        send(name)
    before = book()
    delivery = send("nguoi_dan.csv", [PEOPLE, LAN, ""], at=AT + timedelta(days=1))
    assert counts(delivery) == {"unchanged": 1}
    assert book() == before


def test_a_corrected_row_is_a_new_version(shelf):
    for name in FILES:
        send(name)
    send("ket_qua_2.csv", [RESULTS, GLUCOSE.replace("7,8", "6,1").replace("01/02/2026", "03/02/2026")])
    (result,) = book()["Observation"]
    assert (result["valueQuantity"]["value"], result["meta"]["versionId"]) == (6.1, "2")


@pytest.mark.parametrize(
    ("cell", "value"), [("7,8", 7.8), ("0,395", 0.395), ("1.234,5", 1234.5), ("Âm tính", "Âm tính"), ("<0,5", 0.5)]
)
def test_a_result_is_a_number_or_words(shelf, cell, value):
    send("nguoi_dan.csv")
    send("ket_qua.csv", [RESULTS, GLUCOSE.replace("7,8", cell).replace("mmol/L", "")])
    (result,) = book()["Observation"]
    assert (result.get("valueQuantity") or {"value": result.get("valueString")})["value"] == value


FAULTS = [
    (LAN.replace("02/05/1960", "31/02/1960"), "row 3, NGAY_SINH", "SSK-2184"),
    (LAN.replace("ND1;", ";"), "row 3, MA_ND", "SSK-2183"),
    (LAN.replace(";2;", ";9;"), "row 3, GIOI_TINH", "SSK-2186"),
    (LAN + ";thừa", "row 3", "SSK-2189"),
    (LAN.replace("12 Lê Lợi", '"12 Lê Lợi'), "row 3", "SSK-2181"),
    (LAN.replace("12 Lê Lợi", "x" * 4001), "row 3, DIA_CHI", "SSK-2187"),
]


@pytest.mark.parametrize(("bad", "place", "problem"), FAULTS, ids=[problem for _, _, problem in FAULTS])
def test_a_fault_names_row_and_column_and_takes_no_other_row_down(shelf, bad, place, problem):
    other = LAN.replace("ND1", "ND2").replace("079160000001", "079188000009")
    delivery = send("nguoi_dan.csv", [PEOPLE, LAN, bad, other])
    assert findings(delivery) == [(place, problem)]
    assert counts(delivery)["filed"] == 2


def test_a_row_of_another_encoding_costs_itself_only(shelf):
    foreign = LAN.encode().replace("Lê".encode(), b"L\xea")
    content = b"\n".join([PEOPLE.encode(), foreign, LAN.encode()])
    delivery = give(content, readers.CSV, "nguoi_dan.csv", SOURCE).delivery
    deliver.drain(readers.readers())
    assert (findings(delivery), counts(delivery)) == ([("row 2", "SSK-2182")], {"filed": 1, "refused": 1})


def test_every_fault_of_a_row_is_told_at_once(shelf):
    delivery = send("ket_qua.csv", [RESULTS, GLUCOSE.replace("K1;", ";").replace("31/01/2026 09:00", "hôm qua")])
    assert [place for place, _ in findings(delivery)] == ["row 2, LAY_MAU_LUC", "row 2, MA_KQ"]


@pytest.mark.parametrize(
    ("name", "lines", "problem"),
    [
        ("la.csv", [PEOPLE, LAN], "SSK-2180"),
        ("nguoi_dan.csv", ["MA_ND;HO_TEN", "ND1;Lan"], "SSK-2188"),
        ("nguoi_dan.csv", ["", ""], "SSK-2188"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(shelf, name, lines, problem):
    delivery = send(name, lines)
    assert db.value("select problem from exchange_delivery where id = %s", (delivery,)) == problem


def test_no_sentence_holds_a_value_of_the_row(shelf):
    delivery = send("nguoi_dan.csv", [PEOPLE, LAN.replace("02/05/1960", "ngày lạ")])
    ((number, places),) = db.tuples(
        "select problem, places::text from exchange_delivery_finding where delivery = %s", (delivery,)
    )
    said = Problem(number, **json.loads(places))
    assert "31/12/2024" in said.vi
    assert "ngày lạ" not in said.vi + said.en


DIALECT = Dialect("utf-8", ";", '"')
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
@settings(max_examples=60)
def test_what_was_written_is_read(table):
    text = "".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in table)
    found = list(rows(io.BytesIO(text.encode()), DIALECT))
    assert [row.cells for row in found] == table
    assert all(row.problem is None for row in found)


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_no_content_breaks_the_reader(content):
    told = mappings.mapping(SOURCE)
    head = (PEOPLE + "\n").encode()
    pieces = list(reading.pieces_of(told, "nguoi_dan.csv", AT, io.BytesIO(head + content)))
    assert all(piece.items or piece.faults for piece in pieces)


BAD_MAPPINGS = {
    "no such record": ("record: patient", "record: person"),
    "no such field": ("HO_TEN: name", "HO_TEN: nom"),
    "nobody fills the name": ("      HO_TEN: name\n", ""),
    "no such list": ("codes: sexes", "codes: genders"),
    "no such encoding": ("encoding: utf-8", "encoding: utf-9"),
    "lines end with two bytes": ("encoding: utf-8", "encoding: utf-16"),
    "updated is no moment": ("{to: updated, kind: moment}", "updated"),
    "a date without year": ('"%m/%Y", "%Y"', '"%d/%m"'),
}


@pytest.mark.parametrize("fault", BAD_MAPPINGS)
def test_a_wrong_mapping_is_refused_with_its_place(tmp_path, fault):
    good = (mappings._FOLDER / f"{SOURCE}.yaml").read_text(encoding="utf-8")
    place = tmp_path / "wrong.yaml"
    was, now = BAD_MAPPINGS[fault]
    assert was in good
    place.write_text(good.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(BadFact, match=r"wrong\.yaml"):
        mappings.read(place)
