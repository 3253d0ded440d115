"""The oracle's numbers and quantities: exact fractions, and a few UCUM units converted by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

HUGE = Decimal("1e30")
TINY = Decimal("1e-12")


def interval(leaf: str, value) -> tuple[Decimal, Decimal] | None:
    """[low, high] of a value; what a comparator leaves open is huge, what it leaves out is tiny."""
    if leaf == "Range":
        low, high = value.get("low", {}).get("value"), value.get("high", {}).get("value")
        if (low is None and high is None) or (low is not None and high is not None and low > high):
            return None
        return (-HUGE if low is None else Decimal(str(low))), (HUGE if high is None else Decimal(str(high)))
    if leaf in {"decimal", "integer"}:
        return Decimal(str(value)), Decimal(str(value))
    if leaf == "SampledData" or value.get("value") is None:
        return None
    at = Decimal(str(value["value"]))
    return {"<": (-HUGE, at - TINY), "<=": (-HUGE, at), ">": (at + TINY, HUGE), ">=": (at, HUGE)}.get(
        value.get("comparator"), (at, at)
    )


UNITS = {
    "kg": ("g", Fraction(1000), Fraction(0)),
    "g": ("g", Fraction(1), Fraction(0)),
    "mg": ("g", Fraction(1, 1000), Fraction(0)),
    "ug": ("g", Fraction(1, 1000000), Fraction(0)),
    "Cel": ("K", Fraction(1), Fraction("273.15")),
    "[degF]": ("K", Fraction(5, 9), Fraction("459.67") * Fraction(5, 9)),
    "K": ("K", Fraction(1), Fraction(0)),
    "mmol/L": ("mol/L", Fraction(1, 1000), Fraction(0)),
    "umol/dL": ("mol/L", Fraction(1, 100000), Fraction(0)),
    "u[iU]/mL": ("IU/L", Fraction(1, 1000), Fraction(0)),
    "m[iU]/L": ("IU/L", Fraction(1, 1000), Fraction(0)),
}
"""UCUM code → what it is measured in, how much of it one is, where its scale begins. Enough for the tests."""


def is_met(asked: str, leaf: str, value) -> bool:
    """Whether a value stands in the relation `ge5.4|http://unitsofmeasure.org|mg`."""
    written, *unit = asked.split("|")
    convert = _conversion(unit[0], unit[1]) if unit else None
    held = interval(leaf, value)
    if held is None or (unit and convert is None and not _is_of_unit(unit[0], unit[1], leaf, value)):
        return False
    if convert is not None:
        own = _conversion(*_unit_of(leaf, value))
        if own is None or own[0] != convert[0]:
            return False
        held = _converted_interval(leaf, value, own)
    return _stands(written, held, convert or ("", Fraction(1), Fraction(0)))


def _conversion(system: str | None, code: str | None) -> tuple[str, Fraction, Fraction] | None:
    return UNITS.get(code) if system == "http://unitsofmeasure.org" else None


def _unit_of(leaf: str, value) -> tuple[str | None, str | None]:
    if leaf == "Range":
        value = value.get("low") or value.get("high") or {}
    return value.get("system"), value.get("code")


def _converted_interval(leaf: str, value, unit: tuple[str, Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """A comparator is meant after the conversion: less than 5 mg is less than 0.005 g, however little less."""
    if leaf != "Range":
        at = Fraction(str(value["value"])) * unit[1] + unit[2]
        tiny = Fraction(TINY)
        return {
            "<": (-Fraction(HUGE), at - tiny),
            "<=": (-Fraction(HUGE), at),
            ">": (at + tiny, Fraction(HUGE)),
            ">=": (at, Fraction(HUGE)),
        }.get(value.get("comparator"), (at, at))
    low, high = interval(leaf, value)
    return Fraction(low) * unit[1] + unit[2], Fraction(high) * unit[1] + unit[2]


def _stands(written: str, held: tuple, unit: tuple[str, Fraction, Fraction]) -> bool:
    relation, text = (written[:2], written[2:]) if written[:2].isalpha() else ("eq", written)
    asked = Fraction(text)
    digits = text.lower().partition("e")[0].partition(".")[2]
    half = Fraction(10) ** -len(digits) / 2
    if "e" in text:
        half = half * Fraction(10) ** int(text.partition("e")[2]) / 10
    near = (asked - abs(asked) / 10, asked + abs(asked) / 10)
    a, b, at, near_low, near_high = (one * unit[1] + unit[2] for one in (asked - half, asked + half, asked, *near))
    low, high = held
    contains = a <= low and high < b
    return {
        "eq": contains,
        "ne": not contains,
        "gt": high > at,
        "lt": low < at,
        "ge": high >= at,
        "le": low <= at,
        "sa": low > at,
        "eb": high < at,
        "ap": low <= near_high and high >= near_low,
    }[relation]


def _is_of_unit(system: str, code: str, leaf: str, value) -> bool:
    if leaf == "Money":
        value = {"system": "urn:iso:std:iso:4217", "code": value.get("currency")}
    if leaf == "Range":
        value = value.get("low") or value.get("high") or {}
    if system:
        return (value.get("system"), value.get("code")) == (system, code)
    return code in (value.get("code"), value.get("unit"))
