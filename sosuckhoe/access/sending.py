"""Messages to a telephone, through whoever the settings name. A sender is `send(phone, words, at)`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from psycopg import OperationalError

from sosuckhoe.base import db, sealing

STUB = "sosuckhoe.access.sending:keep"
"""The sender that sends nothing: the demo shows what it was told."""

PHONE, WORDS = "access stub phone", "access stub words"
"""The purposes of `access_stub_message.phone` and `.words`."""

TURN_SECONDS = 3.0
"""For so long messages of one kind go out in a turn of the worker: a slow sender must not hold up an emergency's."""

REST_SECONDS, LONGEST_REST_SECONDS = 5.0, 3600.0
"""A message that its sender failed on rests so long, each time twice as long, up to the second."""

_log = logging.getLogger(__name__)

_WORDS = {
    "code": "So Suc Khoe: ma dang nhap {code}, dung trong {minutes} phut. Khong doc ma nay cho bat ky ai.",
    "card": (
        "So Suc Khoe: mot the QR va PIN vua duoc cap cho so cua ban. Neu khong phai ban, hay dang nhap va khoa the."
    ),
    "emergency": "So Suc Khoe: so cua ban vua duoc mo de cap cuu. Dang nhap de xem ai da mo va vi sao.",
    "passkey-added": (
        "So Suc Khoe: mot khoa truy cap vua duoc them vao tai khoan ban. Neu khong phai ban, hay dang nhap va bo no."
    ),
    "passkey-removed": (
        "So Suc Khoe: mot khoa truy cap cua tai khoan ban vua bi bo. Neu khong phai ban, hay dang nhap va xem lai."
    ),
    "password-changed": (
        "So Suc Khoe: mat khau cua tai khoan ban vua doi. Neu khong phai ban, hay bao ngay co so y te cua ban."
    ),
    "phone-changes": (
        "So Suc Khoe: so dien thoai cua tai khoan se doi sau 24 gio. Neu khong phai ban, hay dang nhap va giu so cu."
    ),
    "phone-changes-link": "So Suc Khoe: so dien thoai cua ban se doi sau 24 gio. Khong phai ban? Giu so cu: {address}",
}
"""Without marks: a message of plain letters holds 160 of them, with marks 70."""


def is_offered() -> bool:
    """Whether the house can send."""
    return bool(settings.SMS_SENDER)


def words(name: str, **places: object) -> str:
    """A message."""
    return _WORDS[name].format(**places)


def send(phone: str, text: str, at: datetime) -> None:
    """Hand a message to the sender, if there is one."""
    if settings.SMS_SENDER:
        module, _, name = settings.SMS_SENDER.partition(":")
        getattr(import_module(module), name)(phone, text, at)


class Resting:
    """Messages of one kind that their sender failed on: while they rest they hold up no other.

    It is of one process, for the worker alone sends: one that begins anew tries them all.
    """

    def __init__(self) -> None:
        self._rests: dict[Any, tuple[float, float]] = {}

    def now(self) -> list[Any]:
        """The ids of those that rest."""
        now = time.monotonic()
        self._rests = {one: rest for one, rest in self._rests.items() if rest[0] + LONGEST_REST_SECONDS > now}
        return [one for one, (until, _) in self._rests.items() if until > now]

    def take(self, waiting: Sequence[Any], send_one: Callable[[Any], None]) -> int:
        """Send one after the other for a turn, in the caller's transaction; how many were looked at."""
        until = time.monotonic() + TURN_SECONDS
        for number, row in enumerate(waiting, 1):
            self._try(row, send_one)
            if time.monotonic() > until:
                return number
        return len(waiting)

    def _try(self, row: Any, send_one: Callable[[Any], None]) -> None:
        try:
            with db.atomic():
                send_one(row)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever a sender raises; its kind is named, and it is tried again
            _log.warning("a message of kind %s was not sent (%s)", row.kind, type(error).__name__)
            _, before = self._rests.get(row.id, (0.0, REST_SECONDS / 2))
            rest = min(2 * before, LONGEST_REST_SECONDS)
            self._rests[row.id] = (time.monotonic() + rest, rest)
        else:
            self._rests.pop(row.id, None)


def keep(phone: str, text: str, at: datetime) -> None:
    """Stand in for a sender: keep what it would have sent."""
    db.execute(
        "insert into access_stub_message (at, phone, words) values (%s, %s, %s)",
        (at, sealing.seal(PHONE, b"", phone.encode()), sealing.seal(WORDS, b"", text.encode())),
    )


def kept(limit: int = 20) -> list[Any]:
    """What the stub was told to send, newest first: (moment, phone, words)."""
    found = db.tuples("select at, phone, words from access_stub_message order by id desc limit %s", (limit,))
    return [
        (at, sealing.unseal(PHONE, b"", phone).decode(), sealing.unseal(WORDS, b"", text).decode())
        for at, phone, text in found
    ]
