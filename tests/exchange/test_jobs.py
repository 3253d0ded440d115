"""The worker's turn in this room: without a database it ends, and says so."""

from __future__ import annotations

import psycopg
import pytest

from sosuckhoe.exchange import jobs


def test_a_database_that_is_away_ends_the_turn(monkeypatch):
    def away():
        raise psycopg.errors.AdminShutdown

    monkeypatch.setattr(jobs.feeds, "begin_when_due", away)
    with pytest.raises(psycopg.errors.AdminShutdown):
        jobs.drain()
