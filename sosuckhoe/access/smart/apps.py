"""Apps: registered, approved, suspended. Nothing of an app works that is not approved."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart import scopes
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem

PUBLIC, PRIVATE, SERVICE = "public", "private", "service"
"""Kinds: without a key of its own; with one (private_key_jwt); a program that nobody signs in to."""

ASKED, APPROVED, SUSPENDED = "asked", "approved", "suspended"
SERVICE_ROLES = ("system", "officer")
"""Whose rights a service may have: no person's, and not the house's own."""

_KINDS = frozenset({PUBLIC, PRIVATE, SERVICE})
_NAME = re.compile(r"[^\x00-\x1f<>]{2,80}")
_OWN_SCHEME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MOST_REDIRECTS = 10
_SECRET_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})
_COLUMNS = "id, name, maker, kind, state, redirects, scope, launch, jwks, jwks_url, account, asked, asked_by, decided"


class App(NamedTuple):
    """One app. `id` is its client_id; `scope` the most that it is given; `account` whose rights a service has."""

    id: str
    name: str
    maker: str
    kind: str
    state: str
    redirects: list[str]
    scope: str
    launch: str
    jwks: str
    jwks_url: str
    account: int | None
    asked: datetime
    asked_by: int
    decided: datetime | None

    @property
    def keys(self) -> dict[str, Any]:
        """Its public keys, where they were given with the registration."""
        found: dict[str, Any] = msgspec.json.decode(self.jwks) if self.jwks else {}
        return found


class Wish(NamedTuple):
    """What a registration says."""

    name: str
    maker: str
    kind: str
    scope: str
    redirects: tuple[str, ...] = ()
    launch: str = ""
    jwks: str = ""
    jwks_url: str = ""
    account: int | None = None


def register(actor: Actor, wish: Wish, at: datetime) -> App:
    """Write down an app; it waits for a steward. Raises SSK-1003, SSK-1201 for what is not right."""
    policy.check(actor, "register", "app")
    _check(wish)
    name = f"app-{secrets.token_hex(8)}"
    with db.atomic():
        db.execute(
            """
            insert into access_app
              (id, name, maker, kind, state, redirects, scope, launch, jwks, jwks_url, account, asked, asked_by)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                name, wish.name.strip(), wish.maker.strip(), wish.kind, ASKED, list(wish.redirects),
                " ".join(scopes.understood(wish.scope)), wish.launch, wish.jwks, wish.jwks_url, wish.account, at,
                actor.account,
            ),
        )  # fmt: skip
        audit.record(actor, "register", kind="app", person=None, detail=name, at=at)
    return _there(find(name))


def decide(actor: Actor, name: str, state: str, at: datetime) -> None:
    """Approve or suspend. A suspended app's tokens end at once. Raises SSK-1002 when there is no such app."""
    policy.check(actor, "decide", "app")
    with db.atomic():
        known = _there(find(name))
        if state not in {APPROVED, SUSPENDED}:
            raise Problem("SSK-1002")
        db.execute(
            "update access_app set state = %s, decided = %s, decided_by = %s where id = %s",
            (state, at, actor.account, known.id),
        )
        audit.record(actor, "approve" if state == APPROVED else "suspend", kind="app", person=None, detail=name, at=at)


def find(name: str) -> App | None:
    """An app in any state."""
    return next(iter(_read("id = %s", (name,))), None)


def approved(name: str) -> App | None:
    """An app that may work."""
    return next(iter(_read("id = %s and state = %s", (name, APPROVED))), None)


def listed(actor: Actor) -> list[App]:
    """Every app, those that wait first."""
    policy.check(actor, "read", "app")
    return _read("true", ())


def named(ids: list[str]) -> dict[str, str]:
    """What apps are called."""
    return dict(db.tuples("select id, name from access_app where id = any (%s)", (ids,)))


def account_named(username: str) -> int | None:
    """The account whose rights a service is to have."""
    found: int | None = db.value("select id from access_account where username = %s", (username,))
    return found


def launched_from_pages() -> list[App]:
    """Approved apps that a facility's page can start."""
    return _read("state = %s and launch <> ''", (APPROVED,))


def _read(where: str, values: tuple[object, ...]) -> list[App]:
    rows = db.tuples(
        f"select {_COLUMNS} from access_app where {where} order by state <> 'asked', name, id",  # noqa: S608 -- conditions from above
        values,
    )
    return [App._make(row) for row in rows]


def _there(app: App | None) -> App:
    if app is None:
        raise Problem("SSK-1002")
    return app


def _check(wish: Wish) -> None:
    """Raise SSK-1201 with the field that is not right."""
    is_service = wish.kind == SERVICE
    has_keys = bool(wish.jwks) != bool(wish.jwks_url)
    levels = {one.level for one in scopes.resources(wish.scope)}
    sound = {
        "name": bool(_NAME.fullmatch(wish.name.strip())),
        "maker": bool(_NAME.fullmatch(wish.maker.strip())),
        "kind": wish.kind in _KINDS,
        "scope": bool(scopes.understood(wish.scope)) and (levels <= {"system"}) == is_service,
        "redirect_uris": is_service or _are_redirects(wish.redirects),
        "jwks": not has_keys if wish.kind == PUBLIC else has_keys and _are_public_keys(wish),
        "launch_url": not wish.launch or _is_web_address(wish.launch),
        "account": _has_rights(wish.account) if is_service else wish.account is None,
    }
    for field, is_right in sound.items():
        if not is_right:
            raise Problem("SSK-1201", what=field)


def _has_rights(account: int | None) -> bool:
    asked = "select true from access_account where id = %s and is_active and role = any (%s)"
    return bool(db.value(asked, (account, list(SERVICE_ROLES))))


def _are_redirects(given: tuple[str, ...]) -> bool:
    return 0 < len(given) <= _MOST_REDIRECTS and all(_is_redirect(one) for one in given)


def _is_redirect(address: str) -> bool:
    """An https address, one of the own machine, or an app's own scheme (RFC 8252, reverse domain name)."""
    parts = urlsplit(address)
    if "#" in address or "*" in address or any(letter.isspace() for letter in address):
        return False
    return _is_web_address(address) or bool(_OWN_SCHEME.fullmatch(parts.scheme))


def _is_web_address(address: str) -> bool:
    parts = urlsplit(address)
    is_near = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return bool(parts.hostname) and not parts.username and (parts.scheme == "https" or is_near)


def _are_public_keys(wish: Wish) -> bool:
    if wish.jwks_url:
        return _is_web_address(wish.jwks_url) and (settings.NEAR_APPS or wish.jwks_url.startswith("https:"))
    try:
        keys = msgspec.json.decode(wish.jwks)["keys"]
        return bool(keys) and all(one["kty"] in {"RSA", "EC"} and not _SECRET_PARTS & one.keys() for one in keys)
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return False
