"""What exchange knows of arrivals, packages and episodes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.base import db, sealing
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.exchange import at_rest
from sosuckhoe.exchange.xml130.package import Package, Shape


class Arrival(NamedTuple):
    """A stored arrival, its content as it came."""

    id: int
    facility: str
    kind: str
    received: datetime
    content: bytes


class Episode(NamedTuple):
    """A facility's visit as it stands. `version` 0: only checked in. `keys`: of its resources; `told`: written."""

    facility: str
    ma_lk: str
    person: int
    patient: UUID
    born: datetime
    version: int
    arrival: int
    digest: bytes
    keys: list[UUID]
    told: datetime | None = None
    is_erased: bool = False
    """By right, for good."""
    is_cut: bool = False
    """Single entries of it were erased by right."""


def is_anything_waiting() -> bool:
    """Whether something still has to be filed."""
    return bool(db.value("select true from exchange_waiting limit 1"))


def lanes_waiting(lanes: int, most: int) -> dict[int, int]:
    """How many arrivals wait in each lane that has any, counted up to `most`."""
    return dict(db.tuples(db.statement(__file__, "lanes_waiting"), {"lanes": lanes, "most": most}))


def waiting(lanes: Sequence[int], most: int, most_bytes: int) -> list[Arrival]:
    """The oldest arrivals of some lanes, up to so many and about so many stored bytes (always at least one)."""
    values = {"lanes": list(lanes), "most": most, "most_bytes": most_bytes}
    rows = db.tuples(db.statement(__file__, "waiting"), values, binary=True)
    return [_arrival(*row) for row in rows]


def arrival(number: int) -> Arrival | None:
    """One arrival with its content."""
    rows = db.tuples(
        "select id, facility, kind, received, digest, codec, body from exchange_arrival where id = %s", (number,)
    )
    return next((_arrival(*row) for row in rows), None)


def _arrival(number: int, facility: str, kind: str, received: datetime, *packed: Any) -> Arrival:
    digest, codec, body = packed
    bound = sealing.place(facility, bytes(digest))
    return Arrival(number, facility, kind, received, at_rest.opened(codec, at_rest.ARRIVAL, bound, body))


def episodes(keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Episode]:
    """The episodes of these (facility, MA_LK) that are known."""
    rows = db.tuples(
        db.statement(__file__, "episodes"), ([facility for facility, _ in keys], [ma_lk for _, ma_lk in keys])
    )
    return {(row[0], row[1]): Episode._make((*row[:8], row[8] or [], *row[9:])) for row in rows}


def profiles_of(persons: Collection[int]) -> list[tuple[str, int, str]]:
    """The health profiles that stand of these persons, or were erased by right: facility, person, number."""
    return db.tuples(
        """
        select facility, person, ma_lk from exchange_episode
        join unnest(%s::int4[], %s::int8[]) as asked (bucket, person) using (bucket, person)
        where starts_with(ma_lk, 'HSSK/') and (version > 0 or erased is not null) order by facility, ma_lk
        """,
        ([bucket_of(person) for person in persons], list(persons)),
    )


def package(facility: str, ma_lk: str, version: int | None = None) -> Package | None:
    """An episode as the facility wrote it: the current version, or an older one."""
    values = {"facility": facility, "ma_lk": ma_lk, "version": version}
    rows = db.tuples(db.statement(__file__, "record"), values, binary=True)
    if not rows:
        return None
    found, codec, body = rows[0]
    bound = sealing.place(facility, ma_lk, found)
    return opened(facility, at_rest.opened(codec, at_rest.RECORD, bound, body))


def sealed(package: Package) -> bytes:
    """A package as it is kept: the same content gives the same bytes."""
    shapes = {name: list(shape) for name, shape in package.shapes.items()}
    source = {"source": package.source} if package.source else {}
    return orjson.dumps({"tables": package.tables, "shapes": shapes, **source})


def opened(facility: str, content: bytes) -> Package:
    """A package from what `sealed` made of it."""
    kept = orjson.loads(content)
    shapes = {name: Shape(*shape) for name, shape in kept["shapes"].items()}
    return Package(facility, kept["tables"], shapes, kept.get("source", ""))


def versions(facility: str, ma_lk: str) -> Sequence[Any]:
    """Every version of an episode: version, arrival, filed, newest first."""
    return db.rows(
        """
        select version, arrival, filing.at as filed
        from exchange_package join exchange_filing filing using (arrival)
        where exchange_package.facility = %s and ma_lk = %s and outcome = 'filed'
        order by version desc
        """,
        (facility, ma_lk),
    )
