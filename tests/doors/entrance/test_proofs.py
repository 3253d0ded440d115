"""After the code by SMS: a wrong proof of which person one is counts on the account, whatever code came before."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sosuckhoe.access import sending
from sosuckhoe.base import clock, db
from tests.doors.entrance.test_phone import ask, choose, citizen, code_sent, enter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stub(settings):
    settings.SMS_SENDER = sending.STUB


def test_wrong_proofs_are_slowed_from_code_to_code_and_are_in_the_trace(client, monkeypatch):
    lua, still = citizen(), clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)
    answers = []
    for _ in range(2):
        ask(client)
        enter(client, code_sent())
        answers += [choose(client, lua, digits="0000").status_code for _ in range(3)]
    assert answers == [422, 422, 422, 422, 429, 429]
    tried = db.tuples("select account, person, detail from access_audit where outcome = 'refused' order by id")
    assert tried[:4] == [(lua.pk, 0, "sms-proof")] * 4
    assert tried[4:] == [(lua.pk, 0, "waits")] * 2


def test_before_a_code_is_asked_for_its_risks_are_told_and_safer_ways_offered(client):
    page = client.get(reverse("entrance:phone")).content.decode()
    assert "Không đọc mã cho bất kỳ ai" in page
    assert "An toàn hơn: VNeID, hoặc khóa truy cập" in page
    assert f'href="{reverse("entrance:ways")}"' in page
