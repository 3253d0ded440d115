"""api/he-thong/…: other vendors' systems deliver FHIR bundles, NDJSON and tables, and ask what became of them.

A bearer token of api/xac-thuc/token, the file as the body, and the answer's form of the profiles' address. A file is on
the disk before anybody reads it; the receipt says what a first look shows, its address what became of it.
"""

from __future__ import annotations

import re
from typing import Any

import falcon

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.gateway import bearer
from sosuckhoe.doors.gateway.bearer import ACCEPTED, DUPLICATE, REJECTED
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.feeds import deliver, looking
from sosuckhoe.exchange.feeds.deliver import Parcel
from sosuckhoe.exchange.feeds.readers import BUNDLE, CSV, NDJSON

MOST_BYTES = 64 * 1024 * 1024
MOST_WAITING = 200
MOST_FINDINGS = 50

FHIR_TYPES = {
    "application/fhir+json": BUNDLE,
    "application/json": BUNDLE,
    "application/fhir+ndjson": NDJSON,
    "application/x-ndjson": NDJSON,
}
TABLE_TYPES = {"text/csv": CSV}
_REQUEST = re.compile(r"[A-Za-z0-9._:-]{0,100}")
_RECEIPT = re.compile(r"([a-z0-9-]{1,60})\.([0-9]{1,15})")
_SENTENCES = {
    "taken": "Đã tiếp nhận, đang chờ vào sổ. (Received; waiting to be filed.)",
    "known": "Đã tiếp nhận trước đây, không có gì thay đổi. (Received before; nothing changes.)",
    "partly": "Đã giữ lại; có chỗ không dùng được, xem findings. (Kept; something cannot be used, see findings.)",
}


class Resources:
    """POST a Bundle, or resources one a line."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        _take(request, response, "fhir", FHIR_TYPES, "bundle")


class Table:
    """POST a table of the mapping by its name."""

    def on_post(self, request: falcon.Request, response: falcon.Response, table: str) -> None:
        _take(request, response, "csv", TABLE_TYPES, f"{table}.csv")


class Delivered:
    """GET what became of a delivery, by its receipt."""

    def on_get(self, request: falcon.Request, response: falcon.Response, receipt: str) -> None:
        try:
            row = _row_of(bearer.sender(request), receipt)
        except Problem as problem:
            bearer.refuse(response, problem)
            return
        found = looking.faults(row, MOST_FINDINGS + 1)
        response.media = {"success": True, "code": "OK", "message": "", "data": _told(row, found)}


def _take(request: falcon.Request, response: falcon.Response, kind: str, types: dict[str, str], name: str) -> None:
    """Store the body as the sender's system; answer with the receipt and what a first look shows."""
    try:
        actor = bearer.sender(request)
        parcel = _parcel(request, actor, kind, types, name)
        looking.demand_room(parcel.source, MOST_WAITING)
        receipt = deliver.receive(actor, parcel, request.bounded_stream, "gateway", clock.now(), MOST_BYTES)
    except Problem as problem:
        bearer.refuse(response, problem)
        return
    row = looking.one(receipt.delivery)
    found = looking.faults(row, MOST_FINDINGS + 1) if row.ended else looking.first_look(row, MOST_FINDINGS + 1)
    _answer(response, row, found, is_known=receipt.known)


def _parcel(request: falcon.Request, actor: Actor, kind: str, types: dict[str, str], name: str) -> Parcel:
    source = sources.sources().get(actor.source or "")
    if source is None:
        raise Problem("SSK-1003", action="send delivery")
    policy.check(actor, "send", "delivery", source=source.id)
    if source.kind != kind:
        raise Problem("SSK-3302", kind=kind)
    sent_as = (request.content_type or "").partition(";")[0].strip().lower()
    if sent_as not in types:
        raise Problem("SSK-3304", types=", ".join(types))
    number = request.get_header("X-Request-ID") or ""
    if not _REQUEST.fullmatch(number):
        raise Problem("SSK-3305")
    if (request.content_length or 0) > MOST_BYTES:
        raise Problem("SSK-2160", limit=MOST_BYTES // 1024 // 1024)
    return Parcel(source.id, types[sent_as], name[:200], number)


def _row_of(actor: Actor, receipt: str) -> Any:
    """The delivery of a receipt of the actor's own source; another's does not exist."""
    found = _RECEIPT.fullmatch(receipt)
    if found is None:
        raise Problem("SSK-1002")
    policy.check(actor, "read", "delivery", source=found[1])
    row = looking.one(int(found[2]))
    if row is None or row.source != found[1]:
        raise Problem("SSK-1002")
    return row


def _answer(response: falcon.Response, row: Any, found: list[looking.Fault], *, is_known: bool) -> None:
    whole = next((fault.problem for fault in found if not fault.place), None)
    response.status = falcon.code_to_http_status(whole.status) if whole else falcon.HTTP_200
    response.media = {
        "success": whole is None,
        "code": REJECTED if whole else DUPLICATE if is_known else ACCEPTED,
        "message": _SENTENCES["partly" if found else "known" if is_known else "taken"],
        "data": _told(row, found),
    }


def _told(row: Any, found: list[looking.Fault]) -> dict[str, Any]:
    return {
        "tracking_id": f"{row.source}.{row.id}",
        "state": row.state,
        "counts": {name: getattr(row, name) for name in ("filed", "unchanged", "older", "put_off", "refused")},
        "findings": [
            {"place": place, "rule": problem.number, "vi": problem.vi, "en": problem.en}
            for place, problem in found[:MOST_FINDINGS]
        ],
        "has_more_findings": len(found) > MOST_FINDINGS,
    }
