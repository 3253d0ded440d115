"""Places by code and date: 63 provinces with districts until 30 June 2025, 34 provinces without them since.

Each place has dates of its own, the first and the last day on which it was so called and belonged where it did. Codes
live on: '00004' was Phường Trúc Bạch and is Phường Ba Đình, '46' has had two names. So every question about a code
names the date of the record that holds it. The table is made of the official lists, each with its dates, and of
`place_changes.csv`, what changed at another day; it is read on first use and kept (about 10 MB).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts

REFORM = date(2025, 7, 1)
"""The first day of the 34 provinces (202/2025/QH15) and of communes without districts."""

LAST_OF_63 = date(2025, 6, 30)
"""The last day of the 63 provinces and their districts."""

_DATA = Path(__file__).parent / "data"


PROVINCE, DISTRICT, COMMUNE = "province", "district", "commune"
_LEVELS = {2: PROVINCE, 3: DISTRICT, 5: COMMUNE}
"""Levels by the width of their codes."""


class Place(NamedTuple):
    """A place as it was called from one day to another, both included, and where it belonged.

    `parent` is the province of a district or of a new commune, the district of an old one, '' of a province. A
    beginning that no source tells is `date.min`, an end that has not come `date.max`.
    """

    code: str
    name: str
    parent: str
    valid_from: date = date.min
    valid_until: date = date.max

    @property
    def level(self) -> str:
        """Province, district or commune."""
        return _LEVELS[len(self.code)]

    def is_on(self, on: date) -> bool:
        """Whether the place was so on a day."""
        return self.valid_from <= on <= self.valid_until


def place(code: str, on: date) -> Place | None:
    """What a code meant on a day; None when it meant nothing."""
    return next((one for one in history(code) if one.is_on(on)), None)


def history(code: str) -> tuple[Place, ...]:
    """Everything that a code has meant, oldest first; empty for an unknown one."""
    return _table().get(code, ())


def everything() -> Iterator[Place]:
    """Everything that every code has meant."""
    return (one for meant in _table().values() for one in meant)


def all_on(level: str, on: date) -> list[Place]:
    """Every place of a level on a day, by code."""
    return [one for one in _of_level(level) if one.is_on(on)]


def now(code: str, on: date, today: date) -> str | None:
    """What the place that a code meant on a day is called by another day, later or not.

    Its own code while it lives; the one that it went into whole; None when it was divided (keep what was written), was
    not there, or is a district, which nothing followed. Going back, the one place that it was made of.
    """
    there = place(code, on)
    if there is None:
        return None
    if (on < REFORM) == (today < REFORM):
        return code
    if there.level == PROVINCE:
        return province_now(code) if on < REFORM else _only(old for old, new in _province_map().items() if new == code)
    if there.level == DISTRICT:
        return None
    return commune_now(code) if on < REFORM else _only(_whole(code))


def province_name(code: str, on: date) -> str | None:
    """The name of a province on a day: 'Tỉnh Phú Thọ'."""
    return _name(PROVINCE, code, on)


def district_name(code: str, on: date) -> str | None:
    """The name of a district on a day; there are none since the reform."""
    return _name(DISTRICT, code, on)


def commune_name(code: str, on: date) -> str | None:
    """The name of a commune on a day: 'Xã Thanh Sơn'."""
    return _name(COMMUNE, code, on)


def district_of(commune: str, on: date) -> str | None:
    """The code of a commune's district on a day; None since the reform."""
    found = place(commune, on)
    return found.parent if found and _LEVELS.get(len(found.parent)) == DISTRICT else None


def province_of(commune: str, on: date) -> str | None:
    """The code of the province of a commune or district on a day."""
    found = place(commune, on)
    if found is None or found.level == PROVINCE:
        return None
    above = place(found.parent, on)
    return above.parent if above and above.level == DISTRICT else found.parent


def provinces(on: date) -> list[Place]:
    """All provinces of a day, by code."""
    return all_on(PROVINCE, on)


def communes(province: str, on: date) -> list[Place]:
    """The communes of a province on a day, in the order of the list; empty for an unknown code."""
    parts = [(rank, one) for rank, one in _inside().get(province, ()) if one.is_on(on)]
    found = [(rank, one) for rank, one in parts if one.level == COMMUNE]
    for _, part in parts:
        if part.level == DISTRICT:
            found += [(rank, one) for rank, one in _inside().get(part.code, ()) if one.is_on(on)]
    return [one for _, one in sorted(found)]


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
    return all_on(DISTRICT, LAST_OF_63)


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


def _name(level: str, code: str, on: date) -> str | None:
    found = place(code, on)
    return found.name if found and found.level == level else None


def _only(codes: Iterator[str]) -> str | None:
    """The one of them, None when there are none or several."""
    found = list(codes)
    return found[0] if len(found) == 1 else None


def _whole(new: str) -> Iterator[str]:
    """The old communes of a new one, if every one of them went into it whole."""
    olds = predecessors(new)
    return iter(olds if not any(is_divided(old) for old in olds) else ())


@cache
def _of_level(level: str) -> tuple[Place, ...]:
    found = (one for code in sorted(_table()) for one in history(code))
    return tuple(one for one in found if one.level == level)


@cache
def _inside() -> dict[str, list[tuple[int, Place]]]:
    """The places right below a province or district, of every time, each with its place in the lists."""
    found: dict[str, list[tuple[int, Place]]] = {}
    for rank, (code, _, parent, since, until) in enumerate(_listed()):
        if parent:
            meant = (one for one in history(code) if since <= one.valid_from and one.valid_until <= until)
            found.setdefault(parent, []).extend((rank, one) for one in meant)
    return found


@cache
def _table() -> dict[str, tuple[Place, ...]]:
    """Every code with all that it has meant, oldest first."""
    found: dict[str, tuple[Place, ...]] = {}
    shared: dict[str, str] = {}
    for code, name, parent, since, until in _listed():
        one = Place(code, name, shared.setdefault(parent, parent), since, until)
        found[code] = (*found.get(code, ()), one)
    for code, name, day in _rows("place_changes.csv"):
        found[code] = _changed(found[code], name, date.fromisoformat(day))
    return found


def _listed() -> Iterator[tuple[str, str, str, date, date]]:
    """The rows of the lists, older ones first, with the dates of their list."""
    for count, since, until in ((63, date.min, LAST_OF_63), (34, REFORM, date.max)):
        for row in _rows(f"provinces_{count}.csv"):
            yield row[0], row[1], "", since, until
        for level in ("districts", "communes") if count == 63 else ("communes",):  # noqa: PLR2004 -- the older list
            for code, name, parent in _rows(f"{level}_{count}.csv"):
                yield code, name, parent, since, until


def _changed(known: tuple[Place, ...], name: str, since: date) -> tuple[Place, ...]:
    """A place gets another name on a day: what it was on that day ends the day before."""
    before = next(one for one in known if one.is_on(since))
    ended = before._replace(valid_until=since - timedelta(days=1))
    renamed = before._replace(name=name, valid_from=since)
    place_of = known.index(before)
    return (*known[:place_of], ended, renamed, *known[place_of + 1 :])


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
