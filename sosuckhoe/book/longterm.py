"""Long-term illnesses: which diagnoses of many visits are an illness that lasts. Pure; the rules are data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.book.record import Entry, Record, Source, day_of
from sosuckhoe.book.words import Words, code_in, codes_of, words
from sosuckhoe.clinical.coding import ICD10

_CATEGORY = re.compile(r"[A-Z][0-9]{2}(-[A-Z][0-9]{2})?")
_WIDTH = 3
_UNCONFIRMED = {"provisional", "refuted", "entered-in-error", "differential", "unconfirmed"}


class Diagnosis(NamedTuple):
    """A confirmed diagnosis of one visit. `key` is that of the Condition."""

    code: str
    on: date
    visit: str
    name: Words
    label: int
    source: Source
    key: str = ""


class Illness(NamedTuple):
    """An illness that lasts: its newest diagnosis (`key`), since when, and at how many visits it was told."""

    name: Words
    since: date
    last: date
    visits: int
    label: int
    source: Source
    key: str = ""


class Rules(NamedTuple):
    """`data/longterm.yaml` as ranges of ICD-10 categories."""

    listed: tuple[tuple[str, str], ...]
    for_life: tuple[tuple[str, str], ...]
    never: tuple[tuple[str, str], ...]
    visits: int
    days: int
    forget_years: int


@cache
def rules() -> Rules:
    """The rules as they stand in the file. Raises BadFact for a range that cannot be read."""
    path = Path(__file__).parent / "data" / "longterm.yaml"
    content = facts.read_yaml(path)
    listed, for_life, never = (_ranges(path, content[name]) for name in ("listed", "for_life", "never"))
    recurring = content["recurring"]
    return Rules(listed, for_life, never, recurring["visits"], recurring["days"], content["forget_years"])


def of_record(record: Record, on: date) -> list[Illness]:
    """The long-term illnesses of a person as known on a day."""
    return longterm((found for entry in record.of("Condition") if (found := diagnosis(record, entry))), on)


def longterm(diagnoses: Iterable[Diagnosis], on: date) -> list[Illness]:
    """The illnesses that last, by the rules; the one that was told last comes first."""
    grouped: dict[str, list[Diagnosis]] = {}
    for told in diagnoses:
        if told.on <= on:
            grouped.setdefault(told.code[:_WIDTH], []).append(told)
    found = [_illness(told) for category, told in grouped.items() if _lasts(category, told, on)]
    return sorted(found, key=lambda illness: (illness.last, illness.visits, illness.name), reverse=True)


def diagnosis(record: Record, entry: Entry) -> Diagnosis | None:
    """A Condition as a confirmed diagnosis; None when it is provisional, has no ICD-10 code or no date."""
    body = entry.body
    code = code_in(body.get("code"), ICD10)
    if not code or codes_of(body.get("verificationStatus")) & _UNCONFIRMED:
        return None
    source = record.source(entry, body.get("recordedDate") or body.get("onsetDateTime") or "")
    on = day_of(source.told)
    if on is None:
        return None
    return Diagnosis(code, on, entry.visit or entry.key, words(body["code"]), entry.label, source, entry.key)


def _illness(told: list[Diagnosis]) -> Illness:
    newest = max(told, key=lambda each: (each.on, each.code))
    return Illness(
        name=newest.name,
        since=min(each.on for each in told),
        last=newest.on,
        visits=len({each.visit for each in told}),
        label=newest.label,
        source=newest.source,
        key=newest.key,
    )


def _lasts(category: str, told: list[Diagnosis], on: date) -> bool:
    known = rules()
    days = [each.on for each in told]
    if (on - max(days)).days > known.forget_years * 365.25 and not _is_in(category, known.for_life):
        return False
    if _is_in(category, known.listed):
        return True
    is_often = len({each.visit for each in told}) >= known.visits
    return is_often and (max(days) - min(days)).days >= known.days and not _is_in(category, known.never)


@lru_cache(maxsize=8192)
def _is_in(category: str, ranges: tuple[tuple[str, str], ...]) -> bool:
    return any(first <= category <= last for first, last in ranges)


def _ranges(path: Path, entries: list[str]) -> tuple[tuple[str, str], ...]:
    for entry in entries:
        if not _CATEGORY.fullmatch(entry):
            raise facts.BadFact(f"{path}: '{entry}' is no range of ICD-10 categories")
    return tuple((first, last or first) for first, _, last in (entry.partition("-") for entry in entries))
