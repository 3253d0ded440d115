"""Words of other systems when two persons are made one, and when that is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.identity import merging
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier
from tests.exchange.feeds.vendor import AT, CCCD, allergy, book, encounter, glucose, patient, send

pytestmark = pytest.mark.django_db
OTHER = Identifier("cccd", "079188000008")
TABLES = ("exchange_word", "exchange_told", "clinical_resource", "identity_person", "identity_identifier")


@pytest.fixture(autouse=True)
def _shelf(settings, tmp_path):
    settings.HOME = tmp_path


def two():
    other = patient("p2", cccd=OTHER.value, name=[{"text": "Lê Văn Tám"}], birthDate="1988-07-07", gender="male")
    send(patient(), encounter(), glucose(), other, glucose("g2", "p2", encounter={"reference": "Encounter/e2"}))
    return identity.person_of(CCCD), identity.person_of(OTHER)


def state():
    return {table: sorted(row[0] for row in db.tuples(f"select t::text from {table} t")) for table in TABLES}


def test_an_undo_restores_words_and_records():
    keep, gone = two()
    before = state()
    number = merging.merge(PROGRAM, keep, gone, "same_papers", AT)
    assert db.tuples("select distinct person from exchange_word") == [(keep,)]
    assert len(book()["Observation"]) == 2
    merging.unmerge(PROGRAM, number, "wrong_decision", AT + timedelta(hours=1))
    assert state() == before


def test_what_comes_after_a_merge_goes_to_the_one_book_and_leaves_with_its_record():
    keep, gone = two()
    number = merging.merge(PROGRAM, keep, gone, "same_papers", AT)
    send(
        allergy("a2", "p2"),
        glucose("g2", "p2", 6.1, meta={"lastUpdated": "2026-02-20T00:00:00Z"}, encounter={"reference": "Encounter/e2"}),
        at=AT + timedelta(hours=1),
    )
    assert [one["meta"]["versionId"] for one in book()["Observation"] if one["valueQuantity"]["value"] == 6.1] == ["3"]
    merging.unmerge(PROGRAM, number, "wrong_decision", AT + timedelta(hours=2))
    assert "AllergyIntolerance" not in book()
    assert len(book(OTHER)["AllergyIntolerance"]) == 1
    assert [one["valueQuantity"]["value"] for one in book(OTHER)["Observation"]] == [6.1]
    newer = {"code": {"text": "Aspirin"}, "meta": {"lastUpdated": "2026-03-20T00:00:00Z"}}
    send(allergy("a2", "p2", **newer), name="c.json", at=AT + timedelta(days=90))
    assert [one["code"]["text"] for one in book(OTHER)["AllergyIntolerance"]] == ["Aspirin"]
