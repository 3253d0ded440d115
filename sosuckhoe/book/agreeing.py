"""Facts of several sources: the same fact once, with everybody who told it; what they contradict each other in. Pure.

Which facts are one, and which contradict, is `data/agreeing.yaml`. The order in which facts arrived plays no part:
of equal facts the one shown is chosen by what it says and who says it, and the newer of two is the one that was told
later, or written later where both speak of one moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.text import fold
from sosuckhoe.book import indicators
from sosuckhoe.book.record import Entry, Record, Source, day_of, facility_of, organizations_of, start_of, written_of
from sosuckhoe.book.words import Words, code_in, codes_of, identifier, target, words
from sosuckhoe.clinical.coding import ICD10
from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.identity import matching
from sosuckhoe.identity.claim import Claim

_PATH = Path(__file__).parent / "data" / "agreeing.yaml"
DIRECT = "/fhir"
"""Who told a visit that a hospital's system wrote itself, beside those of its files (''), which come first."""

_GROUP = re.compile(r"\b(AB|A|B|O)\b|^(AB|A|B|O)(?=[+-])")
_POSITIVE = re.compile(r"\+|\bRH\(?D?\)?\s*(?:DUONG|POS)|DUONG TINH|POSITIVE")
_NEGATIVE = re.compile(r"-|\bRH\(?D?\)?\s*(?:AM|NEG)|AM TINH|NEGATIVE")
Told = Mapping[str, str]
Subject = tuple[str, ...]


class Kind(NamedTuple):
    """What makes two facts of a kind one, and whether different values contradict each other."""

    subject: tuple[str, ...]
    value: tuple[str, ...]
    contradicts: bool
    name: Words


class Said(NamedTuple):
    """What a fact says of what."""

    kind: str
    subject: Subject
    value: Subject


class Opinion(NamedTuple):
    """One side of a contradiction, in words; `key` is the fact's, '' for a point of who somebody is."""

    text: str
    key: str
    source: Source
    is_newest: bool = False


class Contradiction(NamedTuple):
    """What two sources say differently, the newest word first. `about` is what it is about: a test, a substance."""

    kind: str
    name: Words
    about: str
    opinions: list[Opinion]


class Once(NamedTuple):
    """Facts, each once; `also`: place of a fact → who else told it; `visits`: from those left out to those kept."""

    entries: list[Entry]
    also: dict[str, tuple[Entry, ...]]
    visits: dict[str, str]


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of facts of the file."""
    return {
        key: Kind(tuple(one["subject"]), tuple(one["value"]), one["contradicts"], Words(one["vi"], one["en"]))
        for key, one in facts.read_yaml(_PATH)["kinds"].items()
    }


def once(entries: list[Entry], organizations: Mapping[str, str]) -> Once:
    """Every fact once. `organizations`: id of an Organization → its MA_CSKCB."""
    grouped: dict[Said, list[Entry]] = {}
    for entry in _of_several(entries):
        if said := said_by(entry, organizations):
            grouped.setdefault(said, []).append(entry)
    also: dict[str, tuple[Entry, ...]] = {}
    visits: dict[str, str] = {}
    for said, group in grouped.items():
        for first, *others in _same(said.kind, group):
            if others:
                also[first.place] = tuple(others)
                visits |= {other.key: first.key for other in others if said.kind == "visit"}
    left_out = {other.place for others in also.values() for other in others}
    kept = [_led(entry, visits) for entry in entries if entry.place not in left_out]
    return Once(kept, also, visits)


def _of_several(entries: list[Entry]) -> list[Entry]:
    """What may have been told twice: all where another system told something, else visits that none of a file tells."""
    if any(source_of(entry) for entry in entries):
        return entries
    visits = [entry for entry in entries if entry.type == "Encounter"]
    return visits if len(_by_teller(visits)) > 1 else []


def _by_teller(group: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by who told them. A visit of a file has a number of its own; one that was written directly need not."""
    found: dict[str, list[Entry]] = {}
    numbers = {""}
    for entry in sorted(group, key=_in_words):
        teller = source_of(entry)
        if entry.type == "Encounter" and not teller:
            number = identifier(entry.body.get("identifier") or (), systems.VISIT)
            teller = DIRECT if number in numbers else ""
            numbers.add(number)
        found.setdefault(teller, []).append(entry)
    return found


def _same(kind: str, group: list[Entry]) -> Iterable[list[Entry]]:
    """Facts of one content, those that are one together.

    What has no time of its own (a blood group, an allergy) is one however often it was told, the newest word first. Of
    other facts the first of each source are one, the second of each, and so on: one source may measure twice.
    """
    if not {"day", "minute"} & set(kinds()[kind].subject):
        in_order = sorted(group, key=lambda entry: (source_of(entry), _in_words(entry)))
        yield sorted(in_order, key=lambda entry: _freshness(entry)[:2], reverse=True)
        return
    by_source = _by_teller(group)
    places = max(len(told) for told in by_source.values())
    for place in range(places):
        yield [told[place] for _, told in sorted(by_source.items()) if place < len(told)]


def _in_words(entry: Entry) -> tuple[str, ...]:
    """An order that no id and no arrival has a part in."""
    numbers = entry.body.get("identifier") or []
    listed = numbers if isinstance(numbers, list) else [numbers]
    said = (indicators.value_text(entry.body), words(entry.body.get("code")).vi)
    return (told_of(entry), written_of(entry.body), *said, *(str(one.get("value", "")) for one in listed))


def _led(entry: Entry, visits: Mapping[str, str]) -> Entry:
    """A fact of a visit that another source told too belongs to the visit that is kept."""
    own = entry.body.get("encounter")
    kept = visits.get(target(own)) if isinstance(own, dict) else None
    return entry._replace(body={**entry.body, "encounter": {"reference": f"Encounter/{kept}"}}) if kept else entry


def source_of(entry: Entry) -> str:
    """The name by which the system that told a fact is known; '' for the files of hospitals."""
    return str((entry.body.get("meta") or {}).get("source", ""))


def told_of(entry: Entry) -> str:
    """The fact's own time, as FHIR text."""
    body = entry.body
    for name in ("recordedDate", "authoredOn", "occurrenceDateTime", "performedDateTime", "onsetDateTime"):
        if body.get(name):
            return str(body[name])
    return start_of(body) if entry.type == "Encounter" else indicators.told_of(body)


def said_by(entry: Entry, organizations: Mapping[str, str]) -> Said | None:
    """What a fact says, as far as it can be compared; None when it cannot."""
    read = _READERS.get(entry.type)
    found = read(entry) if read else None
    if found is None:
        return None
    kind, told = found
    whole = {**told, **_place_and_time(entry, organizations)}
    rule = kinds()[kind]
    subject = tuple(whole.get(name, "") for name in rule.subject)
    if not all(subject[place] for place, name in enumerate(rule.subject) if name != "unit"):
        return None
    return Said(kind, (*told.get("of", "").split(), *subject), tuple(whole.get(name, "") for name in rule.value))


def _place_and_time(entry: Entry, organizations: Mapping[str, str]) -> dict[str, str]:
    text = told_of(entry)
    day = day_of(text)
    named = (organizations.get(target(reference), "") for reference in organizations_of(entry.body))
    return {
        "day": day.isoformat() if day else "",
        "minute": _minute(text),
        "facility": facility_of(entry.body) or next((code for code in named if code), ""),
    }


def _minute(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{at.astimezone(VIETNAM):%Y-%m-%dT%H:%M}" if at.tzinfo else text


def _observation(entry: Entry) -> tuple[str, Told] | None:
    body = entry.body
    if indicators.is_blood_group(body):
        group = blood(indicators.value_text(body))
        return ("blood_group", {"group": group, "of": "whole" if group[-1] in "+-" else "part"}) if group else None
    text = indicators.value_text(body)
    if not text or body.get("status") in {"cancelled", "entered-in-error"}:
        return None
    known = indicators.known_indicator(body)
    amount = body.get("valueQuantity") or {}
    unit = str(amount.get("code") or fold(str(amount.get("unit", ""))))
    return "result", {
        "code": known.key if known else fold(words(body.get("code")).vi),
        "unit": unit,
        "amount": _plain(text),
    }


def blood(text: str) -> str:
    """A blood group in one form: 'O Rh(D) dương tính' → 'O+', 'AB' → 'AB'; '' when it is none."""
    plain = fold(text).upper()
    group = _GROUP.search(plain)
    if group is None:
        return ""
    rest = plain[group.end() :]
    sign = "+" if _POSITIVE.search(rest) else "-" if _NEGATIVE.search(rest) else ""
    return (group[1] or group[2]) + sign


def _plain(text: str) -> str:
    """A value in one form: '7.80' and '7.8' are one."""
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return fold(text)


def _allergy(entry: Entry) -> tuple[str, Told]:
    return "allergy", {"code": fold(words(entry.body.get("code")).vi), "standing": _standing("allergy", entry)}


def _condition(entry: Entry) -> tuple[str, Told] | None:
    code = code_in(entry.body.get("code"), ICD10)
    if not code or "provisional" in codes_of(entry.body.get("verificationStatus")):
        return None
    return "diagnosis", {"code": code, "standing": _standing("diagnosis", entry)}


def _standing(kind: str, entry: Entry) -> str:
    known = facts.read_yaml(_PATH)["standing"][kind]
    marks = codes_of(entry.body.get("verificationStatus"))
    return next((known[mark] for mark in sorted(marks) if mark in known), "told")


def _medicine(entry: Entry) -> tuple[str, Told]:
    concept = entry.body.get("medicationCodeableConcept") or {}
    dosage = (entry.body.get("dosageInstruction") or [{}])[0]
    code = code_in(concept, systems.DRUG) or fold(words(concept).vi)
    return "medicine", {"code": code, "dose": fold(str(dosage.get("text", "")))}


def _coded(kind: str, element: str) -> Callable[[Entry], tuple[str, Told]]:
    def read(entry: Entry) -> tuple[str, Told]:
        concept = entry.body.get(element) or {}
        codes = sorted(codes_of(concept))
        return kind, {"code": codes[0] if codes else fold(words(concept).vi)}

    return read


def _visit(_entry: Entry) -> tuple[str, Told]:
    return "visit", {}


_READERS: dict[str, Callable[[Entry], tuple[str, Told] | None]] = {
    "Observation": _observation,
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "MedicationRequest": _medicine,
    "Immunization": _coded("vaccination", "vaccineCode"),
    "Procedure": _coded("procedure", "code"),
    "Encounter": _visit,
}


def contradictions(record: Record) -> list[Contradiction]:
    """What sources say differently, by kind and what it is about."""
    if not any(source_of(entry) for entry in record.entries):
        return []
    grouped: dict[tuple[str, Subject], dict[Subject, list[Entry]]] = {}
    for entry in record.entries:
        said = said_by(entry, record.organizations)
        if said and kinds()[said.kind].contradicts:
            grouped.setdefault((said.kind, said.subject), {}).setdefault(said.value, []).append(entry)
    found = [
        _contradiction(record, kind, by_value)
        for (kind, _subject), by_value in grouped.items()
        if len(by_value) > 1 and _are_several(record, by_value)
    ]
    order = list(kinds())
    return sorted(found, key=lambda one: (order.index(one.kind), one.about, one.opinions[0].source.told))


def _are_several(record: Record, by_value: Mapping[Subject, list[Entry]]) -> bool:
    """Whether different sources stand behind the values: one source may measure twice, or change its mind."""
    return len({source for told in by_value.values() for entry in told for source in _sources(record, entry)}) > 1


def _sources(record: Record, entry: Entry) -> set[str]:
    return {source_of(entry), *(source_of(other) for other in record.also.get(entry.place, ()))}


def _contradiction(record: Record, kind: str, by_value: Mapping[Subject, list[Entry]]) -> Contradiction:
    newest = [max(told, key=_freshness) for told in by_value.values()]
    newest.sort(key=lambda entry: (_freshness(entry), _text(kind, entry)), reverse=True)
    opinions = [
        Opinion(_text(kind, entry), entry.key, record.source(entry, told_of(entry)), is_newest=place == 0)
        for place, entry in enumerate(newest)
    ]
    about = "" if kind == "blood_group" else words(newest[0].body.get("code")).vi
    return Contradiction(kind, kinds()[kind].name, about, opinions)


def _freshness(entry: Entry) -> tuple[str, str, str, tuple[str, ...]]:
    return _minute(told_of(entry)), written_of(entry.body), source_of(entry), _in_words(entry)


def _text(kind: str, entry: Entry) -> str:
    """What a fact says, in its own words; for what stands or falls, a code of `standing`."""
    if kind in {"allergy", "diagnosis"}:
        return _standing(kind, entry)
    value = indicators.value_text(entry.body)
    return f"{value} {indicators.unit_text(entry.body)}".strip()


def of_person(told: Iterable[tuple[Source, Claim]]) -> list[Contradiction]:
    """Points of who somebody is that systems write differently: the name, the birth date, the sex."""
    told = list(told)
    found = []
    for point, entry in facts.read_yaml(_PATH)["person"].items():
        opinions = _opinions(point, [(source, str(getattr(claim, point))) for source, claim in told])
        if len(opinions) > 1:
            found.append(Contradiction(point, Words(entry["vi"], entry["en"]), "", opinions))
    return found


def _opinions(point: str, told: Iterable[tuple[Source, str]]) -> list[Opinion]:
    """The different words on a point, the newest first; of those that agree the newest."""
    opinions: list[Opinion] = []
    for source, text in sorted(told, key=lambda one: (one[0].written, one[0].system, one[1]), reverse=True):
        if text and text != "unknown" and not any(_agree(point, text, other.text) for other in opinions):
            opinions.append(Opinion(text, "", source, is_newest=not opinions))
    return opinions


def _agree(point: str, one: str, other: str) -> bool:
    match point:
        case "name":
            return matching.names_agree(one, other)
        case "birth":
            return matching.births_agree(one, other)
    return one == other
