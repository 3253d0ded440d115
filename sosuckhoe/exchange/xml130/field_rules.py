"""What one field must be by itself: filled, short enough, a number, a real date, a code of its list, of its shape.

For each field there are two answers to the same question. `acceptor` is a C function (a compiled expression or a set)
that says yes to nearly every good value in a tenth of a microsecond; `complaints` says in full what is wrong with the
others, and is allowed to find nothing. tests/exchange/xml130/test_field_rules.py holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from sosuckhoe.exchange.xml130.format import ALWAYS, READINGS, Field


class Complaint(NamedTuple):
    """A rule that a value breaks, the kind of value, and what the rule asks for ('' where its sentence says it)."""

    rule: str
    value_class: str
    limit: str = ""


Acceptor = Callable[[str], object]

_YEAR = "(?:1[89]|2[01])[0-9]{2}"
_DAY = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    "|02(?:0[1-9]|1[0-9]|2[0-8]))"  # 29 February is left to `complaints`
)
_CLOCK = "(?:[01][0-9]|2[0-3])[0-5][0-9]"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SIGNED = re.compile(r"-[0-9]+(?:\.[0-9]+)?")
_COMMA = re.compile(r"-?[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?|-?[0-9]+(?:\.[0-9]{3})+,[0-9]+")
_DIGITS = re.compile("[0-9]+")
_LONGEST_CODE: int = READINGS["longest_code"]
_LONGEST_LIMIT_OF_A_CODE = 255
_BEGINNINGS: tuple[str, ...] = tuple(READINGS["codes_begin_with"])
_TIME = "yyyyMMddHHmm"
_DATE = "yyyyMMdd"


def acceptor(field: Field, on: date) -> Acceptor | None:
    """A quick test of good values for visits that end on that day; None where nothing can be wrong."""
    required = field.needed_on(on) is ALWAYS
    if field.codes is not None:
        return frozenset(field.codes).union(() if required else ("",)).__contains__
    limit = field.length_on(on)
    if field.smallest is not None and field.largest is not None:
        return _ranged(field.smallest, field.largest, limit or 0)
    expression = _expression(field)
    if expression:
        return _compiled(expression, field, limit, required=required)
    if limit is not None:
        return re.compile(rf"(?s)(?=.*\S).{{1,{limit}}}" if required else rf"(?s).{{0,{limit}}}").fullmatch
    return str.strip if required else None


def complaints(field: Field, text: str, on: date) -> Iterator[Complaint]:
    """Everything that is wrong with a value, as written, for a visit that ends on that day."""
    bare = text.strip()
    if not bare:
        if field.needed_on(on) is ALWAYS:
            yield Complaint("missing", "empty")
        return
    if _is_coded(field) and bare != text:
        yield Complaint("spaces-around", "spaces")
    values = [part for piece in bare.split(field.separator) if (part := piece.strip())] if field.separator else [bare]
    limit = field.length_on(on)
    if len(bare) > _LONGEST_CODE and _is_key(field) and max(map(len, values)) > _LONGEST_CODE:
        yield Complaint("far-too-long", "too long", str(_LONGEST_CODE))
    elif limit is not None and len(bare) > limit:
        yield Complaint("too-long", "too long", str(limit))
    if field.most_values and len(values) > field.most_values:
        yield Complaint("too-many-values", "too many", str(field.most_values))
    for value in values:
        complaint = _complaint(field, value)
        if complaint:
            yield complaint
            return


def _complaint(field: Field, value: str) -> Complaint | None:
    """What is wrong with one value."""
    if field.codes is not None:
        return _about_code(field.codes, value)
    if field.date_format:
        return _about_date(field, value)
    if field.number:
        return _about_number(field, value)
    if field.pattern and not PATTERNS[field.pattern].fullmatch(value):
        return Complaint("wrong-shape", "wrong shape", field.pattern)
    return None


PATTERNS = {name: re.compile(entry["regex"]) for name, entry in READINGS["patterns"].items()}


def _is_coded(field: Field) -> bool:
    """Whether spaces around the value are not part of it."""
    return bool(field.codes is not None or field.date_format or field.number or field.pattern)


def _is_key(field: Field) -> bool:
    """Whether something will be looked up by this value."""
    short = field.length is not None and field.length <= _LONGEST_LIMIT_OF_A_CODE
    return _is_coded(field) or (short and field.name.startswith(_BEGINNINGS))


# ── quick ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _expression(field: Field) -> str:
    """The expression of one good value; '' where any text will do."""
    if field.date_format:
        clock = _CLOCK if field.date_format == _TIME else ""
        return f"{_YEAR}{_DAY}{clock}"
    if field.number:
        return _NUMBER.pattern
    return PATTERNS[field.pattern].pattern if field.pattern else ""


def _compiled(expression: str, field: Field, limit: int | None, *, required: bool) -> Acceptor:
    several = f"(?:;(?:{expression}))*" if field.separator and not field.most_values else ""
    length = rf"(?=.{{0,{limit}}}\Z)" if limit is not None else ""
    pattern = f"{length}(?:{expression}){several}"
    return re.compile(pattern if required else f"(?:{pattern})?").fullmatch


def _ranged(smallest: float, largest: float, limit: int) -> Acceptor:
    def accept(text: str) -> bool:
        return bool(_NUMBER.fullmatch(text)) and len(text) <= limit and smallest <= float(text) <= largest

    return accept


# ── in full ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _about_code(codes: Mapping[str, str], value: str) -> Complaint | None:
    if value in codes:
        return None
    if value.zfill(2) in codes:
        return Complaint("unknown-code", "code without its zero")
    return Complaint("unknown-code", "unknown code")


def _about_number(field: Field, value: str) -> Complaint | None:
    if not _NUMBER.fullmatch(value):
        if _SIGNED.fullmatch(value):
            return Complaint("out-of-range", "negative", "≥ 0")
        return Complaint("not-a-number", "decimal comma" if _COMMA.fullmatch(value) else "not a number")
    if field.smallest is None or field.largest is None or field.smallest <= float(value) <= field.largest:
        return None
    return Complaint("out-of-range", "out of range", f"{field.smallest:g}–{field.largest:g}")


def _about_date(field: Field, value: str) -> Complaint | None:
    day, clock = value[:8], value[8:]
    if not _DIGITS.fullmatch(value) or len(value) not in (8, 12):
        return Complaint("not-a-date", "not a date", field.date_format)
    if len(value) != len(field.date_format) and not field.date_or_time:
        return Complaint("not-a-date", "date of another form", field.date_format)
    if clock and not re.fullmatch(_CLOCK, clock):
        return Complaint("not-a-date", "not a date", field.date_format)
    if day.endswith("00"):
        return _about_partial(field, day)
    return None if _is_day(day) else Complaint("not-a-date", "not a date", field.date_format)


def _about_partial(field: Field, day: str) -> Complaint | None:
    """A birth is known by its year at least (month and day 0000); with a month but no day it is not as decided."""
    if field.birth_date and day.endswith("0000") and _is_day(f"{day[:4]}0101"):
        return None
    known = field.birth_date and _is_day(f"{day[:6]}01")
    return Complaint("not-a-date", "partial date" if known else "not a date", field.date_format)


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return re.match(_YEAR, text) is not None
