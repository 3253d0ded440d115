"""Writes that a client may send again under one id: `Idempotency-Key`, or `X-Request-Id`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

import falcon

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.actions import Answer

_LONGEST = 200


def once(request: falcon.Request, actor: Actor, raw: bytes, at: datetime, do: Callable[[], Answer]) -> Answer:
    """Do it, or answer as the first time when this account has sent the same request under the same id.

    What loses a race to another writer is done anew, a few times.
    """
    name = request.get_header("Idempotency-Key") or request.get_header("X-Request-Id")
    if not name:
        return actions.again(do)
    if len(name) > _LONGEST:
        raise Problem("SSK-3004", name="Idempotency-Key", form=f"1 … {_LONGEST}")
    about = [request.method, request.relative_uri, *(request.get_header(one) or "" for one in _PART_OF_REQUEST)]
    digest = hashlib.sha256("\x00".join(about).encode() + b"\x00" + raw).digest()
    return actions.again(lambda: actions.once(actor, name, digest, at, do))


_PART_OF_REQUEST = ("If-Match", "If-None-Match", "If-None-Exist", "Prefer")
