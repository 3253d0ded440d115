"""Who holds a book, changed by a decision of a court or an authority: a steward enters it, and it holds at once."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.access import actions, audit, family, grants, handover, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, facts
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of, new_key

END, GIVE = "end", "give"


class Decision(NamedTuple):
    """What the document says. `reason`: a key of `data/custody.yaml`; `document`: its number; `decided`: its day."""

    deed: str
    reason: str
    document: str
    authority: str
    decided: date


class Entered(NamedTuple):
    """A decision as it was entered."""

    person: int
    holder: int
    deed: str
    reason: str
    document: str
    authority: str
    decided: date
    at: datetime


@cache
def words() -> dict[str, Any]:
    """`data/custody.yaml`."""
    return facts.read_yaml(Path(__file__).parent / "data" / "custody.yaml")


def decide(actor: Actor, holder: int, dependant: int, decision: Decision, born: str, at: datetime) -> None:
    """End what somebody holds of another's book, or let them hold it as a guardian (a child's, until it is grown).

    It holds from the commit on. Raises SSK-1167 without a reason of the list, a document, its authority and a day that
    is not to come; SSK-1168 when there is nothing to end, or the holder has the book already; SSK-1002 before either.
    """
    with db.atomic():
        policy.check(actor, "custody", "book", person=dependant)
        _demand(decision, holder, dependant, at)
        held = [one for one in family.held_by(holder) if one.dependant == dependant]
        if bool(held) != (decision.deed == END):
            raise Problem("SSK-1168")
        key = new_key(bucket_of(dependant), at)
        db.execute(
            """
            insert into access_custody
              (bucket, id, person, holder, deed, reason, document, authority, decided, account, at)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (bucket_of(dependant), key, dependant, holder, *decision, actor.account, at),
        )
        if decision.deed == END:
            family.take_from(holder, dependant)
            grants.narrow(dependant, at)
        else:
            actions.give_book_to(holder, dependant, "guardian", "full", day_of(at), _of_a_minor(born, at))
        audit.record(actor, "custody", kind="book", person=dependant, key=key, detail=decision.reason, at=at)


def of_person(person: int) -> list[Entered]:
    """The decisions about a book, newest first: what its owner and holders are shown."""
    found = db.tuples(
        """
        select person, holder, deed, reason, document, authority, decided, at from access_custody
        where bucket = %s and person = %s order by at desc
        """,
        (bucket_of(person), person),
    )
    return [Entered._make(row) for row in found]


def _of_a_minor(born: str, at: datetime) -> str:
    """The birth date by whose birthdays guardianship ends; '' for an adult, whose guardian a decision ends."""
    end = handover.until(born).end
    return born if end and end > day_of(at) else ""


def _demand(decision: Decision, holder: int, dependant: int, at: datetime) -> None:
    known = words()["reasons"].get(decision.reason, {"deeds": ()})
    is_whole = decision.document.strip() and decision.authority.strip() and decision.decided <= day_of(at)
    if decision.deed not in known["deeds"] or not is_whole or holder == dependant:
        raise Problem("SSK-1167")
