"""References :below and :above, against a walk over plain dicts. https://hl7.org/fhir/R4/search.html#recursive"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, finding, grounding
from sosuckhoe.clinical.search.query import parse
from tests.clinical.made import AT, PERSON, draft, key, patient
from tests.many import TIMES
from tests.undone import undone

pytestmark = pytest.mark.django_db
BASE = "http://house.example/fhir"
ALICE = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
PLACES = 6


def place(number):
    return str(key("Location", f"l{number}", person=NOBODY))


def location(number, parent, absolute):
    content = {"name": f"Location {number}"}
    if parent is not None:
        content["partOf"] = {"reference": f"{BASE if absolute else ''}/Location/{place(parent)}".lstrip("/")}
    return draft("Location", f"l{number}", person=NOBODY, **content)


def visit(number, **content):
    return draft(
        "Encounter", f"e{number}", status="finished", subject={"reference": f"Patient/{patient().key}"}, **content
    )


def seen_from(start, parents, upwards):
    """Where one comes from a place, itself included; circles end."""
    reached, left = set(), {start}
    while left - reached:
        reached |= left
        left = {parents[one] for one in left} if upwards else {one for one, up in enumerate(parents) if up in left}
        left.discard(None)
    return reached


def found(actor, type_name, query):
    page = finding.search(actor, parse(type_name, [query, ("_count", "100")], base=BASE, now=AT), AT)
    return {str(one.key) for one in page.found}


@settings(max_examples=25 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.none() | st.integers(0, PLACES - 1), min_size=PLACES, max_size=PLACES),
    st.booleans(),
    st.lists(st.integers(0, PLACES - 1), min_size=1, max_size=2),
    st.sampled_from(["below", "above"]),
    st.booleans(),
)
def test_visits_are_found_by_a_place_and_what_is_below_or_above_it(parents, absolute, asked, modifier, by_type):
    with undone():
        places = [location(number, parent, absolute) for number, parent in enumerate(parents)]
        visits = [visit(n, location=[{"location": {"reference": f"Location/{place(n)}"}}]) for n in range(PLACES)]
        actions.put_many([patient(), *places, *visits], AT)
        text = ",".join(f"Location/{place(one)}" if by_type else place(one) for one in asked)
        expected = set().union(*(seen_from(one, parents, upwards=modifier == "above") for one in asked))
        assert found(ALICE, "Encounter", (f"location:{modifier}", text)) == {str(visits[n].key) for n in expected}
        assert found(PROGRAM, "Location", (f"partof:{modifier}", text)) == {
            place(n) for n, parent in enumerate(parents) if parent in expected
        }


def test_a_place_that_is_not_here_is_found_as_without_the_modifier():
    one = visit(1, location=[{"location": {"reference": "Location/elsewhere"}}])
    actions.put_many([patient(), one], AT)
    assert found(ALICE, "Encounter", ("location:below", "Location/elsewhere")) == {str(one.key)}


def test_nobody_walks_through_what_they_may_not_see():
    """The parts of a stranger's visit lead nowhere, however they are asked."""
    hidden = draft("Encounter", "outer", person=815, status="finished")
    inner = draft("Encounter", "inner", person=815, status="finished", partOf={"reference": f"Encounter/{hidden.key}"})
    result = draft(
        "Observation", "o", status="final", code={"text": "x"}, encounter={"reference": f"Encounter/{inner.key}"}
    )
    actions.put_many([patient(), patient(815), hidden, inner, result], AT)
    query = ("encounter:below", f"Encounter/{hidden.key}")
    assert found(PROGRAM, "Observation", query) == {str(result.key)}
    assert found(ALICE, "Observation", query) == set()


def test_it_stands_at_the_end_of_a_chain():
    top, part = location(0, None, absolute=False), location(1, 0, absolute=False)
    one = visit(1, location=[{"location": {"reference": f"Location/{place(1)}"}}])
    result = draft(
        "Observation", "o", status="final", code={"text": "x"}, encounter={"reference": f"Encounter/{one.key}"}
    )
    actions.put_many([patient(), top, part, one, result], AT)
    assert found(ALICE, "Observation", ("encounter.location:below", place(0))) == {str(result.key)}


@pytest.mark.parametrize(
    ("type_name", "name", "text", "number"),
    [
        ("Observation", "subject:below", "Patient/1", "SSK-3004"),
        ("Observation", "performer:above", "http://elsewhere.example/Organization/1", "SSK-3004"),
        ("Encounter", "diagnosis:below", "1", "SSK-3003"),
        ("Encounter", "location:below", "Organization/1", "SSK-3004"),
    ],
)
def test_what_has_no_parts_is_refused(type_name, name, text, number):
    with pytest.raises(Problem, match=number):
        parse(type_name, [(name, text)], base=BASE, now=AT)


def test_what_is_too_large_is_refused_and_not_cut(monkeypatch):
    monkeypatch.setattr(grounding, "MOST_PARTS", 2)
    actions.put_many([location(0, None, absolute=False), *(location(n, 0, absolute=False) for n in (1, 2, 3))], AT)
    with pytest.raises(Problem, match="SSK-3051"):
        found(PROGRAM, "Encounter", ("location:below", place(0)))
