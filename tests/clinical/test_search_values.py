"""SQL answers as the oracle does where values are looked into: composites, units, modifiers, sounds, places."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sosuckhoe.clinical import actions, grounding, terminology
from sosuckhoe.clinical.search import plan
from sosuckhoe.clinical.terminology import compose
from tests.clinical import oracle
from tests.clinical.made import draft
from tests.clinical.oracle_numbers import UNITS
from tests.clinical.test_search_oracle import DATES, NOW, PREFIXES, alternatives, force, one_of_keys, run
from tests.many import TIMES
from tests.undone import undone

pytestmark = pytest.mark.django_db

ICD10 = "http://hl7.org/fhir/sid/icd-10"
UCUM = "http://unitsofmeasure.org"
SYSTEMS = ("http://loinc.org", ICD10, "urn:oid:1.2.3")
CODES = ("718-7", "J20", "J20.9", "j20.9", "J21.0", "b")
TEXTS = ("Đường huyết", "duong huyet mao mạch", "HbA1c", "Viêm  phế quản", "x")
codings = st.fixed_dictionaries(
    {},
    optional={"system": st.sampled_from(SYSTEMS), "code": st.sampled_from(CODES), "display": st.sampled_from(TEXTS)},
)
concepts = st.fixed_dictionaries({}, optional={"coding": st.lists(codings, max_size=2), "text": st.sampled_from(TEXTS)})
NUMBERS = (0, 5, 5.4, 5400, 5.35, 5350, 0.0054, 37, 98.6, 99.5, 310.15, 36.5, 37.4999, -40, 100.4, 2, 20)
quantities = st.fixed_dictionaries(
    {"value": st.sampled_from(NUMBERS)},
    optional={
        "comparator": st.sampled_from(["<", "<=", ">", ">="]),
        "system": st.sampled_from([UCUM, UCUM, UCUM, "urn:other"]),
        "code": st.sampled_from(sorted(UNITS)),
        "unit": st.sampled_from(["mg", "viên"]),
    },
)
ranges = st.fixed_dictionaries({}, optional={"low": quantities, "high": quantities})
values = one_of_keys(
    valueQuantity=quantities,
    valueCodeableConcept=concepts,
    valueString=st.sampled_from(["Âm tính", "dương tính", "+"]),
    valueDateTime=st.sampled_from(DATES),
)
coded = st.builds(lambda code, value: {"code": code, **value}, concepts, values)
kinds = st.fixed_dictionaries({}, optional={"coding": st.lists(codings, max_size=1), "text": st.sampled_from(TEXTS)})
identifiers = st.fixed_dictionaries(
    {},
    optional={
        "system": st.sampled_from(SYSTEMS),
        "value": st.sampled_from(["1", "A"]),
        "type": kinds,
    },
)
subjects = st.fixed_dictionaries(
    {}, optional={"reference": st.just("Group/1"), "identifier": identifiers, "display": st.just("x")}
)
NAMES = ("Lý", "Li", "Nguyễn", "nguyen", "Thúy", "Thuý", "Đức", "Mỹ", "my")
names = st.lists(
    st.fixed_dictionaries(
        {},
        optional={"family": st.sampled_from(NAMES), "given": st.lists(st.sampled_from(NAMES), max_size=2)},
    ),
    max_size=2,
)
points = st.tuples(
    st.sampled_from([10.7769, 10.78, 21.03, 0, 89.99, -89.99, 10.8, -45]),
    st.sampled_from([106.7009, 106.72, 105.85, 179.99, -179.99, 0, 180]),
)
contexts = st.builds(
    lambda code, value: {"code": code, **value},
    codings,
    one_of_keys(valueQuantity=quantities, valueRange=ranges, valueCodeableConcept=concepts),
)
variants = st.fixed_dictionaries({}, optional={"start": st.integers(1, 5), "end": st.integers(1, 5)})
BODIES = {
    "Observation": st.builds(
        lambda own, components, identifier, subject: {
            **own,
            "component": components,
            "identifier": identifier,
            "subject": subject,
        },
        coded,
        st.lists(coded, max_size=2),
        st.lists(identifiers, max_size=2),
        subjects,
    ),
    "ValueSet": st.builds(lambda some: {"useContext": some}, st.lists(contexts, max_size=2)),
    "Group": st.builds(
        lambda some: {"characteristic": some},
        st.lists(
            st.builds(
                lambda code, value: {"code": code, **value},
                concepts,
                one_of_keys(valueCodeableConcept=concepts, valueBoolean=st.booleans(), valueQuantity=quantities),
            ),
            max_size=2,
        ),
    ),
    "DocumentReference": st.builds(
        lambda some: {"relatesTo": some},
        st.lists(
            st.builds(
                lambda code, target: {"code": code, "target": {"reference": f"DocumentReference/{target}"}},
                st.sampled_from(["replaces", "appends"]),
                st.sampled_from(["1", "2"]),
            ),
            max_size=2,
        ),
    ),
    "MolecularSequence": st.builds(
        lambda chromosome, window, some: {"referenceSeq": {"chromosome": chromosome, **window}, "variant": some},
        concepts,
        st.fixed_dictionaries({}, optional={"windowStart": st.integers(1, 5), "windowEnd": st.integers(1, 5)}),
        st.lists(variants, max_size=2),
    ),
    "RelatedPerson": st.builds(lambda some: {"name": some}, names),
    "Location": st.one_of(
        st.just({}),
        st.builds(lambda point: {"position": {"latitude": point[0], "longitude": point[1]}}, points),
    ),
}

prefixes = st.sampled_from(PREFIXES)
code_texts = (
    st.sampled_from(CODES)
    | st.builds("{}|{}".format, st.sampled_from(["", *SYSTEMS]), st.sampled_from(CODES))
    | st.sampled_from([f"{one}|" for one in SYSTEMS])
)
units = st.sampled_from(["", "", *(f"|{UCUM}|{code}" for code in UNITS), "||mg", "||viên", "|urn:other|mg"])
WRITTEN = (*map(str, NUMBERS), "5.40", "1e1", "5.4e3")
quantity_texts = st.builds("{}{}{}".format, prefixes, st.sampled_from(WRITTEN), units)
small_numbers = st.builds("{}{}".format, prefixes, st.integers(1, 5))
icd_texts = st.sampled_from([f"{ICD10}|{code}" for code in ("J20", "J20.9", "J21.0")])


def joined(*parts):
    return alternatives(st.tuples(*parts).map("$".join))


concept_pairs = joined(code_texts, code_texts)
quantity_pairs = joined(code_texts, quantity_texts)
modifiers = {
    "text": alternatives(st.sampled_from(["đường", "DUONG huyet", "hba", "viem phe", "x", "phế"])),
    "below": icd_texts,
    "above": icd_texts,
    "in": st.sampled_from(sorted(oracle.VALUE_SETS)),
    "not-in": st.sampled_from(sorted(oracle.VALUE_SETS)),
    "not": code_texts,
}
spans = joined(code_texts, small_numbers, small_numbers)
ASKED = {
    "Observation": {
        **dict.fromkeys(
            ["code-value-quantity", "combo-code-value-quantity", "component-code-value-quantity"], quantity_pairs
        ),
        **dict.fromkeys(
            ["code-value-concept", "combo-code-value-concept", "component-code-value-concept"], concept_pairs
        ),
        "code-value-string": joined(code_texts, st.sampled_from(["am", "Dương", "+"])),
        "code-value-date": joined(code_texts, st.builds("{}{}".format, prefixes, st.sampled_from(DATES))),
        **dict.fromkeys(["value-quantity", "combo-value-quantity"], alternatives(quantity_texts)),
        **{f"{code}:{name}": texts for code in ("code", "combo-code") for name, texts in modifiers.items()},
        "identifier:of-type": st.builds(
            "{}|{}|{}".format, st.sampled_from(["", *SYSTEMS]), st.sampled_from(CODES), st.sampled_from(["1", "a"])
        ),
        "identifier:text": st.sampled_from(["duong", "x"]),
        "subject:identifier": st.sampled_from(["1", f"{ICD10}|a", "|1", f"{ICD10}|"]),
    },
    "ValueSet": {"context-type-quantity": quantity_pairs, "context-type-value": concept_pairs},
    "Group": {"characteristic-value": joined(code_texts, code_texts | st.sampled_from(["true", "false"]))},
    "DocumentReference": {
        "relationship": joined(
            st.sampled_from(["replaces", "appends", "http://hl7.org/fhir/document-relationship-type|replaces"]),
            st.sampled_from(["DocumentReference/1", "2"]),
        )
    },
    "MolecularSequence": {"chromosome-variant-coordinate": spans, "chromosome-window-coordinate": spans},
    "RelatedPerson": {"phonetic": alternatives(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2).map(" ".join))},
    "Location": {
        "near": alternatives(
            st.builds(
                lambda point, reach: f"{point[0]}|{point[1]}{reach}",
                points,
                st.sampled_from(["", "|1|km", "|3000|m", "|20|km", "|2000|km", "|20010|km", "|1|[mi_i]"]),
            )
        )
    },
}


class ValueSets:
    """The hierarchies of the program, and the value sets that the oracle knows."""

    descendants = staticmethod(terminology.descendants)
    ancestors = staticmethod(terminology.ancestors)

    @staticmethod
    def codes_in(url):
        known = oracle.VALUE_SETS.get(url)
        if known is None:
            return None
        return compose({"compose": {"include": [_include(one) for one in known]}}, terminology.BUILT_IN)


def _include(coding):
    return {"system": coding[0], "concept": [{"code": coding[1]}]}


@contextmanager
def using(source):
    before = grounding.use(lambda _actor, _at: source)
    try:
        yield
    finally:
        grounding.use(before)


@st.composite
def cases(draw):
    """Resources of one type, and searches of it."""
    type_name = draw(st.sampled_from(sorted(BODIES)))
    bodies = draw(st.lists(BODIES[type_name], min_size=1, max_size=15))
    names = draw(st.lists(st.sampled_from(sorted(ASKED[type_name])), min_size=1, max_size=8))
    return type_name, bodies, [(name, draw(ASKED[type_name][name])) for name in names]


WRONG_WAY_ROUND = {"code": {"code": "718-7"}, "valueRange": {"low": {"value": 5}, "high": {"value": 0}}}


@settings(max_examples=80 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.sampled_from([None, plan.ORDER, plan.TOKENS]))
@example(("ValueSet", [{"useContext": [WRONG_WAY_ROUND]}], [("context-type-quantity", "718-7$0")]), None)
def test_sql_agrees_with_the_oracle_about_values(monkeypatch, case, forced):
    type_name, bodies, asked = case
    drafts = [draft(type_name, f"v{i}", **body) for i, body in enumerate(bodies)]
    with monkeypatch.context() as patched, using(ValueSets()):
        force(patched, forced)
        with undone():
            actions.put_many(drafts, NOW - timedelta(days=1))
            for pair in asked:
                expected = {d.key for d in drafts if oracle.matches(d.body, [pair], NOW)}
                assert {s.key for s in run(type_name, [pair])} == expected, pair
