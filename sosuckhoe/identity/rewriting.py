"""What is known of a person, changed by a decision and not by one more file. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import at_rest, near, queries, told_since
from sosuckhoe.identity.actions import Raced
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import blocking
from sosuckhoe.identity.queries import Known


def lock(persons: Collection[int]) -> dict[int, Known]:
    """What is known of these persons, held until the transaction ends, in one order; unknown keys are absent."""
    found = {}
    for bucket, person in sorted((bucket_of(person), person) for person in persons):
        row = db.one(
            "select patient, claim, as_of from identity_person where bucket = %s and person = %s "
            "and merged_into is null for update",
            (bucket, person),
        )
        if row:
            found[person] = queries.read_known(person, *row)
    return found


def rewrite(person: Known, claim: Claim, at: datetime) -> bool:
    """Make this claim what is known of the person; whether that changed anything. Raises Raced.

    Numbers that are new must be nobody's; numbers that are gone mean nobody any more. What is told of somebody with
    whom another was made one outlives an undo of that.
    """
    if claim == person.claim:
        return False
    _write_numbers(person, claim, at)
    told_since.note(person.ref.person, person.claim, claim)
    near.write((key, person.ref.person) for key in blocking.keys(claim) - blocking.keys(person.claim))
    person.claim, person.as_of = claim, max(at, person.as_of)
    db.execute(
        "update identity_person set claim = %s, as_of = %s where bucket = %s and person = %s",
        (at_rest.sealed(person.ref.person, claim), person.as_of, bucket_of(person.ref.person), person.ref.person),
    )
    return True


def without_number(claim: Claim, number: Identifier) -> Claim:
    """The claim without a number that is not the person's."""
    return replace(claim, identifiers=tuple(one for one in claim.identifiers if one != number))


def _write_numbers(person: Known, claim: Claim, at: datetime) -> None:
    bucket, key = bucket_of(person.ref.person), person.ref.person
    for number in sorted(set(person.claim.identifiers) - set(claim.identifiers)):
        db.execute(
            "delete from identity_identifier where system = %s and blind = %s and bucket = %s and person = %s",
            (number.system, at_rest.blind(number), bucket, key),
        )
    for number in sorted(set(claim.identifiers) - set(person.claim.identifiers)):
        written = db.execute(
            """
            insert into identity_identifier (system, blind, bucket, person, since) values (%s, %s, %s, %s, %s)
            on conflict do nothing
            """,
            (number.system, at_rest.blind(number), bucket, key, at),
        )
        if not written:
            raise Raced
