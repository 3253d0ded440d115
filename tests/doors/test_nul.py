"""A NUL, which no text of PostgreSQL holds: whoever sends one is told so, and nothing fails."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import falcon.testing
import pytest
from django.test import Client
from django.urls import reverse

from sosuckhoe.access.sign_in import actor_for
from sosuckhoe.base import clock, db
from sosuckhoe.book import sharing
from sosuckhoe.doors.gateway import app as gateway
from tests.doors.citizen.cast import cast, sign_in

pytestmark = pytest.mark.django_db
NUL = "a\0b"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def everybody():
    return cast()


@pytest.fixture
def link(everybody):
    owner = actor_for(everybody.grandmother)
    wish = sharing.Wish((), sensitive=False, passcode="", once=False, until=clock.now() + timedelta(days=1), text="x")
    return sharing.make(owner, everybody.person, wish, clock.now())


@pytest.mark.parametrize(
    ("who", "page"),
    [("officer", "/dieu-hanh/?x=%00"), ("grandmother", "/lay-so/%00"), ("nobody", "/dang-nhap?next=%00")],
)
def test_no_page_has_an_address_with_one(client, everybody, who, page):
    if who != "nobody":
        sign_in(client, getattr(everybody, who))
    assert client.get(page).status_code == 404


def test_a_form_with_one_is_a_bad_request(client, everybody):
    page = reverse("facility:emergency")
    said = {"so": "025160001234", "ly-do": "unconscious", "loi": NUL}
    assert sign_in(client, everybody.doctor).post(page, urlencode(said), content_type=FORM).status_code == 400


def test_a_name_with_one_opens_a_link_and_is_kept_without_it(link):
    answer = Client().post(
        reverse("citizen:link-manifest", args=[link.code]), {"recipient": NUL}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert db.value("select recipient from book_link_opening") == "a b"


@pytest.mark.parametrize("path", ["/api/token/take", "/api/xac-thuc/token"])
def test_a_user_s_name_with_one_is_no_user_s(path):
    client = falcon.testing.TestClient(gateway.application)
    answer = client.simulate_post(path, json={"username": NUL, "password": NUL})
    assert answer.status_code < 500
    assert "SSK-3081" in answer.text
