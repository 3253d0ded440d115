"""Vietnamese names by sex, generation and ethnic group."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sosuckhoe.simulation import facts
from sosuckhoe.simulation.chance import Choice

if TYPE_CHECKING:
    from random import Random

_OLD_BEFORE, _YOUNG_SINCE = 1970, 1995


class Name(NamedTuple):
    """A name in its parts; `middle` may be empty."""

    family: str
    middle: str
    given: str

    @property
    def full(self) -> str:
        return " ".join(part for part in self if part).replace("H' ", "H'")


def generation(year: int) -> str:
    """Which generation somebody born in a year belongs to."""
    if year < _OLD_BEFORE:
        return "old"
    return "young" if year >= _YOUNG_SINCE else "middle"


def draw(rng: Random, sex: str, year: int, group: str, family: str = "") -> Name:
    """A name; `family` is the father's where it is inherited."""
    habits = _group(group)
    return Name(
        habits.get(f"family_{sex}") or family or _families(group).draw(rng),
        _middle(rng, sex, generation(year), habits),
        rng.choice(habits.get(f"given_{sex}") or _given(sex, generation(year))),
    )


def _middle(rng: Random, sex: str, born: str, habits: dict[str, Any]) -> str:
    if habits.get("no_middle"):
        return ""
    if own := habits.get(f"middle_{sex}"):
        return str(rng.choice(own))
    return _middles(sex, born).draw(rng)


def _group(group: str) -> dict[str, Any]:
    return dict(facts.table("names")["groups"].get(group, {}))


@cache
def _families(group: str) -> Choice[str]:
    return Choice(_group(group).get("family") or facts.table("names")["family"])


@cache
def _middles(sex: str, born: str) -> Choice[str]:
    return Choice(facts.table("names")["middle"][sex][born])


def _given(sex: str, born: str) -> list[str]:
    return list(facts.table("names")["given"][sex][born])
