"""Which persons a steward decides about: those whom facilities of the steward's province have treated."""

from __future__ import annotations

from collections.abc import Collection

from sosuckhoe.access import queries as access
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.clock import today
from sosuckhoe.identity import places, queries

_PROVINCE_DIGITS = 2
NOWHERE = ""


def province_of(actor: Actor) -> str:
    """The actor's province by its code of today; '' for an actor of the whole country."""
    if not actor.area or len(actor.area) == _PROVINCE_DIGITS:
        return actor.area or NOWHERE
    return places.province_of(actor.area, today()) or actor.area


def holds(actor: Actor, persons: Collection[int]) -> bool:
    """Whether every one of the persons has been treated in the actor's area; without an area all are."""
    return among(actor, persons) == set(persons)


def among(actor: Actor, persons: Collection[int]) -> set[int]:
    """Those of the persons who have been treated in the actor's area; without an area all are."""
    province = province_of(actor)
    if province == NOWHERE:
        return set(persons)
    tied = access.facilities_of(persons)
    registered = queries.facilities({code for codes in tied.values() for code in codes})
    return {
        person
        for person in persons
        if any(province_of_facility(code, registered) == province for code in tied.get(person, ()))
    }


def province_of_facility(code: str, registered: dict[str, queries.Facility]) -> str:
    """The province of a facility today: the register's, or else that of the first two digits of its code."""
    entry = registered.get(code)
    for written in (entry.province if entry else "", code[:_PROVINCE_DIGITS]):
        if places.province_name(written, today()):
            return written
        if now := places.province_now(written):
            return now
    return NOWHERE
