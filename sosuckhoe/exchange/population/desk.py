"""Changes of the register that wait for somebody, and what hangs on a death: a steward of the area decides.

A change is held when the register's word cannot be meant for one person alone (twins), or for the person whom we know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from sosuckhoe.access import accounts, actions, audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.exchange.outside import hearing
from sosuckhoe.exchange.population import birth, changes
from sosuckhoe.exchange.population.differing import NUMBER
from sosuckhoe.exchange.population.messages import Change, read_changes
from sosuckhoe.exchange.population.outcome import REFUSED, Outcome
from sosuckhoe.identity import area, queries, rewriting, tickets
from sosuckhoe.identity.claim import Identifier
from sosuckhoe.identity.queries import Known

MOST_SHOWN = 300
LONGEST_REASON, _LEAST_REASON = 500, 3
_HELD = "select id, key, kind, heard, at, person from exchange_change where outcome = 'held'"
_DEATHS = """
select id, at, person, touches from exchange_change
where kind = 'death' and outcome in ('done', 'same') and settled is null and touches::text ~ '[0-9]'
"""


class Held(NamedTuple):
    """A change that waits: the register's word (None: not kept any more), and who may be meant."""

    id: int
    kind: str
    at: datetime
    change: Change | None
    candidates: list[Known]


class Death(NamedTuple):
    """Somebody who died: numbers of accounts, those whose books the dead held, and those who hold the dead one's."""

    id: int
    at: datetime
    who: Known
    accounts: list[int]
    held: list[Known]
    holders: list[Known]


def waiting(actor: Actor) -> list[Held]:
    """The held changes of the actor's area, the oldest first."""
    policy.check(actor, "read", "change")
    found = (_held(row) for row in _oldest(_HELD))
    return list(islice((one for one in found if one and _is_theirs(actor, one.candidates)), MOST_SHOWN))


def one_waiting(actor: Actor, number: int) -> Held:
    """One of them. SSK-1002 for any other."""
    policy.check(actor, "read", "change")
    row = db.one(f"{_HELD} and id = %s", (number,))
    found = _held(row) if row else None
    if found is None or not _is_theirs(actor, found.candidates):
        raise Problem("SSK-1002")
    return found


def deaths(actor: Actor) -> list[Death]:
    """Deaths of the actor's area on which something still hangs, the oldest first."""
    policy.check(actor, "read", "change")
    found = (_death(row) for row in _oldest(_DEATHS))
    return list(islice((one for one in found if one and _is_theirs(actor, [one.who])), MOST_SHOWN))


def one_death(actor: Actor, number: int) -> Death:
    """One of them. SSK-1002 for any other."""
    policy.check(actor, "read", "change")
    row = db.one(f"{_DEATHS} and id = %s", (number,))
    found = _death(row) if row else None
    if found is None or not _is_theirs(actor, [found.who]):
        raise Problem("SSK-1002")
    return found


def apply(actor: Actor, number: int, patient: UUID, at: datetime) -> None:
    """Say whom a held change is meant for, and write it there. SSK-3310 when somebody was first. Raises Raced."""

    def write(held: Held) -> Outcome:
        chosen = next((one for one in held.candidates if one.ref.patient == patient), None)
        if chosen is None or held.change is None:
            raise Problem("SSK-1002")
        return _write(held.change, chosen, at)

    _decide(actor, number, write, "", at)


def refuse(actor: Actor, number: int, reason: str, at: datetime) -> None:
    """Say that a held change is meant for none of those whom we know. SSK-4535 without a reason."""
    told = _reason(reason)
    _decide(actor, number, lambda held: Outcome(REFUSED, _first(held)), told, at)


def close_accounts(actor: Actor, number: int, at: datetime) -> int:
    """Let nobody sign in any more to the accounts of somebody who died; how many were open."""
    with db.atomic():
        found = one_death(actor, number)
        policy.check(actor, "resolve", "change")
        open_ones = [account for one in found.accounts if (account := accounts.active(one))]
        for account in open_ones:
            actions.disable(actor, account, at)
    return len(open_ones)


def settle_death(actor: Actor, number: int, reason: str, at: datetime) -> None:
    """Say that what hangs on a death was seen to, and how. SSK-4535 without a reason, SSK-3310 when it was already."""
    told = _reason(reason)
    with db.atomic():
        found = one_death(actor, number)
        policy.check(actor, "resolve", "change")
        done = db.execute(
            "update exchange_change set settled = %s, account = %s, reason = %s where id = %s and settled is null",
            (at, actor.account, told, number),
        )
        if not done:
            raise Problem("SSK-3310")
        audit.record(actor, "resolve", kind="change", person=found.who.ref.person, detail="death", at=at)


def _decide(actor: Actor, number: int, write: Callable[[Held], Outcome], reason: str, at: datetime) -> None:
    with db.atomic():
        row = db.one(f"{_HELD} and id = %s for update", (number,))
        if row is None:
            raise Problem("SSK-3310" if _was_theirs(actor, number) else "SSK-1002")
        policy.check(actor, "resolve", "change")
        held = _held(row)
        if held is None or not _is_theirs(actor, held.candidates):
            raise Problem("SSK-1002")
        outcome = write(held)
        db.execute(
            """
            update exchange_change set outcome = %s, bucket = %s, person = %s, touches = %s, decided = %s, account = %s,
              reason = %s where id = %s
            """,
            (outcome.word, bucket_of(outcome.person), outcome.person, _touches(outcome), at, actor.account, reason,
             number),
        )  # fmt: skip
        _forget(row.heard)
        audit.record(actor, "resolve", kind="change", person=outcome.person, detail=outcome.word, at=at)


def _write(change: Change, chosen: Known, at: datetime) -> Outcome:
    rewriting.lock([chosen.ref.person])
    tickets.supersede(chosen.ref.person, at)
    if change.kind == "birth":
        if queries.person_of(Identifier(NUMBER, change.word.number)) is not None:
            raise Problem("SSK-3311")
        outcome = birth.give(chosen, change, at)
    else:
        outcome = changes.apply_to(chosen, change, at)
    tickets.stand({outcome.person: tickets.VERIFIED}, at)
    return outcome


def _oldest(asked: str) -> Iterator[Any]:
    """The rows of all areas, the oldest first, page by page: those of others do not take the place of one's own."""
    last: tuple[Any, int] = ("-infinity", 0)
    while rows := db.rows(f"{asked} and (at, id) > (%s::timestamptz, %s) order by at, id limit {MOST_SHOWN}", last):
        yield from rows
        last = rows[-1].at, rows[-1].id


def _held(row: Any) -> Held | None:
    change = _told(row.heard, row.key)
    if row.kind == "birth" and change:
        found = birth.candidates(change.word, queries.known_all)
    else:
        found = list(queries.known_all([row.person]).values())
    return Held(row.id, row.kind, row.at, change, found) if found else None


def _told(heard: int, key: str) -> Change | None:
    """The register's own words, read again from what arrived."""
    content = hearing.again(heard)
    try:
        return next((one for one in read_changes(content).changes if one.key == key), None)
    except msgspec.DecodeError:
        return None


def _death(row: Any) -> Death | None:
    touches = row.touches if isinstance(row.touches, dict) else msgspec.json.decode(row.touches)
    known = queries.known_all({row.person, *touches["held"], *touches["holders"]})
    if row.person not in known:
        return None
    held, holders = ([known[one] for one in touches[name] if one in known] for name in ("held", "holders"))
    return Death(row.id, row.at, known[row.person], list(touches["accounts"]), held, holders)


def _is_theirs(actor: Actor, persons: Collection[Known]) -> bool:
    return actor.role == "program" or area.holds(actor, [one.ref.person for one in persons])


def _was_theirs(actor: Actor, number: int) -> bool:
    person = db.value("select person from exchange_change where id = %s and decided is not null", (number,))
    return bool(person) and policy.can(actor, "read", "change") and area.holds(actor, [person])


def _forget(heard: int) -> None:
    if not changes.waits(heard):
        hearing.let_go(heard)


def _first(held: Held) -> int:
    return held.candidates[0].ref.person


def _touches(outcome: Outcome) -> str:
    return msgspec.json.encode(dict(outcome.touches)).decode()


def _reason(text: str) -> str:
    told = " ".join(text.split())[:LONGEST_REASON]
    if len(told) < _LEAST_REASON:
        raise Problem("SSK-4535")
    return told


def shown(found: Sequence[Held], died: Sequence[Death]) -> set[int]:
    """Whose names a page of these shows: each gets a line of the trace."""
    persons = {one.ref.person for held in found for one in held.candidates}
    return persons | {one.ref.person for death in died for one in (death.who, *death.held, *death.holders)}
