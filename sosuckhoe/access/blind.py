"""What lives as long as a session or a code: keyed digests of what was chance, and short texts that a page hands back.

Both keys derive from the house's secret (HKDF, RFC 5869), each for its own purpose. What the database keeps of people
is sealed and found with the key ring (`base/sealing.py`, `base/blinding.py`), so that this secret may change.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@cache
def _key(secret: str, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"sosuckhoe {purpose}".encode()).derive(secret.encode())


def digest(purpose: str, *parts: str) -> bytes:
    """A keyed digest (32 bytes) of texts, different for each purpose; parts cannot run into one another."""
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(_key(settings.SECRET_KEY, f"digest {purpose}"), message, hashlib.sha256).digest()


def seal(text: str) -> bytes:
    """A text that only this house can read."""
    return _box(settings.SECRET_KEY).encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """What was sealed."""
    return _box(settings.SECRET_KEY).decrypt(bytes(sealed)).decode()


def unseal_fresh(sealed: str, seconds: int) -> str | None:
    """What was sealed so many seconds ago at most; None for anything else."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode(), ttl=seconds).decode()
    except (InvalidToken, ValueError):
        return None


@cache
def _box(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(secret, "seal")))
