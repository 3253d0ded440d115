"""Whoever owns an account hears of what was done to the ways into it: by SMS, and in the log of the own book."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from sosuckhoe.access import bounds, codes, notices, passkeys, passwords, phones, sending
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.book import queries as books
from tests.doors.entrance.test_phone import OTHER, PHONE, citizen
from tests.signed import signed

pytestmark = pytest.mark.django_db
KEY = b"one"


@pytest.fixture(autouse=True)
def _stub(settings, monkeypatch):
    """Somebody who sends, and a browser that makes a passkey: fido2 is tried where one is walked."""
    settings.SMS_SENDER = sending.STUB
    made = type("Credential", (bytes,), {"credential_id": KEY})(b"data")
    server = SimpleNamespace(register_complete=lambda _state, _told: SimpleNamespace(credential_data=made, counter=0))
    monkeypatch.setattr(passkeys, "_server", lambda _host: server)


def add(account):
    passkeys.finish_adding("so.example", account, None, "{}", "Chrome, Android", clock.now())


def sent():
    notices.send_waiting(clock.now())
    return [(number, words) for _, number, words in sending.kept()]


def test_a_passkey_is_told_when_it_comes_and_when_it_goes():
    lua = citizen()
    add(lua)
    assert sent() == [(PHONE, sending.words("passkey-added"))]
    passkeys.remove(lua, KEY, clock.now())
    assert sent()[0] == (PHONE, sending.words("passkey-removed"))
    assert len(sent()) == 2, "once each"


def test_another_password_is_told():
    lua = citizen()
    passwords.change(lua, "mùa thu lá bay", b"", clock.now())
    assert sent() == [(PHONE, sending.words("password-changed"))]


def test_codes_that_a_thief_asks_for_do_not_silence_the_news(monkeypatch):
    few = bounds.sending() | {"a_number": {"count": 1, "minutes": 15}, "a_number_a_day": 1}
    monkeypatch.setattr(bounds, "sending", lambda: few)
    lua = citizen()
    codes.ask(PHONE, clock.now(), place="10.0.0.1")
    codes.send_waiting(clock.now())
    add(lua)
    assert sent()[0] == (PHONE, sending.words("passkey-added"))


@pytest.mark.parametrize("kind", notices.OF_KEYS)
def test_a_message_fits_and_tells_nothing_of_health(kind):
    words = sending.words(kind)
    assert len(words) <= 160
    assert words.isascii()
    assert not re.search(r"https?:|www", words)


def test_the_owners_log_has_a_line_though_it_was_done_under_the_own_name(client):
    lua = citizen()
    add(lua)
    passkeys.remove(lua, KEY, clock.now())
    phones.enter(PROGRAM, lua, OTHER, clock.now())
    patient = books.owner(lua.person).patient
    html = signed(client, lua).get(reverse("citizen:lookers", args=[patient])).content.decode()
    for said in ("thêm khóa truy cập", "bỏ khóa truy cập", "đổi số điện thoại"):
        assert said in html
    assert html.count("Tài khoản của bạn</dt>") == 2
    assert PHONE not in html


def test_a_change_that_fails_tells_nobody():
    lua = citizen()
    with pytest.raises(Exception, match="SSK-1002"):
        passkeys.remove(lua, b"another", clock.now())
    assert db.value("select count(*) from access_notice") == 0
