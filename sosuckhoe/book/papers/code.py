"""The code on a print: 24 letters that cannot be guessed, easy to read out and to type. Pure.

15 bytes: the person's bucket (16 bits) and 104 bits of chance, written in Crockford's base 32, which has no I, L, O
and U, in six groups of four. https://www.crockford.com/base32.html
"""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
_BYTES, _LETTERS, _GROUP = 15, 24, 4
_CHANCE_BYTES = _BYTES - 2


def new_code(bucket: int) -> bytes:
    """A code that nobody has had."""
    return bucket.to_bytes(2, "big") + secrets.token_bytes(_CHANCE_BYTES)


def bucket_in(code: bytes) -> int:
    """The bucket that a code carries."""
    return int.from_bytes(code[:2], "big")


def written(code: bytes) -> str:
    """'7F3K-…': the code as it stands on paper and in the address."""
    number = int.from_bytes(code, "big")
    letters = "".join(_ALPHABET[number >> (5 * place) & 31] for place in range(_LETTERS - 1, -1, -1))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))


def read(text: str) -> bytes | None:
    """The code that somebody typed or scanned (case, spaces and hyphens do not matter); None when it cannot be one."""
    letters = "".join(text.upper().replace("-", "").split()).translate(_READ_AS)
    if len(letters) != _LETTERS or not set(letters) <= set(_ALPHABET):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | _ALPHABET.index(letter)
    return number.to_bytes(_BYTES, "big")
