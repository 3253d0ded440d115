"""From a token or a session to an Actor. Unknown, expired and disabled all answer None."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.conf import settings

from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock, db

SESSION_KEY = "account"
"""Where a page's session keeps the number of the account that signed in."""

_PURPOSES = {"citizen": "own", "clerk": "administration", "officer": "public-health", "program": "operation"}


def actor_of(bearer: str | None, cookies: Mapping[str, str]) -> Actor | None:
    """Who a machine request is from: its bearer token, or else the session of its cookies."""
    if bearer is not None:
        return actor_of_token(bearer)
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    if not cookie:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore(cookie)
    return actor_of_account(store.get(SESSION_KEY))


def actor_of_account(account_id: int | None) -> Actor | None:
    """The actor of a signed-in account."""
    if account_id is None:
        return None
    row = db.one(
        "select id, display_name, role, person, facility, area from access_account where id = %s and is_active",
        (account_id,),
    )
    return _actor(row) if row else None


def actor_of_token(token: str) -> Actor | None:
    """The actor of a system's token."""
    row = db.one(
        """
        select account.id, display_name, role, person, facility, area
        from access_token token join access_account account on account.id = token.account
        where digest = %s and expires > %s and is_active
        """,
        (hashlib.sha256(token.encode()).digest(), clock.now()),
    )
    return _actor(row) if row else None


def actor_for(account: Account) -> Actor:
    """The actor of an account that is already loaded."""
    return _actor(account)


def _actor(account: Any) -> Actor:
    """From a row or a model: both have the same names."""
    return Actor(
        account=account.id,
        name=account.display_name,
        role=account.role,
        person=account.person,
        facility=account.facility or None,
        area=account.area or None,
        purpose=_PURPOSES.get(account.role, "treatment"),
    )
