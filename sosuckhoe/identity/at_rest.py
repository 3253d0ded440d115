"""How identity keeps what it knows of persons: claims sealed to their row, numbers as blind indexes (ADR 8)."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from sosuckhoe.base import blinding, keyring, sealing
from sosuckhoe.base.resealing import Column
from sosuckhoe.identity.claim import Claim, Identifier

CLAIM = "identity claim"
"""The purpose of `identity_person.claim`; bound to the person's key, which no merge changes."""

JOINED = "identity joined"
"""The purpose of the claim that a merge notes beside its rows; bound to the number of the merge."""

NUMBER = "identity number"
OURS, THEIRS = "identity ticket ours", "identity ticket theirs"
"""The purposes of the two words of a ticket, each bound to its ticket."""

COLUMNS = (
    Column("identity_person", "claim", CLAIM, ("bucket", "person"), ("person",)),
    Column("identity_ticket", "ours", OURS, ("bucket", "ticket"), ("ticket",)),
    Column("identity_ticket", "theirs", THEIRS, ("bucket", "ticket"), ("ticket",)),
)
LEFT = {"identity_identifier.blind": "a keyed digest"}
"""Bytes that are not sealed, and why."""

_read = msgspec.json.Decoder(Claim).decode


def sealed(person: int, claim: Claim) -> bytes:
    """A claim as the person's row keeps it."""
    return sealing.seal(CLAIM, sealing.place(person), msgspec.json.encode(claim))


def opened(person: int, kept: bytes) -> Claim:
    """The claim of a person's row."""
    return _read(sealing.unseal(CLAIM, sealing.place(person), kept))


def joined(merge: int, claim: Claim) -> str:
    """A claim as a merge notes it in JSON."""
    return sealing.seal(JOINED, sealing.place(merge), msgspec.json.encode(claim)).hex()


def opened_joined(merge: int, kept: str) -> Claim:
    """The claim that a merge noted."""
    return _read(sealing.unseal(JOINED, sealing.place(merge), bytes.fromhex(kept)))


def noted(person: int, kept: str) -> Claim:
    """The claim of a row that a merge set aside, as PostgreSQL writes bytes in JSON."""
    return opened(person, bytes.fromhex(kept.removeprefix("\\x")))


def blind(number: Identifier) -> bytes:
    """What `identity_identifier` knows a number by."""
    return _blind(keyring.ring().finding, number)


@lru_cache(maxsize=1 << 12)
def _blind(_key: bytes, number: Identifier) -> bytes:
    """Remembered, because a batch asks for a new number twice: to look it up and to write it."""
    return blinding.blind(NUMBER, *number)
