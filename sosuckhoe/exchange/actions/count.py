"""Hand filings over to those who count them: each exactly once."""

from __future__ import annotations

from sosuckhoe.base import db


def take_uncounted(most: int) -> list[int]:
    """Mark the oldest filings that nobody has counted, inside the caller's transaction; their arrivals.

    When the transaction rolls back they are uncounted again.
    """
    rows = db.tuples(
        """
        update exchange_filing set counted = true
        where arrival in (select arrival from exchange_filing where not counted order by arrival limit %s)
        returning arrival
        """,
        (most,),
    )
    return sorted(row[0] for row in rows)


def count_again() -> int:
    """Hand every filing over once more: after the counts were thrown away."""
    return db.execute("update exchange_filing set counted = false where counted")
