"""A NUL, which no text of PostgreSQL holds: whoever sends one is told so, and nothing fails."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import falcon.testing
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from sosuckhoe.access.sign_in import actor_for
from sosuckhoe.base import clock, db
from sosuckhoe.book import sharing
from sosuckhoe.doors.gateway import app as gateway
from tests.doors.citizen.cast import cast, sign_in
from tests.doors.citizen.test_family import steward

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


PARTS = [
    ("nobody", "citizen:link-view", {"ten": NUL, "ma": NUL}),
    ("nobody", "entrance:passkey", {"credential": NUL}),
    ("nobody", "entrance:staff", {"username": NUL, "password": NUL}),
    ("nobody", "entrance:phone", {"phone": NUL}),
    ("nobody", "entrance:paper", {"code": NUL, "birth": NUL}),
    ("grandmother", "citizen:requests", {"viec": "xin", "loi": NUL, "muc": NUL, "quyen": "restrict"}),
    ("grandmother", "citizen:share", {"ma": NUL, "han": "1"}),
    ("grandmother", "citizen:decide", {"viec": "cho-xem", "ai": NUL}),
    ("grandmother", "citizen:family", {"viec": "nho", "ten": NUL, "so": NUL, "muc": "see", "han": "30"}),
    ("doctor", "facility:emergency", {"so": "025160001234", "ly-do": "unconscious", "loi": NUL}),
]


@pytest.mark.parametrize(("who", "name", "said"), PARTS)
def test_a_form_in_parts_with_one_is_a_bad_request(client, everybody, link, who, name, said):
    """As files are sent: anybody may write any form so."""
    whose = {"citizen:link-view": [link.code], "citizen:family": []}
    of_book = [everybody.patient] if name.startswith("citizen:") else []
    if who != "nobody":
        sign_in(client, getattr(everybody, who))
    assert client.post(reverse(name, args=whose.get(name, of_book)), said).status_code == 400


@pytest.mark.parametrize("name", ["entrance:token", "entrance:introspect", "entrance:revoke"])
def test_an_app_that_asks_with_one_is_told_so(client, name):
    said = {"grant_type": "authorization_code", "client_id": NUL, "code": NUL, "token": NUL}
    answer = client.post(reverse(name), said)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("facility:send", {"khoa": NUL}),
        ("office:register", {"khoa": NUL, "loai": NUL}),
        ("office:staff", {"noi-dung": NUL, "dau": NUL, "thuc-hien": NUL}),
    ],
)
def test_a_form_of_files_with_one_in_a_field_is_refused(client, everybody, name, said):
    file = ContentFile(b"a\0b,c\n", name="a\0b.csv")
    who = everybody.clerk if name.startswith("facility") else steward()
    sign_in(client, who)
    for sent in (said, said | {"tep": file}):
        assert client.post(reverse(name), sent).status_code < 500, sent


def test_a_name_with_one_opens_a_link_and_is_kept_without_it(link):
    answer = Client().post(
        reverse("citizen:link-manifest", args=[link.code]), {"recipient": NUL}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert db.value("select recipient from book_link_opening") == "a b"


def test_a_name_of_nested_lists_opens_no_link(link):
    nested = "[" * 1000 + "]" * 1000
    said = f'{{"recipient": {nested}, "passcode": {nested}}}'
    answer = Client().post(reverse("citizen:link-manifest", args=[link.code]), said, content_type="application/json")
    assert (answer.status_code, db.value("select count(*) from book_link_opening")) == (400, 0)


@pytest.mark.parametrize("path", ["/api/token/take", "/api/xac-thuc/token"])
def test_a_user_s_name_with_one_is_no_user_s(path):
    client = falcon.testing.TestClient(gateway.application)
    answer = client.simulate_post(path, json={"username": NUL, "password": NUL})
    assert answer.status_code < 500
    assert "SSK-3081" in answer.text
