"""Passkeys: added to an account, and used to sign in. fido2 makes every check of the standard.

Web Authentication, level 3, sections 7.1 and 7.2. https://www.w3.org/TR/webauthn-3/#sctn-rp-operations
"""

from __future__ import annotations

import hmac
import json
import struct
from datetime import datetime
from typing import Any

from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sosuckhoe.access import accounts, audit, blind, notices, sign_in
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem

_VERIFIED = UserVerificationRequirement.REQUIRED
_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AssertionError,
    AttributeError,
    RecursionError,
    NotImplementedError,
    struct.error,
)
"""What the library raises for an answer that somebody made up: misshapen, cut off, nested deeply, of an unknown key."""


def begin_adding(host: str, account: Account) -> tuple[str, dict[str, Any]]:
    """What the browser is asked to make (JSON), and the state to keep in the session. `host`: without a port."""
    user = PublicKeyCredentialUserEntity(
        id=blind.digest("passkey user", str(account.pk)), name=account.display_name, display_name=account.display_name
    )
    options, state = _server(host).register_begin(
        user,
        _of_account(account.pk),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
    )
    return json.dumps(dict(options)["publicKey"]), state


def finish_adding(host: str, account: Account, state: Any, answer: str, name: str, at: datetime) -> None:
    """Keep the passkey that the browser made; the account's telephones are told. SSK-1112 for what does not fit."""
    try:
        made = _server(host).register_complete(state, json.loads(answer))
    except _FAULTS as error:
        raise Problem("SSK-1112") from error
    credential = made.credential_data
    if credential is None:
        raise Problem("SSK-1112")
    with db.atomic():
        db.execute(
            "insert into access_passkey (id, account, data, count, name, made) values (%s, %s, %s, %s, %s, %s)",
            (credential.credential_id, account.pk, bytes(credential), made.counter, name[:80], at),
        )
        audit.record(sign_in.actor_for(account), "add-passkey", kind="account", person=account.person, at=at)
        notices.tell_account(account.pk, "passkey-added", at)


def begin_signing_in(host: str) -> tuple[str, dict[str, Any]]:
    """What the browser is asked to sign (JSON), and the state to keep in the session."""
    options, state = _server(host).authenticate_begin(user_verification=_VERIFIED)
    return json.dumps(dict(options)["publicKey"]), state


def finish_signing_in(host: str, state: Any, answer: str, at: datetime) -> Account:
    """Whose passkey signed. Problem SSK-1112 for anything that does not fit, alike."""
    try:
        told = json.loads(answer)
        row = db.one("select id, account, data, count from access_passkey where id = %s", (websafe_decode(told["id"]),))
        credentials = [AttestedCredentialData(bytes(row.data))] if row else []
        _server(host).authenticate_complete(state, credentials, told)
        seen = AuthenticationResponse.from_dict(told).response
    except _FAULTS as error:
        raise Problem("SSK-1112") from error
    account = accounts.active(row.account)
    count, user = seen.authenticator_data.counter, seen.user_handle
    is_theirs = user is None or hmac.compare_digest(user, blind.digest("passkey user", str(row.account)))
    if account is None or not is_theirs or (row.count and count <= row.count):
        raise Problem("SSK-1112")
    db.execute("update access_passkey set count = %s, used = %s where id = %s", (count, at, row.id))
    return account


def listed(account: int) -> list[Any]:
    """An account's passkeys: id, name, made, used."""
    return db.rows("select id, name, made, used from access_passkey where account = %s order by made", (account,))


def remove(account: Account, identifier: bytes, at: datetime) -> None:
    """Take a passkey away; the account's telephones are told. Another account's is not found."""
    with db.atomic():
        if not db.execute("delete from access_passkey where id = %s and account = %s", (identifier, account.pk)):
            raise Problem("SSK-1002")
        audit.record(sign_in.actor_for(account), "remove-passkey", kind="account", person=account.person, at=at)
        notices.tell_account(account.pk, "passkey-removed", at)


def _of_account(account: int) -> list[AttestedCredentialData]:
    found = db.tuples("select data from access_passkey where account = %s", (account,))
    return [AttestedCredentialData(bytes(data)) for (data,) in found]


def _server(host: str) -> Fido2Server:
    """The checks for this host. The origin must be https, or localhost."""
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="Sổ Sức Khỏe"))
