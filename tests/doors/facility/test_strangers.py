"""Every address of the door, and everybody who may not open it: the sign-in page, or nothing at all."""

from __future__ import annotations

import uuid

import pytest
from django.urls import get_resolver, reverse

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db as database
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.facility import urls
from sosuckhoe.exchange.actions.upload import upload
from sosuckhoe.identity import tickets
from tests.doors.facility.conftest import ELSEWHERE, HERE, ROLES, text
from tests.insight.filed import NOW, Ledger, Sent, file

STAFF = {"clerk", "doctor", "nurse"}
ONLY_CLERK = {"requests", "activate", "cards", "content", "export", "send", "upload", "report", "tickets", "ticket"}
NOT_CLERK = {"counter", "emergency"}
OF_ONE_THING = {"arrival", "content", "package", "export", "upload", "report", "ticket"}
POSTED = {"reconcile", "check-card", "card-print"}
ONLY_ADMIN = {"staff"}
WITHOUT_NAMES = {"home", "arrivals", "quality", "today", "send", "activate", "cards", "requests", "tickets", *NOT_CLERK}


@pytest.fixture
def addresses(facility):
    """Every address of the door, each of a thing that exists and belongs to the facility HERE."""
    ledger = Ledger()
    arrival = file(ledger, HERE, [Sent(HERE, "LK1", 7, NOW)])
    clerk = Actor(9, "", "clerk", facility=HERE, purpose="administration")
    key = uuid.uuid4()
    upload(clerk, key, [], NOW)
    package = {"number": arrival, "position": 1}
    names = {"arrival": {"number": arrival}, "content": {"number": arrival}, "package": package, "export": package}
    ticket = tickets.note(7, HERE, {"name": "Nguyễn Thị Lan"}, {"name": "Nguyễn Thị Liên"}, NOW)
    names |= {"upload": {"key": key}, "report": {"key": key}, "ticket": {"key": ticket}}
    return {
        pattern.name: reverse(f"facility:{pattern.name}", kwargs=names.get(pattern.name))
        for pattern in urls.urlpatterns
        if pattern.name not in POSTED
    }


def test_the_lists_above_name_every_address(addresses):
    assert set(addresses) == OF_ONE_THING | WITHOUT_NAMES | ONLY_ADMIN
    assert {pattern.name for pattern in urls.urlpatterns} == set(addresses) | POSTED
    door = [entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == "facility"]
    assert len(door) == 1


def test_nobody_gets_the_sign_in_page(addresses, sign_in):
    for address in addresses.values():
        answer = sign_in(None).get(address)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("citizen:sign-in"))


@pytest.mark.parametrize("who", sorted(set(ROLES) - STAFF - {"clerk elsewhere", "doctor elsewhere"}))
def test_those_who_work_at_no_facility_find_nothing(addresses, sign_in, who):
    client = sign_in(who)
    assert {name: client.get(address).status_code for name, address in addresses.items()} == dict.fromkeys(
        addresses, 404
    )


@pytest.mark.parametrize("who", ["clerk elsewhere", "doctor elsewhere"])
def test_another_facility_finds_nothing_of_ours(addresses, sign_in, who):
    client = sign_in(who)
    before = database.value("select count(*) from access_audit where person = 7")
    for name in sorted(OF_ONE_THING):
        assert client.get(addresses[name]).status_code == 404, name
    for name in sorted(
        WITHOUT_NAMES - ({"send", "activate", "cards", "requests", "tickets"} if "doctor" in who else NOT_CLERK)
    ):
        shown = text(client.get(addresses[name]))
        assert "LK1" not in shown
        assert HERE not in shown
    assert database.value("select count(*) from access_audit where person = 7") == before


@pytest.mark.parametrize("who", sorted(STAFF))
def test_staff_open_what_the_policy_gives_them(addresses, sign_in, who):
    client = sign_in(who)
    for name, address in sorted(addresses.items()):
        if name in {"content", "export"} and who == "clerk":
            continue  # the made-up arrival has no body: the real path is walked in test_upload.py
        hidden = ONLY_ADMIN | (NOT_CLERK if who == "clerk" else ONLY_CLERK)
        hidden |= {"emergency"} if who == "nurse" else set()
        expected = 404 if name in hidden else 200
        assert client.get(address).status_code == expected, name


def test_a_posted_address_answers_no_looker_and_no_stranger(addresses, sign_in):
    address = reverse(
        "facility:reconcile", kwargs={"number": database.value("select max(id) from exchange_arrival"), "position": 1}
    )
    assert sign_in(None).post(address).status_code == 302
    assert sign_in("clerk").get(address).status_code == 405
    for who in sorted(set(ROLES) - {"clerk"}):
        assert sign_in(who).post(address).status_code == 404, who


def test_a_number_that_no_database_holds_is_not_found(facility, sign_in):
    client = sign_in("clerk")
    assert client.get("/co-so/goi/99999999999999999999/").status_code == 404
    assert client.get("/co-so/goi/999999999999999/999999999999999/").status_code == 404
    assert client.get("/co-so/goi/?truoc=99999999999999999999").status_code == 200
    assert client.get("/co-so/goi/?truoc=999999999999999").status_code == 200
    assert client.get("/co-so/nguoi-benh/?sau=999999999999999-999999999999999").status_code == 200
    assert client.get("/co-so/goi/?ngay=0001-01-01").status_code == 200
    assert client.get("/co-so/nguoi-benh/?ngay=9999-12-31").status_code == 200
    assert client.get("/co-so/nguoi-benh/?ngay=0001-01-01").status_code == 200


def test_other_facilities_uploads_cannot_be_taken_over(addresses, sign_in):
    """A key that another facility used is refused and shows nothing."""
    key = database.value("select key from exchange_upload")
    other = Actor(3, "", "clerk", facility=ELSEWHERE, purpose="administration")
    with pytest.raises(Problem, match="SSK-1002"):
        upload(other, key, [], NOW)
    assert sign_in("clerk elsewhere").get(reverse("facility:upload", args=[key])).status_code == 404
