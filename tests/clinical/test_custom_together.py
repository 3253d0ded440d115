"""Composites of several dates, texts, numbers and quantities, defined here: all parts hold in one element."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.clinical import actions, explaining, finding
from sosuckhoe.clinical.search import custom, custom_index, digest, extract
from sosuckhoe.clinical.search.parameters import Group, Parameter, Part, Path
from sosuckhoe.clinical.search.query import parse
from tests.clinical import oracle
from tests.clinical.custom_made import define, definition, look_anew, part, reindex, soon  # noqa: F401 -- a fixture
from tests.clinical.made import draft, patient
from tests.clinical.test_search_oracle import BASE, NOW, NUMBERS, PERSONS, UCUM, numbers, run
from tests.many import TIMES
from tests.undone import undone

pytestmark = pytest.mark.django_db
OF_KIND = {
    "token": "Observation-component-code",
    "date": "clinical-date",
    "string": "Observation-value-string",
    "number": "RiskAssessment-probability",
    "quantity": "Observation-value-quantity",
}


def paths(**leaves):
    return tuple(Path(steps, leaf) for steps, leaf in leaves.items())


COMPOSITES = {
    "outlook": ("RiskAssessment", "prediction", [
        ("token", "outcome", paths(outcome="CodeableConcept")),
        ("number", "probability", paths(probabilityDecimal="decimal", probabilityRange="Range")),
        ("number", "relativeRisk", paths(relativeRisk="decimal")),
        ("date", "when.ofType(Period)", paths(whenPeriod="Period")),
    ]),
    "grounds": ("RiskAssessment", "prediction", [
        ("date", "when.ofType(Period)", paths(whenPeriod="Period")),
        ("string", "rationale", paths(rationale="string")),
    ]),
    "bounds": ("Observation", "referenceRange", [
        ("quantity", "low", paths(low="Quantity")),
        ("quantity", "high", paths(high="Quantity")),
        ("token", "type", paths(type="CodeableConcept")),
        ("string", "text", paths(text="string")),
    ]),
    "lived": ("Patient", "address", [
        ("string", "city", paths(city="string")),
        ("date", "period", paths(period="Period")),
    ]),
}  # fmt: skip
"""Code → type, element, and of each part the kind, the expression and the paths by which the oracle reads it."""

dates = st.sampled_from(["2025", "2026", "2026-05", "2026-05-02", "2026-05-02T10:11:00+07:00"])
periods = st.fixed_dictionaries({}, optional={"start": dates, "end": dates})
quantities = st.fixed_dictionaries(
    {"value": st.sampled_from(NUMBERS)},
    optional={"code": st.sampled_from(["mg", "g", "viên"]), "system": st.just(UCUM), "unit": st.just("viên")},
)
texts = st.sampled_from(["Hà Nội", "ha noi 2", "Huế", "Đà Nẵng"])
concepts = st.builds(
    lambda some: {"coding": some},
    st.lists(
        st.fixed_dictionaries({"code": st.sampled_from(["a", "b"])}, optional={"system": st.just("urn:c")}), max_size=2
    ),
)
ELEMENTS = {
    "prediction": st.fixed_dictionaries(
        {},
        optional={
            "outcome": concepts,
            "probabilityDecimal": st.sampled_from(NUMBERS),
            "relativeRisk": st.sampled_from(NUMBERS),
            "whenPeriod": periods,
            "rationale": texts,
        },
    ),
    "referenceRange": st.fixed_dictionaries(
        {}, optional={"low": quantities, "high": quantities, "type": concepts, "text": texts}
    ),
    "address": st.fixed_dictionaries({}, optional={"city": texts, "period": periods}),
}
ASKED = {
    "token": st.sampled_from(["a", "b", "urn:c|a", "|b", "urn:c|"]),
    "date": st.builds("{}{}".format, st.sampled_from(["", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]), dates),
    "string": st.sampled_from(["ha", "Hà Nội", "hue", "da n", "x"]),
    "number": numbers,
    "quantity": st.builds("{}{}".format, numbers, st.sampled_from(["", f"|{UCUM}|mg", f"|{UCUM}|g", "||viên", "||mg"])),
}


@st.composite
def worlds(draw):
    """One composite, resources of its type, and what is asked of it, in alternatives."""
    code = draw(st.sampled_from(sorted(COMPOSITES)))
    _, element, parts = COMPOSITES[code]
    bodies = draw(st.lists(st.lists(ELEMENTS[element], max_size=4), min_size=1, max_size=6))
    asked = st.builds(lambda *each: "$".join(each), *(ASKED[kind] for kind, _, _ in parts))
    return code, bodies, draw(st.lists(st.lists(asked, min_size=1, max_size=2).map(",".join), min_size=1, max_size=8))


def defined(code):
    type_name, element, parts = COMPOSITES[code]
    component = [part(OF_KIND[kind], expression) for kind, expression, _ in parts]
    return definition(code, "composite", type_name, f"{type_name}.{element}", component=component)


def as_the_oracle_knows_it(code):
    type_name, element, parts = COMPOSITES[code]
    groups = (Group(element, tuple(Part(kind, read) for kind, _, read in parts)),)
    return Parameter(type_name, code, "composite", (), (), groups)


def made_of(code, bodies):
    type_name, element, _ = COMPOSITES[code]
    if type_name == "Patient":
        return [patient(person, **{element: held}) for person, held in enumerate(bodies, 9_000)]
    return [draft(type_name, f"t{i}", status="final", **{element: held}) for i, held in enumerate(bodies)]


APART = {"low": {"value": 5}, "high": {"value": 9}, "type": {"coding": [{"code": "a"}]}, "text": "Huế"}


@pytest.fixture
def all_defined():
    define(*map(defined, COMPOSITES))
    reindex(*{type_name for type_name, _, _ in COMPOSITES.values()})
    yield
    look_anew()


def agree(code, drafts, asked):
    known = as_the_oracle_knows_it(code)
    for text in asked:
        expected = {one.key for one in drafts if oracle.joined(one.body, known, text, NOW)}
        assert {one.key for one in run(COMPOSITES[code][0], [(code, text)])} == expected, text


@pytest.mark.usefixtures("all_defined")
@settings(max_examples=150 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
@example(("bounds", [[{**APART, "high": {"value": 5}}, {**APART, "low": {"value": 9}}]], ["5$9$a$hue"]))
@example(("bounds", [[APART]], ["5$9$a$hue", "5$9$a$hue,5$9$b$hue", "9$5$a$hue"]))
def test_all_parts_hold_in_one_element(world):
    code, bodies, asked = world
    with undone():
        drafts = made_of(code, bodies)
        actions.put_many(drafts, NOW)
        agree(code, drafts, asked)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_reindex_adds_what_was_stored_before_the_definition(world):
    code, bodies, asked = world
    drafts = made_of(code, bodies)
    try:
        with undone():
            actions.put_many(drafts, NOW)
            define(defined(code))
            reindex(COMPOSITES[code][0])
            agree(code, drafts, asked)
    finally:
        look_anew()


def test_chains_totals_and_the_plan_know_it():
    person = patient(PERSONS[0], address=[{"city": "Huế", "period": {"start": "2020"}}])
    result = draft(
        "Observation", "o", person=PERSONS[0], status="final", subject={"reference": f"Patient/{person.key}"}
    )
    define(defined("lived"))
    reindex("Patient")
    actions.put_many([person, result], NOW)

    def search(type_name, *pairs):
        return finding.search(PROGRAM, parse(type_name, pairs, base=BASE, now=NOW), NOW)

    for city, found in (("hue$gt2019", [result.key]), ("hue$lt2019", []), ("ha$gt2019", [])):
        assert [one.key for one in search("Observation", ("subject:Patient.lived", city)).found] == found
    assert search("Patient", ("lived", "hue$gt2019"), ("_total", "accurate")).total == 1
    referred = ("_has:Observation:subject:status", "final")
    assert [one.key for one in search("Patient", referred, ("lived", "hue$ne2019")).found] == [person.key]
    told = explaining.explain(PROGRAM, parse("Patient", [("lived", "hue$gt2019")], base=BASE, now=NOW), NOW)
    assert "intersect" in told.sql


def test_what_was_found_is_not_after_a_change_or_a_deletion():
    define(defined("lived"))
    reindex("Patient")
    one = patient(PERSONS[0], address=[{"city": "Huế", "period": {"start": "2020"}}])
    actions.put_many([one], NOW)
    assert [found.key for found in run("Patient", [("lived", "hue$gt2019")])] == [one.key]
    moved = [{"city": "Huế"}, {"city": "Vinh", "period": {"start": "2020"}}]
    actions.put_many([patient(PERSONS[0], address=moved)], NOW)
    assert run("Patient", [("lived", "hue$gt2019")]) == []
    assert [found.key for found in run("Patient", [("lived", "vinh$gt2019")])] == [one.key]
    actions.remove_many([one.key], NOW)
    assert run("Patient", [("lived", "vinh$gt2019")]) == []


def test_an_element_without_one_part_has_no_row():
    define(defined("lived"))
    try:
        body = patient(PERSONS[0], address=[{"city": "Huế"}, {"period": {"start": "2020"}}]).body
        found = extract.extract("Patient", body)
        before = len(found.texts), len(found.dates)
        custom_index.add(custom.current().of("Patient")["lived"], body, found)
        assert (len(found.texts), len(found.dates)) == before
    finally:
        look_anew()


def test_the_place_of_an_element_stands_in_the_last_bits_of_its_path():
    plain = digest.path_number("Patient", "~lived$")
    for place in (0, 1, 999_999):
        told = digest.path_number("Patient", digest.numbered("~lived$", place))
        assert (told & digest.ELEMENTS, told & ~digest.ELEMENTS) == (place, plain & ~digest.ELEMENTS)
        assert digest.unnumbered(digest.numbered("~lived$", place)) == "~lived$"
