"""Somebody decides a ticket: the register's word is taken, or ours stays with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.population import writing
from sosuckhoe.exchange.population.client import SYSTEM
from sosuckhoe.exchange.population.differing import NUMBER
from sosuckhoe.identity import known, rewriting, tickets
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.tickets import Ticket

LONGEST_REASON = 500
CARDS = ("bhyt", "temp_child", "bhxh")
"""Numbers of which social insurance may say that they are not this person's."""

_WORDS = {
    tickets.POPULATION: ("Sửa theo cơ sở dữ liệu dân cư", SYSTEM),
    tickets.INSURANCE: ("Sửa theo bảo hiểm xã hội", "BHXH Việt Nam"),
}
_LEAST_REASON = 3


def accept(actor: Actor, key: UUID, at: datetime) -> None:
    """Take the register's word on every field of the ticket. SSK-4534 when it is closed already. Raises Raced."""
    with db.atomic():
        ticket = _mine(actor, key)
        person = rewriting.lock([ticket.person])[ticket.person]
        _close(actor, ticket, tickets.RESOLVED, "", at)
        reason, who = _WORDS[ticket.source]
        writing.rewrite(person, taken(person.claim, ticket), at, reason=reason, who=who)
        if NUMBER not in ticket.ours and ticket.source == tickets.POPULATION:
            tickets.stand({ticket.person: tickets.VERIFIED}, at)
        audit.record(actor, "resolve", kind="ticket", person=ticket.person, key=key, detail="theirs", at=at)


def refuse(actor: Actor, key: UUID, reason: str, at: datetime) -> None:
    """Keep our word, and say why. SSK-4535 without a reason, SSK-4534 when it is closed already."""
    told = " ".join(reason.split())[:LONGEST_REASON]
    if len(told) < _LEAST_REASON:
        raise Problem("SSK-4535")
    with db.atomic():
        ticket = _mine(actor, key)
        _close(actor, ticket, tickets.REFUSED, told, at)
        audit.record(actor, "resolve", kind="ticket", person=ticket.person, key=key, detail="ours", at=at)


def taken(claim: Claim, ticket: Ticket) -> Claim:
    """The claim with the register's word in place of ours, settled. A number that is not the person's goes."""
    for system in (NUMBER, *CARDS):
        if system in ticket.ours:
            return rewriting.without_number(claim, Identifier(system, ticket.ours[system]))
    told = {field: word for field, word in ticket.theirs.items() if field != "deceased"}
    changed = replace(claim, **told)  # type: ignore[arg-type]  # name, birth and sex are texts
    if "deceased" in ticket.theirs:
        rest = {key: value for key, value in claim.extra.items() if key != "deceased"}
        died = ticket.theirs["deceased"]
        changed = replace(changed, extra=rest | ({"deceased": died} if died else {}))
    return known.settle(changed, ticket.theirs)


def may_decide(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor may decide it: the facility whose word it is, the citizen, or who looks after the book."""
    return policy.can(actor, "resolve", "ticket", person=ticket.person, facility=ticket.facility)


def _mine(actor: Actor, key: UUID) -> Ticket:
    ticket = tickets.ticket(key)
    if ticket is None or not may_decide(actor, ticket):
        raise Problem("SSK-1002")
    return ticket


def _close(actor: Actor, ticket: Ticket, state: str, reason: str, at: datetime) -> None:
    if not tickets.close(ticket, state, actor.account, reason, at):
        raise Problem("SSK-4534")
