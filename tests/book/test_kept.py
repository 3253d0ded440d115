"""A remembered summary is the summary: what changes it makes it anew."""

from datetime import date, timedelta

import pytest

from sosuckhoe.access import labels
from sosuckhoe.base import db
from sosuckhoe.book import kept, queries
from tests.book import library

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)


@pytest.fixture
def whose():
    return queries.owner(library.grandmother())


@pytest.fixture
def made(monkeypatch):
    """How often a summary was made anew."""
    calls = []
    original = queries.summary_of
    monkeypatch.setattr(queries, "summary_of", lambda *words: calls.append(words) or original(*words))
    return calls


@pytest.mark.parametrize("hidden", [0, labels.every()])
def test_what_is_remembered_is_what_was_made(whose, hidden):
    made = queries.summary_of(whose, ON, hidden)
    assert kept.summary_of(whose, ON, hidden) == made
    assert kept.summary_of(whose, ON, hidden) == made


def test_a_second_look_makes_nothing(whose, made):
    kept.summary_of(whose, ON)
    kept.summary_of(whose, ON)
    assert len(made) == 1


def test_the_next_day_makes_it_anew(whose, made):
    kept.summary_of(whose, ON)
    later = kept.summary_of(whose, date(2026, 12, 4))
    assert (len(made), later.appointments, later.medicines.is_covered) == (2, [], False)


def test_every_write_makes_it_anew(whose, made):
    kept.summary_of(whose, ON)
    library.file([library.clinic_visit(77, "2026-11-19", "9.9")], library.NOW - timedelta(days=1))
    found = kept.summary_of(whose, ON)
    assert len(made) == 2
    assert {tile.key: tile.text for tile in found.measurements}["glucose"] == "9.9"


def test_what_is_hidden_from_one_is_not_remembered_for_another(whose, monkeypatch):
    db.execute("update clinical_resource set label = 2 where person = %s and label = 0", [whose.person])
    assert kept.summary_of(whose, ON).illnesses
    assert not kept.summary_of(whose, ON, labels.every()).illnesses
    assert kept.summary_of(whose, ON).illnesses


def test_another_program_makes_it_anew(whose, made, monkeypatch):
    kept.summary_of(whose, ON)
    monkeypatch.setattr(kept, "_program", lambda: "another")
    kept.summary_of(whose, ON)
    assert len(made) == 2
