"""Changes that the population register tells: birth, death, marriage, move, corrected name.

A change may come twice, late or before its time: each is applied once, and an older one never undoes a later one.
One that cannot be meant for the person whom we know under the number becomes a ticket and changes nothing. One at
which this program itself fails is set aside and tried again before the next ones are asked for; later ones do not wait.
"""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from dataclasses import replace
from datetime import datetime

import orjson

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import blinding, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_of
from sosuckhoe.exchange import at_rest
from sosuckhoe.exchange.outside.hearing import again, hear, hold, let_go, understood
from sosuckhoe.exchange.population import birth, consequences, writing
from sosuckhoe.exchange.population.client import SYSTEM, Register
from sosuckhoe.exchange.population.differing import NUMBER, difference
from sosuckhoe.exchange.population.messages import Change, Changes, read_changes
from sosuckhoe.exchange.population.outcome import DONE, FAILED, HELD, LATE, SAME, STRANGER, Outcome
from sosuckhoe.identity import known, queries, rewriting, tickets
from sosuckhoe.identity.actions import Raced
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.queries import Known

A_PAGE = 500
_MOST_TRIES = 3
_STREAM = "population"
_log = logging.getLogger(__name__)
_CONCERNS = {"name": ("name",), "death": ("deceased",), "marriage": (), "move": (), "birth": ()}
"""The fields that a change of each kind is about: there the register's word replaces ours."""
_REASONS = {
    "name": "Họ tên được cải chính",
    "death": "Khai tử",
    "marriage": "Kết hôn",
    "move": "Thay đổi nơi cư trú",
}


def take_changes(actor: Actor, register: Register, at: datetime, most_pages: int = 1000) -> Counter[str]:
    """Take what was set aside, then every change since the last time, page by page; how many came to each outcome."""
    policy.check(actor, "reconcile", "identity", person=NOBODY)
    outcomes = _take_set_aside(actor, at)
    for _ in range(most_pages):
        after = db.value("select after from exchange_stream where name = %s", (_STREAM,)) or 0
        said = hear("changes", register.changes(after, A_PAGE), at)
        page = understood(said, read_changes, SYSTEM)
        outcomes += _take_page(actor, page, said.id, at)
        if not page.more or page.after <= after:
            break
    return outcomes


def _take_page(actor: Actor, page: Changes, heard: int, at: datetime) -> Counter[str]:
    """A page in one transaction; begun again when another one was first. Raises Raced after some tries."""
    for left in reversed(range(_MOST_TRIES)):
        try:
            with db.atomic():
                changes = sorted(page.changes, key=lambda change: change.order)
                outcomes = Counter(_take_or_set_aside(actor, change, heard, at).word for change in changes)
                _move_on(page.after)
        except Raced:
            if not left:
                raise
        else:
            return outcomes
    raise Raced


def _take_set_aside(actor: Actor, at: datetime) -> Counter[str]:
    """Try again what failed, the oldest first, each in a transaction of its own."""
    outcomes: Counter[str] = Counter()
    for key, heard in db.tuples("select key, heard from exchange_change where outcome = 'failed' order by turn"):
        told = again(heard)
        change = next((one for one in read_changes(told).changes if one.key == key), None) if told else None
        if change is None:
            continue
        with contextlib.suppress(Raced), db.atomic():
            outcomes[_take_or_set_aside(actor, change, heard, at).word] += 1
    return outcomes


def _take_or_set_aside(actor: Actor, change: Change, heard: int, at: datetime) -> Outcome:
    """One change; what is no fault of it (another was first, the database is away) is raised, any other fault kept."""
    try:
        with db.atomic():
            return take(actor, change, heard, at)
    except Exception as error:
        if isinstance(error, Raced) or db.is_unavailable(error):
            raise
        word = error.number if isinstance(error, Problem) else type(error).__name__
        _log.warning("a change of the register was set aside: answer %s, %s (%s)", heard, change.kind, word)
        _set_aside(change, heard, word, at)
        return Outcome(FAILED)


def _set_aside(change: Change, heard: int, problem: str, at: datetime) -> None:
    """What was told stays with it: the answer that it stands in is kept until it was taken."""
    _keep(change, heard, Outcome(FAILED), at)
    db.execute("update exchange_change set problem = %s, tries = tries + 1 where key = %s", (problem, change.key))
    hold(heard)


def take(actor: Actor, change: Change, heard: int, at: datetime) -> Outcome:
    """One change, in the caller's transaction."""
    before = db.one("select outcome, heard from exchange_change where key = %s", (change.key,))
    if before and before.outcome != FAILED:
        return Outcome(SAME)
    outcome = Outcome(LATE) if _is_late(change) else _apply(change, at)
    _keep(change, heard, outcome, at)
    if before and not waits(before.heard):
        let_go(before.heard)
    if outcome.word == HELD:
        hold(heard)
    if outcome.person:
        audit.record(actor, "update", kind="identity", person=outcome.person, detail=change.kind, at=at)
    return outcome


def _apply(change: Change, at: datetime) -> Outcome:
    if change.kind == "birth":
        return birth.take(change, at)
    person = queries.person_of(Identifier(NUMBER, change.word.number))
    if person is None:
        return Outcome(STRANGER)
    ours = rewriting.lock([person])[person]
    doubt = difference(ours.claim, change.word.number, change.word).apart_from(*_CONCERNS[change.kind])
    if doubt.is_of_number or (change.kind == "death" and doubt):
        return _hold(ours, change, at)
    return apply_to(ours, change, at)


def _hold(ours: Known, change: Change, at: datetime) -> Outcome:
    """The person whom we know under the number may be another one: somebody must look first."""
    found = difference(ours.claim, change.word.number, change.word)
    tickets.note(ours.ref.person, ours.claim.facility, found.ours, found.theirs, at)
    tickets.stand({ours.ref.person: tickets.DIFFERS}, at)
    return Outcome(HELD, ours.ref.person)


def apply_to(ours: Known, change: Change, at: datetime) -> Outcome:
    """Write a change into the book of whom it is meant for, in the caller's transaction."""
    person = ours.ref.person
    claim = changed(ours.claim, change)
    if change.kind == "name" and ours.claim.name != claim.name:
        tickets.supersede(person, at)
        tickets.keep(person, ours.claim.facility, {"name": ours.claim.name}, {"name": claim.name}, at)
    is_new = writing.rewrite(ours, claim, at, change.key, _REASONS[change.kind])
    touches = consequences.of_death(person) if change.kind == "death" else {}
    return Outcome(DONE if is_new else SAME, person, touches)


def changed(claim: Claim, change: Change) -> Claim:
    """The claim after an official change."""
    word = change.word
    match change.kind:
        case "name":
            return known.settle(replace(claim, name=word.name), ("name",))
        case "move":
            return replace(claim, province=word.province, district="", commune=word.commune, address=word.address)
        case "marriage":
            return replace(claim, extra={**claim.extra, "married": change.happened})
    died = claim.extra.get("deceased", "")
    at = died if died.startswith(change.happened or " ") else change.happened
    return known.settle(replace(claim, extra={**claim.extra, "deceased": at}), ("deceased",))


def waits(heard: int) -> bool:
    """Whether anything of an answer is held or set aside."""
    asked = "select true from exchange_change where heard = %s and outcome in ('held', 'failed') limit 1"
    return bool(db.value(asked, (heard,)))


def _is_late(change: Change) -> bool:
    return bool(
        db.value(
            """
            select true from exchange_change
            where blind = %s and kind = %s and turn > %s and outcome in ('done', 'same') limit 1
            """,
            (blinding.blind(at_rest.CHANGE, change.word.number), change.kind, change.order),
        )
    )


def _keep(change: Change, heard: int, outcome: Outcome, at: datetime) -> None:
    db.execute(
        """
        insert into exchange_change (key, blind, kind, turn, heard, at, outcome, bucket, person, touches)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (key) do update set heard = excluded.heard, at = excluded.at, outcome = excluded.outcome,
          bucket = excluded.bucket, person = excluded.person, touches = excluded.touches, problem = ''
        """,
        (
            change.key, blinding.blind(at_rest.CHANGE, change.word.number), change.kind, change.order, heard, at,
            outcome.word, bucket_of(outcome.person), outcome.person, orjson.dumps(outcome.touches).decode(),
        ),
    )  # fmt: skip


def _move_on(after: int) -> None:
    db.execute(
        """
        insert into exchange_stream (name, after) values (%s, %s)
        on conflict (name) do update set after = greatest(exchange_stream.after, excluded.after)
        """,
        (_STREAM, after),
    )
