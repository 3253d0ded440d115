"""A difference with the population register, walked by a clerk and by the citizen on a small phone."""

from __future__ import annotations

import os

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.access.actions import open_account, tie
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.exchange.population import client, reconcile
from sosuckhoe.exchange.population.client import Register
from sosuckhoe.exchange.population.stub.book import Book
from sosuckhoe.exchange.population.stub.server import stub
from sosuckhoe.identity import queries, tickets
from sosuckhoe.identity.actions import find_or_create
from tests.doors.facility.conftest import HERE
from tests.doors.facility.test_pages import come
from tests.exchange.population.conftest import line_to, served
from tests.exchange.population.people import claim, enter, word
from tests.signed import signed
from tests.walked import fits, turn_to


def differing(sent="Nguyễn Thị Lan", registered="Nguyễn Thị Liên"):
    """A person of whom the facility sent another name than the register has."""
    (found,) = find_or_create([claim(sent, facility=HERE)], clock.now())
    tie([(HERE, found.ref.person)], clock.now())
    book = Book()
    enter(book, word(name=registered))
    with served(stub(0, book)) as server:
        reconcile.reconcile(PROGRAM, [found.ref.person], Register(line_to(server)), clock.now())
    return found.ref


def walk_in(page, server, client, address):
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page.goto(server.url + address)
    return page


def photograph(page, name):
    """A picture for somebody to look at, when a folder for it is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.browser
def test_a_clerk_resolves_a_ticket(server, page, sign_in):
    ref = differing()
    walk_in(page, server, sign_in("clerk"), "/co-so/")
    turn_to(page, "Đối chiếu dân cư")
    assert fits(page)
    photograph(page, "tickets")
    page.get_by_role("link", name="Nguyễn Thị Lan").click()
    expect(page.get_by_text("Nguyễn Thị Liên")).to_be_visible()
    assert fits(page)
    photograph(page, "ticket")
    page.get_by_role("button", name="Dùng thông tin dân cư").click()
    expect(page.get_by_text("Không còn ai phải xem lại")).to_be_visible()
    photograph(page, "tickets-none")
    assert queries.known(ref.person).claim.name == "Nguyễn Thị Liên"


@pytest.mark.browser
def test_a_citizen_keeps_the_books_word(server, page, sign_in):
    ref = differing()
    account = open_account(PROGRAM, "lan", name="Nguyễn Thị Lan", role="citizen", person=ref.person)
    citizen = signed(sign_in(None), account)
    walk_in(page, server, citizen, reverse("citizen:summary", args=[ref.patient]))
    page.get_by_role("link", name="Xem và chọn bên đúng").click()
    expect(page.get_by_role("heading", name="Thông tin của bạn khác với cơ sở dữ liệu dân cư")).to_be_visible()
    assert fits(page)
    photograph(page, "citizen")
    page.get_by_label("Vì sao sổ đúng?").fill("Giấy khai sinh ghi Lan")
    page.get_by_role("button", name="Giữ như trong sổ").click()
    expect(page.get_by_text("giữ như trong sổ (Giấy khai sinh ghi Lan)")).to_be_visible()
    assert fits(page)
    photograph(page, "citizen-kept")
    (ticket,) = tickets.of_person(ref.person, [tickets.REFUSED])
    assert (ticket.account, queries.known(ref.person).claim.name) == (account.pk, "Nguyễn Thị Lan")


def test_a_reason_is_demanded(facility, sign_in):
    ref = differing()
    (ticket,) = tickets.of_person(ref.person, [tickets.OPEN])
    answer = sign_in("clerk").post(reverse("facility:ticket", args=[ticket.key]), {"viec": "giu", "ly-do": " "})
    assert answer.status_code == 422
    assert "SSK-4535" in answer.content.decode() or "lý do" in answer.content.decode()
    assert tickets.ticket(ticket.key).state == tickets.OPEN


def test_a_ticket_that_was_decided_meanwhile_is_told_so(facility, sign_in):
    ref = differing()
    (ticket,) = tickets.of_person(ref.person, [tickets.OPEN])
    client = sign_in("clerk")
    address = reverse("facility:ticket", args=[ticket.key])
    assert client.post(address, {"viec": "lay"}).status_code == 302
    told = client.post(address, {"viec": "lay"}, follow=True).content.decode()
    assert "đã được giải quyết trước đó" in told
    assert "Việc này đã được giải quyết" in client.get(address).content.decode()


def test_a_clerk_asks_about_one_person_from_a_record(facility, sign_in, monkeypatch, settings):
    arrival = come("LK1")
    person = database.value("select person from exchange_package where arrival = %s", (arrival,))
    ours = queries.known(person).claim
    number = next(one.value for one in ours.identifiers if one.system == "cccd")
    book = Book()
    enter(book, word(number, ours.name, ours.birth, ours.sex))
    settings.POPULATION_URL = "http://127.0.0.1:1"
    with served(stub(0, book)) as server:
        monkeypatch.setattr(client, "register", lambda: Register(line_to(server)))
        staff = sign_in("clerk")
        page = staff.get(reverse("facility:package", args=[arrival, 1])).content.decode()
        assert "Đối chiếu dân cư ngay" in page
        told = staff.post(reverse("facility:reconcile", args=[arrival, 1]), follow=True).content.decode()
    assert "Khớp với cơ sở dữ liệu dân cư" in told
    assert tickets.standing(person).state == tickets.VERIFIED


def test_a_register_that_is_away_is_a_sentence_and_no_fault(facility, sign_in, monkeypatch):
    arrival = come("LK1")
    with served(stub(0, Book())) as server:
        server.set_mode("broken", 0)
        monkeypatch.setattr(client, "register", lambda: Register(line_to(server)))
        address = reverse("facility:reconcile", args=[arrival, 1])
        told = sign_in("clerk").post(address, follow=True).content.decode()
    assert "hiện không trả lời" in told
