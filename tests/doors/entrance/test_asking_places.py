"""Codes by SMS are bounded by the network address that asks for them; the answers tell nobody."""

from datetime import timedelta

import pytest
from django.urls import reverse

from sosuckhoe.access import bounds, codes, sending
from sosuckhoe.base import clock, db
from tests.doors.entrance.test_phone import FREE, OTHER, citizen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stub(settings):
    settings.SMS_SENDER = sending.STUB


def test_one_address_cannot_spend_what_the_day_has_and_learns_nothing_of_it(client, monkeypatch, settings):
    settings.HTTPS = True
    known = [f"09123456{number:02}" for number in range(10)]
    for number, phone in enumerate(known):
        citizen(f"Người {number}", f"02516000100{number}", "1960-01-01", phone)
    monkeypatch.setattr(bounds, "sending", lambda: FREE | {"a_place": {"count": 3, "minutes": 15}, "a_place_a_day": 4})

    def told(phone, place):
        headers = {"x-forwarded-for": place, "x-forwarded-proto": "https"}
        answer = client.post(reverse("entrance:phone"), {"phone": phone}, secure=True, headers=headers)
        codes.send_waiting(clock.now())
        return answer.status_code, answer.content, answer["Location"]

    asked = [*known[:6], OTHER]
    answers = {told(phone, f"2001:db8:0:7::{place}") for place, phone in enumerate(asked, 1)}
    assert len(answers) == 1
    assert len(sending.kept()) == 3, "addresses of one network count together"
    assert answers == {told(known[7], "2001:db8:0:8::1")}
    assert len(sending.kept()) == 4
    db.execute("update access_code set sent = sent - interval '1 hour'")
    for phone in known[8:]:
        told(phone, "2001:db8:0:7::9")
    assert len(sending.kept()) == 5, "one more today"


def test_no_address_may_spend_a_hundredth_of_what_the_day_has():
    limits = bounds.sending()
    assert limits["a_place"]["count"] <= limits["a_place_a_day"] <= limits["a_day"] / 100


def rows():
    return db.value("select count(*) from access_code")


def test_codes_for_numbers_that_nobody_has_go_when_they_have_ended():
    """What was sent stays for the bounds of sending, and what an account asked for its own number."""
    citizen()
    now = clock.now()
    codes.ask("0912345678", now, place="10.0.0.1")
    for number in range(20):
        codes.ask(f"09777777{number:02}", now, place="10.0.0.1")
    codes.send_waiting(now)
    assert rows() == 21
    ends = now + bounds.lifetime("sms")
    assert codes.remove_unsent(ends) == 0, "while one might still be typed, all numbers are alike"
    assert codes.remove_unsent(ends + timedelta(seconds=1)) == 20
    assert db.tuples("select sent is not null from access_code") == [(True,)]


def test_one_address_cannot_fill_the_table_and_learns_nothing_of_it(client, monkeypatch):
    monkeypatch.setattr(bounds, "sending", lambda: FREE | {"asked_by_a_place": {"count": 3, "minutes": 15}})
    told = set()
    for number in range(9):
        answer = client.post(reverse("entrance:phone"), {"phone": f"09777777{number:02}"})
        told.add((answer.status_code, answer.content, answer["Location"]))
    assert len(told) == 1
    assert rows() == 3
    codes.ask("0977777799", clock.now(), place="203.0.114.9")
    assert rows() == 4, "another address"
    codes.ask("0977777799", clock.now() + timedelta(minutes=16), place="127.0.0.1")
    assert rows() == 5, "a while later"
