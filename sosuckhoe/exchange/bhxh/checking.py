"""Look a card up, keep what was told and when, and make differences tickets. Nothing of a person is overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.exchange.bhxh import queries as cards
from sosuckhoe.exchange.bhxh import results, visits
from sosuckhoe.exchange.bhxh.client import SYSTEM, Insurer
from sosuckhoe.exchange.bhxh.messages import Answer, Ask, Visit, read_answer
from sosuckhoe.exchange.bhxh.results import Card
from sosuckhoe.exchange.outside.hearing import hear, understood
from sosuckhoe.exchange.outside.line import Away, Garbled
from sosuckhoe.identity import queries, rewriting, tickets

_COLUMNS = ", ".join(Card._fields)


@dataclass(frozen=True, slots=True)
class Told:
    """What a look-up told: the card, and the visits that were paid for, newest first."""

    card: Card
    visits: Sequence[Visit]


def look_up(actor: Actor, person: int, insurer: Insurer, at: datetime) -> Told:
    """Ask about a person's card, for somebody at a desk or at night.

    Problem SSK-2230 when we know no number of the person, SSK-2231 when the insurer does not accept the question; Away
    when it cannot answer now, Garbled for an answer that is none: then what was told before stays.
    The visits of an answer that says another name, birth date or holder may be somebody else's: they are not kept.
    """
    policy.check(actor, "check", "card", person=person)
    ours = queries.known(person)
    number = results.number_of(ours.claim) if ours else None
    if ours is None or number is None:
        raise Problem("SSK-2230")
    answer = _answer(insurer, results.ask_of(number[1], ours.claim), at)
    if not results.is_about(answer, number[1]):
        raise Garbled(SYSTEM)
    card = results.card_of(answer, number[1], day_of(at))
    with db.atomic():
        known = rewriting.lock([person])[person]
        found = results.differing(known.claim, *number, answer)
        if found.ours:
            tickets.note(person, known.claim.facility, found.ours, found.theirs, at, tickets.INSURANCE)
        else:
            tickets.supersede(person, at, tickets.INSURANCE)
        keep(person, card, actor.facility or "", at)
        if answer.visits is not None and not found.ours:
            visits.keep(person, answer.visits, at)
        audit.record(actor, "check", kind="card", person=person, detail=card.state, at=at)
    return Told(card, answer.visits or ())


def _answer(insurer: Insurer, ask: Ask, at: datetime) -> Answer:
    """The answer about the card; a session that is over is renewed once."""
    answer = _once(insurer, ask, at)
    if results.results()[answer.result].means == results.SIGN_IN:
        insurer.renew(insurer.keys)
        answer = _once(insurer, ask, at)
    means = results.results()[answer.result].means
    if means == results.AWAY:
        raise Away(SYSTEM)
    if means not in results.OF_THE_CARD:
        raise Problem("SSK-2231", result=answer.result)
    return answer


def _once(insurer: Insurer, ask: Ask, at: datetime) -> Answer:
    answer = understood(hear("card", insurer.look_up(ask), at), read_answer, SYSTEM)
    if answer.result not in results.results():
        raise Garbled(SYSTEM)
    return answer


def keep(person: int, card: Card, facility: str, at: datetime) -> None:
    """Keep what was told last, in the caller's transaction."""
    places = ", ".join(["%s"] * (len(card) + 4))
    changes = ", ".join(f"{column} = excluded.{column}" for column in (*Card._fields, "checked", "facility"))
    db.execute(
        f"insert into exchange_card (bucket, person, {_COLUMNS}, checked, facility) values ({places})"  # noqa: S608 -- names of our own fields
        f" on conflict (bucket, person) do update set {changes}",
        (bucket_of(person), person, *cards.sealed(card, at), at, facility),
    )
