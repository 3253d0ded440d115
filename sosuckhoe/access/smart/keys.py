"""The keys with which ID tokens are signed: made when needed, the newest signs, old ones stay shown for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from joserfc.jwk import ECKey

from sosuckhoe.access.smart import bounds
from sosuckhoe.access.smart.configuration import SIGNED_BY
from sosuckhoe.base import db, sealing

SEALED = "access app key"
"""The purpose of `access_app_key.sealed`, bound to the key's id."""

_LOCK = "select pg_advisory_xact_lock(hashtextextended('access_app_key', 3))"


def signing(at: datetime) -> ECKey:
    """The key that signs now."""
    newest = _newest(at)
    if newest is not None:
        return newest
    with db.atomic():
        db.execute(_LOCK)
        return _newest(at) or _make(at)


def shown(at: datetime) -> dict[str, Any]:
    """The public keys, as a JWK set."""
    signing(at)
    since = at - bounds.key_lifetimes()[1]
    rows = db.tuples("select id, sealed from access_app_key where made > %s order by made desc", (since,))
    return {"keys": [_key(*row).as_dict(private=False) for row in rows]}


def _newest(at: datetime) -> ECKey | None:
    since = at - bounds.key_lifetimes()[0]
    rows = db.tuples("select id, sealed from access_app_key where made > %s order by made desc limit 1", (since,))
    return _key(*rows[0]) if rows else None


def _make(at: datetime) -> ECKey:
    made = ECKey.generate_key("P-256", {"use": "sig", "alg": SIGNED_BY}, auto_kid=True)
    sealed = sealing.seal(SEALED, sealing.place(str(made.kid)), msgspec.json.encode(made.as_dict(private=True)))
    db.execute("insert into access_app_key (id, made, sealed) values (%s, %s, %s)", (made.kid, at, sealed))
    db.execute("delete from access_app_key where made < %s", (at - 2 * bounds.key_lifetimes()[1],))
    return made


def _key(name: str, sealed: bytes) -> ECKey:
    return ECKey.import_key(msgspec.json.decode(sealing.unseal(SEALED, sealing.place(name), sealed)))
