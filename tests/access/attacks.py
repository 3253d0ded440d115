"""A sealed trace to attack: lines, their seals and a witness, in one database and one folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sosuckhoe.access import audit, sealing, verifying, witness
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.seal_key import public_bytes
from sosuckhoe.base import db
from tests.database import owning

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public_bytes(KEY)
START = datetime(2026, 3, 1, 2, tzinfo=UTC)
DOCTOR = Actor(account=7, name="made up", role="doctor", facility="79001")


def write(count, at=START, first=1):
    for number in range(first, first + count):
        key = UUID(int=number) if number % 2 else None
        audit.record(DOCTOR, "read", kind="Observation", person=number, key=key, at=at)


class Trace:
    """Days of lines, each sealed in two seals and told to the witness."""

    def __init__(self, folder):
        self.folder = folder
        self.keeper = witness.Keeper(folder)
        self.days = 0
        with owning():
            db.execute("truncate access_audit restart identity")

    def day(self, lines=6, key=KEY, **told):
        at = START + timedelta(days=self.days)
        for half in range(2):
            write(lines // 2, at + timedelta(hours=half))
            sealing.seal(key, at + timedelta(hours=half, seconds=2))
        self.days += 1
        if told.get("is_told", True):
            self.tell()
        return self

    def tell(self):
        return sealing.tell(self.keeper.keep, PUBLIC)

    def findings(self):
        return list(verifying.found(PUBLIC, self.folder / "heads"))

    def kinds(self):
        return [one.kind for one in self.findings()]


def unseal_from(number):
    """What an attacker with all rights does first: takes seals away and puts the sealer back to before them."""
    kept = db.rows("select * from access_seal where number < %s order by number", [number])
    tree = sealing.Frontier()
    for one in kept:
        tree = tree.extended(sealing.hashes_in(one.leaves))
    db.execute("delete from access_seal where number >= %s", [number])
    floor = max((one.highest for one in kept), default=0)
    db.execute("update access_seal_state set floor = %s, mark = %s, writers = '{}'", (floor, floor))
    sealing._move(number - 1, tree)
    db.execute(
        "update access_seal_told set number = least(number, %s), size = %s, frontier = %s",
        (number - 1, tree.size, tree.packed()),
    )
