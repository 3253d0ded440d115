"""The other people of the demo take up their books: some open an account, some of those look in now and then.

Which ones hangs on their key alone. The sign-in page does not offer them: their accounts have no note, and no password
or number either.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from sosuckhoe.access import actions as access
from sosuckhoe.access import audit
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db, facts
from sosuckhoe.identity import queries as identity
from sosuckhoe.simulation.chance import mix

_HUNDRED = 100


def take_up_books(at: datetime, others: Collection[int]) -> None:
    """Accounts for a share of everybody but `others`, and lines in the trace for those who looked in.

    Done again, it adds nothing.
    """
    plan = facts.read_yaml(Path(__file__).parent / "demo_owners.yaml")
    with db.atomic():
        for person, claim in identity.everybody():
            is_owner = _draw(plan["seed"], person, 1) < plan["linked_percent"] and not claim.extra.get("deceased")
            if person in others or not is_owner:
                continue
            name = f"citizen-{person}"
            is_new = not db.value("select true from access_account where username = %s", (name,))
            account = access.open_account(PROGRAM, name, name=claim.name, role="citizen", person=person)
            if is_new and _draw(plan["seed"], person, 2) < plan["opened_percent"]:
                days = _draw(plan["seed"], person, 3) * plan["within_days"] // _HUNDRED
                owner = Actor(account.pk, claim.name, "citizen", person=person)
                looked = at - timedelta(days=days, minutes=1)
                audit.record(owner, "read", kind="book", person=person, detail="summary", at=looked)


def _draw(seed: int, person: int, what: int) -> int:
    """A number from 0 to 99 that hangs on nothing but these."""
    return mix(seed, person, what) % _HUNDRED
