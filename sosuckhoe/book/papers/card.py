"""The card of somebody without a telephone, as a PDF to cut out and fold. Its QR code holds an address and chance."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.book.papers import printing


class Printed(NamedTuple):
    """What stands on it. `pin`: '' when it was chosen at the desk, otherwise it is printed on a page of its own."""

    name: str
    code: str
    address: str
    facility: str
    pin: str
    at: datetime


def pdf(card: Printed) -> bytes:
    """One page with the card, and perhaps a second one with the PIN, to fold and to close."""
    content: dict[str, object] = {
        "title": "Thẻ mở sổ sức khỏe",
        **card._asdict(),
        "page": card.address.removesuffix(card.code),
        "at": card.at.astimezone(VIETNAM).strftime("%d/%m/%Y"),
        "qr": printing.qr(card.address),
    }
    return printing.compiled("card", content, card.at)
