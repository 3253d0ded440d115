"""Resources and bundles on the wire. Stored bytes go out as they are, also inside a bundle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

import falcon
import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.actions import Answer, Done
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.finding import Page
from sosuckhoe.clinical.search.shape import Shape, shaped
from sosuckhoe.clinical.versions import Past
from sosuckhoe.doors.fhir import outcome
from sosuckhoe.doors.fhir.outcome import MEDIA


def send(request: falcon.Request, response: falcon.Response, stored: Stored) -> None:
    """A resource with its version and date; 304 when the client has it."""
    tag = f'W/"{stored.version}"'
    response.set_header("ETag", tag)
    response.set_header("Last-Modified", http_date(stored.updated))
    if _is_known(request, tag, stored.updated):
        response.status = falcon.HTTP_304
        return
    response.content_type = MEDIA
    response.data = stored.body


def _is_known(request: falcon.Request, tag: str, updated: datetime) -> bool:
    """If-None-Match, else If-Modified-Since. https://hl7.org/fhir/R4/http.html#cread"""
    given = request.get_header("If-None-Match")
    if given is not None:
        return given.strip() == "*" or tag in (one.strip() for one in given.split(","))
    if request.get_header("If-Modified-Since") is None:
        return False
    since = request.if_modified_since
    return since is not None and updated.replace(microsecond=0) <= since


def of_change(done: Done, base: str, prefer: str | None) -> Answer:
    """The answer to a create, update or delete. `prefer` is the client's `return=`."""
    headers = {"ETag": f'W/"{done.version}"', "Last-Modified": http_date(done.updated)}
    if done.status != _NO_CONTENT:
        headers["Location"] = f"{base}/{location(done)}"
    if done.status == _NO_CONTENT or prefer == "minimal":
        return Answer(done.status, headers, b"")
    if prefer == "OperationOutcome":
        return Answer(done.status, headers, orjson.dumps(outcome.all_well()))
    headers["Content-Location"] = headers["Location"]
    return Answer(done.status, headers, done.body)


def send_answer(response: falcon.Response, answer: Answer) -> None:
    """An answer that was made before it is sent, or kept since the first time."""
    response.status = answer.status
    for name, value in answer.headers.items():
        response.set_header(name, value)
    if answer.body:
        response.content_type = MEDIA
        response.data = answer.body


def location(done: Done) -> str:
    """The address of a version, below the server's."""
    return f"{done.type}/{done.name}/_history/{done.version}"


def http_date(moment: datetime) -> str:
    """`Sun, 22 Nov 2026 03:00:00 GMT` of a moment in UTC: `strftime` takes eight times as long."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment.hour:02}:{moment.minute:02}:{moment.second:02} GMT"


def searchset(page: Page, base: str, links: dict[str, str], ignored: list[Problem]) -> bytes:
    """A page of a search. https://hl7.org/fhir/R4/http.html#search"""
    entries = _entries(page.found, base, _MATCH)
    entries += _entries(page.included, base, b'"search":{"mode":"include"}')
    if ignored:
        warning = orjson.dumps(outcome.warnings(ignored))
        entries.append(b'{"resource":' + warning + b',"search":{"mode":"outcome"}}')
    return bundle("searchset", links, entries, page.total)


def in_part(page: Page, shape: Shape) -> Page:
    """The page with the part of each resource that is asked for."""
    found, included = (
        [one._replace(body=shaped(one.type, one.body, shape)) for one in several]
        for several in (page.found, page.included)
    )
    return page._replace(found=found, included=included)


def matches(found: Sequence[Stored], base: str) -> bytes:
    """Resources as one whole searchset."""
    return bundle("searchset", {}, _entries(found, base, _MATCH), len(found))


def history(versions: Sequence[Past], base: str, links: dict[str, str], total: int | None) -> bytes:
    """Versions as they were written. https://hl7.org/fhir/R4/http.html#history"""
    return bundle("history", links, [_version(one, base) for one in versions], total)


def _version(past: Past, base: str) -> bytes:
    version = past.key.version
    method = "DELETE" if past.body is None else "POST" if version == 1 else "PUT"
    url = past.type if method == "POST" else f"{past.type}/{past.name}"
    status = {"DELETE": "204", "POST": "201", "PUT": "200"}[method]
    response = {"status": status, **stamps(version, past.key.updated)}
    about = orjson.dumps({"request": {"method": method, "url": url}, "response": response})[1:-1]
    if past.body is None:
        full_url = orjson.dumps(f"{base}/{past.type}/{past.name}")
        return b'{"fullUrl":' + full_url + b"," + about + b"}"
    return _entry(past.type, past.body, base, about)


def stamps(version: int, updated: datetime) -> dict[str, str]:
    """Version and date as a response entry has them."""
    return {"etag": f'W/"{version}"', "lastModified": updated.isoformat(timespec="milliseconds")}


def bundle(kind: str, links: dict[str, str], entries: Sequence[bytes], total: int | None) -> bytes:
    """A Bundle around entries that are bytes already."""
    head: dict[str, Any] = {"resourceType": "Bundle", "type": kind}
    if total is not None:
        head["total"] = total
    if links:
        head["link"] = [{"relation": relation, "url": url} for relation, url in links.items()]
    start = orjson.dumps(head)[:-1]
    return start + b',"entry":[' + b",".join(entries) + b"]}" if entries else start + b"}"


def _entries(found: Iterable[Stored], base: str, about: bytes) -> list[bytes]:
    """The same of several: ids stand in the bodies as they stand in an address."""
    starts: dict[str, bytes] = {}
    entries = []
    for one in found:
        body, start = one.body, starts.get(one.type)
        if start is None:
            start = starts[one.type] = b'{"fullUrl":' + orjson.dumps(f"{base}/{one.type}/")[:-1]
        entries.append(b'%b%b","resource":%b,%b}' % (start, bodies.raw_name_in(one.type, body), body, about))
    return entries


def _entry(type_name: str, body: bytes, base: str, about: bytes) -> bytes:
    full_url = f"{base}/{type_name}/{bodies.name_in(type_name, body)}"
    return b'{"fullUrl":' + orjson.dumps(full_url) + b',"resource":' + body + b"," + about + b"}"


def address(base: str, path: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A link with its parameters."""
    place = f"{base}/{path}" if path else base
    if not pairs:
        return place
    return f"{place}?" + "&".join([f"{_quoted_name(name)}={_quoted(text)}" for name, text in pairs])


_quoted_name = lru_cache(maxsize=1000)(quote_plus)
"""Names are few; values are looked up nowhere."""


def _quoted(text: str) -> str:
    return text if text.isascii() and text.isalnum() else quote_plus(text)


_NO_CONTENT = 204
_MATCH = b'"search":{"mode":"match"}'
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
