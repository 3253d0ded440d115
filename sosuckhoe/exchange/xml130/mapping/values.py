"""Words of a hospital file as FHIR primitives. What cannot be read is `None`, and the element is left out.

Dates are Vietnam's (+07:00). Results are remembered, because a package repeats its moments and amounts.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from html import escape

from sosuckhoe.exchange.xml130.package import Row

Number = int | float
_OFFSET = "+07:00"
_FIRST_YEAR, _LAST_YEAR = 1850, 2199
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2})?)?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{2}):(\d{2})(?::\d{2})?)?", re.ASCII)
_DATE, _MINUTE, _SECOND = 8, 12, 14
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,10})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def said(row: Row, tag: str) -> str:
    """The text of a field, trimmed and composed (NFC); '' when the row does not say it."""
    text = row.get(tag)
    if not text:
        return ""
    return text.strip() if text.isascii() and text.isprintable() else _composed(text)


def code(row: Row, tag: str) -> str:
    """The text of a field as a FHIR code."""
    return plain(row.get(tag))


def plain(text: str | None) -> str:
    """Text trimmed, composed, its inner spaces single."""
    if not text:
        return ""
    return text if text.isalnum() and text.isascii() else " ".join(_composed(text).split())


def several(row: Row, tag: str) -> list[str]:
    """The values of a field that holds some, separated by ';'."""
    text = row.get(tag)
    if not text:
        return []
    return [part for piece in text.split(";") if (part := plain(piece))]


@lru_cache(maxsize=8192)
def moment(text: str | None) -> str | None:
    """A FHIR dateTime: '202503310905' → '2025-03-31T09:05:00+07:00'; a date alone stays one."""
    parts = _parts(text)
    if parts is None:
        return None
    day, clock = parts
    return f"{day}T{clock}:00{_OFFSET}" if clock else day


@lru_cache(maxsize=8192)
def instant(text: str | None) -> str | None:
    """A FHIR instant; a date alone is the day's first minute."""
    parts = _parts(text)
    return f"{parts[0]}T{parts[1] or '00:00'}:00{_OFFSET}" if parts else None


@lru_cache(maxsize=8192)
def day(text: str | None) -> str | None:
    """The FHIR date of a moment: '202503310905' → '2025-03-31'."""
    parts = _parts(text)
    return parts[0] if parts else None


@lru_cache(maxsize=4096)
def partial_date(text: str | None) -> str | None:
    """A birth date as far as it is known: '196105020000' → '1961-05-02', '196100000000' → '1961'."""
    digits = (text or "").strip()
    if digits.isdigit() and digits.isascii() and len(digits) in {4, 6, _DATE, _MINUTE, _SECOND}:
        if not _FIRST_YEAR <= int(digits[:4]) <= _LAST_YEAR:
            return None
        if digits[4:6] in {"", "00"}:
            return digits[:4]
        if digits[6:8] in {"", "00"}:
            return f"{digits[:4]}-{digits[4:6]}" if "01" <= digits[4:6] <= "12" else None
    return day(text)


@lru_cache(maxsize=16384)
def number(text: str | None) -> Number | None:
    """A number of the file: a point before decimals, or one comma ('2,5'). 'Five' or '1,234' are none.

    A comma before exactly three digits may be either a thousands separator or a decimal comma, so it is not guessed.
    """
    digits = (text or "").strip()
    if "," in digits:
        whole, _, decimals = digits.partition(",")
        if "." in digits or len(decimals) == 3:  # noqa: PLR2004 -- the width of a thousands group
            return None
        digits = f"{whole}.{decimals}"
    if not _NUMBER.fullmatch(digits):
        return None
    if "." not in digits:
        return int(digits)
    value = float(digits)
    return int(value) if value.is_integer() else value


def positive(text: str | None) -> int | None:
    """A whole number above nought."""
    value = number(text)
    return value if isinstance(value, int) and 0 < value < 1 << 31 else None


def text_div(text: str) -> str:
    """Text as the XHTML of a FHIR narrative."""
    inner = escape(text, quote=False).replace("\n", "<br/>")
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'


def _composed(text: str) -> str:
    clean = _CONTROL.sub("", text) if not text.isprintable() else text
    return unicodedata.normalize("NFC", clean).strip()


def _parts(text: str | None) -> tuple[str, str] | None:
    """Day and clock ('' when not given) of '20250331', '202503310905', '2025-03-31 09:05' or '31/03/2025'."""
    written = (text or "").strip()
    if written.isdigit() and written.isascii():
        if len(written) not in {_DATE, _MINUTE, _SECOND}:
            return None
        return _checked(written[:4], written[4:6], written[6:8], written[8:10], written[10:12])
    if found := _ISO.fullmatch(written):
        return _checked(*found.groups(""))
    if found := _SLASHED.fullmatch(written):
        dd, mm, yyyy, hours, minutes = found.groups("")
        return _checked(yyyy, mm.zfill(2), dd.zfill(2), hours, minutes)
    return None


def _checked(year: str, month: str, dd: str, hours: str, minutes: str) -> tuple[str, str] | None:
    if hours and not (hours <= "23" and minutes <= "59"):
        return None
    try:
        date(int(year), int(month), int(dd))
    except ValueError:
        return None
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    return f"{year}-{month}-{dd}", f"{hours}:{minutes}" if hours else ""
