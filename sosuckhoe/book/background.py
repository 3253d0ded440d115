"""What somebody brings along to a doctor: illnesses of the family and their own past ones, habits, disabilities. Pure.

Most of it is told by health profiles (QĐ 831), some by other systems; hospital files have no place for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sosuckhoe.book.record import Entry, Record, Source
from sosuckhoe.book.words import Words, code_in, codes_of, words
from sosuckhoe.clinical.coding import ICD10
from sosuckhoe.exchange.qd831.mapping import systems

TYPES = ("FamilyMemberHistory", "Observation", "Condition")
_DISABILITY = systems.listed("disability")
_FLAGS = {"0": Words("không", "no"), "1": Words("có", "yes")}
_NO_LONGER = frozenset({"refuted", "entered-in-error"})


class Fact(NamedTuple):
    """One line: what, to what degree or of whom, more in words; `label` has its bits of sensitivity."""

    name: Words
    value: Words
    more: tuple[tuple[str, Words], ...]
    label: int
    source: Source


class Background(NamedTuple):
    """What is known of the four; each is empty when nobody told any, which does not mean none."""

    family: list[Fact]
    illnesses: list[Fact]
    habits: list[Fact]
    disabilities: list[Fact]


def background(record: Record) -> Background:
    """What a person's records tell."""
    lasting = [entry for entry in record.of("Condition") if _is_listed(entry.body)]
    return Background(
        family=_sorted(_family(record)),
        illnesses=_sorted(_condition(record, one) for one in lasting if not _is_disability(one.body)),
        habits=_sorted(_habits(record)),
        disabilities=_sorted(_condition(record, one) for one in lasting if _is_disability(one.body)),
    )


def _family(record: Record) -> Iterator[Fact]:
    """Each illness of each relative, with who it is."""
    for entry in record.of("FamilyMemberHistory"):
        if entry.body.get("status") != "entered-in-error":
            who, told = words(entry.body.get("relationship")), entry.body.get("date", "")
            for one in entry.body.get("condition", ()):
                source = record.source(entry, told)
                yield Fact(words(one.get("code")), who, _notes(one), entry.label, source)


def _habits(record: Record) -> Iterator[Fact]:
    for entry in record.of("Observation"):
        body = entry.body
        is_social = any("social-history" in codes_of(category) for category in body.get("category", ()))
        if is_social and body.get("status") not in _NO_LONGER:
            parts = ((words(part.get("code")).vi, _value(part)) for part in body.get("component", ()))
            more = (*(part for part in parts if part[1]), *_notes(body))
            source = record.source(entry, body.get("effectiveDateTime", ""))
            yield Fact(words(body.get("code")), _value(body), more, entry.label, source)


def _condition(record: Record, entry: Entry) -> Fact:
    source = record.source(entry, entry.body.get("recordedDate", ""))
    return Fact(words(entry.body.get("code")), Words(""), _notes(entry.body), entry.label, source)


def _is_listed(body: dict[str, Any]) -> bool:
    """On a list of what lasts, without a code of ICD-10: those that have one stand among the long-term illnesses."""
    on_list = any("problem-list-item" in codes_of(category) for category in body.get("category", ()))
    is_denied = words(body.get("verificationStatus")).code in _NO_LONGER
    return on_list and not is_denied and not code_in(body.get("code"), ICD10)


def _is_disability(body: dict[str, Any]) -> bool:
    return bool(code_in(body.get("code"), _DISABILITY))


def _value(body: dict[str, Any]) -> Words:
    """A value in words: of a list, a text ('0' and '1' are no and yes), a count or a quantity."""
    if concept := body.get("valueCodeableConcept"):
        return words(concept)
    if quantity := body.get("valueQuantity"):
        return Words(f"{quantity.get('value', '')} {quantity.get('unit', '')}".strip())
    if (count := body.get("valueInteger")) is not None:
        return Words(str(count))
    text = str(body.get("valueString", "")).strip()
    return _FLAGS.get(text, Words(text))


def _notes(body: dict[str, Any]) -> tuple[tuple[str, Words], ...]:
    return tuple(("", Words(note["text"])) for note in body.get("note", ()) if note.get("text"))


def _sorted(found: Iterable[Fact]) -> list[Fact]:
    """By what it is, the newest word first; what says nothing is left out."""
    told = [one for one in found if one.name]
    newest = sorted(told, key=lambda one: one.source.written or one.source.told, reverse=True)
    return sorted(newest, key=lambda one: (one.name.vi, one.value.vi))
