"""What is known of persons, told again from the words that stand: after a correction, and after two became one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import at_rest, dated, near, queries
from sosuckhoe.identity.actions import Found, moment
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import blocking

Words = Mapping[int, Sequence[tuple[Claim, datetime]]]


def retell(words: Words) -> list[Found]:
    """Write what the standing words of each person add up to; those of whom something changed, by their keys.

    Inside the caller's transaction, which holds the persons (`are_living`).
    """
    changed = []
    for person, known in sorted(queries.known_all(sorted(words)).items()):
        told = [(claim, moment(when)) for claim, when in words[person]]
        made = dated.retold(known.claim, told, moment(known.as_of))
        if made != known.claim:
            _write(person, made, blocking.keys(known.claim))
            changed.append(Found(known.ref, made, changed=True))
    return changed


def _write(person: int, claim: Claim, keys: frozenset[int]) -> None:
    db.execute(
        "update identity_person set claim = %s where bucket = %s and person = %s",
        (at_rest.sealed(person, claim), bucket_of(person), person),
    )
    near.write((key, person) for key in blocking.keys(claim) - keys)
