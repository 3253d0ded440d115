"""A clerk looks a card up from a record; the page and the citizen's book tell what was said, by whom and when."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.access.actions import open_account, tie
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.exchange.bhxh import checking, client
from sosuckhoe.exchange.bhxh.stub import Cards, stub
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from tests.doors.facility.conftest import HERE, text
from tests.doors.facility.test_pages import come
from tests.doors.facility.test_tickets import photograph, walk_in
from tests.exchange.bhxh.test_checking import CARD, NUMBER, insurer_at
from tests.exchange.population.conftest import served
from tests.signed import signed
from tests.walked import fits


@pytest.fixture
def lan(facility):
    return patient()


def patient():
    """Somebody who has come to the facility with a card: their reference and the address of the record."""
    numbers = (Identifier("cccd", "079161000001"), Identifier("bhyt", NUMBER))
    (found,) = find_or_create([Claim("Nguyễn Thị Lan", "1961-05-02", "female", HERE, numbers)], clock.now())
    tie([(HERE, found.ref.person)], clock.now())
    arrival = come("LK1")
    database.execute("update exchange_package set person = %s where arrival = %s", (found.ref.person, arrival))
    return found.ref, {"number": arrival, "position": 1}


@pytest.fixture
def insurer(monkeypatch, settings):
    cards = Cards()
    cards.enter(**CARD)
    with served(stub(0, cards)) as server:
        made = insurer_at(server, seconds=0.5)
        settings.BHXH_URL = "http://127.0.0.1"
        monkeypatch.setattr(client, "insurer", lambda: made)
        yield server


def test_a_card_is_looked_up_from_a_record(lan, insurer, sign_in):
    _, place = lan
    clerk = sign_in("clerk")
    page = reverse("facility:package", kwargs=place)
    assert "Chưa tra thẻ này lần nào" in text(clerk.get(page))
    told = text(clerk.post(reverse("facility:check-card", kwargs=place), follow=True))
    assert "Thẻ còn giá trị." in told
    assert "Hiệu lực từ 01/01/2026 đến 31/12/2026." in told
    assert NUMBER not in told


@pytest.mark.parametrize(
    ("mode", "sentence"), [("110", "Thẻ đã bị thu hồi."), ("broken", "không trả lời"), ("054", "mã 054")]
)
def test_what_the_insurer_says_or_fails_to_say_is_told(lan, insurer, sign_in, mode, sentence):
    _, place = lan
    client.insurer().renew(None)
    insurer.set_mode(mode, 0)
    told = text(sign_in("clerk").post(reverse("facility:check-card", kwargs=place), follow=True))
    assert sentence in told


def test_strangers_may_not_ask(lan, insurer, sign_in):
    _, place = lan
    address = reverse("facility:check-card", kwargs=place)
    assert sign_in(None).post(address).status_code == 302
    assert sign_in("clerk").get(address).status_code == 405
    for who in ("clerk elsewhere", "doctor elsewhere", "clerk of nowhere", "citizen", "system", "officer"):
        assert sign_in(who).post(address).status_code == 404, who
    assert insurer.asked == {}


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_the_desk_and_the_citizen_read_what_was_told_and_when(server, page, sign_in, insurer, width, height):
    database.execute("insert into identity_facility (facility, name, province) values (%s, 'Sông Hồng', '01')", (HERE,))
    ref, place = patient()
    checking.look_up(PROGRAM, ref.person, client.insurer(), clock.now())
    page.set_viewport_size({"width": width, "height": height})
    walk_in(page, server, sign_in("clerk"), reverse("facility:package", kwargs=place))
    expect(page.get_by_text("BHXH Việt Nam trả lời lúc")).to_be_visible()
    assert fits(page)
    photograph(page, f"card-desk-{width}")
    page.context.clear_cookies()
    account = open_account(PROGRAM, "lan", name="Nguyễn Thị Lan", role="citizen", person=ref.person)
    walk_in(page, server, signed(sign_in(None), account), reverse("citizen:summary", args=[ref.patient]))
    expect(page.get_by_text("BHXH Việt Nam trả lời lúc")).to_be_visible()
    expect(page.get_by_text("Thẻ còn giá trị.")).to_be_visible()
    assert fits(page)
    photograph(page, f"card-citizen-{width}")
