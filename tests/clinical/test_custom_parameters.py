"""Search parameters that somebody defines: what is refused, and that searches by them agree with plain Python."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions, finding
from sosuckhoe.clinical.fhirpath.types import PRIMITIVES
from sosuckhoe.clinical.search import custom, custom_composite, date, defining, extract, number, quantity, string
from sosuckhoe.clinical.search.parameters import Parameter, Path
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.structure import Invalid
from tests.clinical import oracle
from tests.clinical.custom_made import define, definition, look_anew, part, reindex, soon  # noqa: F401 -- a fixture
from tests.clinical.made import draft, patient
from tests.clinical.test_search_oracle import BASE, NOW, PARAMETERS, PATIENTS, PERSONS, SHAPES, resources, run
from tests.many import TIMES
from tests.undone import undone

OBSERVATION_CODE, VALUE = "Observation-component-code", "Observation-value-quantity"


def customs(made):
    return defining.customs(made.body, {"http://ministry.invalid/own": "date"}.get)


REFUSED = {
    "a type that R4 has not": (definition("a", "token", "Animal", "Animal.name"), "SSK-3281", "base[0]"),
    "a type that stands apart": (
        definition("a", "token", "Subscription", "Subscription.status"), "SSK-3281", "base[0]",
    ),
    "no kind": (definition("a", "special", "Patient", "Patient.name"), "SSK-3282", "type"),
    "a code with a space": (definition("a b", "token", "Patient", "Patient.gender"), "SSK-3283", "code"),
    "a code of the server's own": (definition("_a", "token", "Patient", "Patient.gender"), "SSK-3283", "code"),
    "a code that is answered otherwise": (
        definition("near", "token", "Patient", "Patient.gender"), "SSK-3283", "code",
    ),
    "HL7's code": (definition("name", "string", "Patient", "Patient.name"), "SSK-3284", "code"),
    "no expression": (definition("a", "token", "Patient", ""), "SSK-3285", "expression"),
    "half an expression": (definition("a", "token", "Patient", "Patient.name.("), "SSK-3285", "expression"),
    "an unknown element": (definition("a", "token", "Patient", "Patient.colour"), "SSK-3285", "expression"),
    "another type": (definition("a", "token", "Patient", "Encounter.status"), "SSK-3285", "expression"),
    "only another type of its own": (
        definition("a", "token", ["Patient", "Encounter"], "Encounter.status"), "SSK-3282", "expression",
    ),
    "a long expression": (
        definition("a", "token", "Patient", "Patient" + ".where(true)" * 90), "SSK-3285", "expression",
    ),
    "the clock": (definition("a", "date", "Patient", "today()"), "SSK-3286", "expression"),
    "nothing of its kind": (definition("a", "date", "Patient", "Patient.name"), "SSK-3282", "expression"),
    "one part": (
        definition(
            "a", "composite", "Observation", "Observation.component", component=[part(OBSERVATION_CODE, "code")]
        ),
        "SSK-3287", "component[0].definition",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("made", "problem", "place"), REFUSED.values(), ids=REFUSED)
def test_a_definition_is_refused_with_its_place(made, problem, place):
    with pytest.raises(Invalid) as refused:
        customs(made)
    issue = refused.value.issues[0]
    assert (issue.number, issue.place) == (problem, f"SearchParameter.{place}")


PARTS = {
    "an unknown part": ([part("http://x.invalid", "code")] * 2, "SSK-3287", "component[0].definition"),
    "one part": ([part("Observation-code", "code")], "SSK-3287", "component[0].definition"),
    "an element that is not there": (
        [part("http://ministry.invalid/own", "colour"), part(OBSERVATION_CODE, "code")], "SSK-3285",
        "component[0].expression",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "problem", "place"), PARTS.values(), ids=PARTS)
def test_parts_of_a_composite_are_refused_with_their_place(parts, problem, place):
    made = definition("a", "composite", "Observation", "Observation.component", component=parts)
    kinds = {**defining.official_kinds(), "http://ministry.invalid/own": "date"}
    if place.startswith("component[0].definition") and len(parts) == 1:
        kinds = {}
    with pytest.raises(Invalid) as refused:
        defining.customs(made.body, kinds.get)
    issue = refused.value.issues[0]
    assert (issue.number, issue.place) == (problem, f"SearchParameter.{place}")


def test_of_several_types_each_has_its_own_alternatives():
    made = definition("born", "date", ["Patient", "Person"], "Patient.birthDate | Person.birthDate")
    assert [(one.type, one.expression) for one in customs(made)] == [
        ("Patient", "Patient.birthDate"),
        ("Person", "Person.birthDate"),
    ]


def test_a_parameter_of_every_resource_is_one_of_each_type():
    found = customs(definition("written-in", "token", "Resource", "Resource.language"))
    assert {one.type for one in found} > {"Patient", "Binary", "Bundle"}
    assert next(one for one in found if one.type == "Binary").expression == "Binary.language"
    assert "Binary" not in {one.type for one in customs(definition("x", "token", "DomainResource", "text.status"))}


@pytest.mark.parametrize("kind", custom.LEAVES)
def test_every_data_type_of_a_kind_has_a_reader(kind):
    paths = tuple(Path(f"a.{leaf}", leaf) for leaf in sorted(custom.LEAVES[kind]))
    one = Parameter("Observation", "a", kind, paths)
    indexed = {"date": extract.dated, "number": number.indexed, "quantity": quantity.indexed, "string": string.indexed}
    assert indexed.get(kind, extract.indexed)(one) == paths
    assert kind != "date" or custom.LEAVES[kind] == date.LEAVES


TWINS = {
    "Observation": ["code", "combo-code", "status", "category", "identifier", "performer", "encounter", "value-string"],
    "Condition": ["code", "onset-date", "recorded-date", "clinical-status"],
    "RelatedPerson": ["name", "address", "address-city", "phone"],
    "RiskAssessment": ["probability"],
    "ChargeItem": ["factor-override", "price-override"],
    "ValueSet": ["url"],
    "Encounter": ["type", "date"],
}
"""HL7's parameters that are defined again under a code of their own, by plain paths, and by a function."""


def twins():
    for type_name, codes in TWINS.items():
        for code in codes:
            one = extract.parameters.of(type_name)[code]
            steps = sorted({_expression(type_name, path) for path in one.paths})
            target = {"target": list(one.targets)} if one.targets and "*" not in one.targets else {}
            text = " | ".join(steps)
            yield definition(f"a-{type_name.lower()}-{code}", one.kind, type_name, text, **target), code
            by_function = " | ".join(f"{step}.where(true)" for step in steps)
            yield definition(f"b-{type_name.lower()}-{code}", one.kind, type_name, by_function, **target), code


def _expression(type_name, path):
    """The path of HL7's parameter as FHIRPath: a choice by its type."""
    text = f"{type_name}.{path.steps}".replace("[system=phone]", ".where(system='phone')")
    return CHOICE.sub(lambda found: f".{found[1]}.ofType({_type(found[2])})", text)


CHOICE = re.compile(r"\.(onset|value|probability|effective|occurrence)([A-Z]\w*)")


def _type(name):
    primitive = name[0].lower() + name[1:]
    return primitive if primitive in PRIMITIVES else name


@pytest.mark.django_db
@settings(max_examples=15 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_definition_finds_what_the_oracle_finds(data):
    """HL7's own parameters, defined again here: the oracle knows what they mean."""
    made = data.draw(st.lists(resources(), min_size=1, max_size=15))
    drafts = [draft(t, f"r{i}", person=person, **body) for i, (t, person, body) in enumerate(made)]
    try:
        with undone():
            half = len(drafts) // 2
            people = [patient(person) for person in PERSONS]
            actions.put_many([*drafts[:half], *people], NOW)
            define(*(one for one, _ in ALL_TWINS))
            actions.put_many(drafts[half:], NOW)
            reindex(*TWINS)
            for _ in range(12):
                one, code = data.draw(st.sampled_from(ALL_TWINS))
                type_name = one.body["base"][0]
                name = data.draw(st.sampled_from([n for n in PARAMETERS[type_name] if n.partition(":")[0] == code]))
                text = data.draw(PARAMETERS[type_name][name])
                expected = {
                    d.key for d in drafts if d.type == type_name and oracle.matches(d.body, [(name, text)], NOW)
                }
                asked = (one.body["code"] + name[len(code) :], text)
                assert {s.key for s in run(type_name, [asked])} == expected, (asked, one.body["expression"])
    finally:
        look_anew()


@pytest.mark.django_db
def test_a_bare_code_is_found_by_its_system_alone():
    drafts = [draft("Observation", "a", status="final"), draft("Observation", "b", code={"text": "x"})]
    actions.put_many([*drafts, patient(PERSONS[0])], NOW)
    one = next(one for one, code in ALL_TWINS if code == "status" and one.body["code"].startswith("a-"))
    define(one)
    try:
        reindex("Observation")
        for text, expected in (
            (f"{STATUS}|", {drafts[0].key}),
            (f"{STATUS}|final", {drafts[0].key}),
            ("urn:x|", set()),
        ):
            assert {s.key for s in run("Observation", [(one.body["code"], text)])} == expected, text
    finally:
        look_anew()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "expression",
    ["Observation.where(code.exists()).status", "Observation.status.first()", "Observation.status[0]",
     "Observation.status | Observation.code.text", "Observation.status.where($this != 'amended')"],
)  # fmt: skip
def test_a_bare_code_is_found_by_its_system_alone_behind_a_choice(expression):
    """What an expression leaves out on its way does not change of which system the codes are."""
    drafts = [draft("Observation", "a", status="final", code={"text": "x"}), draft("Observation", "b")]
    actions.put_many([*drafts, patient(PERSONS[0])], NOW)
    define(definition("chosen-status", "token", "Observation", expression))
    try:
        reindex("Observation")
        for text, expected in ((f"{STATUS}|", drafts[:1]), (f"{STATUS}|final", drafts[:1]), ("urn:x|", [])):
            found = {one.key for one in run("Observation", [("chosen-status", text)])}
            assert found == {one.key for one in expected}, text
    finally:
        look_anew()


OF_CODES = {
    "an element that HL7 has no parameter of": ("Patient.contact.gender", "administrative-gender", "female"),
    "an element of a data type": ("Patient.name.use", "name-use", "official"),
    "a choice by a function": ("Patient.contact.gender.ofType(code)", "administrative-gender", "female"),
    "a choice by an operator": ("(Patient.contact.first().gender as code)", "administrative-gender", "female"),
    "a condition": ("Patient.contact.where(gender.exists())[0].gender", "administrative-gender", "female"),
    "a projection": ("Patient.contact.select(gender)", "administrative-gender", "female"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("expression", "value_set", "code"), OF_CODES.values(), ids=OF_CODES)
def test_of_which_system_a_bare_code_is_its_element_says(expression, value_set, code):
    told = {"name": [{"use": "official"}], "contact": [{"gender": "female"}]}
    one, other = patient(PERSONS[0], **told), patient(PERSONS[1])
    actions.put_many([one, other], NOW)
    define(definition("own-code", "token", "Patient", expression))
    system = f"http://hl7.org/fhir/{value_set}"
    try:
        reindex("Patient")
        for text in (f"{system}|{code}", f"{system}|", code):
            assert {found.key for found in run("Patient", [("own-code", text)])} == {one.key}, text
        assert run("Patient", [("own-code", "urn:x|")]) == []
        assert {found.key for found in run("Patient", [("own-code:not", f"{system}|")])} == {other.key}
    finally:
        look_anew()


STATUS = "http://hl7.org/fhir/observation-status"
ALL_TWINS = [
    (one, code) for one, code in twins() if any(n.partition(":")[0] == code for n in PARAMETERS[one.body["base"][0]])
]


def test_every_kind_is_among_what_the_oracle_is_asked():
    assert {one.body["type"] for one, _ in ALL_TWINS} == set(custom.LEAVES)
    assert set(TWINS) <= set(SHAPES)


def asked(type_name, *pairs, base=BASE):
    return [one.key for one in finding.search(PROGRAM, parse(type_name, pairs, base=base, now=NOW), NOW).found]


def component(code, **value):
    return {"code": {"coding": [{"system": "urn:c", "code": code}]}, **value}


COMPOSITES = {
    "token$quantity": ("component-code", "component-value-quantity", "value.ofType(Quantity)"),
    "token$date": ("component-code", "combo-date", "value.ofType(dateTime)"),
    "token$string": ("component-code", "value-string", "value.ofType(string)"),
    "token$token": ("component-code", "component-value-concept", "value.ofType(CodeableConcept)"),
}


@pytest.mark.django_db
def test_all_parts_of_a_composite_hold_in_one_element():
    held = [
        component("a", valueQuantity={"value": 5, "unit": "g"}),
        component("b", valueQuantity={"value": 9, "unit": "g"}),
        component("a", valueDateTime="2026-05-02"),
        component("b", valueDateTime="2020"),
        component("a", valueString="Đỏ"),
        component("b", valueString="Xanh"),
        component("a", valueCodeableConcept={"coding": [{"system": "urn:v", "code": "red"}]}),
        component("b", valueCodeableConcept={"coding": [{"code": "blue"}]}),
    ]
    one = draft("Observation", "c", status="final", component=held)
    actions.put_many([one, draft("Observation", "none", status="final")], NOW)
    kinds = {
        "quantity": VALUE,
        "date": "clinical-date",
        "string": "Observation-value-string",
        "token": "Observation-combo-code",
    }
    known = {url.rpartition("/")[2] for url in defining.official_kinds()}
    assert "Observation-component-code" in known, sorted(n for n in known if "component" in n)
    for kind, type_of in (
        ("quantity", "Quantity"),
        ("date", "dateTime"),
        ("string", "string"),
        ("token", "CodeableConcept"),
    ):
        parts = [part("Observation-component-code", "code"), part(kinds[kind], f"value.ofType({type_of})")]
        define(definition(f"with-{kind}", "composite", "Observation", "Observation.component", component=parts))
    reindex("Observation")
    for code, wanted in {
        "with-quantity": {
            "a$5": True,
            "urn:c|a$gt4": True,
            "a$9": False,
            "b$lt6": False,
            "b$gt6": True,
            "a$9,b$9": True,
        },
        "with-date": {"a$ge2026": True, "b$ge2026": False, "urn:c|$2020": True, "|a$2026": False},
        "with-string": {"a$do": True, "a$xanh": False, "c$do": False},
        "with-token": {"a$red": True, "urn:c|a$urn:v|red": True, "a$blue": False, "b$|blue": True, "b$urn:v|": False},
    }.items():
        for text, is_met in wanted.items():
            assert asked("Observation", (code, text)) == ([one.key] if is_met else []), (code, text)
    with pytest.raises(Problem, match="SSK-3004"):
        asked("Observation", ("with-date", "a"))


def test_the_carrier_is_the_part_with_a_value():
    assert custom_composite.carrier(["token", "token"]) == 1
    assert custom_composite.carrier(["date", "token"]) == 0


@pytest.mark.django_db
def test_chains_includes_and_orders_go_by_a_parameter_that_was_defined():
    person = patient(PERSONS[0], name=[{"family": "Ân"}])
    visits = [
        draft(
            "Encounter",
            f"e{i}",
            person=PERSONS[0],
            status="finished",
            class_={},
            subject={"reference": PATIENTS[PERSONS[0]]},
        )
        for i in range(2)
    ]
    result = draft(
        "Observation", "o", person=PERSONS[0], status="final", focus=[{"reference": f"Encounter/{visits[1].key}"}],
        subject={"reference": PATIENTS[PERSONS[0]]}, method={"coding": [{"code": "b"}]},
    )  # fmt: skip
    other = draft("Observation", "p", person=PERSONS[0], status="final", method={"coding": [{"code": "a"}]})
    define(
        definition(
            "looks-at",
            "reference",
            "Observation",
            "Observation.focus.where(resolve() is Encounter)",
            target=["Encounter"],
        ),
        definition("how", "token", "Observation", "Observation.method"),
    )
    actions.put_many([person, *visits, result, other], NOW)
    reindex("Observation")
    assert asked("Observation", ("looks-at", f"Encounter/{visits[1].key}")) == [result.key]
    assert asked("Observation", ("looks-at.status", "finished")) == [result.key]
    assert asked("Encounter", ("_has:Observation:looks-at:how", "b")) == [visits[1].key]
    assert asked("Observation", ("_filter", "how eq b")) == [result.key]
    assert asked("Observation", ("looks-at:missing", "true")) == [other.key]
    assert asked("Observation", ("_sort", "how")) == [other.key, result.key]
    wanted = parse("Observation", [("how", "b"), ("_include", "Observation:looks-at")], base=BASE, now=NOW)
    assert [one.key for one in finding.search(PROGRAM, wanted, NOW).included] == [visits[1].key]


@pytest.mark.django_db
def test_two_definitions_cannot_have_one_code():
    define(definition("how", "token", "Observation", "Observation.method"))
    other = definition("other", "token", ["Condition", "Observation"], "Condition.code | Observation.code")
    other.body["code"] = "how"
    with pytest.raises(Invalid, match="SSK-3284"):
        define(other)


@pytest.mark.django_db
def test_an_expression_that_does_not_suit_a_value_hinders_no_write():
    define(definition("how", "token", "Observation", "(Observation.category.single()).coding.code"))
    many = [{"coding": [{"code": "a"}]}, {"coding": [{"code": "b"}]}]
    one = draft("Observation", "x", status="final", category=many)
    actions.put_many([one], NOW)
    assert reindex("Observation").failures == 0
    assert asked("Observation", ("how", "a")) == []
