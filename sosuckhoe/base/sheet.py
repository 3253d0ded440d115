"""Lists that people send as CSV, read line by line; what cannot be used is named by row, column and rule. Pure.

A list is UTF-8, its cells parted by comma, semicolon or tab, its first row the names of the columns. A row's number
is the one that a spreadsheet shows: what follows the headings is row 2. A fault never repeats what stood in a cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.text import nfc

LONGEST_CELL = 4096
_SEPARATORS = ",;\t"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,60}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_VIETNAMESE_DATE = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})")


class Column(NamedTuple):
    """A column of a list. `names` are the headings that mean it; `shape` what its cells look like (`shaped`)."""

    name: str
    names: tuple[str, ...]
    is_demanded: bool = False
    shape: str = "text"
    choices: tuple[str, ...] = ()
    most: int = 255


class Fault(NamedTuple):
    """Something that a sender can mend: where, and the key of a sentence. `limit` is what the rule asks for."""

    row: int
    column: str
    rule: str
    limit: str = ""


class Line(NamedTuple):
    """One row: its number, the text of every column of the list ('' where nothing stands), what is wrong with it."""

    number: int
    values: dict[str, str]
    faults: tuple[Fault, ...]


def columns_of(entries: Sequence[dict[str, Any]]) -> tuple[Column, ...]:
    """Columns as a fact file writes them: name, and if need be names, demanded, shape, choices, most."""
    return tuple(
        Column(
            entry["name"],
            (entry["name"], *entry.get("names", ())),
            entry.get("demanded", False),
            entry.get("shape", "text"),
            tuple(entry.get("choices", ())),
            entry.get("most", 255),
        )
        for entry in entries
    )


def header_of(stream: BinaryIO) -> list[str]:
    """The headings of a list; the stream is where it was. Problem SSK-2221 for what is no list in UTF-8."""
    begin = stream.tell()
    try:
        return _headings(io.TextIOWrapper(_kept_open(stream), "utf-8-sig", newline="").readline(LONGEST_CELL))
    except UnicodeDecodeError as error:
        raise Problem("SSK-2221") from error
    finally:
        stream.seek(begin)


def fits(headings: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether every demanded column has a heading."""
    return all(set(column.names) & set(headings) for column in columns if column.is_demanded)


def lines(stream: BinaryIO, columns: Sequence[Column]) -> Iterator[Line]:
    """The rows of a list, one at a time; empty ones are passed over. Problem SSK-2221, SSK-2222 (headings)."""
    headings = header_of(stream)
    if not fits(headings, columns):
        demanded = ", ".join(column.name for column in columns if column.is_demanded)
        raise Problem("SSK-2222", columns=demanded)
    places = {column.name: _place(headings, column) for column in columns}
    text = io.TextIOWrapper(_kept_open(stream), "utf-8-sig", newline="")
    separator = _separator(text.readline(LONGEST_CELL))
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=separator), 2):
            if any(cell.strip() for cell in cells):
                yield _line(number, cells, len(headings), columns, places)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Problem("SSK-2221") from error


def shaped(text: str, column: Column) -> str | None:
    """A cell's text in the one form that is kept; None when it does not have the column's shape.

    Shapes: text; `date`, as 2026-11-22 or 22/11/2026, kept as the first; `digits:N`; `code`, capital letters and
    digits; `login`, a user name; `choice`, one of the column's choices.
    """
    kind, _, width = column.shape.partition(":")
    if kind == "date":
        return _date(text)
    if kind == "digits":
        return text if text.isascii() and text.isdigit() and len(text) == int(width) else None
    if kind == "code":
        return text.upper() if re.fullmatch(rf"[0-9A-Za-z]{{{width}}}", text) else None
    if kind == "login":
        return text if _LOGIN.fullmatch(text) else None
    if kind == "choice":
        return text.lower() if text.lower() in column.choices else None
    return text


def safe(cell: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection)."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


@cache
def sentences() -> dict[str, dict[str, str]]:
    """The sentences of the rules that every list has, by key and language."""
    return dict(facts.read_yaml(Path(__file__).parent / "data" / "sheet.yaml")["rules"])


def said(fault: Fault, language: str, more: dict[str, dict[str, str]] | None = None) -> str:
    """What the sender reads of a fault, in 'vi' or 'en'; `more` has the rules of one list's own."""
    entry = (more or {}).get(fault.rule) or sentences()[fault.rule]
    return entry[language].format(limit=fault.limit)


def _headings(line: str) -> list[str]:
    cells = next(csv.reader([line.strip("\r\n")], delimiter=_separator(line)), [])
    return [nfc(cell).strip().lower() for cell in cells]


def _separator(line: str) -> str:
    return max(_SEPARATORS, key=line.count)


def _place(headings: Sequence[str], column: Column) -> int | None:
    return next((place for place, heading in enumerate(headings) if heading in column.names), None)


def _line(
    number: int, cells: Sequence[str], width: int, columns: Sequence[Column], places: dict[str, int | None]
) -> Line:
    values: dict[str, str] = {}
    faults = [Fault(number, "", "too-many-cells", str(width))] if len(cells) > width else []
    for column in columns:
        place = places[column.name]
        text = _text(cells[place]) if place is not None and place < len(cells) else ""
        values[column.name], rule = _cell(text, column)
        if rule:
            faults.append(Fault(number, column.name, rule, _limit(rule, column)))
    return Line(number, values, tuple(faults))


def _text(cell: str) -> str:
    """A cell's text, its spaces single. A NUL is a space: the database keeps none."""
    return " ".join(nfc(cell).replace("\0", " ").split())


def _cell(text: str, column: Column) -> tuple[str, str]:
    """A cell's value, and the rule that it breaks or ''."""
    if not text:
        return "", "demanded" if column.is_demanded else ""
    if len(text) > column.most:
        return "", "too-long"
    kept = shaped(text, column)
    return (kept, "") if kept is not None else ("", f"not-{column.shape.partition(':')[0]}")


def _limit(rule: str, column: Column) -> str:
    if rule == "too-long":
        return str(column.most)
    return ", ".join(column.choices) or column.shape.partition(":")[2]


def _date(text: str) -> str | None:
    told = _VIETNAMESE_DATE.fullmatch(text)
    try:
        if told:
            return date(int(told[3]), int(told[2]), int(told[1])).isoformat()
        return date.fromisoformat(text).isoformat() if len(text) == len("2026-11-22") else None
    except ValueError:
        return None


class _KeptOpen(io.RawIOBase):
    """A stream that a reader on top of it does not close."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        read = self._stream.read(len(into))
        into[: len(read)] = read
        return len(read)


def _kept_open(stream: BinaryIO) -> Any:
    return io.BufferedReader(_KeptOpen(stream))
