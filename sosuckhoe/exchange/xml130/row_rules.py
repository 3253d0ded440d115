"""What the fields of one row must be to each other: obligation by condition, order of dates, days, amounts of money.

Compiled once for each table from data/readings.yaml. A value that is no date or no number is left to field_rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from math import prod
from typing import NamedTuple

from sosuckhoe.exchange.xml130.field_rules import Complaint
from sosuckhoe.exchange.xml130.format import ALWAYS, READINGS, Condition, Table
from sosuckhoe.exchange.xml130.package import Row


class Place(NamedTuple):
    """A complaint about a field of the row."""

    field: str
    complaint: Complaint


RowRule = Callable[[Row, date], Iterator[Place]]
"""A row and the day of the check → what is wrong between its fields."""

_TOLERANCE: float = READINGS["tolerance"]
_PERCENTAGES = frozenset(READINGS["percentages"])
_OTHER_SOURCES = "T_NGUONKHAC"
_DATE_LENGTHS = (8, 12)
_MOST_PARTS = 3


def rules_of(table: Table, on: date) -> tuple[RowRule, ...]:
    """The rules of a table's rows, for visits that end on that day."""
    conditions = [(f.name, when) for f in table.fields if (when := f.needed_on(on)) is not None and when is not ALWAYS]
    made = [
        _conditional(conditions) if conditions else None,
        _ordered(READINGS["date_order"].get(table.name, ())),
        _not_in_future([f.name for f in table.fields if f.place in READINGS["not_in_future"]]),
        *(_together(tags) for tags in READINGS["all_or_none"].get(table.name, ())),
        *(_days(*count) for count in READINGS["day_counts"].get(table.name, ())),
        _money(table.name),
    ]
    return tuple(rule for rule in made if rule)


def number(text: str) -> float | None:
    """An amount as written, or None. Only what field_rules calls a number, or a negative one, counts."""
    try:
        return float(text)
    except ValueError:
        return None


def day(text: str) -> date | None:
    """The day of a date of 8 or 12 characters, or None."""
    text = text.strip()
    if len(text) not in _DATE_LENGTHS or not text.isdecimal():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


# ── obligation ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _conditional(conditions: Sequence[tuple[str, Condition]]) -> RowRule:
    def rule(row: Row, _: date) -> Iterator[Place]:
        for tag, condition in conditions:
            if not row.get(tag, "").strip() and condition.holds(row):
                yield Place(tag, Complaint("missing-here", "empty" if tag in row else "absent"))

    return rule


def _together(tags: Sequence[str]) -> RowRule:
    def rule(row: Row, _: date) -> Iterator[Place]:
        missing = [tag for tag in tags if not row.get(tag, "").strip()]
        if len(missing) == len(tags):
            return
        for tag in missing:
            yield Place(tag, Complaint("together", "empty" if tag in row else "absent"))

    return rule


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _ordered(pairs: Sequence[tuple[str, str]]) -> RowRule | None:
    def rule(row: Row, _: date) -> Iterator[Place]:
        for later, earlier in pairs:
            after, before = row.get(later), row.get(earlier)
            if after and before and _lies_before(after.strip(), before.strip()):
                yield Place(later, Complaint("date-order", "earlier", earlier))

    return rule if pairs else None


def _lies_before(after: str, before: str) -> bool:
    """Whether the first of two dates lies before the second, as far as both say."""
    length = min(len(after), len(before))
    return length in _DATE_LENGTHS and after[:length] < before[:length] and (after + before).isdecimal()


def _not_in_future(tags: Sequence[str]) -> RowRule | None:
    def rule(row: Row, on: date) -> Iterator[Place]:
        today = f"{on:%Y%m%d}"
        for tag in tags:
            text = row.get(tag, "").strip()
            if text[:8] > today and text.isdecimal() and len(text) in _DATE_LENGTHS:
                yield Place(tag, Complaint("in-future", "in the future"))

    return rule if tags else None


def _days(tag: str, end: str, start: str, allowed: Sequence[int] | str) -> RowRule:
    limit = f"{end} − {start}"

    def rule(row: Row, _: date) -> Iterator[Place]:
        written = number(row.get(tag, ""))
        first, last = day(row.get(start, "")), day(row.get(end, ""))
        if written is None or first is None or last is None:
            return
        extra = written - (last - first).days
        if not (extra <= 0 if allowed == "up_to" else extra in allowed):
            yield Place(tag, Complaint("days-differ", "differs", limit))

    return rule


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Formula(NamedTuple):
    """An amount and the ways in which it may come about. `limit` is the formula in words."""

    amount: str
    ways: Sequence[Callable[[dict[str, float]], float]]
    limit: str


def _money(table: str) -> RowRule | None:
    """The formulas of a table's amounts. Products and differences are looked at only where no other source pays."""
    plain = [*_products(table), *_differences(table)]
    sums = [
        Formula(amount, (_sum(parts),), _in_words(parts)) for amount, parts in READINGS["sums"].get(table, {}).items()
    ]
    if not plain and not sums:
        return None
    tags = sorted(_tags(table))

    def rule(row: Row, _: date) -> Iterator[Place]:
        amounts = _amounts(row, tags)
        for formulas in (sums, () if amounts.get(_OTHER_SOURCES) else plain):
            for formula in formulas:
                if _is_broken(formula, amounts):
                    yield Place(formula.amount, Complaint("amount-differs", "differs", formula.limit))

    return rule


def _in_words(parts: Sequence[str]) -> str:
    """A sum as it is said: 'A + B', or 'A + … + D'."""
    return f"{parts[0]} + … + {parts[-1]}" if len(parts) > _MOST_PARTS else " + ".join(parts)


def _amounts(row: Row, tags: Sequence[str]) -> dict[str, float]:
    """The amounts that are numbers; in the usual row all of them are."""
    try:
        return {tag: float(row[tag]) for tag in tags}
    except (KeyError, ValueError):
        return {tag: amount for tag in tags if (amount := number(row.get(tag, ""))) is not None}


def _is_broken(formula: Formula, amounts: dict[str, float]) -> bool:
    """Whether the amount is none of what the ways give. An amount or a factor that is not there leaves it open."""
    try:
        written = amounts[formula.amount]
        return all(abs(way(amounts) - written) > _TOLERANCE for way in formula.ways)
    except KeyError:
        return False


def _products(table: str) -> Iterator[Formula]:
    for amount, ways in READINGS["products"].get(table, {}).items():
        limit = " / ".join(" × ".join(factors) for factors in ways)
        yield Formula(amount, tuple(_product(factors) for factors in ways), limit)


def _product(factors: Sequence[str]) -> Callable[[dict[str, float]], float]:
    hundredths = 100.0 ** sum(factor in _PERCENTAGES for factor in factors)
    return lambda amounts: prod([amounts[factor] for factor in factors]) / hundredths


def _differences(table: str) -> Iterator[Formula]:
    for amount, (first, second) in READINGS["differences"].get(table, {}).items():
        yield Formula(amount, (_difference(first, second),), f"{first} − {second}")


def _difference(first: str, second: str) -> Callable[[dict[str, float]], float]:
    return lambda amounts: amounts[first] - amounts[second]


def _sum(parts: Sequence[str]) -> Callable[[dict[str, float]], float]:
    return lambda amounts: sum([amounts[part] for part in parts])


def _tags(table: str) -> set[str]:
    """Every amount and factor in a table's formulas."""
    ways = [way for ways in READINGS["products"].get(table, {}).values() for way in ways]
    parts = [*READINGS["differences"].get(table, {}).values(), *READINGS["sums"].get(table, {}).values(), *ways]
    amounts = [READINGS[section].get(table, {}) for section in ("products", "differences", "sums")]
    return {tag for part in parts for tag in part} | {tag for amount in amounts for tag in amount} | {_OTHER_SOURCES}
