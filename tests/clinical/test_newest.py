"""What is frequent is told by the newest values, as often as the whole range has it; what is rare is counted."""

from __future__ import annotations

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.clinical import actions, finding, newest, paging, sampled
from sosuckhoe.clinical.search import plan, text_sql
from sosuckhoe.clinical.search.query import parse
from tests.clinical.made import AT, observation, patient

pytestmark = pytest.mark.django_db
PERSONS = range(2000, 2120)


@pytest.fixture
def many(monkeypatch):
    """120 results from 0 to 119 and as many names, a tenth of which start with `ng`; samples are of 100."""
    monkeypatch.setattr(newest, "SAMPLE", 100)
    rows = [observation(f"n{i}", person=one, valueQuantity={"value": i, "unit": "g"}) for i, one in enumerate(PERSONS)]
    names = [
        patient(one, name=[{"family": "Nguyễn" if i % 10 == 0 else f"Trần{i}"}], gender="female", birthDate="1980")
        for i, one in enumerate(PERSONS)
    ]
    actions.put_many([*rows, *names], AT)
    for table in ("clinical_resource", "clinical_number", "clinical_text"):
        db.execute(f"analyze {table}")
    forget()
    yield
    forget()


def forget():
    newest.forget()
    sampled.forget()


def condition(type_name, name, text):
    return parse(type_name, [(name, text)], base="", now=AT).conditions[0]


@pytest.mark.parametrize(
    ("type_name", "name", "text", "low", "high"),
    [
        ("Observation", "value-quantity", "ge60", 0.35, 0.65),
        ("Observation", "value-quantity", "lt30,gt90", 0.3, 0.7),
        ("Observation", "value-quantity", "sa-1", 1.0, 1.0),
        ("Observation", "code-value-quantity", "718-7$le59", 0.35, 0.65),
        ("Patient", "family", "ng", 0.05, 0.13),
        ("Patient", "family", "ng,tr", 1.0, 1.0),
    ],
)
def test_the_newest_tell_what_is_frequent(many, type_name, name, text, low, high):
    assert low <= newest.share(condition(type_name, name, text)) <= high


@pytest.mark.parametrize(
    ("type_name", "name", "text"),
    [
        ("Observation", "value-quantity", "gt117"),
        ("Observation", "value-quantity", "ne5"),
        ("Observation", "value-quantity", "gt5||g"),
        ("Observation", "code-value-quantity", "nothing$gt1"),
        ("Patient", "family", "tran77"),
        ("Patient", "family:exact", "Nguyễn"),
        ("Patient", "family:contains", "uy"),
        ("Patient", "given", "ng"),
    ],
)
def test_nothing_is_said_of_what_few_meet_or_the_sample_does_not_have(many, type_name, name, text):
    assert newest.share(condition(type_name, name, text)) is None


def test_a_search_for_what_is_frequent_counts_nothing(many, monkeypatch):
    monkeypatch.setattr(text_sql, "how_many", None)
    query, seen = finding._ready(PROGRAM, parse("Patient", [("family", "ng"), ("_count", "5")], base="", now=AT))
    assert paging.chosen_plan(query, seen) in plan.ways(query)
    assert len(paging.read(query, seen, plan.WALKED_VALUES)) == 6


LETTERS = "nguyen thi thanh huyen tran ngoc bao chau"
"""41 letters: one more than the index has."""


@pytest.mark.parametrize("forced", [plan.ORDER, plan.SORTED_VALUES, plan.WALKED_VALUES])
@pytest.mark.parametrize("length", [39, 40, 41])
@pytest.mark.parametrize("modifier", ["", ":exact", ":contains"])
def test_texts_about_as_long_as_the_index_has_letters(monkeypatch, forced, length, modifier):
    """Also beside another text, which is asked before the resource is read; with a main date and without."""
    held = [LETTERS[:39], LETTERS[:40], LETTERS, LETTERS[:40] + "x", LETTERS + "x", LETTERS[:39] + "y"]
    drafts = [
        patient(2200 + i, name=[{"family": one, "given": ["Mai" if i % 2 else "Lan"]}], gender="female", **born)
        for i, (one, born) in enumerate([(one, born) for one in held for born in ({}, {"birthDate": "1980-02-03"})])
    ]
    actions.put_many(drafts, AT)
    wanted = LETTERS[:length]
    meets = {"": str.startswith, ":exact": str.__eq__, ":contains": str.__contains__}[modifier]
    monkeypatch.setattr(plan, "choose", lambda query, *_args, **_named: start(query) or forced)
    for more in ([], [("given", "mai")]):
        found = finding.search(PROGRAM, parse("Patient", [(f"family{modifier}", wanted), *more], base="", now=AT), AT)
        expected = {
            one.key
            for one in drafts
            if meets(one.body["name"][0]["family"], wanted) and (not more or one.body["name"][0]["given"] == ["Mai"])
        }
        assert {one.key for one in found.found} == expected
        assert found.after is None


def start(query):
    query.start = query.conditions[0]


def test_what_few_of_the_newest_meet_is_counted_before_all_of_it_is_sorted(many, monkeypatch):
    """The newest tell that a walk finds a page soon; of what is older they do not know."""
    counted = []
    monkeypatch.setattr(newest, "SURE", 0.2)
    monkeypatch.setattr(paging, "_run", lambda statement: counted.append(statement) or [(7,)])
    asked = condition("Patient", "family", "ng")
    assert paging._rows_with(asked, 5) > 5
    assert counted == []
    assert paging._rows_with(asked, 1000) == 7
    assert len(counted) == 1
