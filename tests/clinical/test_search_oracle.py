"""SQL answers as the oracle does, for generated resources and searches of every kind that is supported."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.clinical import actions, finding
from sosuckhoe.clinical.search import plan
from sosuckhoe.clinical.search.query import parse
from tests.clinical import oracle
from tests.clinical.made import draft, patient
from tests.clinical.walking import walked
from tests.many import TIMES
from tests.undone import undone

pytestmark = pytest.mark.django_db
BASE = "https://book.invalid/fhir"
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
PERSONS = [4711, 4712, 4713]

SYSTEMS = ["http://loinc.org", "http://hl7.org/fhir/sid/icd-10", "urn:oid:1.2.3"]
CODES = ["718-7", "J20.9", "j20.9", "A", "b"]
STATUSES = ["final", "amended", "active", "completed"]
STATUS_SYSTEM = "http://hl7.org/fhir/observation-status"
DATES = (
    "2019", "2026", "2026-04", "2026-05", "2026-05-02", "2026-05-01", "2026-05-02T00:00:00+07:00", "2025-12-31",
    "2026-05-01T17:00:00Z", "2026-05-02T10:11:00+07:00", "2026-05-02T10:11:30.250+07:00", "2026-05-02T23:59:59-05:00",
)  # fmt: skip
ASKED = (*DATES, "2026-05-02T10:11", "2026-05-02T10:11Z", "2026-05-02T10:11:00")
PREFIXES = ("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
dates = st.sampled_from(DATES)
codings = st.fixed_dictionaries({}, optional={"system": st.sampled_from(SYSTEMS), "code": st.sampled_from(CODES)})
concepts = st.builds(lambda some: {"coding": some}, st.lists(codings, max_size=2))
periods = st.fixed_dictionaries({}, optional={"start": dates, "end": dates})
timings = st.fixed_dictionaries(
    {},
    optional={
        "event": st.lists(dates, min_size=1, max_size=2),
        "repeat": st.builds(lambda p: {"boundsPeriod": p}, periods),
    },
)
identifiers = st.lists(
    st.fixed_dictionaries(
        {}, optional={"system": st.sampled_from(SYSTEMS), "value": st.sampled_from(["1", "2", "x|y"])}
    ),
    max_size=2,
)


def reference(*types):
    return st.builds(
        lambda start, type_name, name, end: {"reference": f"{start}{type_name}/{name}{end}"},
        st.sampled_from(["", "", f"{BASE}/"]),
        st.sampled_from(types),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["", "", "/_history/3"]),
    )


def one_of_keys(**choices):
    """One of the forms of a choice element, or none."""
    return st.one_of(st.just({}), *(st.builds(lambda v, k=k: {k: v}, values) for k, values in choices.items()))


SHAPES = {
    "Observation": (
        {
            "status": st.sampled_from(["final", "amended"]),
            "code": concepts,
            "category": st.lists(concepts, max_size=2),
            "identifier": identifiers,
            "encounter": reference("Encounter"),
            "performer": st.lists(reference("Practitioner", "Patient", "Organization"), max_size=2),
        },
        one_of_keys(
            effectiveDateTime=dates,
            effectivePeriod=periods,
            effectiveTiming=timings,
            effectiveInstant=st.just("2026-05-02T10:11:30.250+07:00"),
        ),
    ),
    "MedicationRequest": (
        {
            "status": st.sampled_from(STATUSES),
            "medicationCodeableConcept": concepts,
            "category": st.lists(concepts, max_size=1),
            "authoredOn": dates,
            "dosageInstruction": st.lists(st.builds(lambda t: {"timing": t}, timings), max_size=2),
        },
        st.just({}),
    ),
    "Encounter": (
        {
            "status": st.sampled_from(STATUSES),
            "type": st.lists(concepts, max_size=2),
            "period": periods,
            "identifier": identifiers,
        },
        st.just({}),
    ),
    "Condition": (
        {
            "code": concepts,
            "category": st.lists(concepts, max_size=2),
            "recordedDate": dates,
            "clinicalStatus": concepts,
        },
        one_of_keys(onsetDateTime=dates, onsetPeriod=periods),
    ),
}

WORDS = (
    "Nguyễn",
    "NGUYEN",
    "nguyên",
    "Đức",
    "duc",
    "Đ",
    "Hà Nội",
    "ha  noi",
    "H",
    "+",
    "+++",
    ">5",
    "50%",
    "a_b",
    "a" * 45,
)
LONG = "Phường Bến Nghé, thành phố Hồ Chí Minh, Việt Nam"
words = st.sampled_from([*WORDS, unicodedata.normalize("NFD", "Nguyễn"), LONG, LONG.replace("Nam", "nam")])
names = st.fixed_dictionaries(
    {},
    optional={
        "text": words,
        "family": words,
        "given": st.lists(words, max_size=2),
        "prefix": st.lists(words, max_size=1),
    },
)
addresses = st.fixed_dictionaries(
    {},
    optional={"text": words, "line": st.lists(words, max_size=2), "city": words, "district": words, "country": words},
)
SHAPES["RelatedPerson"] = (
    {
        "name": st.lists(names, max_size=2),
        "telecom": st.lists(
            st.fixed_dictionaries({"value": st.just("1")}, optional={"system": st.sampled_from(["phone", "email"])}),
            max_size=2,
        ),
        "address": st.lists(addresses, max_size=2),
        "patient": st.sampled_from(PERSONS).map(lambda person: {"reference": f"Patient/{patient(person).key}"}),
    },
    st.just({}),
)
SHAPES["Observation"][0]["valueString"] = words

PATIENTS = {person: f"Patient/{patient(person).key}" for person in PERSONS}


@st.composite
def resources(draw):
    type_name = draw(st.sampled_from(sorted(SHAPES)))
    optional, choice = SHAPES[type_name]
    body = {**draw(st.fixed_dictionaries({}, optional=optional)), **draw(choice)}
    person = draw(st.sampled_from(PERSONS))
    if draw(st.integers(0, 4)):
        body["subject"] = {"reference": PATIENTS[person]}
    return type_name, person, body


def alternatives(values):
    return st.lists(values, min_size=1, max_size=2).map(",".join)


token_texts = alternatives(
    st.sampled_from(CODES + STATUSES)
    | st.builds("{}|{}".format, st.sampled_from(["", *SYSTEMS, STATUS_SYSTEM]), st.sampled_from(CODES + STATUSES))
    | st.sampled_from([f"{s}|" for s in [*SYSTEMS, STATUS_SYSTEM]])
)
date_texts = alternatives(st.builds("{}{}".format, st.sampled_from(PREFIXES), st.sampled_from(ASKED)))
patient_texts = alternatives(st.sampled_from([f"{s}{v}" for v in PATIENTS.values() for s in ("", f"{BASE}/")]))
patient_ids = alternatives(st.sampled_from([v.split("/")[1] for v in PATIENTS.values()]))
others = alternatives(st.sampled_from(["Practitioner/1", "Organization/2", "1", f"{BASE}/Patient/1", "Encounter/1"]))
PARAMETERS = {
    "Observation": {
        **dict.fromkeys(["code", "code:not", "combo-code", "status", "category", "identifier"], token_texts),
        "date": date_texts,
        "date:missing": st.sampled_from(["true", "false"]),
        "patient": patient_texts | patient_ids,
        "subject": patient_texts,
        "subject:Patient": patient_ids,
        "performer": others,
        "performer:Patient": st.just("1"),
        "encounter": others,
    },
    "MedicationRequest": {
        **dict.fromkeys(["code", "status", "status:not", "category"], token_texts),
        **dict.fromkeys(["date", "authoredon"], date_texts),
        "patient": patient_texts,
    },
    "Encounter": {
        **dict.fromkeys(["status", "type", "identifier"], token_texts),
        "date": date_texts,
        "patient": patient_ids,
    },
    "Condition": {
        **dict.fromkeys(["code", "category", "clinical-status"], token_texts),
        **dict.fromkeys(["onset-date", "recorded-date"], date_texts),
        "subject": patient_texts | patient_ids,
    },
}


text_texts = alternatives(st.sampled_from([w for w in (*WORDS, LONG, "ng", "Phuong ben nghe", "o") if "," not in w]))
NUMBERS = [0, 5, 5.4, 5.35, 5.45, 5.449, 99.5, 100, 100.4, 100.5, 95, 105, 104.9, -5, 110, 90, 0.8, 0.001, 4.5, 5.5]
UCUM = "http://unitsofmeasure.org"
quantities = st.fixed_dictionaries(
    {},
    optional={
        "value": st.sampled_from(NUMBERS),
        "comparator": st.sampled_from(["<", "<=", ">", ">="]),
        "system": st.sampled_from([UCUM, "urn:other"]),
        "code": st.sampled_from(["mg", "MG"]),
        "unit": st.sampled_from(["mg", "viên"]),
    },
)
ranges = st.fixed_dictionaries({}, optional={"low": quantities, "high": quantities})
SHAPES["Observation"][0]["valueQuantity"] = quantities
SHAPES["Observation"][0]["component"] = st.lists(st.builds(lambda q: {"valueQuantity": q}, quantities), max_size=2)
SHAPES["RiskAssessment"] = (
    {
        "prediction": st.lists(
            one_of_keys(probabilityDecimal=st.sampled_from(NUMBERS), probabilityRange=ranges), max_size=2
        )
    },
    st.just({}),
)
SHAPES["ChargeItem"] = (
    {
        "factorOverride": st.sampled_from(NUMBERS),
        "priceOverride": st.fixed_dictionaries(
            {"value": st.sampled_from(NUMBERS)}, optional={"currency": st.just("VND")}
        ),
    },
    st.just({}),
)
WRITTEN = [*map(str, NUMBERS), "5.40", "1e2", "1.0e2", "-0", "5.4e0"]
numbers = st.builds("{}{}".format, st.sampled_from(PREFIXES), st.sampled_from(WRITTEN))
units = st.sampled_from(
    ["", "", f"|{UCUM}|mg", "||mg", "||viên", "|urn:other|MG", "||VND", "|urn:iso:std:iso:4217|VND"]
)
PARAMETERS["RiskAssessment"] = {"probability": alternatives(numbers)}
PARAMETERS["ChargeItem"] = {
    "factor-override": alternatives(numbers),
    "price-override": alternatives(st.builds("{}{}".format, numbers, units)),
}
for code in ("value-quantity", "component-value-quantity", "combo-value-quantity"):
    PARAMETERS["Observation"][code] = alternatives(st.builds("{}{}".format, numbers, units))
URLS = ["http://a.vn", "http://a.vn/", "http://a.vn/b", "http://a.vn/b/c", "http://a.vn/bc", "urn:oid:1.2", "urn:oid:1"]
SHAPES["ValueSet"] = ({"url": st.sampled_from(URLS), "status": st.sampled_from(STATUSES)}, st.just({}))
url_texts = alternatives(st.sampled_from(URLS))
PARAMETERS["ValueSet"] = dict.fromkeys(["url", "url:below", "url:above"], url_texts)
for type_name, codes in {
    "RelatedPerson": ["name", "address", "address-city", "address-country"],
    "Observation": ["value-string"],
}.items():
    for code in codes:
        asked = dict.fromkeys([code, f"{code}:exact", f"{code}:contains"], text_texts)
        PARAMETERS[type_name] = {**PARAMETERS.get(type_name, {}), **asked}


for type_name, code in [
    *(
        ("Observation", code)
        for code in ["code", "status", "category", "performer", "patient", "subject", "value-string"]
    ),
    *(("Observation", code) for code in ["identifier", "component-code"]),
    *(("Condition", code) for code in ["onset-date", "clinical-status", "subject"]),
    *(("RelatedPerson", code) for code in ["name", "address", "patient", "phone"]),
    *(("Encounter", code) for code in ["date", "type"]),
    ("MedicationRequest", "code"),
    ("MedicationRequest", "date"),
    ("ValueSet", "url"),
    ("Observation", "value-quantity"),
    ("RiskAssessment", "probability"),
    ("ChargeItem", "price-override"),
]:
    PARAMETERS[type_name][f"{code}:missing"] = st.sampled_from(["true", "false"])


@st.composite
def searches(draw):
    type_name = draw(st.sampled_from(sorted(PARAMETERS)))
    names = draw(st.lists(st.sampled_from(sorted(PARAMETERS[type_name])), min_size=1, max_size=3))
    return type_name, [(name, draw(PARAMETERS[type_name][name])) for name in names]


def run(type_name, pairs):
    """Every page of the answer, in order."""
    return walked(lambda place: finding.search(PROGRAM, parse(type_name, [*pairs, *place], base=BASE, now=NOW), NOW))


def force(monkeypatch, forced):
    """Let searches that are not of named persons or ids run by this plan."""
    choose = plan.choose

    def chosen(query, facts, *, narrowed):
        own = choose(query, facts, narrowed=narrowed)
        if own in {plan.KEYS, plan.PERSONS} or query.start is None:
            return own
        return forced if forced in plan.ways(query) else own

    monkeypatch.setattr(plan, "choose", chosen)


@settings(max_examples=60 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(resources(), min_size=1, max_size=25),
    st.lists(searches(), min_size=1, max_size=8),
    st.sampled_from([None, plan.ORDER, plan.TOKENS, plan.SORTED_VALUES, plan.WALKED_VALUES]),
    st.integers(1, 7),
)
def test_sql_agrees_with_the_oracle(monkeypatch, made, asked, forced, count):
    drafts = [draft(t, f"r{i}", person=person, **body) for i, (t, person, body) in enumerate(made)]
    with monkeypatch.context() as patched:
        force(patched, forced)
        with undone():
            actions.put_many([*drafts, *(patient(person) for person in PERSONS)], NOW - timedelta(days=1))
            for type_name, pairs in asked:
                expected = {d.key for d in drafts if d.type == type_name and oracle.matches(d.body, pairs, NOW)}
                for order in ([], [("_sort", "_lastUpdated")], [("_sort", "-_lastUpdated")]):
                    found = run(type_name, [*pairs, *order, ("_count", str(count))])
                    assert len(found) == len({s.key for s in found})
                    assert {s.key for s in found} == expected, (type_name, pairs, order)


@pytest.mark.parametrize("where", [[], [("patient", PATIENTS[PERSONS[0]])]], ids=["everybody", "one person"])
def test_every_prefix_against_every_date_and_period(where):
    """The ends that meet exactly are where a comparison goes wrong, so all are tried."""
    ends = (*DATES[:7], None)
    held = [{"effectiveDateTime": one} for one in DATES] + [
        {"effectivePeriod": {k: v for k, v in (("start", start), ("end", end)) if v}} for start in ends for end in ends
    ]
    subject = {"reference": PATIENTS[PERSONS[0]]}
    drafts = [draft("Observation", f"d{i}", subject=subject, **content) for i, content in enumerate(held)]
    actions.put_many([*drafts, patient(PERSONS[0])], NOW - timedelta(days=1))
    for prefix in PREFIXES:
        for asked in ASKED:
            pairs = [*where, ("date", prefix + asked)]
            found = {s.key for s in run("Observation", [*pairs, ("_count", "500")])}
            assert found == {d.key for d in drafts if oracle.matches(d.body, pairs, NOW)}, pairs


def test_last_updated_is_compared_as_a_millisecond():
    moments = [NOW + timedelta(milliseconds=n) for n in (-1000, -1, 0, 1, 999, 1000, 1001, 86_400_000)]
    for i, at in enumerate(moments):
        actions.put_many([draft("Observation", f"u{i}")], at)
    for prefix in PREFIXES[:-1]:
        for asked in ("2026-11-22T03:00:00Z", "2026-11-22T03:00:00.000Z", "2026-11-22", "2026"):
            pairs = [("_lastUpdated", prefix + asked)]
            found = sorted(s.updated for s in run("Observation", pairs))
            ends = ((at, at + timedelta(milliseconds=1)) for at in moments)
            assert found == [low for low, high in ends if oracle.holds(prefix + asked, (low, high), NOW)], pairs


@settings(max_examples=20 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(resources(), min_size=1, max_size=25), st.integers(1, 5), st.booleans())
def test_pages_follow_the_main_date_and_the_undated_come_last(made, count, descending):
    drafts = [draft("Encounter", f"r{i}", period=body.get("period", {})) for i, (_, _, body) in enumerate(made)]
    with undone():
        actions.put_many(drafts, NOW)
        found = run("Encounter", [("_sort", "-date" if descending else "date"), ("_count", str(count))])
    starts = [oracle.span("Period", orjson.loads(s.body)["period"]) for s in found]
    dated = [start[0] for start in starts if start]
    assert dated == sorted(dated, reverse=descending)
    assert not any(starts[len(dated) :])
    assert {s.key for s in found} == {d.key for d in drafts}
