"""Carry a database from before there was a key ring: once, within the migration that brings it."""

from __future__ import annotations

from sosuckhoe.access import blind, phones, totp
from sosuckhoe.access.smart import keys
from sosuckhoe.base import db, sealing


def seal_everything() -> None:
    """Telephones and secrets are sealed anew; codes and news that still wait for the worker are not sent any more."""
    for row in db.rows("select id, account, sealed from access_phone"):
        number = blind.unseal(row.sealed)
        db.execute(
            "update access_phone set blind = %s, sealed = %s where id = %s",
            (phones.blind_of(number), phones.sealed(row.account, number), row.id),
        )
    for row in db.rows("select account, sealed from access_totp"):
        sealed = sealing.seal(totp.SEALED, sealing.place(row.account), blind.unseal(row.sealed).encode())
        db.execute("update access_totp set sealed = %s where account = %s", (sealed, row.account))
    for row in db.rows("select id, sealed from access_app_key"):
        sealed = sealing.seal(keys.SEALED, sealing.place(row.id), blind.unseal(row.sealed).encode())
        db.execute("update access_app_key set sealed = %s where id = %s", (sealed, row.id))
    db.execute("update access_code set sealed = null, ends = made where sealed is not null")
    db.execute("update access_notice set sealed = null where sealed is not null")
    db.execute("delete from access_stub_message")
