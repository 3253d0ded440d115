"""Passkeys: what the browser is asked, and that an answer that does not fit opens nothing."""

import contextlib
import hashlib
import json

import pytest
from django.urls import reverse
from fido2 import cbor
from fido2.utils import websafe_encode

from sosuckhoe.access import actions, passkeys, sign_in
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from tests.signed import signed

pytestmark = pytest.mark.django_db


def test_the_browser_is_asked_for_a_verified_user():
    options, _ = passkeys.begin_signing_in("so.example")
    assert json.loads(options)["userVerification"] == "required"
    assert json.loads(options)["rpId"] == "so.example"


def deep(levels=200_000):
    """JSON of so many lists in one another."""
    return "[" * levels + "]" * levels


def answered(state, kind, **more):
    """An answer whose parts that need no key are right."""
    told = {"type": f"webauthn.{kind}", "challenge": state["challenge"], "origin": "https://so.example"}
    response = {"clientDataJSON": websafe_encode(json.dumps(told).encode()), **more}
    return {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response, "clientExtensionResults": {}}


RP = hashlib.sha256(b"so.example").digest()
"""What the data of an authenticator begin with; then come flags, a count, and by the flags a key or more."""

PRESENT, KEY, MORE = 5, 0x40, 0x80
NO_KEY = RP + bytes([PRESENT | KEY]) + bytes(4 + 16) + b"\x00\x03\x00\x00\x00"


@pytest.mark.parametrize(
    "cbor_key",
    [b"\x05", b"\x81" * 100_000, b"\x1b\x00", b"\xa1\x03\x00", b""],
    ids=["a number", "deep", "cut off", "unknown", "nothing"],
)
def test_no_authenticators_data_that_somebody_made_up_fail_the_page(client, cbor_key):
    lua = actions.open_account(PROGRAM, "lua", name="Lụa", role="citizen", person=1)
    _, state = passkeys.begin_adding("so.example", lua)
    made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": NO_KEY + cbor_key})
    wanted = json.dumps(answered(state, "create", attestationObject=websafe_encode(made)))
    with contextlib.suppress(Problem):
        passkeys.finish_adding("so.example", lua, state, wanted, "", clock.now())
    _, state = passkeys.begin_signing_in("so.example")
    data = RP + bytes([PRESENT | MORE]) + bytes(4) + cbor_key
    for shown in (data, RP + bytes([PRESENT]) + bytes(4)):
        told = answered(state, "get", authenticatorData=websafe_encode(shown), signature="AAAA")
        for change in ({}, {"clientExtensionResults": 5}, {"clientExtensionResults": []}, {"response": "x"}):
            with pytest.raises(Problem, match="SSK-1112"):
                passkeys.finish_signing_in("so.example", state, json.dumps(told | change), clock.now())


@pytest.mark.parametrize("page", ["entrance:passkey", "entrance:add-passkey"])
@pytest.mark.parametrize("answer", [deep(), '{"id": ' + deep() + "}", '{"response": ' + deep(900) + "}"])
def test_a_deeply_nested_answer_is_refused_like_any_other(client, page, answer):
    lua = actions.open_account(PROGRAM, "lua", name="Lụa", role="citizen", person=1)
    signed(client, lua).get(reverse(page), headers={"host": "localhost"})
    assert client.post(reverse(page), {"credential": answer}, headers={"host": "localhost"}).status_code == 422


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"id": "AAAA"}', '{"id": 5}', "null", "5", '{"id": "\\u0000"}'])
def test_what_is_no_answer_opens_nothing(client, answer):
    _, state = passkeys.begin_signing_in("so.example")
    with pytest.raises(Problem) as refused:
        passkeys.finish_signing_in("so.example", state, answer, clock.now())
    assert refused.value.number == "SSK-1112"
    client.get(reverse("entrance:passkey"))
    assert client.post(reverse("entrance:passkey"), {"credential": answer}).status_code == 422
    assert sign_in.actor_of_session(client.session) is None


def test_adding_one_asks_who_is_signed_in(client):
    assert client.get(reverse("entrance:add-passkey"))["Location"].startswith(reverse("citizen:sign-in"))
    lua = actions.open_account(PROGRAM, "lua", name="Lụa", role="citizen", person=1)
    assert signed(client, lua).get(reverse("entrance:add-passkey"), headers={"host": "localhost"}).status_code == 200
    assert client.post(reverse("entrance:add-passkey"), {"credential": "{}"}).status_code == 422
    assert passkeys.listed(lua.pk) == []


@pytest.mark.parametrize("page", ["entrance:passkey", "entrance:add-passkey"])
def test_where_the_address_is_a_number_the_page_says_so_in_plain_words(client, page):
    lua = actions.open_account(PROGRAM, "lua", name="Lụa", role="citizen", person=1)
    said = signed(client, lua).get(reverse(page), headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "Khóa truy cập chưa dùng được ở địa chỉ này." in said
    assert "tên miền" not in said
    assert "localhost" not in said


def test_a_way_back_from_adding_one_leads_to_the_account_of_whoever_is_signed_in(client):
    lua = actions.open_account(PROGRAM, "lua", name="Lụa", role="citizen", person=1)
    said = signed(client, lua).get(reverse("entrance:add-passkey"), headers={"host": "localhost"}).content.decode()
    assert f'<p><a href="{reverse("entrance:account")}">Tài khoản của tôi</a></p>' in said.partition("<footer")[0]


@pytest.mark.parametrize("page", ["entrance:paper", "entrance:staff", "entrance:card", "entrance:passkey"])
def test_every_way_of_signing_in_has_a_way_back_to_the_others(client, page):
    said = client.get(reverse(page)).content.decode()
    assert f'<a href="{reverse("entrance:ways")}">Cách đăng nhập khác</a>' in said
