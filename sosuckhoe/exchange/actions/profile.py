"""Write a person's book as a health profile of QĐ 831, whoever its facts are from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import everything
from sosuckhoe.clinical.everything import Place, Wish
from sosuckhoe.exchange.qd831.mapping.back import profile_of
from sosuckhoe.exchange.qd831.write import write_profiles
from sosuckhoe.identity import queries as identity


def write_profile(actor: Actor, patient: UUID, facility: str, at: datetime) -> bytes:
    """The profile of what the actor may see of a person, as `facility` sends it. SSK-1002: not known, or not theirs."""
    known = identity.known_by_patient(patient)
    if known is None:
        raise Problem("SSK-1002")
    with db.atomic():
        policy.check(actor, "export", "record", person=known.ref.person)
        package = profile_of(_resources(actor, known.ref.person), facility)
        audit.record(actor, "export", kind="record", person=known.ref.person, at=at)
    return write_profiles(
        [package], {"SENDER_CODE": facility, "TRANSACTION_DATE": f"{at.astimezone(VIETNAM):%d/%m/%Y}"}
    )


def _resources(actor: Actor, person: int) -> Iterator[dict[str, Any]]:
    after: Place | None = None
    while True:
        found = everything.of_person(actor, person, Wish(after=after))
        yield from (orjson.loads(row.body) for row in found.rows)
        after = found.after
        if after is None:
            return
