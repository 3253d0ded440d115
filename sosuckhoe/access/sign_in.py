"""From a token or a session to an Actor. Unknown, expired and disabled all answer None."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from django.conf import settings

from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.access.smart.scopes import Narrowing
from sosuckhoe.base import clock, db

SESSION_KEY = "account"
"""Where a page's session keeps the number of the account that signed in. Only a complete sign-in sets it."""

TOKEN_KEY = "token"  # noqa: S105 -- the name of a place
"""Where it keeps what names its row of `access_session`."""

_SEEN_SECONDS = 60
_SESSION = """
select account.id, display_name, role, person, facility, area, source, how, session.id as session,
    seen < %(at)s - make_interval(secs => %(noted)s) as is_to_note
from access_session session join access_account account on account.id = session.account
where session.id = %(id)s and account.id = %(account)s and is_active and ended is null and ends > %(at)s
    and seen + make_interval(secs => idle) > %(at)s
"""

_PURPOSES = {
    "citizen": "own",
    "clerk": "administration",
    "admin": "administration",
    "officer": "public-health",
    "steward": "stewardship",
    "program": "operation",
}


def actor_of(bearer: str | None, cookies: Mapping[str, str]) -> Actor | None:
    """Who a machine request is from: its bearer token, or else the session of its cookies."""
    if bearer is not None:
        return actor_of_token(bearer)
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    if not cookie:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore(cookie)
    return actor_of_session(store)


def actor_of_session(session: Any) -> Actor | None:
    """The actor of a page's session, while its row lives: not ended, not idle too long, its account not disabled."""
    account, token = session.get(SESSION_KEY), session.get(TOKEN_KEY)
    if account is None or token is None:
        return None
    at = clock.now()
    names = {"id": hashlib.sha256(token.encode()).digest(), "account": account, "at": at, "noted": _SEEN_SECONDS}
    row = db.one(_SESSION, names)
    if row is None or (row.how == "demo" and not settings.DEMO):
        return None
    if row.is_to_note:
        db.execute("update access_session set seen = %s where id = %s", (at, row.session))
    return _actor(row)


def actor_of_account(account_id: int | None) -> Actor | None:
    """The actor of a signed-in account."""
    if account_id is None:
        return None
    row = db.one(
        "select id, display_name, role, person, facility, area, source from access_account where id = %s and is_active",
        (account_id,),
    )
    return _actor(row) if row else None


def actor_of_token(token: str, kind: str = "bearer") -> Actor | None:
    """The actor of a system's token, at the interface that it was issued for: `bearer` is /fhir, `gateway` is /api."""
    row = db.one(
        """
        select account.id, display_name, role, person, facility, area, source
        from access_token token join access_account account on account.id = token.account
        where digest = %s and kind = %s and expires > %s and is_active
        """,
        (hashlib.sha256(token.encode()).digest(), kind, clock.now()),
    )
    return _actor(row) if row else None


def actor_for(account: Account) -> Actor:
    """The actor of an account that is already loaded."""
    return _actor(account)


def actor_through(account: Any, narrowing: Narrowing) -> Actor:
    """The actor of an account (row or model) through an app."""
    return replace(_actor(account), narrowing=narrowing)


def _actor(account: Any) -> Actor:
    """From a row or a model: both have the same names."""
    return Actor(
        account=account.id,
        name=account.display_name,
        role=account.role,
        person=account.person,
        facility=account.facility or None,
        area=account.area or None,
        source=account.source or None,
        purpose=_PURPOSES.get(account.role, "treatment"),
    )
