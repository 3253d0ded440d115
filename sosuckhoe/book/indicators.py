"""Test results by indicator: history, range, and how each value stands to it. Pure; names and ranges are data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.text import fold
from sosuckhoe.book.record import Entry, Record, Source, day_of, written_of
from sosuckhoe.book.words import Words, code_in, codes_of, words
from sosuckhoe.exchange.xml130.mapping import systems

_PATH = Path(__file__).parent / "data" / "indicators.yaml"
_BRACKETS = re.compile(r"(?<!\s)\s*[(\[]([^)\]]{0,200})[)\]]\s*")
_JUDGED = {
    "L": "low",
    "LL": "low",
    "H": "high",
    "HH": "high",
    "POS": "positive",
    "A": "abnormal",
    "AA": "abnormal",
    "N": "",
    "NEG": "",
}
"""What an interpretation says, the more telling first: of 'H' and 'A' a reader is told 'H'."""
_BLOOD = "blood group"
_READINGS = {"imaging", "procedure"}
_DAYS_OF_YEAR = 365.25
Limits = tuple[float | None, float | None]
NO_LIMITS: Limits = (None, None)


class Known(NamedTuple):
    """An indicator of `data/indicators.yaml`."""

    key: str
    group: str
    name: Words
    unit: str
    male: Limits
    female: Limits
    is_key: bool


class Result(NamedTuple):
    """One value. `value` is None for results in words; `judged`: low, high, positive, abnormal or ''."""

    key: str
    told: str
    text: str
    value: float | None
    limits: Limits
    is_own_range: bool
    judged: str
    label: int
    source: Source


class Series(NamedTuple):
    """All results of one indicator in one unit, newest first. `key` goes into addresses: it holds no value.

    `written` is what the facility calls it, where the book has a name of its own for it.
    """

    key: str
    group: str
    name: Words
    unit: str
    is_key: bool
    results: list[Result]
    written: str = ""

    @property
    def newest(self) -> Result:
        return self.results[0]

    @property
    def limits(self) -> Limits:
        """The range to draw: that of the newest result."""
        return self.results[0].limits

    @property
    def is_measured(self) -> bool:
        """Whether there is a line to draw."""
        return sum(result.value is not None for result in self.results) > 1


class Tile(NamedTuple):
    """A newest value, as the summary shows it. `key` is that of its series."""

    key: str
    name: Words
    text: str
    unit: str
    judged: str
    source: Source


class Person(NamedTuple):
    """What a range depends on."""

    sex: str
    birth: date | None


def series(record: Record, person: Person, *, key_only: bool = False) -> list[Series]:
    """Every indicator with its history (or those of the summary), in the order of the groups, known ones first."""
    grouped: dict[tuple[str, str], list[tuple[Entry, Known | None]]] = {}
    for entry in (part for whole in record.of("Observation") for part in parts(whole)):
        known = known_indicator(entry.body)
        if key_only and not (known and known.is_key):
            continue
        if _has_value(entry) and not is_blood_group(entry.body) and not _is_reading(entry.body):
            name = known.key if known else fold(words(entry.body.get("code")).vi)
            grouped.setdefault((name, _unit_key(entry.body)), []).append((entry, known))
    found = [_series(record, person, *name, entries) for name, entries in grouped.items()]
    order = list(groups())
    return sorted(
        found, key=lambda each: (order.index(each.group), _rank(each.key), fold(each.name.vi), each.unit, each.key)
    )


def disputed(found: Series) -> dict[str, bool]:
    """Results of one moment that different sources tell differently, by their keys: whether each is the newest word."""
    by_moment: dict[str, list[Result]] = {}
    for result in found.results:
        by_moment.setdefault(result.told, []).append(result)
    several = [results for results in by_moment.values() if len({one.source.system for one in results}) > 1]
    return {one.key: place == 0 for results in several for place, one in enumerate(results)}


def tiles(found: Iterable[Series]) -> list[Tile]:
    """The newest values that the summary shows; both pressures of one measurement stand together."""
    shown = {each.key: each for each in found if each.is_key and each.newest.value is not None}
    upper, lower = shown.get("systolic"), shown.get("diastolic")
    together = upper and lower and upper.newest.told == lower.newest.told
    made = [_tile(each) for each in shown.values() if not (together and each.key == "diastolic")]
    if not together or not upper or not lower:
        return made
    pressure = Words(facts.read_yaml(_PATH)["pressure"]["vi"], facts.read_yaml(_PATH)["pressure"]["en"])
    judged = upper.newest.judged or lower.newest.judged
    text = f"{upper.newest.text}/{lower.newest.text}"
    return [tile._replace(name=pressure, text=text, judged=judged) if tile.key == "systolic" else tile for tile in made]


def _tile(series: Series) -> Tile:
    newest = series.newest
    return Tile(series.key, series.name, newest.text, series.unit, newest.judged, newest.source)


def parts(entry: Entry) -> list[Entry]:
    """An observation of several values (blood pressure) as one for each; any other is alone."""
    components = entry.body.get("component")
    if not components:
        return [entry]
    return [entry._replace(body=entry.body | component) for component in components]


@cache
def groups() -> dict[str, Words]:
    """The groups of indicators, in order."""
    return {key: Words(entry["vi"], entry["en"]) for key, entry in facts.read_yaml(_PATH)["groups"].items()}


@cache
def known() -> dict[str, Known]:
    """Every indicator that the book knows."""
    entries = facts.read_yaml(_PATH)["indicators"]
    return {
        key: Known(
            key, entry["group"], Words(entry["vi"], entry["en"]), entry["unit"],
            _limits(entry.get("male")), _limits(entry.get("female")), entry.get("key", False),
        )
        for key, entry in entries.items()
    }  # fmt: skip


def known_indicator(body: dict[str, Any]) -> Known | None:
    """Which known indicator an Observation is of, by its LOINC code or by its name."""
    return known().get(_kind(body))


def blood_group(record: Record) -> tuple[str, Source] | None:
    """The newest blood group ('A', 'O Rh(D) dương tính') and from whom; None when nobody told it."""
    wanted = facts.read_yaml(_PATH)["blood_group"]
    newest: dict[str, Entry] = {}
    for entry in sorted(record.of("Observation"), key=_when, reverse=True):
        for kind in ("whole", "abo", "rh") if is_blood_group(entry.body) else ():
            if _is_named(entry.body, wanted[kind]) or (kind == "whole" and _has_loinc(entry.body, wanted["loinc"])):
                newest.setdefault(kind, entry)
    if not newest.keys() & {"whole", "abo"}:
        return None
    main = newest.get("whole") or newest["abo"]
    told = [value_text(main.body)]
    if "whole" not in newest and "rh" in newest:
        told.append(_rhesus(value_text(newest["rh"].body)))
    return " ".join(told), record.source(main, told_of(main.body))


def _when(entry: Entry) -> tuple[str, str, str]:
    return told_of(entry.body), written_of(entry.body), value_text(entry.body)


def _rhesus(text: str) -> str:
    """'Dương tính' → 'Rh(D) dương tính'; 'Rh+' stays."""
    return text if text.startswith("Rh") else f"Rh(D) {text.lower()}"


def is_blood_group(body: dict[str, Any]) -> bool:
    """Whether an Observation tells a blood group, which is a trait and no series."""
    return _kind(body) == _BLOOD


def told_of(body: dict[str, Any]) -> str:
    """When an observation was made, as FHIR text."""
    return str(
        body.get("effectiveDateTime") or (body.get("effectivePeriod") or {}).get("start") or body.get("issued", "")
    )


def value_text(body: dict[str, Any]) -> str:
    """The value as written, without its unit: '5.4', '<0.5', 'Âm tính'."""
    amount = body.get("valueQuantity")
    if amount and "value" in amount:
        return f"{amount.get('comparator', '')}{amount['value']}"
    return str(body.get("valueString") or words(body.get("valueCodeableConcept")).vi)


def result_of(record: Record, entry: Entry, person: Person) -> Result:
    """An Observation as one result, judged against the laboratory's own range or the known one."""
    body = entry.body
    amount = body.get("valueQuantity") or {}
    value = None if amount.get("comparator") else amount.get("value")
    own = _own_range(body)
    limits = own if own != NO_LIMITS else _known_range(body, person, told_of(body))
    source = record.source(entry, told_of(body))
    judged = _judged(body, value, limits)
    return Result(
        entry.key, source.told, value_text(body), value, limits, own != NO_LIMITS, judged, entry.label, source
    )


def unit_text(body: dict[str, Any]) -> str:
    """The unit as written; '' for results in words."""
    return str((body.get("valueQuantity") or {}).get("unit", ""))


def _kind(body: dict[str, Any]) -> str:
    """The key of the known indicator that an Observation is of, 'blood group', or ''."""
    code = body.get("code") or {}
    return _kind_of(str(code.get("text", "")), code_in(code, systems.LOINC))


@lru_cache(maxsize=8192)
def _kind_of(text: str, loinc: str) -> str:
    wanted = facts.read_yaml(_PATH)["blood_group"]
    names = _names(text)
    if loinc in wanted["loinc"] or not {*wanted["whole"], *wanted["abo"], *wanted["rh"]}.isdisjoint(names):
        return _BLOOD
    by_code, by_name = _index()
    return by_code.get(loinc) or next((by_name[name] for name in names if name in by_name), "")


def _series(
    record: Record, person: Person, name: str, unit_key: str, entries: Sequence[tuple[Entry, Known | None]]
) -> Series:
    results = [result_of(record, entry, person) for entry, _ in entries]
    results.sort(key=_newest_last, reverse=True)
    entry, found = entries[0]
    key = found.key if found and unit_key in {found.unit, ""} else _opaque(name, unit_key)
    return Series(
        key=key if unit_key or not found else f"{key}-text",
        group=found.group if found else "other",
        name=found.name if found else words(entry.body.get("code")),
        unit=unit_text(entry.body),
        is_key=bool(found and found.is_key and unit_key == found.unit),
        results=results,
        written=words(entry.body.get("code")).vi,
    )


def _newest_last(result: Result) -> tuple[str, ...]:
    """An order without ties that a reader could see: who told it decides last."""
    source = result.source
    return result.told, source.written, result.text, source.system, *(other.vi for other in source.also)


def _judged(body: dict[str, Any], value: float | None, limits: Limits) -> str:
    marks = {code for concept in body.get("interpretation", ()) for code in codes_of(concept)}
    for mark, word in _JUDGED.items():
        if mark in marks:
            return word
    low, high = limits
    if value is None:
        return ""
    if low is not None and value < low:
        return "low"
    return "high" if high is not None and value > high else ""


def _own_range(body: dict[str, Any]) -> Limits:
    first = (body.get("referenceRange") or [{}])[0]
    return (first.get("low") or {}).get("value"), (first.get("high") or {}).get("value")


def _known_range(body: dict[str, Any], person: Person, told: str) -> Limits:
    """The known range of an adult, where the unit is the one that the range holds in."""
    found = known_indicator(body)
    if found is None or (body.get("valueQuantity") or {}).get("code") != found.unit:
        return NO_LIMITS
    on, adult_from = day_of(told), facts.read_yaml(_PATH)["adult_from"]
    if on is None or person.birth is None or (on - person.birth).days < adult_from * _DAYS_OF_YEAR:
        return NO_LIMITS
    if person.sex == "male":
        return found.male
    return found.female if person.sex == "female" or found.male == found.female else NO_LIMITS


def _has_value(entry: Entry) -> bool:
    return entry.body.get("status") not in {"cancelled", "entered-in-error"} and bool(value_text(entry.body))


def _is_reading(body: dict[str, Any]) -> bool:
    """Whether it is what somebody read from a picture: words of one examination, no series."""
    return any(codes_of(category) & _READINGS for category in body.get("category", ()))


def _unit_key(body: dict[str, Any]) -> str:
    amount = body.get("valueQuantity") or {}
    return str(amount.get("code") or fold(amount.get("unit", "")))


def _opaque(name: str, unit: str) -> str:
    """A short name for an address, from which nothing can be read."""
    return blake2b(f"{name}\x1f{unit}".encode(), digest_size=6).hexdigest()


@cache
def _index() -> tuple[dict[str, str], dict[str, str]]:
    entries = facts.read_yaml(_PATH)["indicators"]
    by_code = {entry["loinc"]: key for key, entry in entries.items() if "loinc" in entry}
    return by_code, {name: key for key, entry in entries.items() for name in entry["names"]}


@cache
def _order() -> dict[str, int]:
    return {key: place for place, key in enumerate(known())}


def _rank(key: str) -> int:
    return _order().get(key.removesuffix("-text"), len(_order()))


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    """A name folded: whole, without its brackets, and what stands in them."""
    folded = fold(text)
    inside = _BRACKETS.search(folded)
    return (folded, _BRACKETS.sub(" ", folded).strip(), inside[1].strip()) if inside else (folded,)


def _is_named(body: dict[str, Any], names: Iterable[str]) -> bool:
    return not set(_names(words(body.get("code")).vi)).isdisjoint(names)


def _has_loinc(body: dict[str, Any], wanted: Iterable[str]) -> bool:
    return code_in(body.get("code"), systems.LOINC) in wanted


def _limits(pair: Sequence[float | None] | None) -> Limits:
    return (pair[0], pair[1]) if pair else NO_LIMITS
