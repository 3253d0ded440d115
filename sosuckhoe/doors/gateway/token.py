"""api/token/take: name and password against a token for a few hours (Công văn 1245/BHXH-CNTT)."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256

import falcon
from django.conf import settings

from sosuckhoe.access import actions as access
from sosuckhoe.access import passwords, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.gateway import forms
from sosuckhoe.doors.look import client

LIFETIME = timedelta(hours=8)
SYSTEMS = ("system", "vendor")
"""Whose password is enough alone: people have a second proof, on their own page."""


class Token:
    """The password is the MD5 of the facility's password in upper case: so the portal defines it."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        fields = forms.fields(request)
        username, password = fields.get("username", ""), fields.get("password", "").upper()
        now = clock.now()
        account = passwords.enter(username, password, SYSTEMS, client.address_in(request.env), now)
        access_token = access.issue_token(account, "gateway", now, LIFETIME)
        response.media = {
            "maKetQua": "200",
            "APIKey": {
                "access_token": access_token,
                "id_token": id_token(access_token, username, password),
                "token_type": "bearer",
                "username": username,
                "expires_in": (now + LIFETIME).isoformat(),
            },
        }


def sender(request: falcon.Request, username: str) -> Actor:
    """The actor of the headers `accessToken`, `tokenId` and `passwordHash`. Raises Problem SSK-1001."""
    access_token = request.get_header("accessToken") or ""
    expected = id_token(access_token, username, (request.get_header("passwordHash") or "").upper())
    if not hmac.compare_digest(expected.encode(), (request.get_header("tokenId") or "").encode()):
        raise Problem("SSK-1001")
    actor = sign_in.actor_of_token(access_token, "gateway")
    if actor is None:
        raise Problem("SSK-1001")
    return actor


def id_token(access_token: str, username: str, password: str) -> str:
    """Binds the three things that every later request repeats, without a look-up."""
    message = f"{access_token}\x1f{username}\x1f{password}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, sha256).hex()
