"""Which profile a profile is the next version of, and whether it is newer than that one."""

from __future__ import annotations

from collections.abc import Sequence

from sosuckhoe.base.clock import day_of
from sosuckhoe.exchange import queries
from sosuckhoe.exchange.actions.unit import Unit
from sosuckhoe.exchange.qd831.format import LOOSE
from sosuckhoe.exchange.queries import Episode


def known_otherwise(found: Sequence[tuple[Unit, int]]) -> dict[tuple[str, str], Episode]:
    """For profiles whose number is not known, with their persons: what stands of them under another number.

    A profile without MA_NHANKHAU is numbered by the person's papers, so it goes by another one when those change, or
    when its system begins or ceases to tell its own. Where several could be meant, none is. By facility and own number.
    """
    standing = queries.profiles_of({person for _, person in found}) if found else []
    meant: dict[tuple[str, str], tuple[str, str]] = {}
    for unit, person in found:
        could_be = [
            number
            for facility, whose, number in standing
            if (facility, whose) == (unit.facility, person) and (unit.is_loose or number.startswith(LOOSE))
        ]
        if len(could_be) == 1:
            meant[unit.facility, unit.ma_lk] = (unit.facility, could_be[0])
    episodes = queries.episodes(set(meant.values())) if meant else {}
    return {own: episodes[other] for own, other in meant.items()}


def is_older(unit: Unit, stands: Episode) -> bool:
    """Whether a profile was written on an earlier day than what stands; files name the day alone."""
    if unit.told is None or stands.told is None:
        return False
    return day_of(unit.told) < day_of(stands.told)
