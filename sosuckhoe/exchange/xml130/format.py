"""The tables and fields of QĐ 130/QĐ-BYT and its amendments, compiled from the field list and our reading of it.

`data/fields.json` is the list (481 fields of XML0 to XML15, with sources), `data/readings.yaml` what its Vietnamese
conditions mean as data and where its sources contradict each other, `data/codes_kcb.json` shared code lists.
docs/formats/qd130.md tells the story.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.facts import BadFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sosuckhoe.exchange.xml130.package import Row

DATA = Path(__file__).parent / "data"
READINGS: Mapping[str, Any] = facts.read_yaml(DATA / "readings.yaml")
CODE_LISTS: Mapping[str, Any] = facts.read_json(DATA / "codes_kcb.json")
_LIST: Mapping[str, Any] = facts.read_json(DATA / "fields.json")

SUMMARY = "XML1"
CHECK_IN = "XML0"
_SAME_AS_SUMMARY = "Nếu có dữ liệu thì phải giống thông tin này ở bảng 1"


class Condition(NamedTuple):
    """When a field must be filled: every part must hold in the same row. Without parts: always."""

    filled: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    among: tuple[tuple[str, frozenset[str]], ...] = ()
    not_among: tuple[tuple[str, frozenset[str]], ...] = ()

    def holds(self, row: Row) -> bool:
        """Whether the row is such a row. A tag that holds several values is among a list when any of them is."""
        return (
            all(row.get(tag, "").strip() for tag in self.filled)
            and not any(row.get(tag, "").strip() for tag in self.empty)
            and all(codes & values_in(row, tag) for tag, codes in self.among)
            and not any(codes & values_in(row, tag) for tag, codes in self.not_among)
        )


ALWAYS = Condition()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a table, by the newest edition that has it.

    `needed` is None where the field may stay empty. `length` counts characters, None is no limit. `number` is true
    where both the decision and the portal call it one. `codes` is None where any value will do. `summary_tag` is the
    tag of XML1 that it repeats.
    """

    table: str
    name: str
    position: int
    meaning: str
    number: bool = False
    length: int | None = None
    needed: Condition | None = None
    needed_until: date | None = None
    date_format: str = ""
    birth_date: bool = False
    date_or_time: bool = False
    codes: Mapping[str, str] | None = None
    separator: str = ""
    pattern: str = ""
    smallest: float | None = None
    largest: float | None = None
    most_values: int | None = None
    summary_tag: str = ""
    since: str = "130"
    length_since: date | None = None
    length_then: int | None = None

    @property
    def place(self) -> str:
        return f"{self.table}.{self.name}"

    def length_on(self, on: date) -> int | None:
        """The limit for a visit that ends on that day."""
        return self.length_then if self.length_since and on >= self.length_since else self.length

    def needed_on(self, on: date) -> Condition | None:
        """The obligation for a visit that ends on that day; a field has none before its edition."""
        if EDITIONS[self.since].valid_from > on or (self.needed_until and on >= self.needed_until):
            return None
        return self.needed


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its element names and its fields.

    `repeats` is false where the root is the row; `listing` is empty then. `spellings` leads from a tag to its other
    spelling, both ways; `by_name` knows every tag in every spelling.
    """

    name: str
    title: str
    root: str
    listing: str
    row: str
    repeats: bool
    fields: tuple[Field, ...]
    later: tuple[Field, ...]  # of 3176, beyond the list of 481
    spellings: Mapping[str, str]
    by_name: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the format: its tables and the order of their tags. `places` knows both spellings."""

    key: str
    decision: str
    valid_from: date
    order: Mapping[str, tuple[str, ...]]
    places: Mapping[str, Mapping[str, int]]


def value(row: Row, table: str, tag: str) -> str:
    """The text of a field in either spelling, as written; '' where it is absent. `tag` may be either spelling too."""
    text = row.get(tag)
    if text:
        return text
    other = TABLES[table].spellings.get(tag) if table in TABLES else None
    return row.get(other, "") if other else (text or "")


def values_in(row: Row, tag: str) -> frozenset[str]:
    """The values of a field that may hold several, parted by semicolons."""
    return frozenset(part.strip() for part in row.get(tag, "").split(";"))


def edition_on(on: date) -> Edition:
    """The newest edition for a visit that ends on that day; the oldest for an earlier one."""
    past = [edition for edition in EDITIONS.values() if edition.valid_from <= on]
    return past[-1] if past else EDITIONS["130"]


# ── compiling ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _condition(parts: Mapping[str, Any] | Literal[True, False]) -> Condition | None:
    if parts is True or parts is False:
        return ALWAYS if parts else None
    return Condition(
        filled=tuple(parts.get("filled", ())),
        empty=tuple(parts.get("empty", ())),
        among=tuple((tag, frozenset(codes)) for tag, codes in parts.get("is", {}).items()),
        not_among=tuple((tag, frozenset(codes)) for tag, codes in parts.get("is_not", {}).items()),
    )


def _needed(place: str, required: str | Literal[True, False]) -> Condition | None:
    if place in READINGS["obligation"]:
        return _condition(READINGS["obligation"][place])
    if required is True or required is False:
        return _condition(required)
    reading = READINGS["needed_when"].get(required)
    if reading is None or reading == "by_place":
        raise BadFact(f"{DATA / 'readings.yaml'}: no reading of the obligation of {place}")
    return _condition(reading)


def _codes(place: str, listed: Mapping[str, str] | None) -> Mapping[str, str] | None:
    reading = READINGS["codes"].get(place)
    if reading is False:
        return None
    if shared := _placed("shared_codes").get(place):
        return _shared(shared)
    if other := READINGS["codes_as"].get(place):
        table, _, name = other.partition(".")
        listed = next(field["codes"] for field in _LIST[table]["fields"] if field["name"] == name)
    merged = {**(listed or {}), **(reading or {})}
    return merged or None


def _shared(name: str) -> dict[str, str]:
    entry = CODE_LISTS[name]
    codes = entry.get("codes", {})
    named = codes if isinstance(codes, dict) else dict.fromkeys(codes, "")
    return {**dict.fromkeys(entry.get("live_codes_QD3276_2025", ()), ""), **named, **entry.get("QD824_wordings", {})}


def _placed(section: str) -> dict[str, str]:
    """Place → name, from a section that lists the places under each name."""
    return {place: name for name, places in READINGS[section].items() for place in places}


def _pattern(place: str) -> str:
    """The name of the pattern that the place must match."""
    return next((name for name, entry in READINGS["patterns"].items() if place in entry["places"]), "")


def _longest(*limits: int | str | None) -> int | None:
    """The larger limit; None, which is no limit, where either source has none."""
    return None if None in limits or "n" in limits else max(int(limit) for limit in limits if limit is not None)


def _separator(place: str, listed: str) -> str:
    if place in READINGS["not_separated"]:
        return ""
    return ";" if place in READINGS["separated_by_semicolon"] else listed


def _since(table: str, added_by: str | None) -> str:
    return "4750" if added_by or table in ("XML13", "XML14", "XML15") else "130"


def _field(table: str, entry: Mapping[str, Any]) -> Field:
    place = f"{table}.{entry['name']}"
    portal = entry["portal_validation"]
    smallest, largest = READINGS["ranges"].get(place, (None, None))
    changed = {p: (day, limit) for day, limits in READINGS["length_from"].items() for p, limit in limits.items()}
    same = portal["rule"] == _SAME_AS_SUMMARY
    return Field(
        table=table,
        name=entry["name"],
        position=entry["pos"],
        meaning=entry["meaning"],
        number=entry["type"] == portal["type"] == "number",
        length=_longest(entry["max_length"], portal["max_length"]),
        needed=_needed(place, entry["required"]),
        needed_until=_until(place),
        date_format=entry.get("date_format") or "",
        birth_date=place in READINGS["birth_dates"],
        date_or_time=place in READINGS["date_or_time"],
        codes=_codes(place, entry.get("codes")),
        separator=_separator(place, entry.get("multi_value_separator") or ""),
        pattern=_pattern(place),
        smallest=smallest,
        largest=largest,
        most_values=READINGS["most_values"].get(place),
        summary_tag=READINGS["same_as_summary_under"].get(place, entry["name"] if same else ""),
        since=_since(table, entry.get("added_by")),
        length_since=changed.get(place, (None, None))[0],
        length_then=changed.get(place, (None, None))[1],
    )


def _until(place: str) -> date | None:
    days: Mapping[date, list[str]] = READINGS["not_needed_from"]
    return next((day for day, places in days.items() if place in places), None)


def _later(table: str, fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields of 3176 beyond the list: tags that it adds. A renamed tag is a spelling, not a field."""
    positions = {field.name: field.position for field in fields}
    return tuple(
        Field(table, name, positions[entry["after"]], entry["meaning"], since="3176")
        for name, entry in READINGS["added_by_3176"].get(table, {}).items()
    )


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    fields = tuple(_field(name, field) for field in entry["fields"])
    later = _later(name, fields)
    renamed = READINGS["renamed"].get(name, {})
    known = {field.name: field for field in fields + later}
    row = entry["row_element"] or READINGS["own_names"][name]
    return Table(
        name=name,
        title=entry["name"],
        root=entry["root_element"] or row,
        listing=entry["list_element"] or "",
        row=row,
        repeats=entry["repeats"],
        fields=fields,
        later=later,
        spellings=renamed | {new: old for old, new in renamed.items()},
        by_name=known | {new: known[old] for old, new in renamed.items()},
    )


def _order(table: Table, edition: str) -> tuple[str, ...]:
    """The tags of a table in an edition's order: 3176 gives its own order where it changes names."""
    written = _LIST[table.name].get("version_3176", {}).get("ordered_fields")
    if edition == "3176" and written:
        return tuple(written)
    keys = list(READINGS["editions"])
    return tuple(field.name for field in table.fields if keys.index(field.since) <= keys.index(edition))


def _edition(key: str, entry: Mapping[str, Any]) -> Edition:
    order = {name: _order(table, key) for name, table in TABLES.items()}
    present = {name: tags for name, tags in order.items() if tags}
    places = {name: _places(TABLES[name], tags) for name, tags in present.items()}
    return Edition(key, entry["decision"], entry["valid_from"], present, places)


def _places(table: Table, tags: tuple[str, ...]) -> dict[str, int]:
    places = {tag: number for number, tag in enumerate(tags)}
    other = {table.spellings[tag]: number for tag, number in places.items() if tag in table.spellings}
    return places | other


TABLES: Mapping[str, Table] = {name: _table(name, entry) for name, entry in _LIST.items() if name != "_meta"}
"""XML0 to XML15, in that order."""

EDITIONS: Mapping[str, Edition] = {key: _edition(key, entry) for key, entry in READINGS["editions"].items()}
"""The three editions by key, oldest first."""
