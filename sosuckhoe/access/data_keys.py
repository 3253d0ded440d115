"""The database remembers a proof of every key that it has met, so that a house with other keys does not open.

With another index key nobody would be found by number, and everybody made a second time.
"""

from __future__ import annotations

from collections.abc import Mapping

from sosuckhoe.base import db, keyring
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keyring import INDEX


def check() -> None:
    """Remember the ring's keys. SSK-2304 names a setting whose key is another one than before, SSK-2305 numbers.

    Of two that start at once with different keys one is refused: whoever is later waits for the other's word, and is
    then held against it.
    """
    ring = keyring.ring()
    proofs = {number: keyring.proof(key) for number, key in {**ring.sealing, INDEX: ring.finding}.items()}
    remember(proofs)


def remember(proofs: Mapping[int, bytes]) -> None:
    """The same of some keys' proofs by their numbers."""
    new = _compared(proofs)
    if new:
        db.execute(
            """
            insert into access_data_key (number, proof)
            select * from unnest(%s::int2[], %s::bytea[]) on conflict do nothing
            """,
            (new, [proofs[number] for number in new]),
        )
        _compared(proofs)


def _compared(proofs: Mapping[int, bytes]) -> list[int]:
    """The keys that the database has not met, in order; raises for one that it knows otherwise."""
    known = {number: bytes(proof) for number, proof in db.tuples("select number, proof from access_data_key")}
    other = sorted(number for number, proof in proofs.items() if known.get(number, proof) != proof)
    if INDEX in other:
        raise Problem("SSK-2304")
    if other:
        raise Problem("SSK-2305", keys=", ".join(map(str, other)))
    return sorted(proofs.keys() - known.keys())
