"""Erase visits by right: the resources, the file as it was written, what a desk noted; the episode's number stays.

What stays refuses the same visit when it is sent again (`exchange_episode.erased`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical.actions import purge
from sosuckhoe.exchange import queries
from sosuckhoe.exchange.at_rest import EMPTIED
from sosuckhoe.exchange.erasing import kept_until


class Visit(NamedTuple):
    """A visit that a facility has sent. `keys`: of all resources that were ever made from it."""

    ma_lk: str
    day: date
    keys: list[UUID]


def visits_of(person: int, facility: str, entry: UUID | None) -> list[Visit]:
    """What a facility has written of somebody: the visit that an entry belongs to, or all. Health profiles are none."""
    found = db.tuples(
        """
        select e.ma_lk, coalesce(e.visit, e.born), array(
          select distinct key from exchange_record r, unnest(r.keys) key
          where r.bucket = e.bucket and r.person = e.person and r.facility = e.facility and r.ma_lk = e.ma_lk)
        from exchange_episode e
        where e.bucket = %s and e.person = %s and e.facility = %s and e.version > 0 and e.erased is null
          and not starts_with(e.ma_lk, 'HSSK/')
        order by e.ma_lk for update
        """,
        (bucket_of(person), person, facility),
    )
    visits = [Visit(ma_lk, day_of(moment), keys) for ma_lk, moment, keys in found]
    return [one for one in visits if entry is None or entry in one.keys]


def law_keeps_until(facility: str, visits: Sequence[Visit]) -> date:
    """The first day on which none of them need be kept any more."""
    return max(kept_until(_row(facility, one.ma_lk), one.day) for one in visits)


def erase(actor: Actor, person: int, facility: str, visits: Sequence[Visit], ground: str, at: datetime) -> int:
    """Erase them, in the caller's transaction; how many resources went."""
    place = {"bucket": bucket_of(person), "person": person, "facility": facility, "at": at}
    place["visits"] = [one.ma_lk for one in visits]
    gone = purge.erase(actor, person, [key for one in visits for key in one.keys], ground, at)
    for statement in _STATEMENTS:
        db.execute(statement, place)
    return gone


_STATEMENTS = (
    f"""
    update exchange_arrival a set body = {EMPTIED} from exchange_package p
    where p.facility = %(facility)s and p.ma_lk = any (%(visits)s) and a.id = p.arrival
      and not exists (select from exchange_waiting w where w.arrival = a.id)
    """,  # noqa: S608 -- a constant
    """
    delete from exchange_record
    where bucket = %(bucket)s and person = %(person)s and facility = %(facility)s and ma_lk = any (%(visits)s)
    """,
    "delete from exchange_check_in where facility = %(facility)s and ma_lk = any (%(visits)s)",
    """
    update exchange_episode
    set erased = %(at)s, version = 0, digest = '', visit = null, kind = '', province = '', commune = ''
    where facility = %(facility)s and ma_lk = any (%(visits)s)
    """,
)


def _row(facility: str, ma_lk: str) -> dict[str, str]:
    package = queries.package(facility, ma_lk)
    rows = package.tables.get("XML1", []) if package else []
    return dict(rows[0]) if rows else {}
