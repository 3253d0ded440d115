"""The owner of the tables: who makes and changes them, and for whom no wall of the database stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from sosuckhoe.base import wall

_WHO = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def as_owner() -> Iterator[None]:
    """The connection of this thread is the owner's, and afterwards the application's again."""
    connection.close()
    entry = connection.settings_dict
    kept = {word: entry[word] for word in _WHO}
    entry.update({word: settings.OWNER[word] for word in _WHO})
    try:
        with wall.standing(None):
            yield
    finally:
        connection.close()
        entry.update(kept)
