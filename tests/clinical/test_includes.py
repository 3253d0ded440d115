"""_include and _revinclude bring what the caller may see, each resource once."""

from __future__ import annotations

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, derived_key
from sosuckhoe.clinical import actions, finding
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.search import include
from sosuckhoe.clinical.search.query import parse
from tests.clinical.made import AT, PERSON, draft, observation, patient

pytestmark = pytest.mark.django_db
OTHER = 99
BASE = "https://book.invalid/fhir"
ALICE = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
HOSPITAL = Actor(2, "A hospital", "system", facility="79001")
HIV = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}
CLINIC = derived_key(555, AT, "facility")


@pytest.fixture
def stored():
    visit = draft("Encounter", "visit", subject={"reference": f"Patient/{patient().key}"})
    visit.body["serviceProvider"] = {"reference": f"{BASE}/Organization/{CLINIC}"}
    first = observation("first", hasMember=[{"reference": f"Observation/{draft('Observation', 'second').key}"}])
    second = observation("second", hasMember=[{"reference": f"Observation/{first.key}/_history/1"}])
    hers = observation("hers", person=OTHER, hasMember=[{"reference": f"Observation/{first.key}"}])
    secret = observation("secret", meta=HIV)
    register = Draft("Organization", CLINIC, NOBODY, {"resourceType": "Organization", "id": str(CLINIC)})
    everything = [visit, first, second, hers, secret, register, patient(), patient(OTHER)]
    actions.put_many(everything, AT)
    names = ("visit", "first", "second", "hers", "secret", "clinic", "patient", "other")
    return dict(zip(names, (one.key for one in everything), strict=True))


def brought(stored, actor, type_name, *pairs):
    names = {key: name for name, key in stored.items()}
    included = finding.search(actor, parse(type_name, pairs, base=BASE, now=AT), AT).included
    assert len(included) == len({one.key for one in included})
    return {names[one.key] for one in included}


def test_an_include_brings_what_a_match_refers_to(stored):
    first = ("_id", str(stored["first"]))
    assert brought(stored, PROGRAM, "Observation", first, ("_include", "Observation:subject")) == {"patient"}
    assert brought(stored, PROGRAM, "Observation", first, ("_include", "Observation:subject:Group")) == set()
    both = (("_include", "Observation:patient"), ("_include", "Observation:encounter"))
    assert brought(stored, PROGRAM, "Observation", first, *both) == {"patient", "visit"}


def test_a_star_brings_all_that_a_type_refers_to(stored):
    first = ("_id", str(stored["first"]))
    for star in ("*", "Observation:*"):
        assert brought(stored, PROGRAM, "Observation", first, ("_include", star)) == {"patient", "visit", "second"}
    assert brought(stored, PROGRAM, "Observation", first, ("_include", "Observation:*:Patient")) == {"patient"}
    assert brought(stored, PROGRAM, "Observation", first, ("_revinclude", "Observation:*")) == {"second", "hers"}
    for name in ("_include:iterate", "_revinclude"):
        with pytest.raises(Problem, match="SSK-3004"):
            parse("Observation", [(name, "*")], base=BASE, now=AT)


def test_iterate_follows_what_was_included_and_circles_end(stored):
    first = ("_id", str(stored["first"]))
    once = ("_include", "Observation:encounter")
    further = ("_include:iterate", "Encounter:service-provider")
    assert brought(stored, PROGRAM, "Observation", first, once, further) == {"visit", "clinic"}
    assert brought(stored, PROGRAM, "Observation", first, once, ("_include", "Encounter:service-provider")) == {"visit"}
    assert brought(stored, PROGRAM, "Observation", first, ("_include:iterate", "Observation:has-member")) == {"second"}


def test_a_revinclude_brings_what_refers_to_a_match(stored):
    me = ("_id", str(stored["patient"]))
    found = brought(stored, PROGRAM, "Patient", me, ("_revinclude", "Observation:subject"))
    assert found == {"first", "second", "secret"}
    first = ("_id", str(stored["first"]))
    assert brought(stored, PROGRAM, "Observation", first, ("_revinclude", "Observation:has-member")) == {
        "second",
        "hers",
    }


def test_what_the_caller_may_not_see_does_not_come_along(stored):
    first = ("_id", str(stored["first"]))
    assert brought(stored, ALICE, "Observation", first, ("_revinclude", "Observation:has-member")) == {"second"}
    access.tie([("79001", PERSON)], AT)
    me = ("_id", str(stored["patient"]))
    assert brought(stored, HOSPITAL, "Patient", me, ("_revinclude", "Observation:subject")) == {"first", "second"}


def test_more_than_may_come_along_is_refused(stored, monkeypatch):
    monkeypatch.setattr(include, "MOST", 2)
    with pytest.raises(Problem, match="SSK-3004"):
        brought(stored, PROGRAM, "Patient", ("_revinclude", "Observation:subject"))


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("_include", "*:subject", "SSK-3004"),
        ("_include", "Observation", "SSK-3004"),
        ("_include", "Observation:nothing", "SSK-3001"),
        ("_include", "Observation:code", "SSK-3002"),
        ("_include", "Observation:subject:Claim", "SSK-3004"),
        ("_include:recurse", "Observation:subject", "SSK-3003"),
        ("_revinclude", "Nothing:subject", "SSK-3004"),
    ],
)
def test_what_is_not_understood_is_refused(name, text, code):
    with pytest.raises(Problem, match=code):
        parse("Observation", [(name, text)], base=BASE, now=AT)
