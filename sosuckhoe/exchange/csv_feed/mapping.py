"""A vendor's mapping file: which table says what, checked when it is first read. Pure."""

from __future__ import annotations

import codecs
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.facts import BadFact
from sosuckhoe.exchange.csv_feed.fields import KINDS, Column, Forms
from sosuckhoe.exchange.csv_feed.records import RECORDS
from sosuckhoe.exchange.csv_feed.rows import Dialect

_FOLDER = Path(__file__).parent / "data"
_ABSENT = ("", "NULL", "null", "-", "N/A")
UPDATED = "updated"
"""The field that says when the vendor wrote a row; without it a row is as old as its file's arrival."""


class Table(NamedTuple):
    """A kind of file: its name's pattern, what a row of it is, and its columns by name."""

    name: str
    file: str
    record: str
    columns: dict[str, Column]


class Mapping(NamedTuple):
    """One vendor's tables, in the order in which a name is looked for."""

    source: str
    dialect: Dialect
    forms: Forms
    tables: tuple[Table, ...]

    def table(self, file: str) -> Table | None:
        """The table that a file is, by its name; None when the vendor has no such."""
        return next((one for one in self.tables if fnmatch(file.lower(), one.file.lower())), None)


@cache
def mapping(source: str) -> Mapping | None:
    """The mapping of a source; None when it has none. Raises BadFact with the place of what is wrong."""
    place = _FOLDER / f"{source}.yaml"
    return read(place) if place.exists() else None


def read(place: Path) -> Mapping:
    """A mapping file, checked against what rows may be. Raises BadFact."""
    content = facts.read_yaml(place)
    dialect = Dialect(content.get("encoding", "utf-8"), content.get("delimiter", ","), content.get("quote", '"'))
    _check_dialect(place, dialect)
    codes = {name: _code_map(entries) for name, entries in content.get("codes", {}).items()}
    forms = Forms(
        tuple(content["dates"]),
        tuple(content.get("moments", ())),
        frozenset(content.get("absent", _ABSENT)),
        bool(content.get("decimal_comma")),
    )
    _check_forms(place, forms)
    tables = tuple(_table(place, name, entry, codes) for name, entry in content["tables"].items())
    return Mapping(place.stem, dialect, forms, tables)


def _table(place: Path, name: str, entry: dict[str, Any], codes: dict[str, dict[str, str]]) -> Table:
    record = RECORDS.get(entry["record"])
    if record is None:
        raise BadFact(f"{place}: tables.{name}.record: one of {', '.join(sorted(RECORDS))}")
    columns = {
        column: _column(f"{place}: tables.{name}.columns.{column}", column, told, codes)
        for column, told in entry["columns"].items()
    }
    filled = {one.to for one in columns.values()}
    known = {*record.fields, *record.needed, UPDATED}
    if unknown := filled - known:
        raise BadFact(f"{place}: tables.{name}: {entry['record']} has no field {', '.join(sorted(unknown))}")
    if missing := record.needed - filled:
        raise BadFact(f"{place}: tables.{name}: no column fills {', '.join(sorted(missing))}")
    if any(one.to == UPDATED and one.kind != "moment" for one in columns.values()):
        raise BadFact(f"{place}: tables.{name}: what fills {UPDATED} is a moment")
    needed = {key: one._replace(required=one.required or one.to in record.needed) for key, one in columns.items()}
    return Table(name, entry["file"], entry["record"], needed)


def _column(place: str, name: str, told: str | dict[str, Any], codes: dict[str, dict[str, str]]) -> Column:
    entry = {"to": told} if isinstance(told, str) else dict(told)
    list_of_codes = entry.get("codes")
    if list_of_codes is not None and list_of_codes not in codes:
        raise BadFact(f"{place}: there is no list of codes {list_of_codes}")
    kind = entry.get("kind", "code" if list_of_codes else "text")
    if kind not in KINDS or "to" not in entry:
        raise BadFact(f"{place}: 'to' is needed, and a kind of {', '.join(sorted(KINDS))}")
    return Column(name, entry["to"], kind, bool(entry.get("required")), codes.get(list_of_codes or ""))


def _code_map(entries: dict[str, str]) -> dict[str, str]:
    """What a vendor writes → ours; a YAML key that looks like a number or truth is text here."""
    return {str(said): str(ours) for said, ours in entries.items()} | {
        str(said).casefold(): str(ours) for said, ours in entries.items()
    }


def _check_dialect(place: Path, dialect: Dialect) -> None:
    try:
        codecs.lookup(dialect.encoding)
    except LookupError:
        raise BadFact(f"{place}: encoding: Python knows none of that name") from None
    if "\n".encode(dialect.encoding) != b"\n":
        raise BadFact(f"{place}: encoding: one in which a line ends with one byte, as all but UTF-16 and its kin")
    if len(dialect.delimiter) != 1 or len(dialect.quote) != 1:
        raise BadFact(f"{place}: delimiter and quote are one letter each")


def _check_forms(place: Path, forms: Forms) -> None:
    for pattern in (*forms.dates, *forms.moments):
        if "%Y" not in pattern:
            raise BadFact(f"{place}: dates, moments: '{pattern}' tells no year (%Y)")
