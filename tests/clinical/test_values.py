"""Searches that look into values, by example."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from ucumvert import PintUcumRegistry

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions, ucum
from sosuckhoe.clinical.actions import phrases
from sosuckhoe.clinical.actions.index import index_of
from sosuckhoe.clinical.search import bare, content, parameters
from tests.cheaply import cheaply
from tests.clinical.made import draft, observation, patient
from tests.clinical.test_search_oracle import NOW, run

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"


def found(type_name, *pairs):
    return {stored.key for stored in run(type_name, list(pairs))}


def put(*drafts):
    actions.put_many(drafts, NOW - timedelta(days=1))
    return [one.key for one in drafts]


def pressure(name, systolic, diastolic):
    def part(code, value):
        coded = {"coding": [{"system": LOINC, "code": code}]}
        return {"code": coded, "valueQuantity": {"value": value, "system": UCUM, "code": "mm[Hg]"}}

    return observation(name, code="85354-9", component=[part("8480-6", systolic), part("8462-4", diastolic)])


def measured(name, value, code, unit=None):
    quantity = {"value": value, "system": UCUM, "code": code} if unit is None else {"value": value, "unit": unit}
    return observation(name, valueQuantity=quantity)


@pytest.mark.django_db
def test_both_parts_hold_in_one_component():
    high, low = put(pressure("high", 160, 95), pressure("low", 95, 60))
    name = "component-code-value-quantity"
    assert found("Observation", (name, f"{LOINC}|8480-6$gt140")) == {high}
    assert found("Observation", (name, f"{LOINC}|8462-4$gt140")) == set()
    assert found("Observation", (name, "8462-4$lt70,8480-6$gt140")) == {high, low}
    assert found("Observation", ("combo-code-value-quantity", f"{LOINC}|8480-6$gt15|{UCUM}|kPa")) == {high}


@pytest.mark.django_db
def test_what_parts_a_composite_may_stand_in_a_value():
    (key,) = put(observation("odd", code="a$b,c|d", valueQuantity={"value": 5}))
    assert found("Observation", ("code-value-quantity", r"a\$b\,c\|d$5")) == {key}
    with pytest.raises(Problem, match="SSK-3004"):
        found("Observation", ("code-value-quantity", "a$b$5"))


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["m/0", "1/0", "0", "(0)", "Ym99.Ym99.Ym99", "ym99.ym99.ym99", "m\u0663"])
def test_a_unit_that_no_number_tells_is_stored_and_found_as_it_is_written(unit):
    (key,) = put(measured("odd", 5400, unit))
    assert found("Observation", ("value-quantity", f"5400|{UCUM}|{unit}")) == {key}
    assert ucum.scale(unit) is None


@pytest.mark.django_db
def test_units_are_converted_and_the_precision_with_them():
    mg, g, other, bare = put(
        measured("mg", 5400, "mg"), measured("g", 5.449, "g"), measured("cell", 5400, "{viên}"),
        measured("bare", 5400, "", unit="mg"),
    )  # fmt: skip
    assert found("Observation", ("value-quantity", f"5.4|{UCUM}|g")) == {mg, g}
    assert found("Observation", ("value-quantity", f"5.40|{UCUM}|g")) == {mg}
    assert found("Observation", ("value-quantity", f"5400|{UCUM}|mg")) == {mg}
    assert found("Observation", ("value-quantity", "5400||mg")) == {mg, bare}
    assert found("Observation", ("value-quantity", f"5400|{UCUM}|1")) == {other}


@pytest.mark.django_db
def test_temperatures_have_scales():
    celsius, fahrenheit = put(measured("c", 38.5, "Cel"), measured("f", 98.6, "[degF]"))
    assert found("Observation", ("value-quantity", f"gt38|{UCUM}|Cel")) == {celsius}
    assert found("Observation", ("value-quantity", f"37.0|{UCUM}|Cel")) == {fahrenheit}
    assert found("Observation", ("value-quantity", f"ge98.6|{UCUM}|[degF]")) == {celsius, fahrenheit}


@pytest.mark.django_db
def test_the_text_of_a_code_is_found_by_its_start():
    named = {"coding": [{"system": LOINC, "code": "1", "display": "Glucose [Mass]"}], "text": "Đường huyết lúc đói"}
    key, other = put(draft("Observation", "glucose", code=named), observation("other"))
    assert found("Observation", ("code:text", "duong huyet")) == {key}
    assert found("Observation", ("code:text", "GLUCOSE")) == {key}
    assert found("Observation", ("code:text", "sắc")) == set()
    assert found("Observation", ("code:text", "Huyết sắc tố,đường")) == {key, other}


@pytest.mark.django_db
def test_a_text_that_was_rolled_back_is_added_again(monkeypatch):
    monkeypatch.setattr(phrases, "KNOWN", set())
    point = transaction.savepoint()
    put(observation("first"))
    put(observation("again"))
    transaction.savepoint_rollback(point)
    (key,) = put(observation("second"))
    assert found("Observation", ("code:text", "huyet")) == {key}


@pytest.mark.django_db(transaction=True)
def test_a_text_is_remembered_once_it_is_committed():
    for name in ("first", "second"):
        put(observation(name))
    assert len(phrases.KNOWN) == 1
    assert db.value("select count(*) from clinical_phrase") == 1


@pytest.mark.django_db
def test_a_text_that_too_many_have_is_refused(monkeypatch):
    monkeypatch.setattr("sosuckhoe.clinical.grounding.MOST_PHRASES", 1)
    put(*(observation(f"o{i}", category=[{"text": f"nhóm {i}"}]) for i in range(2)))
    assert len(found("Observation", ("category:text", "nhóm 1"))) == 1
    with pytest.raises(Problem, match="SSK-3103"):
        found("Observation", ("category:text", "nhóm"))


@pytest.mark.django_db
def test_a_code_finds_what_is_below_and_above_it():
    coded = [{"coding": [{"system": ICD10, "code": code}]} for code in ("J20", "J20.9", "J21.0")]
    group, bronchitis, other = put(*(draft("Condition", f"c{i}", code=one) for i, one in enumerate(coded)))
    assert found("Condition", ("code:below", f"{ICD10}|J20")) == {group, bronchitis}
    assert found("Condition", ("code:below", f"{ICD10}|J20-J22")) == {group, bronchitis, other}
    assert found("Condition", ("code:below", f"{ICD10}|X")) == {group, bronchitis, other}
    assert found("Condition", ("code:above", f"{ICD10}|J20.9")) == {group, bronchitis}


@pytest.mark.django_db
def test_a_value_set_is_its_codes():
    final, started = put(observation("a"), observation("b", status="cancelled"))
    where = "http://hl7.org/fhir/ValueSet/observation-status"
    assert found("Observation", ("status:in", where)) == {final, started}
    assert found("Observation", ("status:not-in", where)) == set()
    assert found("Observation", ("code:not-in", where)) == {final, started}


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("code:below", "urn:nobody|x", "SSK-3100"),
        ("code:below", "J20", "SSK-3004"),
        ("code:in", "http://nobody.vn/vs", "SSK-3101"),
        ("code:in", "http://hl7.org/fhir/ValueSet/ucum-units", "SSK-3102"),
        ("identifier:of-type", "a|b", "SSK-3004"),
    ],
)
@pytest.mark.django_db
def test_what_is_not_known_is_refused(name, text, number):
    with pytest.raises(Problem, match=number):
        found("Observation", (name, text))


@pytest.mark.django_db
def test_everybody_is_alive_or_dead():
    alive, gone, died, told = put(
        patient(1),
        patient(2, deceasedBoolean=True),
        patient(3, deceasedDateTime="2026"),
        patient(4, deceasedBoolean=False),
    )
    assert found("Patient", ("deceased", "true")) == {gone, died}
    assert found("Patient", ("deceased", "false")) == {alive, told}
    assert found("Patient", ("deceased:missing", "true")) == set()


@pytest.mark.django_db
def test_a_bundle_is_found_by_what_it_begins_with():
    def bundle(name, *kinds):
        return draft("Bundle", name, entry=[{"resource": {"resourceType": kind, "id": "1"}} for kind in kinds])

    paper, message = put(bundle("paper", "Composition", "Patient"), bundle("message", "MessageHeader", "Composition"))
    assert found("Bundle", ("composition", "Composition/1")) == {paper}
    assert found("Bundle", ("message", "1")) == {message}
    assert found("Bundle", ("composition:missing", "true")) == {message}


@pytest.mark.django_db
def test_words_of_papers_are_found_with_and_without_marks():
    def text(words):
        return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><b>{words}</b>&amp;</div>'}

    paper, other = put(
        draft("Composition", "a", title="Giấy ra viện", section=[{"title": "Kết luận", "text": text("Viêm phổi")}]),
        draft("Composition", "b", title="Viêm họng", text=text("Ổn định")),
    )
    assert found("Composition", ("_text", "phoi viem")) == {paper}
    assert found("Composition", ("_text", "viện")) == set()
    assert found("Composition", ("_content", "viêm")) == {paper, other}
    assert found("Composition", ("_content", "viêm họng,ra viện")) == {paper, other}
    assert found("Composition", ("_content", "xhtml")) == set()


@pytest.mark.django_db
def test_words_of_a_narrative_are_found_in_every_type():
    told = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Men gan <i>tăng</i> nhẹ</div>'}
    result, _ = put(observation("told", text=told), observation("untold"))
    assert found("Observation", ("_text", "tang gan")) == {result}
    assert found("Observation", ("_text", "nang")) == set()
    (marked,) = put(observation("marked", text={**told, "div": told["div"].replace("nhẹ", "v<b>iê</b>m<br/>phổi")}))
    assert found("Observation", ("_text", "viem phoi")) == {marked}
    with pytest.raises(Problem, match="SSK-3002"):
        found("Observation", ("_content", "gan"))
    whole = {name for name in parameters.types() if content.is_kept(name, "_text")}
    assert set(parameters.types()) - whole == {"Binary", "Bundle", "Parameters", "SubscriptionStatus"}


@pytest.mark.parametrize("start", ["<", "<a", "<a ", "</b"])
def test_a_narrative_of_tags_that_never_close_is_read_at_once(start):
    held = {"resourceType": "Observation", "text": {"div": start * 100_000}}
    found: set[bytes] = set()
    cheaply(lambda: content.add_tokens("Observation", held, found.update), seconds=2)
    assert len(found) <= 1


@pytest.mark.django_db
def test_index_values_of_a_stored_resource_are_computed_from_its_content():
    made = pressure("p", 160, 95)
    index = index_of(made.type, made.key, made.body)
    assert len(index.numbers) == 3
    assert {one.folded for one in index.phrases} == {"huyet sac to"}
    assert index == index_of(made.type, made.key, made.body)


CONVERTED = [
    ("mg", "g"), ("ug/L", "ng/mL"), ("mmol/L", "umol/dL"), ("Cel", "[degF]"), ("[degF]", "K"), ("mm[Hg]", "kPa"),
    ("10*9/L", "/uL"), ("{cells}/uL", "10*6/L"), ("kg/m2", "g/cm2"), ("[lb_av]", "kg"), ("[in_i]", "cm"), ("h", "min"),
    ("U/L", "nkat/L"), ("meq/L", "mmol/L"), ("mL/min/{1.73_m2}", "L/h"), ("%", "1"), ("cal", "J"), ("a", "d"),
]  # fmt: skip


def test_units_convert_as_a_library_of_units_does():
    """Its mm[Hg] has more digits than the table; it takes arbitrary units for plain numbers and does not know [pH]."""
    registry = PintUcumRegistry()
    for code, other in CONVERTED:
        one, into = ucum.scale(code), ucum.scale(other)
        theirs = registry.Quantity(37.5, registry.from_ucum(code).units).to(registry.from_ucum(other).units).magnitude
        scale = float(registry.from_ucum(code).magnitude / registry.from_ucum(other).magnitude)
        ours = (Fraction("37.5") * one.factor + one.offset - into.offset) / into.factor
        assert one.kind == into.kind
        assert float(ours) == pytest.approx(theirs * scale, rel=1e-5), (code, other)


def test_arbitrary_units_are_a_kind_of_their_own():
    assert ucum.scale("u[iU]/mL") == ucum.scale("m[iU]/L")
    assert ucum.scale("[iU]/L").kind != ucum.scale("/L").kind
    assert ucum.scale("viên") is None


OF_SYSTEMS = {
    "a data type's element": (
        "Organization", "address-use", "http://hl7.org/fhir/address-use", {"address": [{"use": "work"}]},
    ),
    "a list without end": (
        "DocumentReference", "contenttype", "urn:ietf:bcp:13",
        {"content": [{"attachment": {"contentType": "application/pdf"}}]},
    ),
    "the names of all types": (
        "Questionnaire", "subject-type", "http://hl7.org/fhir/resource-types", {"subjectType": ["Patient"]},
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("type_name", "code", "system", "told"), OF_SYSTEMS.values(), ids=OF_SYSTEMS)
def test_a_bare_code_is_found_by_its_system_alone(type_name, code, system, told):
    first, second = (draft(type_name, name) for name in ("told", "untold"))
    first.body.update(told)
    key, other = put(first, second)
    assert found(type_name, (code, f"{system}|")) == {key}
    assert found(type_name, (code, "urn:other|")) == set()
    assert found(type_name, (code, f"urn:other|,{system}|")) == {key}
    assert found(type_name, (f"{code}:not", f"{system}|")) == {other}


def test_every_bare_code_of_hl7_has_the_systems_of_its_element():
    """Where HL7 leaves the codes free, or defines one parameter over two elements, the parameter says more."""
    told_by_the_parameter_alone = {
        "CapabilityStatement.format", "CodeSystem.concept.designation.language", "DetectedIssue.status",
        "Attachment.language",
    }  # fmt: skip
    differing = {
        bare.element(type_name, path.steps)
        for type_name in parameters.types()
        for one in parameters.of(type_name).values()
        for path in one.paths
        if path.leaf == "code" and set(bare.systems(bare.element(type_name, path.steps))) != set(path.systems)
    }
    assert differing == told_by_the_parameter_alone
