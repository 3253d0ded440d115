"""A change that lost a race, done anew: nothing of the first try has happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem

TRIES = 5
"""So often in all; then the client is told of the race (SSK-3409, 409)."""

_LOST = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
Result = TypeVar("Result")


def again(do: Callable[[], Result]) -> Result:
    """What `do` answers, a whole transaction; it runs once more when another writer was quicker.

    Within a larger transaction only what PostgreSQL has not ended is done anew: after a deadlock the other one waits
    for locks that the larger one holds, so that one must end and be done anew as a whole.

    Raises SSK-3409 when others are quicker again and again, and whatever else `do` raises at once.
    """
    is_part = db.is_atomic()
    for _ in range(TRIES):
        try:
            return do()
        except _LOST:
            if is_part:
                raise
        except Problem as problem:
            if problem.number != "SSK-3409":
                raise
    raise Problem("SSK-3409")
