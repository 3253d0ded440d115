"""Sessions: begun, shown to their owner, ended. Each has an idle and an absolute end (`data/sign_in.yaml`)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from sosuckhoe.access import audit, blind, bounds, sign_in
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem


def begin(session: SessionBase, account: Account, how: str, at: datetime, *, device: str = "", place: str = "") -> None:
    """Sign an account in: a new session with a new key, so that a key known before is worth nothing.

    `how` is the way (`demo`, `vneid`, `sms`, `paper`, `card`, `passkey`, `password`), `place` the network address.
    Only a complete sign-in comes here: what waits for a second factor is kept elsewhere.
    """
    if not account.is_active:
        raise Problem("SSK-1001")
    idle, longest = bounds.session_of(account.role, how)
    token = secrets.token_urlsafe(32)
    with db.atomic():
        _end_named(session, at)
        session.flush()
        session[sign_in.SESSION_KEY] = account.pk
        session[sign_in.TOKEN_KEY] = token
        session.set_expiry(int(longest.total_seconds()))
        db.execute(
            """
            insert into access_session (id, account, how, began, seen, idle, ends, device, place)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                digest_of(token),
                account.pk,
                how,
                at,
                at,
                idle.total_seconds(),
                at + longest,
                device[:80],
                place_of(place),
            ),
        )
        audit.record(sign_in.actor_for(account), "sign-in", kind="account", person=None, detail=how, at=at)


def leave(session: SessionBase, at: datetime) -> None:
    """Sign out: the row ends and nothing of the session is kept."""
    with db.atomic():
        if actor := sign_in.actor_of_session(session):
            audit.record(actor, "sign-out", kind="account", person=None, at=at)
        _end_named(session, at)
        session.flush()


def of_account(account: int, at: datetime) -> list[Any]:
    """The living sessions of an account, newest first: id, how, began, seen, device."""
    return db.rows(
        """
        select id, how, began, seen, device from access_session
        where account = %s and ended is null and ends > %s and seen + make_interval(secs => idle) > %s
        order by seen desc
        """,
        (account, at, at),
    )


def end(account: int, identifier: bytes, at: datetime) -> None:
    """End one session of an account; another account's is not found."""
    changed = db.execute(
        "update access_session set ended = %s where id = %s and account = %s and ended is null",
        (at, identifier, account),
    )
    if not changed:
        raise Problem("SSK-1002")


def end_all(account: int, at: datetime, *, apart_from: bytes = b"") -> None:
    """End every session of an account, except perhaps one."""
    db.execute(
        "update access_session set ended = %s where account = %s and ended is null and id <> %s",
        (at, account, apart_from),
    )


def is_fresh(session: SessionBase, at: datetime) -> bool:
    """Whether this session began so lately that it proves who is there (`data/sign_in.yaml`)."""
    token = session.get(sign_in.TOKEN_KEY)
    began = db.value("select began from access_session where id = %s", (digest_of(token),)) if token else None
    return began is not None and at - began < bounds.fresh_proof()


def has_been_at(account: int, place: str) -> bool:
    """Whether the account has signed in from this network address before."""
    return bool(
        db.value(
            "select true from access_session where account = %s and place = %s limit 1", (account, place_of(place))
        )
    )


def digest_of(token: str) -> bytes:
    """What the table knows a session by."""
    return hashlib.sha256(token.encode()).digest()


def place_of(address: str) -> bytes:
    """A network address as the table keeps it."""
    return blind.digest("place", address)


def _end_named(session: SessionBase, at: datetime) -> None:
    if token := session.get(sign_in.TOKEN_KEY):
        db.execute("update access_session set ended = %s where id = %s and ended is null", (at, digest_of(token)))
