"""api/ho-so-suc-khoe/qd-831-2017/tiep-nhan: health profiles, as systems already send them to a province's data store.

A bearer token of api/xac-thuc/token, the XML as the body, and an answer of `success`, `code`, `message` and `data`.
The answer's codes beginning with ACCEPTED are those that senders wait for.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import falcon

from sosuckhoe.access import actions as access
from sosuckhoe.access import passwords
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.gateway import forms
from sosuckhoe.doors.gateway.bearer import ACCEPTED, DUPLICATE, REJECTED, refuse, sender
from sosuckhoe.doors.gateway.token import LIFETIME, SYSTEMS
from sosuckhoe.doors.look import client
from sosuckhoe.exchange import findings
from sosuckhoe.exchange.actions.open import findings_of, open_arrival
from sosuckhoe.exchange.actions.receive import Parcel, Receipt, may_send_as, receive
from sosuckhoe.exchange.formats import facility_of
from sosuckhoe.exchange.xml130.guard import DEFAULT
from sosuckhoe.exchange.xml130.package import Finding
from sosuckhoe.identity import queries as register

MOST_FINDINGS = 50
_MEBIBYTE = 1024 * 1024
_TAKEN = "Đã tiếp nhận. (Received.)"
_KNOWN = "Đã tiếp nhận trước đây, không có gì thay đổi. (Received before; nothing changes.)"
_PARTLY = (
    "Đã giữ lại, nhưng có hồ sơ không dùng được; xem findings. (Kept, but a profile cannot be used; see findings.)"
)


class Token:
    """Name and password as JSON against a bearer token for a few hours."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        try:
            fields = forms.fields(request)
            digest = hashlib.md5(fields.get("password", "").encode(), usedforsecurity=False).hexdigest().upper()
            place, now = client.address_in(request.env), clock.now()
            account = passwords.enter(fields.get("username", ""), digest, SYSTEMS, place, now)
            token = access.issue_token(account, "gateway", now, LIFETIME)
        except Problem as problem:
            refuse(response, problem)
            return
        data = {"access_token": token, "token_type": "bearer", "expires_in": int(LIFETIME.total_seconds())}
        response.media = {"success": True, "code": "OK", "message": "", "data": data}


class Profiles:
    """Stores the body as the sender's facility, then tells what a first reading shows."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        try:
            actor = sender(request)
            content = _body(request)
            parcel = Parcel(_as_whom(actor, content), "profile", content)
            at = clock.now()
            receipt = receive(actor, parcel, "gateway", at)
        except Problem as problem:
            refuse(response, problem)
            return
        _answer(response, parcel, receipt, at)


def _as_whom(actor: Actor, content: bytes) -> str:
    """The facility as which it is stored: the account's own; of another vendor's system the one that the file names.

    SSK-3303 unless that facility keeps its profiles in this system.
    """
    if actor.source is None:
        return actor.facility or ""
    facility = facility_of(content, "profile")
    if not may_send_as(actor, facility):
        raise Problem("SSK-3303")
    return facility


def _body(request: falcon.Request) -> bytes:
    most = DEFAULT.envelope_bytes
    content: bytes = request.bounded_stream.read(most + 1)
    if len(content) > most:
        raise Problem("SSK-2108", limit=most // _MEBIBYTE)
    return content


def _answer(response: falcon.Response, parcel: Parcel, receipt: Receipt, at: datetime) -> None:
    """The parcel is stored whatever a first reading shows, and is read again when it is filed."""
    try:
        envelope = open_arrival(parcel, register.facility(parcel.facility), at)
    except Problem as problem:
        refuse(response, problem, receipt.number)
        return
    found = [finding for findings_of_one in findings_of(envelope, at) for finding in findings_of_one]
    refused = any(finding.level == "refused" for finding in found)
    response.status = falcon.HTTP_422 if refused else falcon.HTTP_200
    response.media = {
        "success": not refused,
        "code": REJECTED if refused else DUPLICATE if receipt.known else ACCEPTED,
        "message": _PARTLY if refused else _KNOWN if receipt.known else _TAKEN,
        "data": {"tracking_id": receipt.number, "findings": [_told(finding) for finding in found[:MOST_FINDINGS]]},
    }


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "level": finding.level,
        "table": finding.table,
        "row": finding.row,
        "field": finding.field,
        "rule": finding.rule,
        "vi": findings.sentence(finding, "vi"),
        "en": findings.sentence(finding, "en"),
    }
