"""The worker's turn in this room: what cannot be begun keeps no file waiting."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.exchange import jobs
from sosuckhoe.exchange.actions import registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.fhir_feed.server import places
from tests.exchange.samples import FACILITY, envelope, package

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_waits():
    registers.forget()
    parcel = Parcel(FACILITY, "records", envelope(package()))
    receive(PROGRAM, parcel, "import", datetime(2026, 3, 2, 10, tzinfo=UTC))


def test_a_wrong_setting_of_one_outside_system_keeps_no_hospital_waiting(settings, tmp_path):
    settings.PULLS = str(tmp_path / "there is no such file.yaml")
    places.cache_clear()
    try:
        assert jobs.drain() == 1
    finally:
        places.cache_clear()
    assert db.value("select outcome from exchange_package") == "filed"


def test_a_database_that_is_away_ends_the_turn(monkeypatch):
    def away():
        raise psycopg.errors.AdminShutdown

    monkeypatch.setattr(jobs, "_BEGINNERS", (away,))
    with pytest.raises(psycopg.errors.AdminShutdown):
        jobs.drain()
