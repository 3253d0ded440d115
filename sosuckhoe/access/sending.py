"""Messages to a telephone, through whoever the settings name. A sender is `send(phone, words, at)`."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings

from sosuckhoe.base import db, sealing

STUB = "sosuckhoe.access.sending:keep"
"""The sender that sends nothing: the demo shows what it was told."""

PHONE, WORDS = "access stub phone", "access stub words"
"""The purposes of `access_stub_message.phone` and `.words`."""

TURN_SECONDS = 3.0
"""For so long messages of one kind go out in a turn of the worker: a slow sender must not hold up an emergency's."""

_WORDS = {
    "code": "So Suc Khoe: ma dang nhap {code}, dung trong {minutes} phut. Khong doc ma nay cho bat ky ai.",
    "card": (
        "So Suc Khoe: mot the QR va PIN vua duoc cap cho so cua ban. Neu khong phai ban, hay dang nhap va khoa the."
    ),
    "emergency": "So Suc Khoe: so cua ban vua duoc mo de cap cuu. Dang nhap de xem ai da mo va vi sao.",
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
