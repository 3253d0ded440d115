"""SQL answers as the oracle does when a search goes over several resources: chains, `_has`, lists, filters, sort."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, finding, grounding
from sosuckhoe.clinical.search import cursor, plan
from sosuckhoe.clinical.search.query import parse
from tests.clinical import oracle_shape
from tests.clinical.made import AT, PERSON
from tests.clinical.worlds import BASE, CODES, FAMILIES, TITLES, worlds

pytestmark = pytest.mark.django_db
TIMES = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1
ALICE = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
CHAINS = {
    "Observation": [
        ("patient.general-practitioner.name", FAMILIES + TITLES),
        ("subject:Patient.organization.name", TITLES),
        ("patient.organization.partof.name", TITLES),
        ("patient.organization.partof:missing", ["true"]),
        ("encounter.service-provider.name:contains", ["viện", "te"]),
        ("encounter.status", ["finished", "planned"]),
        ("encounter.patient.family", FAMILIES),
        ("performer.name", FAMILIES + TITLES),
        ("performer:Patient.family", FAMILIES),
        ("has-member.code", CODES),
        ("has-member.has-member.code:not", CODES),
        ("has-member.patient.general-practitioner:Practitioner.family", FAMILIES),
        ("patient._has:Encounter:patient:status", ["finished", "planned"]),
        ("_has:Observation:has-member:code", CODES),
        ("_has:Observation:has-member:patient.name", FAMILIES),
    ],
    "Patient": [
        ("_has:Observation:patient:code", CODES),
        ("_has:Observation:patient:encounter.status", ["finished", "planned"]),
        ("_has:Observation:patient:encounter.service-provider.name", TITLES),
        ("_has:Encounter:patient:_has:Observation:encounter:code", CODES),
        ("general-practitioner.name", FAMILIES + TITLES),
        ("organization.partof.name", TITLES),
    ],
    "Organization": [
        ("_has:Patient:organization:name", FAMILIES),
        ("_has:Patient:organization:_has:Observation:patient:code", CODES),
        ("_has:Encounter:service-provider:_has:Observation:encounter:performer.name", FAMILIES),
        ("partof.partof.name", TITLES),
    ],
    "Encounter": [("_has:Observation:encounter:_has:Observation:has-member:code", CODES)],
}


@st.composite
def chains(draw):
    type_name = draw(st.sampled_from(sorted(CHAINS)))
    asked = draw(st.lists(st.sampled_from(CHAINS[type_name]), min_size=1, max_size=2))
    return type_name, [(name, ",".join(draw(st.sets(st.sampled_from(texts), min_size=1)))) for name, texts in asked]


def found(actor, type_name, pairs):
    page = finding.search(actor, parse(type_name, [*pairs, ("_count", "100")], base=BASE, now=AT), AT)
    return {str(one.key) for one in page.found}


@settings(max_examples=40 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.lists(chains(), min_size=1, max_size=6), st.sampled_from([(200, 5000), (0, 5000), (0, 0)]))
def test_chains_agree_with_the_oracle(monkeypatch, made, asked, limits):
    """Whether a hop is answered at once, is where the search starts, or is asked of every row."""
    point = transaction.savepoint()
    with monkeypatch.context() as patched:
        patched.setattr(grounding, "FEW", limits[0])
        patched.setattr(plan, "RARE", limits[1])
        try:
            actions.put_many(made, AT - timedelta(days=1))
            world = [one.body for one in made]
            hers = [one.body for one in made if one.person in {PERSON, NOBODY}]
            for type_name, pairs in asked:
                assert found(PROGRAM, type_name, pairs) == oracle_shape.found(world, type_name, pairs, AT), pairs
                assert found(ALICE, type_name, pairs) == oracle_shape.found(hers, type_name, pairs, AT), pairs
        finally:
            transaction.savepoint_rollback(point)


SORTS = {
    "Observation": [
        "date",
        "value-quantity",
        "value-string",
        "code",
        "status",
        "encounter",
        "performer",
        "_lastUpdated",
    ],
    "Patient": ["name", "family", "general-practitioner", "organization", "_id", "birthdate"],
    "Encounter": ["status", "date", "service-provider", "patient", "_lastUpdated"],
    "Organization": ["name", "partof", "_id", "address"],
}


@st.composite
def sorts(draw):
    type_name = draw(st.sampled_from(sorted(SORTS)))
    codes = draw(st.lists(st.sampled_from(SORTS[type_name]), min_size=1, max_size=3, unique=True))
    return type_name, ",".join(draw(st.sampled_from(["", "-"])) + code for code in codes)


def pages(type_name, pairs):
    """Every page of an answer, in order."""
    ids, place = [], []
    while len(ids) < 1000:
        page = finding.search(PROGRAM, parse(type_name, [*pairs, *place], base=BASE, now=AT), AT)
        ids += [str(one.key) for one in page.found]
        if page.after is None:
            return ids
        place = [("_cursor", cursor.write(page.after))]
    raise AssertionError("the pages do not end")


@settings(max_examples=40 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.lists(sorts(), min_size=1, max_size=6), st.integers(1, 3))
def test_every_order_agrees_with_the_oracle_page_by_page(made, asked, count):
    point = transaction.savepoint()
    try:
        moments = [AT - timedelta(days=2), AT - timedelta(days=1)]
        for i, at in enumerate(moments):
            actions.put_many(made[i::2], at)
        updated = {one.body["id"]: moments[place % 2] for place, one in enumerate(made)}
        for type_name, sort in asked:
            bodies = [one.body for one in made if one.type == type_name]
            expected = oracle_shape.in_order(bodies, sort, updated)
            found = pages(type_name, [("_sort", sort), ("_count", str(count))])
            if sort in {"-_lastUpdated", "date"}:  # read from an index, equal ones from its end
                assert sorted(found) == sorted(expected)
            else:
                assert found == expected, (type_name, sort)
    finally:
        transaction.savepoint_rollback(point)
