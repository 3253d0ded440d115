"""What a facility grants of what an owner asked by right is done in the book, in the same transaction.

A restriction at once; an erasure when a second person of the facility has confirmed it and no exception of the law
stands against it (`access/data/erasing.yaml`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sosuckhoe.access import emergency, grants, requests, retaining
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.requests import Asked
from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import actions, queries
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.clinical.actions import hide
from sosuckhoe.clinical.hiding import Wish
from sosuckhoe.exchange.actions import erase
from sosuckhoe.exchange.actions.erase import Visit


def answer(actor: Actor, key: UUID, outcome: str, said: str, at: datetime) -> None:
    """Answer a request; one to restrict that is granted holds from the commit on. SSK-2407 with nothing there."""
    with db.atomic():
        asked = requests.answer(actor, key, outcome, said, at)
        if asked.kind == requests.RESTRICT and outcome == requests.DONE:
            _restrict(actor, asked, at)


def propose(actor: Actor, key: UUID, ground: str, said: str, at: datetime) -> None:
    """Grant an erasure; raises what stands against it, for the second person would be told the same."""
    with db.atomic():
        asked = requests.propose(actor, key, ground, said, at)
        _demand_may_go(asked, _visits(asked), ground, at)


def confirm(actor: Actor, key: UUID, at: datetime, *, also: Callable[[int], None]) -> None:
    """Confirm an erasure as a second person: it is carried out. `also`: what rooms beside do, of the person."""
    with db.atomic():
        asked = requests.confirm(actor, key, at)
        visits = _visits(asked)
        _demand_may_go(asked, visits, asked.ground, at)
        erase.erase(actor, asked.person, asked.facility, visits, asked.ground, at)
        actions.forget_summaries(asked.person)
        also(asked.person)


def _visits(asked: Asked) -> list[Visit]:
    """The visits that a request is about; SSK-2407 when the facility has written none of them."""
    type_name, _, name = asked.entry.partition("/")
    entry = next(iter(clinical.keys_of(type_name, [name]).values()), None) if name else None
    found = [] if asked.entry and entry is None else erase.visits_of(asked.person, asked.facility, entry)
    if not found:
        raise Problem("SSK-2407")
    return found


def _demand_may_go(asked: Asked, visits: Sequence[Visit], ground: str, at: datetime) -> None:
    """Raise the first exception that the ground is stopped by."""
    stopped_by = requests.erasing()["grounds"][ground]["stopped_by"]
    if "hold" in stopped_by and retaining.is_held(asked.person):
        raise Problem("SSK-2404")
    if "emergency" in stopped_by and emergency.waits_for_review(asked.person):
        raise Problem("SSK-2405")
    until = erase.law_keeps_until(asked.facility, visits)
    if "law" in stopped_by and day_of(at) < until:
        raise Problem("SSK-2406", day=f"{until:%d/%m/%Y}")


def _restrict(actor: Actor, asked: Asked, at: datetime) -> None:
    """Hide the entry, or every visit of the facility, from everybody but its owner. SSK-2407 when none stands."""
    visits = _visits(asked)
    name = queries.facility_names([asked.facility]).get(asked.facility, asked.facility)
    whole = [] if asked.entry else clinical.entries_among([key for one in visits for key in one.keys], "Encounter")
    if not asked.entry and not whole:
        raise Problem("SSK-2407")
    for entry in [asked.entry] if asked.entry else whole:
        what = "một mục trong sổ" if asked.entry else "một lần khám tại đó"
        text = grants.words()["kinds"]["restrict"]["vi"].format(recipient=name, what=what)
        hide.hide(actor, asked.person, Wish(entry, frozenset(), 0), text, at, kind="restrict")
