"""What the worker does for access: every few seconds it counts up refused tries, seals the trace, tells the witness."""

from __future__ import annotations

import time
from functools import cache, partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from sosuckhoe.access import codes, notices, sealing, tries, witness
from sosuckhoe.access.seal_key import public_bytes, signing_key
from sosuckhoe.access.smart import tokens
from sosuckhoe.base import clock
from sosuckhoe.base.rounds import Work

EVERY_SECONDS = 2.0
ROUNDS = (Work("tokens", tokens.remove_old), Work("codes", codes.remove_unsent))
_turn = {"next": 0.0}


def drain() -> int:
    """Send what waits, seal what is new when it is time. How many lines are left to seal at once."""
    notices.send_waiting(clock.now())
    codes.send_waiting(clock.now())
    if time.monotonic() < _turn["next"]:
        return 0
    tries.tell_ended(clock.now())
    sealed = seal_and_tell()
    if sealed == sealing.MOST_LINES:
        return sealed
    _turn["next"] = time.monotonic() + EVERY_SECONDS
    return 0


def seal_and_tell() -> int:
    """Seal what is new and tell the witness what it has not been told; the number of lines sealed."""
    key = _key(settings.HOME)
    sealed = sealing.seal(key, clock.now())
    sealing.tell(partial(witness.ask, settings.WITNESS_SOCKET), public_bytes(key))
    return sealed


@cache
def _key(folder: Path) -> Ed25519PrivateKey:
    return signing_key(folder)
