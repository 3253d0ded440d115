"""UCUM units as a factor and dimensions. https://ucum.org/ucum

Every unit of the official table (`data/ucum.json`, tools/derive_ucum.py) and every term made of them, with exact
decimals. A library (ucumvert on pint) was tried: 0.7 s and 29 MB a process, factors that are off in the 16th digit,
and international units that count as plain numbers. It is the judge in the tests instead.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts

SYSTEM = "http://unitsofmeasure.org"
_FILE = Path(__file__).parent / "data" / "ucum.json"
_ATOM = re.compile(r"(10[*^]|(?:\[[^\]]*\]|%|[A-Za-z_'\"])+)([+-]?\d+)?|(\d+)", re.ASCII)
_MOST_LENGTH = 100
_LEAST, _MOST = Decimal("1e-300"), Decimal("1e300")
"""Between these a factor is a number that searches compare; beyond (`m/0`, `Ym99.Ym99`) nothing is converted."""


class Unit(NamedTuple):
    """How many of the base units (g, m, s, …) it is, and the powers of these."""

    factor: Decimal
    dimensions: frozenset[tuple[str, int]]


_ONE = Unit(Decimal(1), frozenset())


class Scale(NamedTuple):
    """A value in canonical units is value * factor + offset; `kind` names the canonical unit."""

    factor: Fraction
    offset: Fraction
    kind: str


@lru_cache(maxsize=4096)
def scale(text: str) -> Scale | None:
    """How values of a UCUM code are brought to canonical units; None when it is not one that can be.

    Degrees that stand alone are a scale of temperature (°C, °F, °Ré → K); in a term (`J/Cel`) they are a unit of
    their own, because nobody can say where such a scale begins.
    """
    made = unit(text)
    if made is None:
        return None
    dimensions = sorted(made.dimensions)
    factor, offset = Fraction(made.factor), Fraction(0)
    if len(dimensions) == 1 and dimensions[0][1] == 1 and dimensions[0][0] in _facts()["temperatures"]:
        step, zero = (Fraction(one) for one in _facts()["temperatures"][dimensions[0][0]])
        factor, offset, dimensions = factor * step, zero, [("K", 1)]
    return Scale(factor, offset, ".".join(f"{name}{power}" for name, power in dimensions) or "1")


@cache
def _facts() -> dict[str, Any]:
    made: dict[str, Any] = facts.read_json(_FILE)
    return {**made, "base": frozenset(made["base"]), "metric": frozenset(made["metric"])}


@lru_cache(maxsize=4096)
def unit(text: str) -> Unit | None:
    """What a UCUM code stands for; None when it is not one that this program converts."""
    if len(text) > _MOST_LENGTH:
        return None
    try:
        pieces = _pieces(text)
        made = _term(pieces)
    except (KeyError, IndexError):
        return None
    return made if not pieces and _LEAST < made.factor < _MOST else None


def _pieces(text: str) -> list[str]:
    """Atoms, separators and brackets; an annotation counts as nothing, or as 1 where it stands alone (`mL/{cycle}`)."""
    plain = re.sub(r"(^|[./(])\{[^}]*\}", r"\g<1>1", text)
    plain = re.sub(r"\{[^}]*\}", "", plain)
    return [part for part in re.split(r"([./()])", plain) if part] or ["1"]


def _term(pieces: list[str]) -> Unit:
    made = _ONE
    power = 1
    if pieces[0] == "/":
        pieces.pop(0)
        power = -1
    made = _times(made, _component(pieces), power)
    while pieces and pieces[0] in "./":
        power = -1 if pieces.pop(0) == "/" else 1
        made = _times(made, _component(pieces), power)
    return made


def _component(pieces: list[str]) -> Unit:
    piece = pieces.pop(0)
    if piece != "(":
        return _atom(piece)
    made = _term(pieces)
    if pieces.pop(0) != ")":
        raise KeyError(piece)
    return made


def _atom(text: str) -> Unit:
    match = _ATOM.fullmatch(text)
    if match is None:
        raise KeyError(text)
    if match.group(3):
        return Unit(Decimal(match.group(3)), frozenset())
    return _times(_ONE, _named(match.group(1)), int(match.group(2) or 1))


@cache
def _named(name: str) -> Unit:
    known = _facts()
    if name in known["base"]:
        return Unit(Decimal(1), frozenset({(name, 1)}))
    if name in known["units"]:
        number, made_of = known["units"][name]
        whole = _term(_pieces(made_of))
        return Unit(Decimal(str(number)) * whole.factor, whole.dimensions)
    for prefix, factor in known["prefixes"].items():
        rest = name.removeprefix(prefix)
        if rest != name and rest in known["metric"]:
            whole = _named(rest)
            return Unit(Decimal(str(factor)) * whole.factor, whole.dimensions)
    raise KeyError(name)


def _times(left: Unit, right: Unit, power: int) -> Unit:
    powers = Counter(dict(left.dimensions))
    for name, count in right.dimensions:
        powers[name] += count * power
    factor = left.factor * right.factor**power if abs(power) < _MOST_LENGTH else left.factor
    return Unit(factor, frozenset((name, count) for name, count in powers.items() if count))
