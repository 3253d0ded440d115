"""One person's search touches one person's rows; a hospital's starts where it is shortest. PostgreSQL says which."""

from __future__ import annotations

import re

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, explaining, finding, grounding, paging, sampled
from sosuckhoe.clinical.search import order_sql, plan, sql
from sosuckhoe.clinical.search.query import parse
from tests.clinical.made import AT, PERSON, draft, observation, patient

pytestmark = pytest.mark.django_db
ALICE = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
CLINIC = Actor(2, "A clinic", "system", facility="79001")
PERSONS = range(1000, 1400)
IN_ORDER = "clinical_text_(in_order|lettered)"
"""Either gives texts in the order of the answer; which is cheaper hangs on how large the two have grown."""


@pytest.fixture
def many():
    """Results of many persons, two of whom a clinic has treated, and PostgreSQL's count of them."""
    persons = [PERSON, *PERSONS]
    results = [observation(f"o{i}", person=person) for person in persons for i in range(5)]
    results.append(observation("alone", person=PERSONS[7]))
    actions.put_many([*results, *(patient(person) for person in persons)], AT)
    access.tie([("79001", PERSON), ("79001", 1000), *(("01001", person) for person in persons)], AT)
    db.execute("analyze clinical_resource")
    db.execute("analyze access_tie")
    db.execute("analyze clinical_number")
    db.execute("analyze clinical_text")
    forget()
    yield
    forget()


def forget():
    paging._ties.cache_clear()
    sampled.forget()


def steps(actor, type_name, *pairs):
    """The plan, and what PostgreSQL makes of the statement that is run."""
    query, seen = finding._ready(actor, parse(type_name, pairs, base="", now=AT))
    chosen = paging.chosen_plan(query, seen)
    made = order_sql.page(query, seen, chosen) if query.sort else sql.page(query, seen, chosen)
    return chosen, "\n".join(explaining._steps(paging.explained(made), 0))


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("code", "718-7")],
        [("date", "ge2026"), ("status", "final")],
        [("_sort", "value-quantity")],
        [("patient.gender", "female")],
        [("_filter", "status eq final or status eq amended")],
    ],
)
def test_a_person_s_search_reads_the_index_of_persons(many, pairs):
    chosen, told = steps(ALICE, "Observation", *pairs)
    assert chosen == plan.PERSONS
    assert "clinical_resource_of_person" in told
    assert "Seq Scan · clinical_resource" not in told


def test_a_clinic_s_search_starts_with_whom_it_has_treated(many):
    chosen, told = steps(CLINIC, "Observation")
    assert chosen == plan.TIES
    assert "access_tie_of_facility" in told or "Seq Scan · access_tie" in told
    assert "clinical_resource_of_person" in told
    found = finding.search(CLINIC, parse("Observation", [], base="", now=AT), AT).found
    assert {one.person for one in found} == {PERSON, 1000}
    assert len(found) == 10


GREAT = Actor(3, "A great hospital", "system", facility="01001")


def test_a_great_hospital_s_search_walks_in_order(many):
    chosen, told = steps(GREAT, "Observation", ("_count", "5"))
    assert chosen == plan.ORDER
    assert "Seq Scan · clinical_resource" not in told
    assert "access_tie_of_facility" not in told
    assert "Seq Scan · access_tie" not in told
    assert len(finding.search(GREAT, parse("Observation", [("_count", "5")], base="", now=AT), AT).found) == 5


def test_what_is_rare_is_found_by_its_token_alone(many):
    chosen, told = steps(GREAT, "Observation", ("identifier", "alone"))
    assert chosen == plan.TOKENS
    assert "clinical_resource_tokens" in told
    assert "clinical_resource_by_updated" not in told
    assert "Seq Scan · access_tie" not in told


def test_a_hop_that_finds_few_is_where_a_search_starts(many):
    chosen, told = steps(PROGRAM, "Observation", ("patient._id", str(patient().key)))
    assert chosen == plan.PERSONS
    assert "clinical_resource_of_person" in told
    seen, conditions = grounding.grounded(
        PROGRAM,
        "Patient",
        parse("Patient", [("_has:Observation:patient:identifier", "o1")], base="", now=AT).conditions,
    )
    assert seen.persons is None
    assert conditions[0].is_rare


def test_an_explanation_tells_no_value(many):
    query = parse("Observation", [("identifier", "o1"), ("_sort", "-date,status")], base="", now=AT)
    told = explaining.explain(PROGRAM, query, AT)
    assert "o1" not in told.sql
    assert told.sql.count(":v") >= 4
    assert not any("(" in step for step in told.steps)


def name_some(names, **more):
    """Give everybody names, other letters to every second person, and let PostgreSQL count them.

    Of so few it would as soon sort, which hangs on what other tests left in the tables: whether an index has the
    order is what is asked.
    """
    actions.put_many([patient(one, name=names(one), **more) for one in PERSONS], AT)
    db.execute("analyze clinical_text")
    db.execute("set local enable_sort = off")
    db.execute("set local enable_bitmapscan = off")
    forget()


@pytest.mark.parametrize(
    ("type_name", "asked", "index"),
    [
        ("Observation", [("value-quantity", "gt3")], "clinical_number_in_order"),
        ("Observation", [("code-value-quantity", "718-7$gt3"), ("date", "ge2026")], "clinical_number_paired_in_order"),
        ("Patient", [("family", "a")], IN_ORDER),
        ("Patient", [("family", "a1")], IN_ORDER),
    ],
)
def test_what_many_values_meet_is_read_in_the_order_of_the_answer(many, monkeypatch, type_name, asked, index):
    monkeypatch.setattr(plan, "_FEWEST", 5)
    name_some(lambda one: [{"family": f"{'ab'[one % 2]}{one}"}], gender="female", birthDate="1980")
    chosen, told = steps(GREAT, type_name, *asked, ("_count", "5"))
    assert chosen == plan.WALKED_VALUES
    assert re.search(index, told)
    assert "Seq Scan · clinical_number" not in told
    assert "Seq Scan · clinical_text" not in told


@pytest.mark.parametrize(("family", "lettered"), [("a", 0), ("a1,a2", 0), ("a1", 1), ("a10,a11", 1), ("b10", 1)])
def test_names_are_asked_by_their_first_two_letters_where_there_are_two(many, monkeypatch, family, lettered):
    """So that the index of letters can be read. That PostgreSQL does hangs on sizes: `bench fhir_search --plans`."""
    monkeypatch.setattr(plan, "_FEWEST", 5)
    name_some(lambda one: [{"family": f"{'ab'[one % 2]}{one}"}])
    query, seen = finding._ready(GREAT, parse("Patient", [("family", family)], base="", now=AT))
    made = sql.page(query, seen, paging.chosen_plan(query, seen))
    assert len(re.findall(r"left\(\w+\.start, 2\) =", made.text)) == lettered


@pytest.mark.parametrize("family", ["a", "an"])
def test_names_that_many_have_are_passed_over_in_the_index_alone(many, monkeypatch, family):
    monkeypatch.setattr(plan, "_FEWEST", 5)
    name_some(lambda one: [{"family": f"{('an', 'bo')[one % 2]}{one}", "given": ["Lan"]}])
    chosen, told = steps(GREAT, "Patient", ("family", family), ("given", "lan"), ("_count", "5"))
    assert chosen == plan.WALKED_VALUES
    assert re.search(f"Index Only Scan · {IN_ORDER}", told)
    assert "Sort" not in told


def test_of_two_names_the_walk_starts_with_the_one_that_fewer_have(many, monkeypatch):
    monkeypatch.setattr(plan, "_FEWEST", 5)
    names = [{"family": "Nguyễn", "given": ["Lan" if i % 4 else "Minh"]} for i in range(len(PERSONS))]
    actions.put_many([patient(one, name=[name]) for one, name in zip(PERSONS, names, strict=True)], AT)
    db.execute("analyze clinical_text")
    forget()
    for family, given in (("nguyen", "minh"), ("nguyen", "lan")):
        query, seen = finding._ready(GREAT, parse("Patient", [("family", family), ("given", given)], base="", now=AT))
        assert paging.chosen_plan(query, seen) == plan.WALKED_VALUES
        assert query.start.any_of[0].folded == given


def test_what_few_values_meet_is_found_by_their_index_and_sorted(many):
    actions.put_many([observation("high", valueQuantity={"value": 99})], AT)
    chosen, told = steps(GREAT, "Observation", ("value-quantity", "gt90"))
    assert chosen == plan.SORTED_VALUES
    assert "clinical_number_by_value" in told
    assert "clinical_resource_pkey" in told


def test_the_plan_follows_from_how_many_have_a_token(many):
    assert steps(PROGRAM, "Observation", ("code", "718-7"))[0] == plan.ORDER
    assert steps(PROGRAM, "Observation", ("code", "718-7"), ("identifier", "alone"))[0] == plan.TOKENS


def test_one_plan_serves_all_values_of_a_search(many):
    """The planner does not see them: so PostgreSQL keeps the plan, and it cannot be one for somebody else's values."""
    texts = set()
    for code in ("718-7", "nothing-has-it"):
        query, seen = finding._ready(GREAT, parse("Observation", [("status", code)], base="", now=AT))
        made = sql.page(query, seen, plan.ORDER)
        texts.add(made.text)
        assert "(select %(v0)s::int8)" in made.text
    assert len(texts) == 1


def test_hops_that_most_rows_meet_are_led_by_the_row_at_every_depth(many):
    hospital = draft("Organization", "hospital", person=NOBODY, name="Viện")
    managed = {"managingOrganization": {"reference": f"Organization/{hospital.key}"}}
    actions.put_many([hospital, *(patient(one, **managed) for one in [PERSON, *PERSONS])], AT)
    chosen, told = steps(PROGRAM, "Observation", ("patient.organization.name:contains", "iệ"), ("_count", "5"))
    assert chosen == plan.ORDER
    assert "clinical_resource_by_self" in told
    assert "Hash" not in told
    assert "Seq Scan · clinical_resource" not in told
    asked = parse("Observation", [("patient.organization.name", "viện"), ("_count", "5")], base="", now=AT)
    assert len(finding.search(PROGRAM, asked, AT).found) == 5
