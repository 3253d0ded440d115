"""Where a visit is counted: the province and commune of today behind the codes of its file. Pure.

Files of before the reform hold codes of the 63 provinces; many hospitals went on sending them afterwards. The date
of the visit says which list is asked first; a commune that does not lie in its province by that list is looked
for in the other one.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sosuckhoe.identity import places

DIVIDED = "divided"
"""Lives in an old commune that went to several new ones: counted with its province."""

UNKNOWN = "unknown"
"""No code that any list knows: counted with the country, or with the province when that is known."""

_TODAY, _BEFORE = date.max, date.min


class Residence(NamedTuple):
    """`province` is a code or UNKNOWN, `commune` a code, DIVIDED or UNKNOWN."""

    province: str
    commune: str


@lru_cache(maxsize=50_000)
def residence(province: str, commune: str, on: date) -> Residence:
    """Where the resident of these codes, written on that day, lives today."""
    province, commune = province.strip(), commune.strip()
    lists = (_TODAY, _BEFORE) if on >= places.REFORM else (_BEFORE, _TODAY)
    for when in lists:
        if commune and places.province_of(commune, when) == province:
            return _moved(province, commune) if when is _BEFORE else Residence(province, commune)
    for when in lists:
        if places.province_name(province, when):
            return Residence(_province_today(province, when), UNKNOWN)
    return Residence(UNKNOWN, UNKNOWN)


def facility_place(registered: str, facility: str) -> str:
    """The province of a facility: the register's, or else the first two digits of its code; UNKNOWN for neither."""
    for code in (registered.strip(), facility[:2]):
        if places.province_name(code, _TODAY):
            return code
        if now := places.province_now(code):
            return now
    return UNKNOWN


def _moved(province: str, commune: str) -> Residence:
    return Residence(_province_today(province, _BEFORE), places.commune_now(commune) or _without_one(commune))


def _without_one(commune: str) -> str:
    return DIVIDED if places.successors(commune) else UNKNOWN


def _province_today(province: str, when: date) -> str:
    return province if when is _TODAY else places.province_now(province) or UNKNOWN
