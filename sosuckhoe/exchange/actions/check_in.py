"""File check-ins (XML0): who has come to a facility."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sosuckhoe.access import actions as access
from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange import queries
from sosuckhoe.exchange.actions import registers
from sosuckhoe.exchange.actions.unit import FILED, Unit
from sosuckhoe.exchange.queries import Episode
from sosuckhoe.exchange.xml130 import mapping
from sosuckhoe.identity.actions import Found, find_again


def settle(units: Sequence[Unit], at: datetime) -> None:
    """File check-ins of different visits, inside the caller's transaction. Raises identity's Raced.

    The first word of a visit opens its episode. A check-in that comes after the visit's package changes no
    record: the package knows more.
    """
    episodes = queries.episodes({(unit.facility, unit.ma_lk) for unit in units})
    found = find_again([mapping.claim_of_check_in(unit.summary) for unit in units], at)
    drafts: list[Draft] = []
    arrivals: dict[UUID, int] = {}
    for unit, who in zip(units, found, strict=True):
        made = registers.unknown(_drafts(unit, who, episodes.get((unit.facility, unit.ma_lk)), at))
        drafts += made
        arrivals |= dict.fromkeys((draft.key for draft in made), unit.arrival)
    clinical.put_many(drafts, at, arrivals)
    access.tie(((unit.facility, unit.person) for unit in units), at)
    _write(units, at)


def _drafts(unit: Unit, who: Found, episode: Episode | None, at: datetime) -> list[Draft]:
    unit.outcome, unit.born = FILED, episode.born if episode else at
    unit.person, unit.patient = who.ref
    drafts = []
    if who.changed:
        drafts.append(
            Draft("Patient", who.ref.patient, who.ref.person, mapping.patient_body(who.claim, who.ref.patient))
        )
    if episode is None or episode.version == 0:
        drafts += mapping.check_in_drafts(unit.summary, who.ref, born=unit.born, received=unit.received)
    return drafts


def _write(units: Sequence[Unit], at: datetime) -> None:
    rows = sorted(
        (
            unit.facility, unit.ma_lk, bucket_of(unit.person), unit.person, unit.patient, unit.born,
            unit.began or at, unit.summary.get("MA_LOAI_KCB", ""), unit.arrival,
        )
        for unit in units
    )  # fmt: skip
    db.execute(db.statement(__file__, "check_in"), [list(column) for column in zip(*rows, strict=True)])
