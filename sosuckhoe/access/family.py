"""Who holds whose book: what one sees of it, and how it ends."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.access import audit, grants, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of


class Tie(NamedTuple):
    """One person holds another's book. `basis`: the grant it comes from; None: the law."""

    holder: int
    dependant: int
    kind: str
    level: str
    until: date | None
    basis: UUID | None


def holders_of(person: int) -> list[Tie]:
    """Who holds this person's book today."""
    return _read("dependant = %(person)s", person)


def held_by(person: int) -> list[Tie]:
    """Whose books this person holds today."""
    return _read("bucket = %(bucket)s and holder = %(person)s", person)


def lay_down(actor: Actor, dependant: int) -> None:
    """A holder gives a book back: a representative, or a parent. Raises SSK-1002 when the actor holds none of it."""
    at = clock.now()
    known = next((one for one in held_by(actor.person or 0) if one.dependant == dependant), None)
    if known is None or actor.person is None:
        raise Problem("SSK-1002")
    if known.basis is not None:
        grants.end(actor, dependant, known.basis, at)
        return
    with db.atomic():
        policy.check(actor, "withdraw", "book", person=dependant)
        _remove(known)
        audit.record(actor, "withdraw", kind="book", person=dependant, detail=known.kind, at=at)


def take_from(holder: int, dependant: int) -> None:
    """Somebody holds a book no more. Whoever calls has checked, and writes the trace."""
    for known in held_by(holder):
        if known.dependant == dependant:
            _remove(known)


def _remove(known: Tie) -> None:
    db.execute(
        "delete from access_relation where bucket = %s and holder = %s and dependant = %s",
        (bucket_of(known.holder), known.holder, known.dependant),
    )


def _read(where: str, person: int) -> list[Tie]:
    found = db.tuples(
        f"""
        select holder, dependant, kind, case when full_until <= %(today)s and level = 'full' then 'see' else level end,
          until, basis
        from access_relation where {where} and (until is null or until > %(today)s)
        order by since, holder, dependant
        """,  # noqa: S608 -- conditions from above
        {"person": person, "bucket": bucket_of(person), "today": clock.today()},
    )
    return [Tie._make(row) for row in found]
