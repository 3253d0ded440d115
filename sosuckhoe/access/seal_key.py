"""The key that signs the heads of the trace: `SOSUCKHOE_SEAL_KEY`, or one made at the first seal in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sosuckhoe.base.files import write_once


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """The Ed25519 key: 32 bytes in hexadecimal. ValueError when the environment holds something else."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(os.environ.get("SOSUCKHOE_SEAL_KEY") or _kept(folder)))


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes that check its signatures."""
    return key.public_key().public_bytes_raw()


def _kept(folder: Path) -> str:
    place = folder / "seal-key"
    if not place.exists():
        write_once(place, secrets.token_bytes(32).hex())
    return place.read_text(encoding="ascii")
