"""What each level is worth in bits: log2 of how much likelier it is between records of one person (Fellegi–Sunter).

`data/weights.yaml` holds m (share among pairs of one person) and u (share among pairs of two) as estimated by
`python -m bench train_weights`; `data/comparison.yaml` holds the levels, their order and their words.
"""

from __future__ import annotations

from functools import cache
from math import log2
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.identity.compare.levels import FIELDS, UNKNOWN

_DATA = Path(__file__).parents[1] / "data"
_RAREST = 0.0005


class Thresholds(NamedTuple):
    """Bits: from `link` on two claims are one person, from `doubt` on a person decides, below they are two."""

    link: float
    doubt: float


class Rule(NamedTuple):
    """A rule that comes before the weights."""

    verdict: str
    vi: str
    en: str


def comparison() -> dict[str, Any]:
    """The levels and rules with their words. Refused when it names other fields than the program compares."""
    told = facts.read_yaml(_DATA / "comparison.yaml")
    if list(told["fields"]) != list(FIELDS):
        raise facts.BadFact(f"comparison.yaml: fields must be {', '.join(FIELDS)}")
    return told


@cache
def rules() -> dict[str, Rule]:
    """The rules by name, in their order."""
    return {key: Rule(**rule) for key, rule in comparison()["rules"].items()}


@cache
def weights() -> dict[str, dict[str, float]]:
    """Bits by field and level. A level is never worth more than the one before it; the first, never less than 0."""
    return {field: _field_weights(field, entry) for field, entry in comparison()["fields"].items()}


def _field_weights(field: str, entry: dict[str, Any]) -> dict[str, float]:
    raw = entry.get("assumed") or _estimated(field)
    if list(raw) != list(entry["levels"]):
        raise facts.BadFact(f"levels of {field} must be {', '.join(entry['levels'])}")
    least, most = entry["bounds"]
    limit, falling = float(most), {}
    for place, (level, bits) in enumerate(raw.items()):
        limit = min(limit, max(bits, 0.0 if place == 0 else least))
        falling[level] = round(limit, 3)
    return falling | {UNKNOWN: 0.0}


def _estimated(field: str) -> dict[str, float]:
    bits = {level: log2(entry["m"] / entry["u"]) for level, entry in _learnt()["fields"][field].items()}
    if field != "name":
        return bits
    return {level: worth + (0.0 if level == "differ" else _common_family_bits()) for level, worth in bits.items()}


@cache
def thresholds() -> Thresholds:
    """Where one person begins and where doubt begins."""
    return Thresholds(**_learnt()["thresholds"])


@cache
def family_bits(family: str) -> float:
    """What sharing a family name is worth beyond sharing the commonest one: 0 for Nguyễn, 7 for La."""
    shares = _families()
    return round(log2(max(shares.values()) / max(shares.get(family, _RAREST), _RAREST)), 3)


def _common_family_bits() -> float:
    """What the commonest family name takes from the average agreement of family names (not positive)."""
    shares = _families()
    return log2(sum(share * share for share in shares.values()) / max(shares.values()))


def _families() -> dict[str, float]:
    return dict(_learnt()["families"])


def _learnt() -> dict[str, Any]:
    return facts.read_yaml(_DATA / "weights.yaml")
