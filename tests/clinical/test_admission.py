"""What a write asks of stored value sets is remembered until one is written, by whichever process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, admission, believed, finding
from sosuckhoe.clinical.draft import Draft
from tests.clinical.made import AT, key

pytestmark = pytest.mark.django_db
URL = "http://hl7.org/fhir/ValueSet/administrative-gender"


def value_set(name, **content):
    made = key("ValueSet", name, person=NOBODY)
    body = {"resourceType": "ValueSet", "id": str(made), "url": f"urn:{name}", "status": "active", **content}
    return Draft("ValueSet", made, NOBODY, body)


@pytest.fixture
def seconds(monkeypatch):
    """A clock that a test turns on."""
    now = [1000.0]
    monkeypatch.setattr(believed.time, "monotonic", lambda: now[0])
    believed.forget()
    yield now
    believed.forget()


@pytest.fixture
def searches(monkeypatch):
    search, seen = finding.search, []
    monkeypatch.setattr(finding, "search", lambda *given: (seen.append(given), search(*given))[1])
    return seen


def has(code):
    return admission.told_of(PROGRAM, AT).terms.has(URL, "urn:x", code)


def test_nothing_is_looked_for_twice_while_nothing_is_written(seconds, searches):
    assert has("a") is False
    first = len(searches)
    assert first > 0
    for _ in range(5):
        seconds[0] += 2
        assert has("a") is False
    assert len(searches) == first


def test_after_a_minute_all_is_looked_for_again(seconds, searches):
    has("a")
    first = len(searches)
    seconds[0] += 61
    has("a")
    assert len(searches) == 2 * first


@pytest.mark.parametrize("at", [AT, AT - timedelta(days=1)], ids=["now", "begun earlier, committed later"])
def test_what_another_process_writes_counts_within_a_second(seconds, monkeypatch, at):
    actions.put_many([value_set("another")], AT)
    assert has("a") is False
    monkeypatch.setattr(believed, "forget", lambda: None)
    concepts = {"include": [{"system": "urn:x", "concept": [{"code": "a"}]}]}
    actions.put_many([value_set("own", url=URL, compose=concepts)], at)
    seconds[0] += 1
    assert has("a") is True
    assert has("b") is False
    actions.remove_many([value_set("own").key], at)
    seconds[0] += 1
    assert has("a") is False
