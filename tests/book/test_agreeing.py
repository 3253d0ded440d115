"""The same fact from two sources shows once, with both named; what they contradict each other in shows twice."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.book import agreeing, indicators, longterm, medicines, summary, timeline
from sosuckhoe.book.record import Entry, Record, Source
from sosuckhoe.exchange.feeds.rewriting import WRITTEN
from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import hl7, icd10
from sosuckhoe.identity.claim import Claim
from tests.cheaply import cheaply

A, B, C = "minh-an", "song-hong", "thon-ban"
HERE = datetime(2026, 3, 1, tzinfo=UTC)
ON = HERE.date()
PERSON = indicators.Person("female", None)
KEYS = count(1)


def entry(kind, source, written="2026-02-01T00:00:00Z", **body):
    key = f"k{next(KEYS)}"
    meta = {"source": f"urn:sosuckhoe:source:{source}", "extension": [{"url": WRITTEN, "valueInstant": written}]}
    own = {"system": f"urn:sosuckhoe:sid:source:{source}", "value": f"{kind}{body.get('code', '')}"}
    whole = {"resourceType": kind, "id": key, **({"meta": meta} if source else {}), "identifier": [own], **body}
    return Entry(kind, key, 1, HERE, whole)


def glucose(source, value=7.8, at="2026-01-31T09:00:00+07:00", **more):
    quantity = {"value": value, "unit": "mmol/L", "system": systems.UCUM, "code": "mmol/L"}
    code = {"text": {A: "Glucose", B: "GLUCOSE", C: "Đường máu"}.get(source, "Glucose")}
    return entry("Observation", source, code=code, effectiveDateTime=at, valueQuantity=quantity, **more)


def blood(source, group, at="2026-01-31", **more):
    return entry("Observation", source, code={"text": "Nhóm máu"}, effectiveDateTime=at, valueString=group, **more)


def allergy(source, substance="Penicillin", status="confirmed", at="2026-01-31", **more):
    standing = hl7("allergyintolerance-verification", status)
    return entry(
        "AllergyIntolerance", source, code={"text": substance}, verificationStatus=standing, recordedDate=at, **more
    )


def visit(source, facility="79001", start="2026-01-31T08:00:00+07:00", **more):
    assigner = {"identifier": {"system": systems.FACILITY, "value": facility}}
    made = entry("Encounter", source, status="finished", period={"start": start}, **more)
    return made._replace(body={**made.body, "identifier": [{"value": made.key, "assigner": assigner}]})


def illness(source, code="I10", at="2026-01-31", **more):
    return entry("Condition", source, code=icd10(code), recordedDate=at, **more)


def record(*entries):
    told = agreeing.once(list(entries), {})
    return Record(told.entries, also=told.also)


def test_the_same_result_shows_once_and_names_both():
    (series,) = indicators.series(record(glucose(A), glucose(B), glucose(C)), PERSON)
    (result,) = series.results
    assert (result.source.system, [one.vi for one in result.source.also]) == (
        "Sổ sức khỏe Minh An",
        ["Bệnh án Sông Hồng", "Thôn Bản Y tế"],
    )


def test_the_same_moment_in_another_zone_is_the_same():
    (series,) = indicators.series(record(glucose(A), glucose(B, at="2026-01-31T02:00:30Z")), PERSON)
    assert len(series.results) == 1


def test_large_numbers_are_one_only_when_every_digit_is():
    told = [entry("Observation", source, code={"text": "HBV DNA"}, status="final", valueQuantity={"value": value},
                  effectiveDateTime="2026-01-31T09:00:00+07:00")
            for source, value in (("", 12345678), ("urn:sosuckhoe:source:song-hong", 12345679))]  # fmt: skip
    assert len(agreeing.once(told, {}).entries) == 2
    assert len(agreeing.contradictions(record(*told))) == 1


@pytest.mark.parametrize("marks", [["H", "A"], ["A", "H"], ["N", "A", "H"]])
def test_of_several_interpretations_the_more_telling_is_told_whatever_their_order(marks):
    said = [{"coding": [{"code": mark}]} for mark in marks]
    (series,) = indicators.series(record(glucose("", interpretation=said)), PERSON)
    assert series.newest.judged == "high"


def test_a_name_of_brackets_that_never_close_is_read_at_once():
    name = "((" * 20_000
    told = entry("Observation", "", code={"text": name}, valueString="Âm tính", effectiveDateTime="2026-01-31")
    (series,) = cheaply(lambda: indicators.series(record(told), PERSON), seconds=2)
    assert series.name.vi == name


def test_two_results_of_one_source_stay_two():
    (series,) = indicators.series(record(glucose(A), glucose(A), glucose(B)), PERSON)
    assert len(series.results) == 2


def test_another_value_at_the_same_moment_is_shown_too_and_the_newer_named():
    told = record(glucose(A, 7.8), glucose(B, 8.7, written="2026-02-05T00:00:00Z"))
    (series,) = indicators.series(told, PERSON)
    assert [result.text for result in series.results] == ["8.7", "7.8"]
    assert sorted(indicators.disputed(series).values()) == [False, True]
    (one,) = agreeing.contradictions(told)
    assert [(opinion.text, opinion.is_newest) for opinion in one.opinions] == [
        ("8.7 mmol/L", True),
        ("7.8 mmol/L", False),
    ]


def test_two_values_of_one_source_contradict_nobody():
    assert agreeing.contradictions(record(glucose(A, 7.8), glucose(A, 8.7))) == []


def test_another_day_is_no_contradiction():
    told = record(glucose(A, 7.8), glucose(B, 8.7, at="2026-02-01T09:00:00+07:00"))
    assert agreeing.contradictions(told) == []


GROUPS = [("O+", "O Rh(D) dương tính"), ("AB-", "AB Rh âm tính"), ("A+", "A Rh+"), ("B+", "Nhóm B, Rh (+)")]


@pytest.mark.parametrize(("one", "other"), GROUPS)
def test_a_blood_group_in_other_words_is_the_same(one, other):
    told = record(blood(A, one), blood(B, other))
    assert agreeing.blood(one) == agreeing.blood(other) == one
    assert agreeing.contradictions(told) == []
    assert len(told.entries) == 1


def test_another_blood_group_is_a_contradiction():
    told = record(blood(A, "O+", at="2025-01-01"), blood(B, "A+"), blood(C, "O+", at="2025-01-01"))
    (one,) = summary.summary(told, PERSON, ON).contradictions
    assert (one.kind, [opinion.text for opinion in one.opinions]) == ("blood_group", ["A+", "O+"])
    assert [other.vi for other in one.opinions[1].source.also] == ["Thôn Bản Y tế"]


def test_an_allergy_shows_once_and_its_denial_beside_it():
    told = record(allergy(A), allergy(B, "PENICILLIN"), allergy(C, status="refuted", at="2026-02-20"))
    found = summary.summary(told, PERSON, ON)
    assert [one.name.vi for one in found.allergies] == ["Penicillin"]
    (one,) = found.contradictions
    assert [(opinion.text, opinion.is_newest) for opinion in one.opinions] == [("no-allergy", True), ("told", False)]


def test_the_same_visit_shows_once_and_its_facts_are_together():
    one, other = visit(""), visit(B)
    result = glucose(B, encounter={"reference": f"Encounter/{other.key}"})
    told = record(one, other, result)
    (shown,) = timeline.visits(told)
    assert shown.key == one.key
    assert told.by_visit[one.key][0].key == result.key


def numbered(entry, number):
    mark = {"system": systems.VISIT, "value": number}
    return entry._replace(body={**entry.body, "identifier": [*entry.body["identifier"], mark]})


@pytest.mark.parametrize("number", ["", "LK1"])
def test_a_visit_of_a_file_that_the_hospital_writes_itself_too_shows_once(number):
    """Whether or not the system writes the visit's number beside it."""
    filed, written = numbered(visit(""), "LK1"), visit("")
    written = numbered(written, number) if number else written
    result = glucose("", encounter={"reference": f"Encounter/{written.key}"})
    for entries in ((filed, written, result), (written, result, filed)):
        told = record(*entries)
        (shown,) = timeline.visits(told)
        assert told.by_visit[shown.key][0].key == result.key
        assert len(told.also[f"Encounter/{shown.key}"]) == 1


def test_two_visits_of_a_hospital_are_two_whoever_wrote_them():
    """Two files, or two that were written directly, or another minute, or another place."""
    filed = numbered(visit(""), "LK1")
    for other in (
        numbered(visit(""), "LK2"),
        visit("", start="2026-01-31T08:05:00+07:00"),
        visit("", facility="01001"),
    ):
        assert len(timeline.visits(record(filed, other))) == 2
    assert len(timeline.visits(record(visit(""), visit("")))) == 2


def test_the_same_visit_counts_once_for_a_long_illness():
    one, other = visit(A), visit(B)
    diagnoses = [
        illness(source, "J18", encounter={"reference": f"Encounter/{of.key}"}) for source, of in ((A, one), (B, other))
    ]
    told = record(one, other, *diagnoses)
    assert len(told.of("Condition")) == 1
    assert longterm.of_record(told, ON) == []


def test_a_prescription_that_two_sources_tell_shows_once():
    def line(source, dose="1 viên/lần * 2 lần/ngày"):
        return entry(
            "MedicationRequest",
            source,
            status="completed",
            medicationCodeableConcept={"text": "Metformin 500mg"},
            authoredOn="2026-01-31",
            dosageInstruction=[{"text": dose}],
        )

    assert len(medicines.prescriptions(record(line(A), line(B)))) == 1
    assert len(medicines.prescriptions(record(line(A), line(B, "2 viên/lần")))) == 2


def test_who_somebody_is_told_differently():
    def word(system, written, **claim):
        source = Source("", "", written[:10], HERE, "", system, system, written)
        return source, Claim(
            **{"name": "Nguyễn Thị Lan", "birth": "1960-05-02", "sex": "female", "facility": "", **claim}
        )

    told = [
        word("A", "2026-01-01T00:00:00+07:00"),
        word("B", "2026-02-01T00:00:00+07:00", name="NGUYEN THI LAN", birth="1960"),
        word("C", "2026-03-01T00:00:00+07:00", birth="1960-05-12"),
    ]
    (one,) = agreeing.of_person(told)
    assert (one.kind, [opinion.text for opinion in one.opinions]) == ("birth", ["1960-05-12", "1960-05-02"])


SOURCES = st.sampled_from([A, B, C])
FACTS = st.one_of(
    st.builds(glucose, st.sampled_from([A, B, C]), st.sampled_from([7.8, 8.7])),
    st.builds(blood, st.sampled_from([A, B, C, ""]), st.sampled_from(["O+", "A+", "O Rh dương tính"])),
    st.builds(allergy, SOURCES, st.sampled_from(["Penicillin", "Tôm"]), st.sampled_from(["confirmed", "refuted"])),
    st.builds(illness, st.sampled_from([A, B, C, ""])),
)


def seen(entries):
    """What a reader is told, without the keys of rows."""
    told = record(*entries)
    made = summary.summary(told, PERSON, ON)
    series = indicators.series(told, PERSON)
    return (
        made.blood_group and (made.blood_group[0], made.blood_group[1].system, made.blood_group[1].also),
        [(one.name, one.source.system, one.source.also) for one in made.allergies],
        [(one.name, one.visits) for one in made.illnesses],
        [[(result.text, result.source.system, result.source.also) for result in one.results] for one in series],
        [
            (one.kind, one.about, [(each.text, each.source.system, each.is_newest) for each in one.opinions])
            for one in made.contradictions
        ],
    )


@given(st.lists(FACTS, max_size=7).flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_of_arrival_does_not_matter(orders):
    one, other = orders
    assert seen(one) == seen(other)


@given(st.lists(FACTS, max_size=7))
def test_nothing_is_lost(facts):
    told = agreeing.once(list(facts), {})
    kept = {entry.place for entry in told.entries}
    also = {entry.place for others in told.also.values() for entry in others}
    assert kept | also == {entry.place for entry in facts}
    assert not kept & also
