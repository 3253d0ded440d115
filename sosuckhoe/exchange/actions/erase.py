"""Erase by right what a writer has written: the resources, the package as it was written, the files in which it came.

What stays refuses the same when it is told again: the episode's number (`exchange_episode.erased`), an entry's key
(`clinical` keeps the mark of it), the id of another system's record (`exchange_told.erased`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, sealing
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.actions import erase as resources
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange import at_rest, formats, queries, sources
from sosuckhoe.exchange.actions import cutting, practitioners, sweep
from sosuckhoe.exchange.actions.unit import Unit
from sosuckhoe.exchange.actions.written import Part
from sosuckhoe.exchange.feeds import memory, sweeping
from sosuckhoe.exchange.xml130.mapping import People
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity import uncopying
from sosuckhoe.identity.claim import PersonRef


def erase(actor: Actor, person: int, writer: str, parts: Sequence[Part], ground: str, at: datetime) -> int:
    """Erase whole parts, in the caller's transaction; how many resources went."""
    keys = [key for one in parts for key in one.keys]
    gone = resources.erase(actor, person, keys, ground, at)
    source = sources.of_uri(writer)
    if source is not None:
        _erase_told(person, source.id, keys, at)
    elif visits := [one.ma_lk for one in parts if one.ma_lk]:
        _erase_visits(person, writer, visits, at)
    return gone


def erase_entry(actor: Actor, person: int, writer: str, part: Part, entry: UUID, ground: str, at: datetime) -> int:
    """Erase a single entry; of a visit or a profile also what its row alone had made. How many resources went.

    SSK-3151 where the entry is no row of its own: it goes with the whole.
    """
    if not part.ma_lk:
        return erase(actor, person, writer, [part], ground, at)
    unit, people = _filed(person, writer, part.ma_lk)
    package = cutting.without(_package(unit), entry, lambda one: _drafts(unit, one, people))
    if package is None:
        raise Problem("SSK-3151")
    before = {draft.key: draft for draft in _drafts(unit, _package(unit), people)}
    after = {draft.key: draft for draft in _drafts(unit, package, people)}
    gone = resources.erase(actor, person, [key for key in part.keys if key not in after], ground, at)
    changed = [draft for key, draft in after.items() if before.get(key) != draft]
    clinical.put_many(changed, at)
    resources.forget_older(person, [draft.key for draft in changed])
    _keep_cut(unit, package, sorted(after), at)
    return gone


def demand_alone(person: int, writer: str, part: Part, entry: UUID) -> None:
    """SSK-3151 where `erase_entry` would say so."""
    if part.ma_lk:
        unit, people = _filed(person, writer, part.ma_lk)
        if cutting.without(_package(unit), entry, lambda one: _drafts(unit, one, people)) is None:
            raise Problem("SSK-3151")


def _erase_told(person: int, source: str, keys: Collection[UUID], at: datetime) -> None:
    told = db.tuples(
        """
        update exchange_told set erased = %s, digest = '', day = null
        where bucket = %s and person = %s and source = %s and key = any (%s) returning record
        """,
        (at, bucket_of(person), person, source, list(keys)),
    )
    memory.renew_days(source, {record for (record,) in told})
    sweeping.look_through(source)


def _erase_visits(person: int, facility: str, visits: Sequence[str], at: datetime) -> None:
    place = {"bucket": bucket_of(person), "person": person, "facility": facility, "at": at, "visits": list(visits)}
    for statement in _STATEMENTS:
        db.execute(statement, place)
    copies = [{"facility": facility, "ma_lk": one} for one in visits]
    uncopying.forget(("exchange_record", "exchange_check_in"), copies)
    uncopying.change("exchange_episode", copies, _EMPTY_EPISODE | {"erased": at.isoformat()})
    sweep.empty_of(facility, visits)


_EMPTY_EPISODE = {"version": 0, "digest": "\\x", "visit": None, "kind": "", "province": "", "commune": ""}
_STATEMENTS = (
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


def _filed(person: int, facility: str, ma_lk: str) -> tuple[Unit, People]:
    """A part as it was filed last. SSK-3151 where it tells of newborns too: who they are is said by the whole file."""
    episode = queries.episodes([(facility, ma_lk)])[facility, ma_lk]
    package = queries.package(facility, ma_lk)
    if package is None or formats.claims_of(package).newborns:
        raise Problem("SSK-3151")
    received = db.value("select received from exchange_arrival where id = %s", (episode.arrival,))
    unit = Unit(episode.arrival, 0, facility, ma_lk, received, package, [], version=episode.version)
    unit.born, unit.digest = episode.born, episode.digest
    practitioners.look_up([unit], identity.facilities([facility]))
    return unit, People(PersonRef(person, episode.patient), (), unit.workers)


def _package(unit: Unit) -> Package:
    assert unit.package is not None
    return unit.package


def _drafts(unit: Unit, package: Package, people: People) -> list[Draft]:
    assert unit.born is not None
    return formats.map_package(package, people, unit.born, unit.received, unit.digest.hex()).drafts


def _keep_cut(unit: Unit, package: Package, keys: list[UUID], at: datetime) -> None:
    """The package as written has only what is left, in its newest version alone; the file in which it came goes."""
    bound = sealing.place(unit.facility, unit.ma_lk, unit.version)
    values = {
        "facility": unit.facility, "ma_lk": unit.ma_lk, "version": unit.version, "keys": keys, "at": at,
        "codec": at_rest.SEALED, "body": at_rest.kept(at_rest.RECORD, bound, queries.sealed(package)),
    }  # fmt: skip
    for statement in _CUT:
        db.execute(statement, values)
    uncopying.forget(("exchange_record",), [{"facility": unit.facility, "ma_lk": unit.ma_lk}])
    sweep.empty_of(unit.facility, [unit.ma_lk])


_CUT = (
    "delete from exchange_record where facility = %(facility)s and ma_lk = %(ma_lk)s and version <> %(version)s",
    """
    update exchange_record set codec = %(codec)s, body = %(body)s, keys = %(keys)s
    where facility = %(facility)s and ma_lk = %(ma_lk)s and version = %(version)s
    """,
    "update exchange_episode set cut = %(at)s where facility = %(facility)s and ma_lk = %(ma_lk)s",
)
