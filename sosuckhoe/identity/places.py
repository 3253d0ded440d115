"""Places by code and date: 63 provinces with districts until 30 June 2025, 34 provinces without them since.

Both lists share one space of codes ('00004' was Phường Trúc Bạch and is Phường Ba Đình), so every question
about a code names the date of the record that holds it. Each list is read on first use and kept as plain
tuples (about 8 MB when all of them are in use).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts

REFORM = date(2025, 7, 1)
"""The first day of the 34 provinces (202/2025/QH15) and of communes without districts."""

LAST_OF_63 = date(2025, 6, 30)
"""The last day of the 63 provinces and their districts."""

_DATA = Path(__file__).parent / "data"


class Place(NamedTuple):
    """A place of one list. `parent` is the province of a district or of a new commune, the district of an old one."""

    code: str
    name: str
    parent: str


def province_name(code: str, on: date) -> str | None:
    """The name of a province on a day: 'Tỉnh Phú Thọ'."""
    place = _provinces(_count(on)).get(code)
    return place.name if place else None


def district_name(code: str, on: date) -> str | None:
    """The name of a district on a day; there are none since the reform."""
    place = _districts().get(code) if on < REFORM else None
    return place.name if place else None


def commune_name(code: str, on: date) -> str | None:
    """The name of a commune on a day: 'Xã Thanh Sơn'."""
    place = _communes(_count(on)).get(code)
    return place.name if place else None


def district_of(commune: str, on: date) -> str | None:
    """The code of a commune's district on a day; None since the reform."""
    place = _communes(63).get(commune) if on < REFORM else None
    return place.parent if place else None


def province_of(commune: str, on: date) -> str | None:
    """The code of a commune's province on a day."""
    place = _communes(_count(on)).get(commune)
    if place is None:
        return None
    return place.parent if on >= REFORM else _districts()[place.parent].parent


def provinces(on: date) -> list[Place]:
    """All provinces of a day, by code."""
    return list(_provinces(_count(on)).values())


def communes(province: str, on: date) -> list[Place]:
    """The communes of a province on a day, in the order of the list; empty for an unknown code."""
    if on >= REFORM:
        return [place for place in _communes(34).values() if place.parent == province]
    inside = {place.code for place in _districts().values() if place.parent == province}
    return [place for place in _communes(63).values() if place.parent in inside]


def province_now(old: str) -> str | None:
    """The new code of a province of the 63: every one went whole into one of the 34."""
    return _province_map().get(old)


def commune_now(old: str) -> str | None:
    """The new code of an old commune; None when it was divided (an address cannot be moved by code) or is unknown."""
    new = successors(old)
    return new[0] if len(new) == 1 and old not in _divided() else None


def successors(old: str) -> tuple[str, ...]:
    """Every new commune that took part of an old one; empty when the map does not know the old code."""
    return _successors().get(old, ())


def predecessors(new: str) -> tuple[str, ...]:
    """Every old commune that went, whole or in part, into a new one."""
    return _predecessors().get(new, ())


def address(commune: str, district: str, province: str, on: date) -> str:
    """The names behind the codes of a record, smallest first, comma separated; unknown codes are left out."""
    names = (commune_name(commune, on), district_name(district, on), province_name(province, on))
    return ", ".join(name for name in names if name)


def districts() -> list[Place]:
    """All districts, which ended with the reform, by code."""
    return list(_districts().values())


def province_moves() -> dict[str, str]:
    """Province of the 63 → the one of the 34 that it went into."""
    return dict(_province_map())


def commune_moves() -> dict[str, tuple[str, ...]]:
    """Old commune → every new one that took part of it."""
    return dict(_successors())


def is_divided(old: str) -> bool:
    """Whether an old commune was split, so that an address in it cannot be moved by code."""
    return old in _divided()


def ethnic_groups() -> dict[str, str]:
    """Code → name of every ethnic group (QĐ 121-TCTK/PPCĐ)."""
    return _names("ethnic_groups.csv")


def occupations(edition: str) -> dict[str, str]:
    """Code → name of the occupations of an edition: `qd34` (level 2) or `qd4069`."""
    return _names(f"occupations_{edition}.csv")


def ethnic_group(code: str) -> str | None:
    """The name of an ethnic group (QĐ 121-TCTK/PPCĐ): '06' is Mường."""
    return _names("ethnic_groups.csv").get(code)


def occupation(code: str) -> str | None:
    """The name of an occupation: five digits of QĐ 34/2020 by their first two, two digits by QĐ 4069."""
    if len(code) == 2:  # noqa: PLR2004 -- the width of the older list's codes
        return _names("occupations_qd4069.csv").get(code)
    return _names("occupations_qd34.csv").get(code[:2])


def _count(on: date) -> int:
    """How many provinces there are on a day: it names the list."""
    return 34 if on >= REFORM else 63


@cache
def _provinces(count: int) -> dict[str, Place]:
    return {row[0]: Place(row[0], row[1], "") for row in _rows(f"provinces_{count}.csv")}


@cache
def _districts() -> dict[str, Place]:
    return {row[0]: Place(*row) for row in _rows("districts_63.csv")}


@cache
def _communes(count: int) -> dict[str, Place]:
    shared: dict[str, str] = {}
    rows = _rows(f"communes_{count}.csv")
    return {code: Place(code, name, shared.setdefault(parent, parent)) for code, name, parent in rows}


@cache
def _province_map() -> dict[str, str]:
    return dict(_rows("province_map.csv"))


@cache
def _successors() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for old, _, _, new, _ in _rows("commune_map.csv"):
        if old:
            found[old] = (*found.get(old, ()), new)
    return found


@cache
def _predecessors() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for old, news in _successors().items():
        for new in news:
            found[new] = (*found.get(new, ()), old)
    return found


@cache
def _divided() -> frozenset[str]:
    return frozenset(old for old, _, _, _, divided in _rows("commune_map.csv") if divided == "1")


@cache
def _names(file: str) -> dict[str, str]:
    return {row[0]: row[1] for row in _rows(file)}


def _rows(file: str) -> Iterator[list[str]]:
    return facts.rows(_DATA / file)
