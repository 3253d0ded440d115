"""Which columns of access are sealed (ADR 8)."""

from __future__ import annotations

from sosuckhoe.access import codes, notices, phones, sending, totp
from sosuckhoe.access.smart import keys
from sosuckhoe.base.resealing import Column

COLUMNS = (
    Column("access_phone", "sealed", phones.SEALED, ("id",), ("account", "blind")),
    Column("access_code", "sealed", codes.SEALED, ("id",), ("id",)),
    Column("access_notice", "sealed", notices.SEALED, ("id",), ("kind", "blind")),
    Column("access_totp", "sealed", totp.SEALED, ("account",), ("account",)),
    Column("access_app_key", "sealed", keys.SEALED, ("id",), ("id",)),
    Column("access_stub_message", "phone", sending.PHONE, ("id",), ()),
    Column("access_stub_message", "words", sending.WORDS, ("id",), ()),
)
LEFT = {
    "access_code.blind": "a keyed digest",
    "access_code.prefix": "a keyed digest",
    "access_code.place": "a keyed digest",
    "access_code.digest": "a keyed digest of a code of ten minutes",
    "access_phone.blind": "a keyed digest",
    "access_phone.stops": "a keyed digest of chance",
    "access_notice.blind": "a keyed digest",
    "access_notice.prefix": "a keyed digest",
    "access_card.id": "a keyed digest of chance",
    "access_failure.key": "a keyed digest",
    "access_try.key": "a keyed digest",
    "access_session.id": "a digest of chance",
    "access_session.place": "a keyed digest",
    "access_token.digest": "a digest of chance",
    "access_data_key.proof": "tells keys apart, and nothing of them",
    "access_desk_code.digest": "a digest of chance",
    "access_app_token.digest": "a digest of chance",
    "access_app_assertion.digest": "a digest of an assertion",
    "access_app_family.session": "a digest of chance",
    "access_app_launch.digest": "a digest of chance",
    "access_passkey.id": "chance of an authenticator",
    "access_passkey.data": "a public key",
    "access_grant.digest": "of a sentence that everybody is shown",
    "access_seal.root": "a hash of hashes",
    "access_seal.part": "a hash of hashes",
    "access_seal.signature": "a signature",
    "access_seal.leaves": "hashes of lines of the trace, which hold no numbers",
    "access_seal_state.frontier": "hashes",
    "access_seal_told.frontier": "hashes",
}
"""Bytes that are not sealed, and why."""
