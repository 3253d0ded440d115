"""Refused tries to sign in: however many there are, the trace says how many, in a bounded number of lines."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.access import actions, bounds, jobs, places, slowing, tries
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem

LINES, WINDOW = bounds.traced()["lines"], timedelta(minutes=bounds.traced()["minutes"])


def traced():
    """(account, detail) of each refused sign-in, oldest first."""
    asked = "select account, detail from access_audit where action = 'sign-in' and outcome = 'refused' order by id"
    return db.tuples(asked)


def told(lines):
    """How many tries lines tell of."""
    return sum(int(more[1]) if (more := re.search(r" \+(\d+)$", detail)) else 1 for _, detail in lines)


@pytest.mark.django_db
def test_a_thousand_tries_are_some_lines_and_their_number():
    lan = actions.open_account(PROGRAM, "bs.lan", name="Lan", role="doctor", facility="25001")
    now, refused = clock.now(), 0
    for number in range(1000):
        at = now + timedelta(seconds=number)
        try:
            slowing.check("10.6.6.6", lan.pk, at)
            slowing.failed("10.6.6.6", lan.pk, at, "password")
        except Problem:
            refused += 1
    assert 900 < refused < 1000, "most of them had to wait"
    during = len(traced())
    assert during < 2 * LINES
    tries.tell_ended(now + timedelta(seconds=1000) + WINDOW)
    assert {account for account, _ in traced()} == {lan.pk}
    assert told(traced()) == 1000
    assert traced()[during:] == [(lan.pk, f"waits +{refused - LINES}")]
    tries.tell_ended(now + 3 * WINDOW)
    assert told(traced()) == 1000, "told once"


@pytest.mark.django_db
def test_who_tries_on_is_told_of_at_the_next_window_and_the_worker_ends_the_last(monkeypatch):
    now = clock.now()
    for number in range(3 * LINES):
        tries.note("10.6.6.6", None, "sms", now + number * WINDOW / (2 * LINES))
    details = [detail for _, detail in traced()]
    assert details == ["sms"] * LINES + [f"sms +{LINES}"] + ["sms"] * LINES
    monkeypatch.setattr(jobs, "seal_and_tell", lambda: 0)
    monkeypatch.setattr(clock, "now", lambda: now + 3 * WINDOW)
    monkeypatch.setitem(jobs._turn, "next", 0.0)
    tries.note("10.6.6.6", None, "sms", now + 2 * WINDOW)
    jobs.drain()
    assert db.value("select count(*) from access_try") == 0
    assert told(traced()) == 3 * LINES + 1


@pytest.mark.django_db
def test_windows_are_of_an_account_or_of_an_address_and_of_a_way():
    now = clock.now()
    lan = actions.open_account(PROGRAM, "bs.lan", name="Lan", role="doctor", facility="25001")
    for number in range(LINES + 5):
        tries.note(f"10.6.6.{number}", lan.pk, "password", now)
        tries.note(f"2001:db8:0:7::{number:x}", None, "password", now)
        tries.note("10.9.9.9", None, "card", now)
    assert len(traced()) == 3 * LINES
    tries.note("10.6.6.1", None, "password", now)
    tries.note("2001:db8:0:7::1", lan.pk, "totp", now)
    assert len(traced()) == 3 * LINES + 2, "nobody is silenced by what another address or account does"


@pytest.mark.django_db
def test_a_count_without_its_line_is_no_count(monkeypatch):
    def fail(*_all, **_named):
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(tries.audit, "record", fail)
        with pytest.raises(ConnectionError):
            tries.note("10.6.6.6", None, "sms", clock.now())
    assert db.value("select count(*) from access_try") == 0


@given(st.ip_addresses(v=6))
def test_the_addresses_of_a_network_count_as_one(address):
    if address.ipv4_mapped is None:
        assert places.counted(str(address)) == places.counted(str(type(address)(int(address) ^ 0xFFFF)))
        assert places.counted(str(address)) != places.counted(str(type(address)(int(address) ^ (1 << 64))))
