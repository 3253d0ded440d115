"""A JWK set from its address. https://www.rfc-editor.org/rfc/rfc7517#section-5"""

from __future__ import annotations

import time
from typing import Any

import msgspec
from django.conf import settings

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.outside import outward

SECONDS = 3.0
"""In all: what comes drop by drop ends too."""

KEPT_SECONDS = 300.0
ASKED_AGAIN_SECONDS = 10.0
MOST_BYTES = 64 * 1024
_MOST_KEPT = 1_000
_OK = 200
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_failed: dict[str, float] = {}
"""When an address was last asked in vain: while it is down, every request for a token would else wait for it."""


def keys_at(address: str, wanted: str) -> dict[str, Any]:
    """The set at an address; asked again when the key with this id is not in what is kept. Problem SSK-1202."""
    now = time.monotonic()
    fetched, known = _kept.get(address, (-KEPT_SECONDS, {}))
    has_it = any(key.get("kid") == wanted for key in known.get("keys", ()))
    if now - fetched < (KEPT_SECONDS if has_it else ASKED_AGAIN_SECONDS):
        return known
    if now - _failed.get(address, -ASKED_AGAIN_SECONDS) < ASKED_AGAIN_SECONDS:
        raise Problem("SSK-1202")
    if max(len(_kept), len(_failed)) >= _MOST_KEPT:
        forget()
    try:
        known = _fetched(address)
    except Problem:
        _failed[address] = now
        raise
    _failed.pop(address, None)
    _kept[address] = (now, known)
    return known


def forget() -> None:
    """Nothing is kept any more."""
    _kept.clear()
    _failed.clear()


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = outward.get(address, seconds=SECONDS, most=MOST_BYTES, is_near_allowed=settings.NEAR_APPS)
        is_right = answer.status == _OK and len(answer.content) <= MOST_BYTES
        found = msgspec.json.decode(answer.content, type=dict[str, list[dict[str, Any]]]) if is_right else {}
    except (outward.Unreached, msgspec.DecodeError) as error:
        raise Problem("SSK-1202") from error
    if "keys" not in found:
        raise Problem("SSK-1202")
    return {"keys": found["keys"]}
