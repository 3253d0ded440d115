"""Dates and times in SQL: compared and filled up as https://hl7.org/fhirpath/#datetime says.

They stay the texts that FHIR writes, since they may be partial. Each takes SQL of a text and gives SQL.
"""

from __future__ import annotations

from sosuckhoe.insight.views.piece import let

KINDS = frozenset({"date", "dateTime", "instant"})


def order(left: str, right: str) -> str:
    """-1, 0, 1; null when precision leaves it open. With a clock on both sides the zones count, else the calendar."""
    return let(left, "t", let(right, "u", _ORDER))


_SHORT = "least(length(t), length(u), 10)"
_ORDER = f"""
  CASE WHEN contains(t, 'T') AND contains(u, 'T')
       THEN sign(epoch_us(TRY_CAST(t AS TIMESTAMPTZ)) - epoch_us(TRY_CAST(u AS TIMESTAMPTZ)))
       WHEN left(t, {_SHORT}) < left(u, {_SHORT}) THEN -1
       WHEN left(t, {_SHORT}) > left(u, {_SHORT}) THEN 1
       WHEN length(t) = length(u) THEN 0 END"""


def boundary(text: str, kind: str, *, high: bool) -> str:
    """The first or last moment that a text may mean."""
    day = _day("t", high=high)
    if kind == "date":
        return let(text, "t", day)
    clock = "'T23:59:59.999-12:00'" if high else "'T00:00:00.000+14:00'"
    return let(text, "t", f"CASE WHEN contains(t, 'T') THEN {_clock('t', high=high)} ELSE {day} || {clock} END")


def _day(text: str, *, high: bool) -> str:
    last = f"strftime(last_day(CAST({text} || '-01' AS DATE)), '%Y-%m-%d')" if high else f"{text} || '-01'"
    rest = "'-12-31'" if high else "'-01-01'"
    return f"(CASE length({text}) WHEN 4 THEN {text} || {rest} WHEN 7 THEN {last} ELSE {text} END)"


def _clock(text: str, *, high: bool) -> str:
    """To the millisecond; a clock of FHIR has seconds and a zone."""
    fraction = rf"rpad(left(regexp_extract({text}, '\.([0-9]+)', 1), 3), 3, '{'9' if high else '0'}')"
    zone = f"regexp_extract({text}, '(Z|[+-][0-9]{{2}}:[0-9]{{2}})$', 1)"
    shown = f"(CASE WHEN {zone} IN ('+00:00', '-00:00') THEN 'Z' ELSE {zone} END)"
    return f"left({text}, 19) || '.' || {fraction} || {shown}"
