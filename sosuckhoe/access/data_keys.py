"""The database remembers a proof of every key that it has met, so that a house with other keys does not open.

With another index key nobody would be found by number, and everybody made a second time.
"""

from __future__ import annotations

from sosuckhoe.base import db, keyring
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keyring import INDEX


def check() -> None:
    """Remember the ring's keys. SSK-2304 names a setting whose key is another one than before, SSK-2305 numbers."""
    ring = keyring.ring()
    proofs = {number: keyring.proof(key) for number, key in {**ring.sealing, INDEX: ring.finding}.items()}
    known = {number: bytes(proof) for number, proof in db.tuples("select number, proof from access_data_key")}
    if known.get(INDEX, proofs[INDEX]) != proofs[INDEX]:
        raise Problem("SSK-2304")
    other = sorted(number for number in ring.sealing if known.get(number, proofs[number]) != proofs[number])
    if other:
        raise Problem("SSK-2305", keys=", ".join(map(str, other)))
    new = sorted(proofs.keys() - known.keys())
    if new:
        db.execute(
            "insert into access_data_key select * from unnest(%s::int2[], %s::bytea[]) on conflict do nothing",
            (new, [proofs[number] for number in new]),
        )
