"""Many examples in one transaction of a test: what each of them writes is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """What is written within is gone behind it.

    A savepoint that is rolled back still stands, with a lock; thousands of them are more than PostgreSQL holds.
    """
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        transaction.savepoint_commit(point)
