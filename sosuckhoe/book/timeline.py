"""The visits of a person, newest first, grouped by year. Pure."""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.book.record import Entry, Record, Source, day_of, start_of
from sosuckhoe.book.words import NOTHING, Words, codes_of, extension, place, words
from sosuckhoe.exchange.xml130.mapping import systems

TYPES = ("Encounter", "Condition")
_STAYS = {"IMP", "SS", "ACUTE", "NONAC"}
_CHIEF, _ADMISSION = "DD", "AD"


class Visit(NamedTuple):
    """A visit in one line. `start` and `end` are FHIR moments; `others` counts the diagnoses beside the main one."""

    key: str
    start: str
    end: str
    kind: Words
    reason: str
    main: Words
    others: int
    result: Words
    is_stay: bool
    is_open: bool
    label: int
    source: Source


class Year(NamedTuple):
    """The visits of one year, newest first; `year` is None for those without a date."""

    year: int | None
    visits: list[Visit]


def visits(record: Record) -> list[Visit]:
    """Every visit, newest first."""
    found = [visit(record, entry) for entry in record.of("Encounter") if entry.body.get("status") != "cancelled"]
    return sorted(found, key=lambda each: (each.start, each.key), reverse=True)


def by_year(found: list[Visit]) -> list[Year]:
    """Visits (newest first) under their years."""
    years: list[Year] = []
    for each in found:
        day = day_of(each.start)
        year = day.year if day else None
        if not years or years[-1].year != year:
            years.append(Year(year, []))
        years[-1].visits.append(each)
    return years


def visit(record: Record, entry: Entry) -> Visit:
    """One visit in a line."""
    body = entry.body
    diagnosed = diagnoses(record, entry)
    period = body.get("period") or {}
    return Visit(
        key=entry.key,
        start=start_of(body),
        end=period.get("end", ""),
        kind=kind_of(entry),
        reason=reason_of(entry),
        main=diagnosed[0] if diagnosed else NOTHING,
        others=max(len(diagnosed) - 1, 0),
        result=words(extension(body, systems.EXT_RESULT)),
        is_stay=(body.get("class") or {}).get("code") in _STAYS,
        is_open=body.get("status") in {"arrived", "in-progress", "planned", "triaged"},
        label=entry.label,
        source=record.source(entry),
    )


def kind_of(entry: Entry) -> Words:
    """What kind of visit it was: MA_LOAI_KCB in words, else its class."""
    types = entry.body.get("type") or ()
    return words(types[0]) if types else Words((entry.body.get("class") or {}).get("display", ""))


def reason_of(entry: Entry) -> str:
    """Why the person came, in the facility's words; '' when it does not say."""
    return next((reason["text"] for reason in entry.body.get("reasonCode", ()) if reason.get("text")), "")


def diagnoses(record: Record, entry: Entry) -> list[Words]:
    """The diagnoses of a visit, the main one first; the one of admission only when there is no other.

    Of a visit that names none those that name it: other systems seldom tell both ways.
    """
    if not entry.body.get("diagnosis"):
        return [words(one.body.get("code")) for one in record.by_visit.get(entry.key, ()) if _is_confirmed(one)]
    found: list[Words] = []
    admission: list[Words] = []
    for part in sorted(entry.body.get("diagnosis", ()), key=lambda part: part.get("rank", 99)):
        condition = record.by_place.get(place(part.get("condition")))
        if condition is None:
            continue
        role = words(part.get("use")).code
        (admission if role == _ADMISSION else found).append(words(condition.body.get("code")))
    return found or admission


def _is_confirmed(entry: Entry) -> bool:
    marks = codes_of(entry.body.get("verificationStatus"))
    return entry.type == "Condition" and not marks & {"provisional", "refuted", "entered-in-error"}
