"""What a merge does to episodes and packages: they go with their person; an undo asks newer ones whom they mean."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.access import actions as access
from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import rehoming as clinical
from sosuckhoe.clinical.actions import put_many
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange import formats, queries
from sosuckhoe.exchange.feeds import rehoming as feeds
from sosuckhoe.exchange.xml130 import mapping
from sosuckhoe.identity import matching, moving
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Claim, PersonRef
from sosuckhoe.identity.merging import found as merge_of
from sosuckhoe.identity.moving import Move
from sosuckhoe.identity.rehoming import before, hear, told_of_since, unhear

_OWN = (
    "exchange_episode",
    "exchange_package",
    "exchange_record",
    "exchange_check_in",
    "exchange_change",
    "exchange_card",
    "exchange_insured_visit",
)
MOVED = frozenset(_OWN) | feeds.MOVED
STAYS: dict[str, str] = {}
_ORDER = ("exchange_record", "exchange_package", "exchange_episode", "exchange_check_in")


class Later(NamedTuple):
    """A package that was filed after a merge, and the claim that it makes."""

    facility: str
    ma_lk: str
    version: int
    filed: datetime
    keys: list[UUID]
    claim: Claim


def move(move: Move) -> None:
    """Give every episode to the kept person; records name the keys under which their resources stand now."""
    moving.rehome(move, "exchange_record")
    _rename_keys(move, {was: now for now, was in clinical.stood(move).items()})
    moving.rehome(move, "exchange_package")
    moving.rehome(move, "exchange_episode", also={"patient": move.keep.patient})
    moving.rehome(move, "exchange_check_in")
    moving.rehome(move, "exchange_change")
    moving.rehome(move, "exchange_card")
    moving.rehome(move, "exchange_insured_visit")
    feeds.move(move)


def restore(move: Move) -> None:
    """Put every row back; packages that came since go to whom their numbers mean."""
    moving.put_back(move, "exchange_change")
    moving.put_back(move, "exchange_card")
    moving.put_back(move, "exchange_insured_visit")
    feeds.restore(move)
    later = _later(move)
    moved = {(row["facility"], row["ma_lk"]) for row in moving.noted(move, "exchange_episode")}
    theirs = [one for one in later if (one.facility, one.ma_lk) in moved or _means_gone(move, one.claim)]
    episodes = {(one.facility, one.ma_lk) for one in theirs}
    newer = _take_newer(move, episodes)
    for table in _ORDER:
        moving.put_back(move, table)
    _give_newer(move, newer)
    _hand_over(move, theirs)
    unhear(move, {number for one in theirs for number in one.claim.identifiers})
    _hear(move, move.gone, theirs)
    _hear(move, move.keep, [one for one in later if one not in theirs])
    if who := told_of_since(move):
        _write_patient(move, who)


def _rename_keys(move: Move, keys: dict[UUID, UUID], person: PersonRef | None = None) -> None:
    """Records name the resources made from them by their keys, which change with the bucket."""
    owner = person or move.keep
    db.execute(
        """
        update exchange_record record set keys = array(
          select coalesce(new.now, key)
          from unnest(record.keys) with ordinality as kept (key, place)
          left join unnest(%(old)s::uuid[], %(new)s::uuid[]) as new (was, now) on new.was = key
          order by place
        )
        where bucket = %(bucket)s and person = %(person)s and keys && %(old)s::uuid[]
        """,
        {
            "old": list(keys),
            "new": list(keys.values()),
            "bucket": bucket_of(owner.person),
            "person": owner.person,
        },
    )


def _later(move: Move) -> list[Later]:
    """The packages of the kept person that were filed after the merge, oldest first."""
    merged = merge_of(move.number)
    assert merged is not None
    rows = db.tuples(
        """
        select facility, ma_lk, version, filed, keys from exchange_record
        where bucket = %s and person = %s and filed > %s order by filed, facility, ma_lk, version
        """,
        (bucket_of(move.keep.person), move.keep.person, merged.at),
    )
    return [
        Later(facility, ma_lk, version, filed, keys, _claim(facility, ma_lk, version))
        for facility, ma_lk, version, filed, keys in rows
    ]


def _claim(facility: str, ma_lk: str, version: int) -> Claim:
    package = queries.package(facility, ma_lk, version)
    assert package is not None, "every version of an episode is kept"
    return formats.claims_of(package).patient


def _means_gone(move: Move, claim: Claim) -> bool:
    """Whether the most trusted number that tells the two apart is of the one who went."""
    keep, gone = (set(one.identifiers) for one in before(move))
    order = list(matching.demands())
    numbers = sorted((n for n in claim.identifiers if n.system in order), key=lambda n: order.index(n.system))
    return next((number in gone for number in numbers if (number in gone) != (number in keep)), False)


def _take_newer(move: Move, episodes: set[tuple[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """Rows of these episodes that came after the merge, taken out of their tables."""
    values = {
        "bucket": bucket_of(move.keep.person),
        "person": move.keep.person,
        "facilities": [facility for facility, _ in episodes],
        "names": [ma_lk for _, ma_lk in episodes],
    }
    newer = {}
    for table in _ORDER:
        found = db.tuples(
            f"""
            select to_jsonb(t) from {table} t where bucket = %(bucket)s and person = %(person)s
              and (facility, ma_lk) in (select * from unnest(%(facilities)s::text[], %(names)s::text[]))
            """,  # noqa: S608 -- names from the constant above
            values,
        )
        known = [_mark(table, row) for row in moving.noted(move, table)]
        rows = [orjson.loads(row) for (row,) in found]
        newer[table] = [row for row in rows if _mark(table, row) not in known]
        _remove(table, newer[table])
    return newer


def _mark(table: str, row: dict[str, Any]) -> tuple[Any, ...]:
    """What tells a row from the one that the merge left: its key; of an episode and a check-in the arrival too."""
    return (*(row[name] for name in moving.primary_key(table)), row["arrival"])


def _remove(table: str, rows: list[dict[str, Any]]) -> None:
    same = " and ".join(f"t.{name} = gone.{name}" for name in moving.primary_key(table))
    db.execute(
        f"delete from {table} t using jsonb_populate_recordset(null::{table}, %s::jsonb) gone where {same}",  # noqa: S608 -- as above
        (moving.as_json(rows),),
    )


def _give_newer(move: Move, newer: dict[str, list[dict[str, Any]]]) -> None:
    theirs = {"bucket": bucket_of(move.gone.person), "person": move.gone.person}
    for table, rows in newer.items():
        own = theirs | ({"patient": str(move.gone.patient)} if table == "exchange_episode" else {})
        given = [row | own for row in rows]
        _remove(table, given)
        db.execute(
            f"insert into {table} select * from jsonb_populate_recordset(null::{table}, %s::jsonb)",  # noqa: S608 -- as above
            (moving.as_json(given),),
        )


def _hand_over(move: Move, theirs: list[Later]) -> None:
    """The resources of packages that mean the one who went."""
    if not theirs:
        return
    stood = clinical.stood(move)
    new = {key for one in theirs for key in one.keys} - stood.keys()
    places = clinical.hand_over(move, new, clinical.restoring_texts(move))
    _rename_keys(move, stood | places, move.gone)


def _hear(move: Move, who: PersonRef, later: list[Later]) -> None:
    """What the packages say of who somebody is, and that their facilities have treated them."""
    if not later:
        return
    for one in later:
        hear(who.person, one.claim, move)
    access.tie(((one.facility, who.person) for one in later), move.at)
    _write_patient(move, who)


def _write_patient(move: Move, who: PersonRef) -> None:
    claim = identity.known_all([who.person])[who.person].claim
    put_many([Draft("Patient", who.patient, who.person, mapping.patient_body(claim, who.patient))], move.at)
