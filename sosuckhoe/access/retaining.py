"""What is over its time goes: a class at a time, some hundred rows a transaction, so that a stop costs nothing.

What a hold keeps stays, whatever its age. A transaction removes, counts and leaves a line in the trace, or none of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sosuckhoe.access import audit, keeping, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.keeping import Kept
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY


class Hold(NamedTuple):
    """What is kept beyond its time. `person`: NOBODY for everybody's; `name`: a class, '' for all."""

    person: int
    name: str
    document: str
    authority: str


def hold(actor: Actor, what: Hold, at: datetime) -> UUID:
    """Keep what would be over its time, until it is released. SSK-2400 without a class, a document and an authority."""
    policy.check(actor, "hold", "retention")
    is_known = what.name in {"", *keeping.applied()}
    if not is_known or not what.document.strip() or not what.authority.strip():
        raise Problem("SSK-2400")
    key = uuid4()
    with db.atomic():
        db.execute(
            """
            insert into access_hold (id, person, class, document, authority, account, at)
            values (%s, %s, %s, %s, %s, %s, %s)
            """,
            (key, what.person, what.name, what.document.strip(), what.authority.strip(), actor.account, at),
        )
        audit.record(actor, "hold", kind="retention", person=what.person, key=key, detail=what.name, at=at)
    return key


def release(actor: Actor, key: UUID, at: datetime) -> None:
    """End a hold. SSK-1002 when there is none that lives."""
    policy.check(actor, "hold", "retention")
    with db.atomic():
        known = db.one(
            "update access_hold set released = %s where id = %s and released is null returning person, class as name",
            (at, key),
        )
        if known is None:
            raise Problem("SSK-1002")
        audit.record(
            actor, "hold", kind="retention", person=known.person, key=key, detail=f"end {known.name}".strip(), at=at
        )


def is_held(person: int) -> bool:
    """Whether anything of somebody is held."""
    return bool(
        db.value("select true from access_hold where released is null and person in (%s, 0) limit 1", (person,))
    )


def holds(name: str) -> bool:
    """Whether anything of a class is held, whosever."""
    return bool(db.value("select true from access_hold where released is null and class in ('', %s) limit 1", (name,)))


def over(kept: Kept, at: datetime) -> int:
    """How many rows of a table are over their time and not held: what a dry run tells."""
    asked = f"select count(*) from {kept.table} r where {_over(kept)}"  # noqa: S608 -- names of the code
    return int(db.value(asked, {"before": keeping.before(kept.name, at), "class": kept.name}))


def take(actor: Actor, kept: Kept, at: datetime, most: int) -> int:
    """Remove, or empty, at most so many rows that are over their time; how many. One transaction."""
    policy.check(actor, "retain", "retention")
    values = {"before": keeping.before(kept.name, at), "class": kept.name, "most": most}
    columns = ", ".join(f"r.{column}" for column in kept.key)
    with db.atomic():
        found = f"select {columns} from {kept.table} r where {_over(kept)} limit %(most)s"  # noqa: S608 -- names of the code
        keys = db.value(f"select json_agg(k)::text from ({found}) k", values)  # noqa: S608 -- as above
        if keys is None:
            return 0
        for part in kept.also:
            _take_parts(kept, part, keys)
        count = db.execute(_taking(kept), {**values, "keys": keys})
        audit.record(actor, "retain", kind="retention", person=NOBODY, detail=f"{kept.table} {count}", at=at)
    return count


def _over(kept: Kept) -> str:
    """The condition of a row that is over its time: `before` and `class` are bound."""
    whose = f"(h.person = 0 or h.person in ({kept.person}))" if kept.person else "h.person = 0"
    emptied = " and r.{} <> {}".format(*kept.empties) if kept.empties else ""
    return (
        f"{kept.ended} < %(before)s and not exists (select from access_hold h where h.released is null"
        f" and h.class in ('', %(class)s) and {whose}){emptied}"
    )


def _taking(kept: Kept) -> str:
    match = " and ".join(f"r.{column} = k.{column}" for column in kept.key)
    rest = f"json_populate_recordset(null::{kept.table}, %(keys)s::json) k where {match} and {_over(kept)}"
    if kept.empties:
        column, nothing = kept.empties
        return f"update {kept.table} r set {column} = {nothing} from {rest}"  # noqa: S608 -- as above
    return f"delete from {kept.table} r using {rest}"  # noqa: S608 -- as above


def _take_parts(kept: Kept, part: tuple[str, str, str], keys: str) -> None:
    table, column, whole = part
    named = f"json_populate_recordset(null::{kept.table}, %s::json) k"
    db.execute(f"delete from {table} p using {named} where p.{column} = k.{whole}", (keys,))  # noqa: S608 -- as above


def night(actor: Actor, tables: Iterable[Kept], at: datetime) -> int:
    """One transaction's worth of tonight's round; how many rows went, and -1 when the round of this day is done."""
    day = at.astimezone(clock.VIETNAM).date()
    rooms = list(tables)
    name = _next(day, at)
    if name is None:
        return -1
    most = keeping.words()["rows_at_once"]
    with db.atomic():
        count = next((found for one in rooms if one.name == name and (found := take(actor, one, at, most))), 0)
        ended = "removed = removed + %s" if count else "removed = removed + %s, ended = %s"
        db.execute(
            f"update access_retention_night set {ended} where day = %s and class = %s",  # noqa: S608 -- from above
            (count, day, name) if count else (count, at, day, name),
        )
    return count


def _next(day: date, at: datetime) -> str | None:
    """The class where tonight's round stands; begins it."""
    done: Collection[str] = {
        row[0]
        for row in db.tuples("select class from access_retention_night where day = %s and ended is not null", (day,))
    }
    name = next((one for one in keeping.applied() if one not in done), None)
    if name:
        db.execute(
            "insert into access_retention_night (day, class, began) values (%s, %s, %s) on conflict do nothing",
            (day, name, at),
        )
    return name
