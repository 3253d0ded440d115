"""Two facilities that invite the same new user name at once: one has it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from sosuckhoe.access import actions
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem

pytestmark = pytest.mark.django_db(transaction=True)


def invite(facility):
    return actions.invite(PROGRAM, "bs.lan", name="Bác sĩ Lan", role="doctor", facility=facility, at=clock.now())


def waiting_for_a_lock():
    db.execute("select pg_stat_clear_snapshot(), pg_sleep(0.02)")
    return db.value("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")


def test_one_facility_does_not_take_over_what_another_is_making():
    begun = Event()

    def other():
        try:
            begun.wait(10)
            invite("79024")
        except Problem as problem:
            return problem.number
        finally:
            connection.close()
        return "taken over"

    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(other)
        with db.atomic():
            invite("01001")
            begun.set()
            until = time.monotonic() + 10
            while not waiting_for_a_lock() and not waits.done():
                assert time.monotonic() < until
        assert waits.result(10) == "SSK-1113"
    assert Account.objects.get(username="bs.lan").facility == "01001"
