"""Contents sealed for the database and the disk: authenticated encryption, bound to the place where they stand. Pure.

AES-256-GCM (NIST SP 800-38D) of `cryptography`. A sealed content is

    key number (1 byte) · selector (1) · nonce (12) · ciphertext · tag (16)

- The key of a purpose and a selector derives from the ring's key (HKDF-SHA-256, RFC 5869). Selector and nonce are 13
  bytes of chance. SP 800-38D, 8.3, allows 2^32 contents under one key where the nonce is 96 bits of chance; 256 keys a
  purpose allow 10^12, where the country's ten years have 2 × 10^10.
- `bound` is the additional authenticated data: what tells the row. A content that was put into another row, column or
  table does not open.
- Contents are packed before they are sealed, never after. Their length can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import urandom
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sosuckhoe.base import keyring
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keyring import KEY_BYTES, MOST_NUMBER, Ring

OVERHEAD = 30
"""So many bytes longer is a sealed content."""

_SELECTORS = 256
_CHANCE = 13
_NONCE, _CONTENT = 2, 14
_NUMBER = [bytes((number,)) for number in range(MOST_NUMBER + 1)]
_BUCKET_BYTES = 2


class _Boxes:
    """Keys of the ring that is held, made when they are first used: 20 µs each."""

    ring: Ring | None = None
    made: dict[tuple[int, str], list[AESGCM | None]] = {}  # noqa: RUF012 -- replaced with the ring, never shared


def seal(purpose: str, bound: bytes, content: bytes) -> bytes:
    """The content, sealed with the newest key for one place."""
    chance = urandom(_CHANCE)
    number = keyring.ring().newest
    return _NUMBER[number] + chance + _box(number, purpose, chance[0]).encrypt(chance[1:], content, bound)


def unseal(purpose: str, bound: bytes, sealed: bytes) -> bytes:
    """What was sealed for this purpose and place.

    Problem SSK-2302 names a key that the ring has not, SSK-2303 the purpose of what does not belong here.
    """
    if len(sealed) < OVERHEAD:
        raise Problem("SSK-2303", purpose=purpose)
    box = _box(sealed[0], purpose, sealed[1])
    try:
        return box.decrypt(sealed[_NONCE:_CONTENT], sealed[_CONTENT:], bound)
    except InvalidTag:
        raise Problem("SSK-2303", purpose=purpose) from None


def unseal_many(purpose: str, several: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """The same of many, each as what binds it and what was sealed: without the calls it is half the time."""
    opened, number, boxes = [], None, list[AESGCM | None]()
    try:
        for bound, sealed in several:
            if len(sealed) < OVERHEAD:
                raise Problem("SSK-2303", purpose=purpose)
            if sealed[0] != number:
                number = sealed[0]
                boxes = _boxes(number, purpose)
            box = boxes[sealed[1]] or _box(number, purpose, sealed[1])
            opened.append(box.decrypt(sealed[_NONCE:_CONTENT], sealed[_CONTENT:], bound))
    except InvalidTag:
        raise Problem("SSK-2303", purpose=purpose) from None
    return opened


def place(*parts: str | int | UUID | bytes) -> bytes:
    """What binds a content to its row, of the parts of its key. Parts cannot run into one another.

    Of a key of this house its bucket is left out: a merge carries rows from one bucket to another as they are.
    """
    return b"".join(len(one).to_bytes(4, "big") + one for one in (_part(part) for part in parts))


def _part(part: str | int | UUID | bytes) -> bytes:
    if isinstance(part, str):
        return b"s" + part.encode()
    if isinstance(part, int):
        return b"i" + part.to_bytes(8, "big", signed=True)
    return b"u" + part.bytes[_BUCKET_BYTES:] if isinstance(part, UUID) else b"b" + bytes(part)


def _box(number: int, purpose: str, selector: int) -> AESGCM:
    boxes = _boxes(number, purpose)
    box = boxes[selector]
    if box is None:
        key = keyring.ring().sealing[number]
        box = boxes[selector] = AESGCM(_derived(key, ("seal", purpose), selector))
    return box


def _boxes(number: int, purpose: str) -> list[AESGCM | None]:
    """The keys of a purpose by their selectors, as far as they have been made."""
    ring = keyring.ring()
    if _Boxes.ring is not ring:
        _Boxes.ring, _Boxes.made = ring, {}
    boxes = _Boxes.made.get((number, purpose))
    if boxes is None:
        if number not in ring.sealing:
            raise Problem("SSK-2302", key=number, purpose=purpose)
        boxes = _Boxes.made[number, purpose] = [None] * _SELECTORS
    return boxes


def _derived(key: bytes, words: Sequence[str], selector: int) -> bytes:
    info = " ".join(("sosuckhoe", *words)).encode() + b"\0" + bytes((selector,))
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(key)
