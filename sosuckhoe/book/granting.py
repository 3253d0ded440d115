"""What is granted of what an owner asked by right is done in the book, in the same transaction.

A facility's clerks grant what the facility wrote, the stewards of its area what another system wrote.

A restriction at once; an erasure when a second person of the facility has confirmed it and no exception of the law
stands against it (`access/data/erasing.yaml`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sosuckhoe.access import emergency, grants, requests, retaining
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.requests import Asked, Decision, Desks
from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import actions, queries
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.clinical.actions import hide
from sosuckhoe.clinical.hiding import Wish
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.actions import erase, written
from sosuckhoe.exchange.actions.written import Part
from sosuckhoe.exchange.feeds import desk


def desks_of(actor: Actor) -> Desks:
    """For whom somebody answers: the own facility, or the other systems of the own area."""
    if actor.facility:
        return [actor.facility]
    return [sources.uri_of(one) for one in desk.theirs(actor)]


def answer(actor: Actor, key: UUID, outcome: str, said: str, at: datetime) -> None:
    """Answer a request; one to restrict that is granted holds from the commit on. SSK-2407 with nothing there."""
    with db.atomic():
        asked = requests.answer(actor, key, outcome, said, at, desks_of(actor))
        if asked.kind == requests.RESTRICT and outcome == requests.DONE:
            _restrict(actor, asked, at)


def propose(actor: Actor, key: UUID, decision: Decision, at: datetime) -> None:
    """Grant an erasure; raises what stands against it, for the second person would be told the same."""
    with db.atomic():
        asked = requests.propose(actor, key, decision, at, desks_of(actor))
        _demand_may_go(asked, _parts(asked), at)
        if _is_alone(asked):
            erase.demand_alone(asked.person, asked.facility, *_alone(asked))


def send_back(actor: Actor, key: UUID, at: datetime) -> None:
    """Do not confirm: the request waits for an answer again."""
    requests.send_back(actor, key, at, desks_of(actor))


def confirm(actor: Actor, key: UUID, at: datetime, *, also: Callable[[int], None]) -> None:
    """Confirm an erasure as a second person: it is carried out. `also`: what rooms beside do, of the person."""
    with db.atomic():
        asked = requests.confirm(actor, key, at, desks_of(actor))
        parts = _parts(asked)
        _demand_may_go(asked, parts, at)
        if _is_alone(asked):
            erase.erase_entry(actor, asked.person, asked.facility, *_alone(asked), asked.ground, at)
        else:
            erase.erase(actor, asked.person, asked.facility, parts, asked.ground, at)
        actions.forget_summaries(asked.person)
        also(asked.person)


def _parts(asked: Asked) -> list[Part]:
    """What a request is about; SSK-2407 when whoever is asked has written none of it."""
    entry = _entry(asked)
    found = [] if asked.entry and entry is None else written.parts_of(asked.person, asked.facility, entry)
    if not found:
        raise Problem("SSK-2407")
    return found


def _entry(asked: Asked) -> UUID | None:
    type_name, _, name = asked.entry.partition("/")
    return clinical.standing_key(type_name, name) if name else None


def _is_alone(asked: Asked) -> bool:
    return bool(asked.entry) and asked.extent == requests.ENTRY


def _alone(asked: Asked) -> tuple[Part, UUID]:
    entry = _entry(asked)
    assert entry is not None
    return _parts(asked)[0], entry


def _demand_may_go(asked: Asked, parts: Sequence[Part], at: datetime) -> None:
    """Raise the first exception that the ground is stopped by."""
    stopped_by = requests.erasing()["grounds"][asked.ground]["stopped_by"]
    if "hold" in stopped_by and retaining.is_held(asked.person):
        raise Problem("SSK-2404")
    if "emergency" in stopped_by and emergency.waits_for_review(asked.person):
        raise Problem("SSK-2405")
    until = written.law_keeps_until(asked.person, asked.facility, parts)
    if "law" in stopped_by and day_of(at) < until:
        raise Problem("SSK-2406", day=f"{until:%d/%m/%Y}")


def _restrict(actor: Actor, asked: Asked, at: datetime) -> None:
    """Hide the entry, or all that was written, from everybody but its owner. SSK-2407 when nothing stands.

    A visit is hidden with all that refers to it; what belongs to no visit each by itself.
    """
    parts = _parts(asked)
    keys = [key for one in parts for key in one.keys]
    whole = [asked.entry] if asked.entry else clinical.entries_among(keys, "Encounter")
    for entry in whole:
        _hide(actor, asked, entry, at)
    alone = [] if asked.entry else hide.still_seen([key for one in parts if not one.ma_lk for key in one.keys])
    for entry in alone:
        _hide(actor, asked, entry, at)
    if not whole and not alone:
        raise Problem("SSK-2407")


def _hide(actor: Actor, asked: Asked, entry: str, at: datetime) -> None:
    source = sources.of_uri(asked.facility)
    name = source.vi if source else queries.facility_names([asked.facility]).get(asked.facility, asked.facility)
    what = "một mục trong sổ" if asked.entry or not entry.startswith("Encounter/") else "một lần khám tại đó"
    text = grants.words()["kinds"]["restrict"]["vi"].format(recipient=name, what=what)
    hide.hide(actor, asked.person, Wish(entry, frozenset(), 0), text, at, kind="restrict")
