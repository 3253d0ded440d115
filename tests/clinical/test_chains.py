"""Chains and _has agree with a search over dicts, and show nobody what they may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions, finding
from sosuckhoe.clinical.search.query import parse
from tests.clinical import oracle
from tests.clinical.made import AT, PERSON, draft, patient
from tests.many import TIMES
from tests.undone import undone

pytestmark = pytest.mark.django_db
BASE = "https://book.invalid/fhir"
PERSONS = [PERSON, 99]
ALICE = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
families = st.sampled_from(["Nguyễn", "Trần"])
codes = st.sampled_from(["A", "B"])


def found(actor, type_name, *pairs):
    return {one.key for one in finding.search(actor, parse(type_name, pairs, base=BASE, now=AT), AT).found}


def store(names, observed):
    patients = [patient(p, name=[{"family": name}]) for p, name in zip(PERSONS, names, strict=True)]
    made = [
        draft(
            "Observation",
            f"o{i}",
            person=PERSONS[whose],
            subject={"reference": ("", f"{BASE}/")[i % 2] + f"Patient/{patients[whose].key}"},
            code={"coding": [{"code": code}]},
        )
        for i, (whose, code) in enumerate(observed)
    ]
    actions.put_many([*patients, *made], AT - timedelta(days=1))
    return patients, made


@settings(max_examples=40 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.tuples(families, families), st.lists(st.tuples(st.integers(0, 1), codes), max_size=5), families, codes)
def test_chains_agree_with_the_oracle(names, observed, name, code):
    with undone():
        patients, made = store(names, observed)
        named = {f"Patient/{p.key}" for p in patients if oracle.matches(p.body, [("name", name)], AT)}
        expected = {o.key for o in made if o.body["subject"]["reference"].removeprefix(f"{BASE}/") in named}
        for chained in ("patient.name", "subject:Patient.name", "subject:Patient.family:exact"):
            assert found(PROGRAM, "Observation", (chained, name)) == expected
        coded = {o.person for o in made if oracle.matches(o.body, [("code", code)], AT)}
        has = ("_has:Observation:subject:code", code)
        assert found(PROGRAM, "Patient", has) == {p.key for p in patients if p.person in coded}
        assert found(ALICE, "Observation", ("patient.name", name)) == {
            k.key for k in made if k.key in expected and k.person == PERSON
        }
        assert found(ALICE, "Patient", has) == {p.key for p in patients if p.person in coded & {PERSON}}


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("subject.birthdate.x", "SSK-3004"),
        ("subject:Claim.name", "SSK-3004"),
        ("code.name", "SSK-3002"),
        ("nothing.name", "SSK-3001"),
        ("patient.nothing", "SSK-3001"),
        ("patient.organization.nothing", "SSK-3001"),
        ("patient.name:above", "SSK-3003"),
        ("_has:Observation:subject", "SSK-3004"),
        ("_has:Nothing:subject:code", "SSK-3004"),
        ("_has:Encounter:subject:status", "SSK-3004"),
    ],
)
def test_what_is_not_understood_is_refused(name, number):
    with pytest.raises(Problem, match=number):
        parse("Observation", [(name, "x")], base=BASE, now=AT)
