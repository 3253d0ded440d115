"""The keys of links at rest: sealed with a key that is made from the house's secret. Pure."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_LENGTH = 32


def sealed(key: bytes, secret: str, code: bytes) -> bytes:
    """The key of the link with this code, so that the database alone gives no file away."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(secret).encrypt(nonce, key, code)


def unsealed(content: bytes, secret: str, code: bytes) -> bytes:
    """What `sealed` sealed; raises cryptography.exceptions.InvalidTag when the secret is another one."""
    return _cipher(secret).decrypt(content[:_NONCE], content[_NONCE:], code)


def _cipher(secret: str) -> AESGCM:
    made = HKDF(SHA256(), _LENGTH, None, b"sosuckhoe book link")
    return AESGCM(made.derive(secret.encode()))
