"""SQL answers as the oracle does when a search goes over several resources: chains, `_has`, lists, filters, sort."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, finding, grounding
from sosuckhoe.clinical.search import plan
from sosuckhoe.clinical.search.query import parse
from tests.clinical import oracle_shape
from tests.clinical.made import AT, PERSON, patient
from tests.clinical.walking import walked
from tests.clinical.worlds import BASE, CODES, FAMILIES, PERSONS, TITLES, worlds
from tests.many import TIMES
from tests.undone import undone

pytestmark = pytest.mark.django_db
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
    with monkeypatch.context() as patched:
        patched.setattr(grounding, "FEW", limits[0])
        patched.setattr(plan, "RARE", limits[1])
        patched.setattr(grounding, "_most_to_start_from", lambda _type: limits[1])
        with undone():
            actions.put_many(made, AT - timedelta(days=1))
            world = [one.body for one in made]
            hers = [one.body for one in made if one.person in {PERSON, NOBODY}]
            for type_name, pairs in asked:
                assert found(PROGRAM, type_name, pairs) == oracle_shape.found(world, type_name, pairs, AT), pairs
                assert found(ALICE, type_name, pairs) == oracle_shape.found(hers, type_name, pairs, AT), pairs


INCLUDED = [
    *(("_include", text) for text in ("*", "Observation:*", "Observation:subject", "Observation:performer:Patient")),
    *(("_include", text) for text in ("Observation:encounter", "Observation:has-member", "Encounter:service-provider")),
    *(("_include", text) for text in ("Patient:general-practitioner", "Patient:organization", "Observation:patient")),
    *(("_include:iterate", text) for text in ("Observation:has-member", "Organization:partof", "Patient:*")),
    *(("_include:iterate", text) for text in ("Encounter:service-provider", "Encounter:subject:Patient")),
    *(("_revinclude", text) for text in ("Observation:*", "Observation:subject", "Encounter:patient", "Patient:*")),
    *(("_revinclude", text) for text in ("Observation:performer:Organization", "Observation:has-member")),
    *(
        ("_revinclude:iterate", text)
        for text in ("Observation:encounter", "Organization:partof", "Encounter:*:Patient")
    ),
]


@settings(max_examples=40 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    worlds(),
    st.sampled_from(["Observation", "Encounter", "Patient", "Organization"]),
    st.lists(st.lists(st.sampled_from(INCLUDED), min_size=1, max_size=3, unique=True), min_size=1, max_size=5),
    st.integers(1, 6),
)
def test_what_goes_along_agrees_with_the_oracle(made, type_name, asked, count):
    """Of a page, for the program, for one person, who is told no more than her own record and the registers."""
    with undone():
        actions.put_many(made, AT - timedelta(days=1))
        hers = [one.body for one in made if one.person in {PERSON, NOBODY}]
        for actor, world in ((PROGRAM, [one.body for one in made]), (ALICE, hers)):
            for includes in asked:
                pairs = [*includes, ("_count", f"{count}")]
                page = finding.search(actor, parse(type_name, pairs, base=BASE, now=AT), AT)
                shown = {str(one.key) for one in page.found}
                matches = [body for body in world if body["id"] in shown]
                assert len(matches) == len(shown)
                brought = [str(one.key) for one in page.included]
                assert len(brought) == len(set(brought))
                assert set(brought) == oracle_shape.included(world, matches, includes), (actor.name, includes)


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
    """The ids of every page of an answer, in order."""
    found = walked(lambda place: finding.search(PROGRAM, parse(type_name, [*pairs, *place], base=BASE, now=AT), AT))
    return [str(one.key) for one in found]


@settings(max_examples=40 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.lists(sorts(), min_size=1, max_size=6), st.integers(1, 3))
def test_every_order_agrees_with_the_oracle_page_by_page(made, asked, count):
    with undone():
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


TESTS = {
    "Observation": [
        ("code", ["eq", "ne"], CODES),
        ("status", ["eq", "ne", "pr"], ["true", "false"]),
        ("date", ["gt", "lt", "ge", "le", "eq", "ne", "sa", "eb", "pr"], ["true", "false"]),
        ("value-quantity", ["gt", "lt", "ge", "le", "eq", "ne", "sa", "eb"], ["1", "5.5", "-2"]),
        ("value-string", ["eq", "ne", "co", "sw", "ew"], ["an", "Đức", "n", "bình"]),
        ("patient.name", ["eq", "co"], FAMILIES),
        ("patient.general-practitioner.name", ["eq", "ne", "sw"], [*FAMILIES, "bệnh"]),
        ("encounter", ["pr"], ["true", "false"]),
        ("performer:Patient.family", ["eq"], FAMILIES),
    ],
    "Patient": [
        ("name", ["eq", "ne", "co", "sw", "ew", "pr"], [*FAMILIES, "n"]),
        ("organization.partof.name", ["co", "ne"], TITLES),
        ("birthdate", ["pr"], ["true", "false"]),
    ],
}
VALUES = {"pr": ["true", "false"], "date": ["2026", "2026-05", "2026-05-02", "2025-12-31"]}


@st.composite
def comparisons(draw, type_name):
    path, words, texts = draw(st.sampled_from(TESTS[type_name]))
    word = draw(st.sampled_from(words))
    texts = VALUES["pr"] if word == "pr" else VALUES.get(path, texts)
    return (word, path, draw(st.sampled_from(["final", "amended"] if path == "status" and word != "pr" else texts)))


def bracketed():
    """A filter of a patient in brackets, and a comparison behind it."""
    of_patient = st.recursive(comparisons("Patient"), lambda one: st.tuples(st.just("and"), one, one), max_leaves=2)
    codes = st.sampled_from(["patient", "subject:Patient", "performer"])
    return st.tuples(st.just("where"), codes, of_patient, comparisons("Patient"))


def trees(type_name):
    leaves = comparisons(type_name)
    return st.recursive(
        leaves | bracketed() if type_name == "Observation" else leaves,
        lambda inner: st.tuples(st.sampled_from(["and", "or"]), inner, inner) | st.tuples(st.just("not"), inner),
        max_leaves=4,
    )


def written(tree):
    """A filter as text, with every group in parentheses."""
    word, *rest = tree
    if word in {"and", "or"}:
        return f"({written(rest[0])}) {word} ({written(rest[1])})"
    if word == "not":
        return f"not({written(rest[0])})"
    if word == "where":
        return f"{rest[0]}[{written(rest[1])}].{written(rest[2])}"
    path, text = rest
    return f"{path} {word} {orjson.dumps(text).decode() if ' ' in text else text}"


@settings(max_examples=40 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.lists(trees("Observation"), min_size=1, max_size=4), st.lists(trees("Patient"), max_size=3))
def test_filters_agree_with_the_oracle(made, of_results, of_patients):
    with undone():
        actions.put_many(made, AT - timedelta(days=1))
        world = [one.body for one in made]
        for type_name, asked in (("Observation", of_results), ("Patient", of_patients)):
            for tree in asked:
                expected = {
                    body["id"]
                    for body in world
                    if body["resourceType"] == type_name and oracle_shape.filtered(world, body, tree, AT)
                }
                assert found(PROGRAM, type_name, [("_filter", written(tree))]) == expected, written(tree)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("name", "SSK-3123"),
        ("name co", "SSK-3123"),
        ('name co "x', "SSK-3123"),
        ("(name co x", "SSK-3123"),
        ("name co x)", "SSK-3123"),
        ("not name co x", "SSK-3123"),
        ("name co x or", "SSK-3123"),
        ("(" * 40 + "name co x" + ")" * 40, "SSK-3123"),
        ("address[use eq home].city eq x", "SSK-3002"),
        ("organization[name eq x", "SSK-3123"),
        ("organization[name eq x] eq y", "SSK-3123"),
        ('organization[name eq "]"].', "SSK-3123"),
        ("organization[].name eq x", "SSK-3123"),
        ("organization[nothing eq x].name eq x", "SSK-3001"),
        ("name gt x", "SSK-3003"),
        ("gender co m", "SSK-3003"),
        ("name xx x", "SSK-3003"),
        ("nothing eq x", "SSK-3001"),
        ("birthdate eq yesterday", "SSK-3004"),
        ("birthdate pr maybe", "SSK-3004"),
        ("gender.x eq y", "SSK-3002"),
    ],
)
def test_a_filter_that_is_not_understood_is_refused(text, number):
    with pytest.raises(Problem, match=number):
        parse("Patient", [("_filter", text)], base=BASE, now=AT)


def test_a_filter_without_parentheses_is_read_from_left_to_right():
    names = ["An", "Bình", "Cường"]
    drafts = [patient(person, name=[{"text": name}]) for person, name in zip(PERSONS, names, strict=True)]
    actions.put_many(drafts, AT)
    both = found(PROGRAM, "Patient", [("_filter", 'name eq "an" or name eq binh and name eq binh')])
    assert both == {str(drafts[1].key)}
    assert len(found(PROGRAM, "Patient", [("_filter", "name eq an or (name eq binh and name eq binh)")])) == 2
