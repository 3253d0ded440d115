"""Dates and times in SQL: compared and filled up as https://hl7.org/fhirpath/#datetime says.

They stay the texts that FHIR writes, since they may be partial. Each takes SQL of a text and gives SQL.
"""

from __future__ import annotations

from sosuckhoe.insight.views.piece import let

KINDS = frozenset({"date", "dateTime", "instant"})


def order(left: str, right: str) -> str:
    """-1, 0, 1; null when precision leaves it open. With a clock on both sides the zones count, else the calendar."""
    return let(left, "t", let(right, "u", _ORDER))


def order_of_times(left: str, right: str) -> str:
    """The same of times of day: seconds and their fraction are one precision."""
    return let(_whole_time(left), "t", let(_whole_time(right), "u", _ORDER_OF_TIMES))


def _whole_time(text: str) -> str:
    fraction = r"rpad(regexp_extract(w, '\.([0-9]+)', 1), 12, '0')"
    return let(text, "w", f"CASE WHEN length(w) < 8 THEN w ELSE left(w, 8) || {fraction} END")


_OF_TIMES = "least(length(t), length(u))"
_ORDER_OF_TIMES = f"""
  CASE WHEN left(t, {_OF_TIMES}) < left(u, {_OF_TIMES}) THEN -1
       WHEN left(t, {_OF_TIMES}) > left(u, {_OF_TIMES}) THEN 1
       WHEN length(t) = length(u) THEN 0 END"""

_SHORT = "least(length(t), length(u), 10)"
_ORDER = f"""
  CASE WHEN contains(t, 'T') AND contains(u, 'T')
       THEN sign(epoch_us(TRY_CAST(t AS TIMESTAMPTZ)) - epoch_us(TRY_CAST(u AS TIMESTAMPTZ)))
       WHEN left(t, {_SHORT}) < left(u, {_SHORT}) THEN -1
       WHEN left(t, {_SHORT}) > left(u, {_SHORT}) THEN 1
       WHEN length(t) = length(u) THEN 0 END"""


def boundary(text: str, kind: str, *, high: bool) -> str:
    """The first or last moment that a text may mean."""
    if kind == "time":
        return let(text, "t", f"left(t, 5) || {_seconds('t', high=high)}")
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
    """To the millisecond; a clock without a zone may be in any."""
    zone = f"regexp_extract({text}, '(Z|[+-][0-9]{{2}}:[0-9]{{2}})$', 1)"
    anywhere = "'-12:00'" if high else "'+14:00'"
    shown = f"(CASE WHEN {zone} = '' THEN {anywhere} WHEN {zone} IN ('+00:00', '-00:00') THEN 'Z' ELSE {zone} END)"
    return f"left({text}, 16) || {_seconds(text, high=high)} || {shown}"


def _seconds(text: str, *, high: bool) -> str:
    """The rest of a clock behind its minutes, to the millisecond."""
    digit = "9" if high else "0"
    second = rf"regexp_extract({text}, ':[0-9]{{2}}:([0-9]{{2}})', 1)"
    whole = f"coalesce(nullif({second}, ''), '{'59' if high else '00'}')"
    fraction = rf"rpad(left(regexp_extract({text}, '\.([0-9]+)', 1), 3), 3, '{digit}')"
    return f"':' || {whole} || '.' || {fraction}"


ORDERS = {"moment": order, "time": order_of_times}
"""How two values of a kind are compared that are not compared as they are written."""
