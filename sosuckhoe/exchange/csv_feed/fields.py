"""One cell as a value: text, date, moment, number or code, as the mapping says. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem

KINDS = frozenset({"text", "date", "moment", "number", "amount", "code"})
"""`amount` is a number, or words where it is none: '5,4', 'Âm tính'."""

LONGEST = 4000
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,8})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d{1,8})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FIRST_YEAR, _LAST_YEAR = 1850, 2199


class Forms(NamedTuple):
    """How a vendor writes values. `dates` and `moments` are strptime patterns, tried in order."""

    dates: Sequence[str]
    moments: Sequence[str]
    absent: frozenset[str]
    decimal_comma: bool


class Column(NamedTuple):
    """What a column holds. `to` is the field that it fills, `codes` translates what it says."""

    name: str
    to: str
    kind: str
    required: bool
    codes: Mapping[str, str] | None


def value(cell: str, column: Column, forms: Forms) -> str:
    """The cell as text of FHIR; '' when it is absent. Problem SSK-2183 … 2187 says what is wrong, never the value."""
    text = unicodedata.normalize("NFC", _CONTROL.sub("", cell)).strip()
    if text in forms.absent:
        if column.required:
            raise Problem("SSK-2183", column=column.name)
        return ""
    if len(text) > LONGEST:
        raise Problem("SSK-2187", column=column.name, limit=LONGEST)
    if column.codes is not None:
        return _coded(text, column)
    read = _READERS.get(column.kind)
    return read(text, column, forms) if read else text


def _coded(text: str, column: Column) -> str:
    codes = column.codes or {}
    for known in (text, text.casefold()):
        if known in codes:
            return codes[known]
    raise Problem("SSK-2186", column=column.name)


def _date(text: str, column: Column, forms: Forms) -> str:
    """A date as far as the pattern goes: a pattern of a year alone gives a year."""
    for pattern in forms.dates:
        if (found := _parsed(text, pattern)) is not None:
            if "%d" in pattern:
                return found.date().isoformat()
            return found.strftime("%Y-%m") if "%m" in pattern else found.strftime("%Y")
    raise Problem("SSK-2184", column=column.name, forms=_shown(forms.dates))


def _moment(text: str, column: Column, forms: Forms) -> str:
    """A moment of Vietnam's clock; where the vendor wrote a day alone it stays one."""
    for pattern in forms.moments:
        if (found := _parsed(text, pattern)) is not None:
            return found.replace(tzinfo=found.tzinfo or VIETNAM).isoformat(timespec="seconds")
    for pattern in forms.dates:
        if "%d" in pattern and (found := _parsed(text, pattern)) is not None:
            return found.date().isoformat()
    raise Problem("SSK-2184", column=column.name, forms=_shown([*forms.moments, *forms.dates]))


def _parsed(text: str, pattern: str) -> datetime | None:
    try:
        found = datetime.strptime(text, pattern)  # noqa: DTZ007 -- the zone is given by who asks
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def _number(text: str, column: Column, forms: Forms) -> str:
    if forms.decimal_comma:
        text = text.replace(".", "") if _GROUPED.fullmatch(text) else text
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise Problem("SSK-2185", column=column.name, example="5,4" if forms.decimal_comma else "5.4")
    return text


def _amount(text: str, column: Column, forms: Forms) -> str:
    try:
        return _number(text, column, forms)
    except Problem:
        return text


def _shown(patterns: Sequence[str]) -> str:
    """Patterns as a person reads them, written with a day of this project: '31/12/2024'."""
    example = datetime(2024, 12, 31, 9, 5, tzinfo=VIETNAM)
    return ", ".join(example.strftime(pattern) for pattern in patterns)


_READERS = {"date": _date, "moment": _moment, "number": _number, "amount": _amount}
