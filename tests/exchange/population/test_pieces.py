"""The rules without a database, the stand-in's own book, and the worker's thread."""

from __future__ import annotations

import csv

import pytest

from sosuckhoe.exchange.population import client
from sosuckhoe.exchange.population.differing import difference
from sosuckhoe.exchange.population.messages import Word
from sosuckhoe.exchange.population.stub.book import Book
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.known import join, settle
from sosuckhoe.simulation.writing import PEOPLE
from tests.exchange.population.people import LAN, claim, word

CASES = [
    # our name, our birth, the register's name and birth → the fields that differ
    ("Nguyễn Thị Lan", "1960-03-12", "Nguyễn Thị Lan", "1960-03-12", set()),
    ("NGUYEN THI LAN", "1960", "Nguyễn Thị Lan", "1960-03-12", set()),
    ("", "1960-03-12", "Nguyễn Thị Lan", "1960-03-12", set()),
    ("Nguyễn Thị Lan", "", "Nguyễn Thị Lan", "1960-03-12", set()),
    ("Lan Nguyễn Thị", "1960-03-12", "Nguyễn Thị Lan", "1960-03-12", {"name"}),
    ("Nguyễn Thị Lan", "1960-12-03", "Nguyễn Thị Lan", "1960-03-12", {"birth"}),
    ("Nguyễn Thị Lan", "1961-03-12", "Nguyễn Thị Lanh", "1960-03-12", {"name", "birth"}),
    ("Trần Gia Bảo", "2020-06-01", "Nguyễn Thị Lan", "1960-03-12", {"cccd"}),
    ("", "2020-06-01", "Nguyễn Thị Lan", "1960-03-12", {"cccd"}),
]


@pytest.mark.parametrize(("name", "birth", "theirs", "born", "fields"), CASES)
def test_what_differs(name, birth, theirs, born, fields):
    ours = Claim(name, birth, "female", "")
    assert set(difference(ours, LAN, Word(LAN, theirs, born, "female")).ours) == fields


def test_a_later_claim_adds_what_it_alone_knows_and_erases_nothing():
    first = claim(extra={"birth_time": "1960-03-12T04:00:00+07:00", "mother_name": "Trần Thị Hoa"})
    later = claim(extra={"deceased": "2026-01-01", "mother_name": ""})
    assert join(first, later, newer=True).extra == {**first.extra, "deceased": "2026-01-01"}
    assert join(later, first, newer=False).extra["mother_name"] == "Trần Thị Hoa"


def test_what_is_settled_is_not_for_a_source_to_change():
    ours = settle(claim(extra={"deceased": "2026-01-01"}), ("name", "birth", "sex", "deceased"))
    said = claim("Nguyễn Thị Ngọc Lan", "1960-03-12", sex="male", extra={"deceased": "2026-01-02", "settled": ""})
    assert join(ours, said, newer=True) == ours


def test_the_stand_in_begins_with_a_provinces_truth(tmp_path):
    rows = [
        dict.fromkeys(PEOPLE, "") | {"person": "1", "name": "Trần Thị Hạnh", "sex": "F", "birth": "198807010000"},
        dict.fromkeys(PEOPLE, "") | {"person": "2", "name": "Trần Minh Nam", "sex": "M", "birth": "202602200400"},
        dict.fromkeys(PEOPLE, "") | {"person": "3", "name": "Trần Văn Ba", "sex": "M", "birth": "194001010000"},
    ]
    for row, number in zip(rows, ("025188004321", "025226000001", "025040000001"), strict=True):
        row["cccd"] = number
    rows[1]["mother"], rows[2]["died"] = "1", "202603010000"
    place = tmp_path / "people.csv"
    with place.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, PEOPLE)
        writer.writeheader()
        writer.writerows(rows)
    book = Book.of_province(place)
    assert set(book.words) == {row["cccd"] for row in rows}
    assert [(change["kind"], change["word"]["name"]) for change in book.changes] == [
        ("birth", "Trần Minh Nam"),
        ("death", "Trần Văn Ba"),
    ]
    assert book.changes[0]["word"]["mother"] == "025188004321"
    assert book.changes[1]["word"]["deceased"] == "2026-03-01"


def test_without_an_address_nothing_is_asked(settings):
    settings.POPULATION_URL = ""
    assert not client.is_connected()


def test_word_is_the_shape_that_the_stand_in_sends():
    assert set(word()) <= set(Word.__struct_fields__)
