"""Pairs that may be one person, for the review desk (table identity_doubt)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of

LIKENESS = "likeness"
"""What a doubt names in place of a number, when two persons are alike but share none that may join them."""


def write(found: Mapping[tuple[int, int, str], float], at: datetime) -> None:
    """Note (person, other, what they share) with the bits of each; what stands already stays."""
    for (person, other, system), bits in sorted(found.items()):
        db.execute(
            """
            insert into identity_doubt (bucket, person, other, system, since, score) values (%s, %s, %s, %s, %s, %s)
            on conflict do nothing
            """,
            (bucket_of(person), person, other, system, at, bits),
        )
