"""Compare what we know of people with the population register, and settle what agrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.outside.hearing import hear, understood
from sosuckhoe.exchange.population import writing
from sosuckhoe.exchange.population.client import SYSTEM, Register
from sosuckhoe.exchange.population.differing import agreed, difference, heard, number_of
from sosuckhoe.exchange.population.messages import Answer, Ask, read_answer, read_batch
from sosuckhoe.identity import known, queries, rewriting, tickets
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.queries import Known


@dataclass(slots=True)
class Tally:
    """What came of asking. `silent`: asked for and not answered, so they will be asked for again."""

    asked: int = 0
    verified: int = 0
    differs: int = 0
    unknown: int = 0
    silent: int = 0

    def add(self, other: Tally) -> None:
        """Count another batch."""
        self.asked += other.asked
        self.verified += other.verified
        self.differs += other.differs
        self.unknown += other.unknown
        self.silent += other.silent


def reconcile_one(actor: Actor, person: int, register: Register, at: datetime) -> str:
    """Ask about one person for somebody at a desk; how the person stands now. SSK-4536 without a citizen number."""
    policy.check(actor, "reconcile", "identity", person=person)
    ours = queries.known(person)
    number = number_of(ours.claim) if ours else ""
    if ours is None or not number:
        raise Problem("SSK-4536")
    said = hear("verify", register.verify(_ask(number, ours.claim)), at)
    answer = understood(said, read_answer, SYSTEM)
    if answer.number != number:
        raise Problem("SSK-4532", system=register.line.system)
    with db.atomic():
        state = settle(rewriting.lock([person])[person], answer, at)
        _note(actor, {person: state}, at)
    return state


def reconcile(actor: Actor, persons: Sequence[int], register: Register, at: datetime) -> Tally:
    """Ask about many persons in one message. Those without a citizen number are passed over."""
    policy.check(actor, "reconcile", "identity", person=0)
    everybody = queries.known_all(persons)
    numbers = {person: number for person, ours in everybody.items() if (number := number_of(ours.claim))}
    if not numbers:
        return Tally()
    asks = [_ask(number, everybody[person].claim) for person, number in numbers.items()]
    said = hear("reconcile", register.reconcile(asks), at)
    answers = {answer.number: answer for answer in understood(said, read_batch, SYSTEM).answers}
    with db.atomic():
        locked = rewriting.lock([person for person, number in numbers.items() if number in answers])
        states = {person: settle(ours, answers[numbers[person]], at) for person, ours in locked.items()}
        _note(actor, states, at)
    return _counted(len(numbers), states)


def _counted(asked: int, states: Mapping[int, str]) -> Tally:
    of = Counter(states.values())
    return Tally(asked, of[tickets.VERIFIED], of[tickets.DIFFERS], of[tickets.UNKNOWN], asked - len(states))


def _note(actor: Actor, states: Mapping[int, str], at: datetime) -> None:
    tickets.stand(states, at)
    lines = [audit.Line(actor, "reconcile", "identity", person, detail=state) for person, state in states.items()]
    audit.record_all(lines, at)


def _ask(number: str, claim: Claim) -> Ask:
    return Ask(number, claim.name, claim.birth, claim.sex)


def settle(ours: Known, answer: Answer, at: datetime) -> str:
    """What becomes of one answer, in the caller's transaction: agreed, a ticket, or nobody has that number."""
    person, word = ours.ref.person, answer.word
    found = difference(ours.claim, answer.number, word)
    if word is not None and not found.is_of_number:
        said = replace(heard(word, found), facility=ours.claim.facility)
        joined = known.settle(known.join(ours.claim, said, newer=True), agreed(word, found))
        writing.rewrite(ours, joined, at, reason="Đối chiếu với cơ sở dữ liệu dân cư")
    state = tickets.VERIFIED if not found else tickets.UNKNOWN if word is None else tickets.DIFFERS
    if found:
        tickets.note(person, ours.claim.facility, found.ours, found.theirs, at)
    else:
        tickets.supersede(person, at)
    return state
