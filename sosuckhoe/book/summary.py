"""The first page of a book: what a doctor or a family member must know at once. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sosuckhoe.book import agreeing, coverage, indicators, longterm, medicines, timeline
from sosuckhoe.book.record import Record, Source
from sosuckhoe.book.words import Words, words

TYPES = (
    *("Encounter", "Condition", "Appointment", "Coverage", "AllergyIntolerance"),
    *("MedicationRequest", "Observation"),
)
"""What the summary reads."""


class Allergy(NamedTuple):
    """Something that the person must not get."""

    name: Words
    reaction: str
    source: Source


class Summary(NamedTuple):
    """The summary of a person on a day. `allergies` is empty when nobody told any, which does not mean none."""

    blood_group: tuple[str, Source] | None
    allergies: list[Allergy]
    illnesses: list[longterm.Illness]
    medicines: medicines.Now
    appointments: list[coverage.Appointment]
    cards: list[coverage.Card]
    visits: int
    last_visit: timeline.Visit | None
    measurements: list[indicators.Tile]
    contradictions: list[agreeing.Contradiction]


def summary(record: Record, person: indicators.Person, on: date) -> Summary:
    """What is known of a person on a day."""
    visited = timeline.visits(record)
    return Summary(
        blood_group=indicators.blood_group(record),
        allergies=allergies(record),
        illnesses=longterm.of_record(record, on),
        medicines=medicines.now(medicines.prescriptions(record), on),
        appointments=coverage.appointments(record, on),
        cards=coverage.cards(record, on),
        visits=len(visited),
        last_visit=visited[0] if visited else None,
        measurements=indicators.tiles(indicators.series(record, person, key_only=True)),
        contradictions=agreeing.contradictions(record),
    )


def allergies(record: Record) -> list[Allergy]:
    """Allergies that somebody recorded and nobody refuted."""
    told = (entry for entry in record.of("AllergyIntolerance") if not _is_refuted(entry.body))
    found = [
        Allergy(
            words(entry.body.get("code")),
            _reaction(entry.body),
            record.source(entry, entry.body.get("recordedDate", "")),
        )
        for entry in told
    ]
    return sorted(found, key=lambda one: (one.source.told, one.source.written, one.name), reverse=True)


def _is_refuted(body: dict[str, Any]) -> bool:
    return words(body.get("verificationStatus")).code in {"refuted", "entered-in-error"}


def _reaction(body: dict[str, Any]) -> str:
    told = [words(sign).vi for reaction in body.get("reaction", ()) for sign in reaction.get("manifestation", ())]
    return ", ".join(told)
