"""Passkeys: what the browser is asked, and that an answer that does not fit opens nothing."""

import json

import pytest
from django.urls import reverse

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


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"id": "AAAA"}', '{"id": 5}', "null"])
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
