"""What an app holds: codes, access tokens, refresh tokens. Kept as digests; all end with their family.

https://www.rfc-editor.org/rfc/rfc9700
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from sosuckhoe.access import audit, sign_in
from sosuckhoe.access.actor import STRANGER, Actor
from sosuckhoe.access.smart import bounds, scopes
from sosuckhoe.access.smart.scopes import Narrowing
from sosuckhoe.base import clock, db

CODE, ACCESS, REFRESH = "code", "access", "refresh"
PREFIX = "ssk-app-"
"""With which every access token begins: so it is looked for in one table only."""


class Token(NamedTuple):
    """A code or token with its family. `told`: what a code is bound to; `context`: what a launch said."""

    digest: bytes
    kind: str
    scope: str
    told: dict[str, Any]
    issued: datetime
    expires: datetime
    used: datetime | None
    family: UUID
    app: str
    account: int
    person: int | None
    context: dict[str, Any]
    is_alive: bool
    """Whether its family, its app, its account, and its session where one is demanded, are."""


def issue(family: UUID, kind: str, scope: str, at: datetime, ends: datetime, told: dict[str, Any] | None = None) -> str:
    """A new code or token. Only its digest is stored: this is the one time it can be read."""
    text = f"{PREFIX if kind == ACCESS else ''}{secrets.token_urlsafe(32)}"
    written = msgspec.json.encode(told).decode() if told else ""
    db.execute(
        """
        insert into access_app_token (digest, family, kind, scope, told, issued, expires)
        values (%s, %s, %s, %s, %s, %s, %s)
        """,
        (digest_of(text), family, kind, scope, written, at, ends),
    )
    return text


def find(text: str, kind: str) -> Token | None:
    """A code or token, whatever has become of it."""
    row = db.one(_FIND, {"digest": digest_of(text), "kind": kind, "at": clock.now()})
    if row is None:
        return None
    told, context = (msgspec.json.decode(one) if one else {} for one in (row.told, row.context))
    return Token._make((*row[:3], told, *row[4:11], context, row.is_alive))


_FIND = """
select token.digest, token.kind, token.scope, token.told, token.issued, token.expires, token.used,
  family.id, family.app, family.account, family.person, family.context,
  family.ended is null and family.until > %(at)s and app.state = 'approved' and account.is_active
  and (family.session is null or token.kind <> 'refresh' or exists (
    select from access_session s where s.id = family.session and s.ended is null and s.ends > %(at)s
  )) as is_alive
from access_app_token token
join access_app_family family on family.id = token.family
join access_app app on app.id = family.app
join access_account account on account.id = family.account
where token.digest = %(digest)s and token.kind = %(kind)s
"""


def use(token: Token, at: datetime) -> bool:
    """Take a code or refresh token; False when it was taken before, by whoever: then its family ends."""
    taken = db.execute("update access_app_token set used = %s where digest = %s and used is null", (at, token.digest))
    if not taken:
        end_reused(token, at)
    return bool(taken)


def end_reused(token: Token, at: datetime) -> None:
    """What is good once came again, so somebody else may hold it: its family ends, and the trace says why."""
    with db.atomic():
        end_family(token.family, at)
        who = sign_in.actor_of_account(token.account) or STRANGER
        said = f"{token.app} {token.kind} again"
        audit.record(who, "authorize", kind="app", person=token.person, outcome="refused", detail=said, at=at)


def end(token: Token, at: datetime) -> None:
    """Withdraw a token; with a refresh token everything that came from the same authorization. RFC 7009."""
    if token.kind == REFRESH:
        end_family(token.family, at)
    else:
        db.execute("delete from access_app_token where digest = %s", (token.digest,))


def end_family(family: UUID, at: datetime) -> None:
    """End an authorization: none of its tokens works from the commit on."""
    db.execute("update access_app_family set ended = %s where id = %s and ended is null", (at, family))


def actor_of(text: str) -> Actor | None:
    """Who an access token speaks for, narrowed to its scopes; None when it is unknown, late or ended."""
    row = db.one(_ACTOR, {"digest": digest_of(text), "at": clock.now()})
    if row is None:
        return None
    allowed = scopes.resources(row.scope)
    return sign_in.actor_through(row, Narrowing(row.app, str(row.family), allowed, row.open_book, row.labels))


_ACTOR = """
select account.id, account.display_name, account.role, account.person, account.facility, account.area, account.source,
  family.app, family.id as family, family.person as open_book, family.labels, token.scope
from access_app_token token
join access_app_family family on family.id = token.family
join access_app app on app.id = family.app
join access_account account on account.id = family.account
where token.digest = %(digest)s and token.kind = 'access' and token.expires > %(at)s
  and family.ended is null and family.until > %(at)s and app.state = 'approved' and account.is_active
"""


def note_assertion(app: str, identifier: str, ends: datetime) -> bool:
    """Remember the assertion of an app until it ends; False when it was seen before."""
    seen = hashlib.sha256(f"{app}\x00{identifier}".encode()).digest()
    return bool(db.execute("insert into access_app_assertion values (%s, %s) on conflict do nothing", (seen, ends)))


def remove_old(at: datetime) -> int:
    """Remove what has ended and proves nothing any more; how many. Used tokens stay until their end: a reuse shows."""
    before = at - bounds.lifetime("assertion")
    count = db.execute("delete from access_app_token where expires < %s", (before,))
    count += db.execute("delete from access_app_assertion where expires < %s", (before,))
    return count + db.execute("delete from access_app_launch where expires < %s", (at,))


def trace(actor: Actor, action: str, app: str, at: datetime, person: int | None = None) -> None:
    """A line of the trace about an app."""
    audit.record(actor, action, kind="app", person=person, detail=app, at=at)


def digest_of(text: str) -> bytes:
    """What the table knows a token by."""
    return hashlib.sha256(text.encode()).digest()
