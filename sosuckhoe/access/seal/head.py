"""A signed head: what the tree was after one seal, and the signature that says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ORIGIN = "sosuckhoe/audit/1"


class Head(NamedTuple):
    """`root` covers all lines up to `size`; `part` only those of this seal, so that one rewritten day can be named."""

    number: int
    at: datetime
    size: int
    root: bytes
    part: bytes

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        lines = (_ORIGIN, str(self.number), at, str(self.size), self.root.hex(), self.part.hex())
        return "".join(f"{line}\n" for line in lines).encode()


class SignedHead(NamedTuple):
    """A head with its Ed25519 signature."""

    head: Head
    signature: bytes

    def is_signed_by(self, key: bytes) -> bool:
        """Whether the signature is that of this public key (32 bytes)."""
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(self.signature, self.head.signed_bytes())
        except (InvalidSignature, ValueError):
            return False
        return True


def signed(head: Head, key: Ed25519PrivateKey) -> SignedHead:
    """The head with its signature."""
    return SignedHead(head, key.sign(head.signed_bytes()))


def as_words(signed_head: SignedHead) -> dict[str, object]:
    """A signed head as JSON knows it."""
    head = signed_head.head
    at = head.at.astimezone(UTC).isoformat(timespec="microseconds")
    hashes = {"root": head.root.hex(), "part": head.part.hex(), "signature": signed_head.signature.hex()}
    return {"number": head.number, "at": at, "size": head.size, **hashes}


def from_words(words: dict[str, object]) -> SignedHead:
    """A signed head from `as_words`. KeyError, TypeError or ValueError when it is none."""
    number, size = words["number"], words["size"]
    if not isinstance(number, int) or not isinstance(size, int):
        raise TypeError("a head's number and size are whole numbers")
    root, part, signature = (bytes.fromhex(str(words[name])) for name in ("root", "part", "signature"))
    return SignedHead(Head(number, datetime.fromisoformat(str(words["at"])), size, root, part), signature)
