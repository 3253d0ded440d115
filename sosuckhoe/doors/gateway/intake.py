"""Take in one sending: who sends, stored, and an honest word about what was seen at first sight."""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from datetime import datetime

import falcon

from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.gateway import forms, replies, token
from sosuckhoe.exchange.actions.open import findings_of, open_arrival
from sosuckhoe.exchange.actions.receive import Parcel, Receipt, receive
from sosuckhoe.exchange.xml130 import findings
from sosuckhoe.exchange.xml130.package import Finding
from sosuckhoe.identity import queries as register

_WHITE_SPACE = b" \t\r\n"
_TAKEN = "Đã nhận {packages} hồ sơ. (Received.)"
_PARTLY = "Đã nhận; {refused} trên {packages} hồ sơ không dùng được: {first} (Received; some refused.)"


def take(request: falcon.Request, kind: str) -> dict[str, str]:
    """Store the content of `fileHSBase64` as the sender's facility, and answer with the portal's fields.

    What cannot be read is stored too and answered with the error's code and number of receipt.
    """
    fields = forms.fields(request)
    actor = token.sender(request, fields.get("username", ""))
    facility = fields.get("maCSKCB", "")
    if not facility or facility != actor.facility:
        raise Problem("SSK-2503")
    parcel = _parcel(facility, kind, fields.get("fileHSBase64", ""))
    at = clock.now()
    receipt = receive(actor, parcel, "gateway", at)
    return _answer(parcel, receipt, at)


def _parcel(facility: str, kind: str, text: str) -> Parcel:
    """The content as it came; a text that is not base64 is kept as the text it is."""
    sent = text.encode()
    try:
        content = binascii.a2b_base64(sent.translate(None, _WHITE_SPACE), strict_mode=True)
    except binascii.Error:
        return Parcel(facility, "unreadable", sent)
    return Parcel(facility, kind, content)


def _answer(parcel: Parcel, receipt: Receipt, at: datetime) -> dict[str, str]:
    """What a first reading shows. The parcel is stored whatever it shows, and is read again when it is filed."""
    try:
        envelope = open_arrival(parcel, register.facility(parcel.facility), at)
    except Problem as problem:
        return replies.of_receipt(receipt, at, f"{problem.number}: {problem.vi}", str(problem.status))
    refused = [refusal for found in findings_of(envelope, at) if (refusal := _first_refusal(found))]
    places = {"packages": len(envelope.packages), "refused": len(refused)}
    if not refused:
        return replies.of_receipt(receipt, at, _TAKEN.format(**places))
    first = findings.sentence(refused[0], "vi")
    return replies.of_receipt(receipt, at, _PARTLY.format(**places, first=first), replies.PARTLY)


def _first_refusal(found: Sequence[Finding]) -> Finding | None:
    return next((finding for finding in found if finding.level == "refused"), None)
