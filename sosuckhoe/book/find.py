"""Searching in one book: every word of the question must stand in an entry, with or without diacritics. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from sosuckhoe.base.text import fold, fold_once
from sosuckhoe.book import indicators, medicines, timeline
from sosuckhoe.book.papers import reading
from sosuckhoe.book.record import Record, Source
from sosuckhoe.book.words import Words, words

TYPES = ("Encounter", "Condition", "MedicationRequest", "Observation", "Procedure", "DiagnosticReport", "Composition")
MOST = 100
HitKind = Literal["visit", "medicine", "test", "service", "paper"]


class Hit(NamedTuple):
    """An entry that answers. `key` is what its page is addressed by (of a medicine, its newest line)."""

    kind: HitKind
    key: str
    title: Words
    note: str
    told: str
    label: int
    source: Source


def find(record: Record, person: indicators.Person, question: str) -> list[Hit]:
    """The entries that hold every word of the question, newest first, `MOST` at most."""
    wanted = fold(question).split()
    if not wanted:
        return []
    found = [hit for hit, text in _everything(record, person) if all(word in text for word in wanted)]
    return sorted(found, key=lambda hit: hit.told, reverse=True)[:MOST]


def _everything(record: Record, person: indicators.Person) -> Iterator[tuple[Hit, str]]:
    """Every entry with the folded text that it can be found by."""
    yield from _visits(record)
    yield from _medicines(record)
    yield from _tests(record, person)
    yield from _services(record)
    yield from _papers(record)


def _visits(record: Record) -> Iterator[tuple[Hit, str]]:
    for entry in record.of("Encounter"):
        visit = timeline.visit(record, entry)
        diagnosed = timeline.diagnoses(record, entry)
        hit = Hit("visit", visit.key, visit.main or visit.kind, visit.reason, visit.start, visit.label, visit.source)
        yield hit, _folded([visit.reason, visit.source.name, *_each(diagnosed), *_each([visit.kind])])


def _medicines(record: Record) -> Iterator[tuple[Hit, str]]:
    for drug in medicines.by_drug(medicines.prescriptions(record)):
        line = drug.periods[0]
        hit = Hit("medicine", line.key, Words(line.name), line.dose, line.source.told, line.label, line.source)
        yield hit, _folded([text for each in drug.periods for text in (each.name, each.dose, each.advice)])


def _tests(record: Record, person: indicators.Person) -> Iterator[tuple[Hit, str]]:
    for series in indicators.series(record, person):
        newest = series.newest
        note = f"{newest.text} {series.unit}".strip()
        hit = Hit("test", series.key, series.name, note, newest.told, newest.label, newest.source)
        yield hit, _folded([series.name.vi, series.name.en, series.written])


def _services(record: Record) -> Iterator[tuple[Hit, str]]:
    for entry in record.of("Procedure", "DiagnosticReport"):
        name, conclusion = words(entry.body.get("code")), str(entry.body.get("conclusion", ""))
        source = record.source(entry, str(entry.body.get("effectiveDateTime", "")))
        yield (
            Hit("service", entry.visit, name, conclusion, source.told, entry.label, source),
            _folded([name.vi, name.en, conclusion]),
        )


def _papers(record: Record) -> Iterator[tuple[Hit, str]]:
    for paper in reading.papers(record):
        note = reading.reason(paper).vi
        hit = Hit("paper", paper.key, paper.kind.name, note, paper.date, paper.label, paper.source)
        texts = [line.text for line in paper.lines]
        yield hit, _folded([paper.kind.name.vi, paper.kind.name.en, paper.numbers, paper.source.name, *texts])


def _each(found: Iterable[Words]) -> Iterator[str]:
    for each in found:
        yield from each


def _folded(texts: Iterable[str]) -> str:
    """Not remembered by `fold`, as names are: these are pages of text, a whole book of them at each search."""
    return fold_once(" ".join(text for text in texts if text))
