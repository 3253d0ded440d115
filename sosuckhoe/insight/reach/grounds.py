"""The places that reach is told for, each within one other, and what each is called in a print. Pure.

Country → province → province of the 63 → district of before July 2025 → commune. A commune of today belongs to the
district of all its old communes; one that was made across districts belongs to none, and stands in its province under
`several`. So a district is a sum of whole communes, which hiding needs (protect.py). Who lives in no known commune
stands under `divided` or `unknown` in the province, who lives in no known province under `unknown` in the country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from sosuckhoe.identity import places
from sosuckhoe.insight.reach.protect import ROOT
from sosuckhoe.insight.residence import DIVIDED, UNKNOWN

FORMER, DISTRICT, COMMUNE, SEVERAL = "former", "district", "commune", "several"


class Place(NamedTuple):
    """A place of a print: of what kind ('' province or country), its code, and the province on whose page it stands."""

    province: str
    kind: str
    code: str


def read(key: str) -> Place:
    """What a key means: '' the country, '25' a province, '25/commune/08230', '25/several', 'unknown'."""
    province, _, rest = key.partition("/")
    kind, _, code = rest.partition("/")
    return Place("" if not rest else province, kind, code or kind or province)


def commune_key(province: str, commune: str) -> str:
    """The key of where somebody of this residence (residence.py) is counted."""
    if province == UNKNOWN:
        return UNKNOWN
    if commune in {DIVIDED, UNKNOWN}:
        return f"{province}/{commune}"
    return f"{province}/{COMMUNE}/{commune}"


def above(key: str) -> tuple[str, ...]:
    """The places around a place, from the country down to the one right above it; none above the country."""
    place = read(key)
    if key == ROOT:
        return ()
    if not place.province:
        return (ROOT,)
    around = (ROOT, place.province)
    if place.kind == DISTRICT:
        return (*around, _former_of(place.province, place.code))
    if place.kind == COMMUNE and (district := district_of(place.code)):
        return (*around, _former_of(place.province, district), f"{place.province}/{DISTRICT}/{district}")
    return (*around, f"{place.province}/{SEVERAL}") if place.kind == COMMUNE else around


@cache
def district_of(commune: str) -> str | None:
    """The district of all the old communes of a commune of today; None where they lay in several, or none is known."""
    found = {places.district_of(old, places.LAST_OF_63) for old in places.predecessors(commune)}
    return found.pop() if len(found) == 1 else None


def grown(innermost: Iterable[str]) -> dict[str, list[str]]:
    """Place → the places right inside it, for all that have one of these in them."""
    tree: dict[str, list[str]] = {}
    for key in sorted(innermost):
        path = (*above(key), key)
        for outer, inner in pairwise(path):
            if inner not in tree.setdefault(outer, []):
                tree[outer].append(inner)
    return tree


def summed(innermost: Mapping[str, int]) -> dict[str, int]:
    """The numbers of all places, from those of the innermost."""
    out: dict[str, int] = {}
    for key, number in innermost.items():
        for place in (*above(key), key):
            out[place] = out.get(place, 0) + number
    return out


def _former_of(province: str, district: str) -> str:
    return f"{province}/{FORMER}/{places.province_of(district, places.LAST_OF_63) or UNKNOWN}"
