"""What whoever has a link gets: the manifest and files of the specification, and a page for any browser.

https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html#smart-health-link-manifest-request
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import queries, sharing
from sosuckhoe.book.links import payload, shown
from sosuckhoe.doors.citizen.prints import printed

_SALT = "link-file"
_LONGEST_NAME = 100
_FIELDS = {"SSK-1144": "ma", "SSK-1145": "ten"}
"""Where a fault is mended; one of the link itself is mended nowhere on the page."""
_FILE_SECONDS = 600
"""So long the address of a file that the manifest names holds."""

_KIND = "application/fhir+json;fhirVersion=4.0.1"
_EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Viewers of others read them from their own addresses."""

_VIEWER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' https:; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""As every page's (site/headers.py), but it also reads the links of other houses."""


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def manifest(request: HttpRequest, code: str) -> HttpResponse:
    """The files of a link, each encrypted."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=_EVERYWHERE)
    try:
        asked = _asked(request)
        now = clock.now()
        link = sharing.open_link(code, _word(asked, "recipient"), _word(asked, "passcode"), now)
    except sharing.WrongPasscode as wrong:
        return JsonResponse({"remainingAttempts": wrong.left}, status=wrong.status, headers=_EVERYWHERE)
    except Problem as problem:
        return JsonResponse({"error": problem.en}, status=problem.status, headers=_EVERYWHERE)
    longest = asked.get("embeddedLengthMax")
    made = [
        _file(request, link, number, longest, payload.encrypted(content, sharing.key_of(link)), now)
        for number, content in enumerate(_contents(request, link, now))
    ]
    return JsonResponse({"status": "finalized" if link.once else "can-change", "files": made}, headers=_EVERYWHERE)


@csrf_exempt
@require_http_methods(["GET", "OPTIONS"])
def file(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """One file of an opened link, for ten minutes."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=_EVERYWHERE)
    try:
        number = int(signing.loads(token, salt=_SALT + code, max_age=_FILE_SECONDS))
        now = clock.now()
        link = sharing.live(code, now)
        content = list(_contents(request, link, now))[number]
    except (signing.BadSignature, Problem, IndexError):
        return HttpResponse(status=404, headers=_EVERYWHERE)
    made = payload.encrypted(content, sharing.key_of(link))
    return HttpResponse(made, content_type="application/jose", headers=_EVERYWHERE)


@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest, code: str = "") -> HttpResponse:
    """A link in any browser: by the script, which keeps the key to itself, or by the passcode without one."""
    facts: dict[str, Any] = {"code": code}
    status = 200
    if request.method == "POST":
        try:
            now = clock.now()
            link = sharing.open_link(code, request.POST.get("ten", ""), request.POST.get("ma", ""), now)
            summary, *papers = _contents(request, link, now)
            facts |= {"sections": shown.sections(summary), "papers": [_attachment(one) for one in papers], "at": now}
        except Problem as problem:
            name = request.POST.get("ten", "")[:_LONGEST_NAME]
            facts |= {"problem": problem, "field": _FIELDS.get(problem.number, ""), "name": name}
            status = problem.status
    answer = render(request, "citizen/view_link.html", facts, status=status)
    answer.headers["Content-Security-Policy"] = _VIEWER_POLICY
    return answer


def address(request: HttpRequest, link: sharing.Shared) -> str:
    """What the owner gives away: the page, and behind its # the link."""
    flag = ("" if link.once else payload.LONG_TERM) + (payload.PASSCODE if link.has_passcode else "")
    said = payload.Link(
        request.build_absolute_uri(reverse("citizen:link-manifest", args=[link.code])),
        sharing.key_of(link),
        flag,
        "Tóm tắt sức khỏe",
        int(link.grant.until.timestamp()),
    )
    page = request.build_absolute_uri(reverse("citizen:link-view", args=[link.code]))
    return f"{page}#{payload.written(said)}"


def _asked(request: HttpRequest) -> dict[str, Any]:
    try:
        asked = orjson.loads(request.body)
    except orjson.JSONDecodeError as fault:
        raise Problem("SSK-1145") from fault
    if not isinstance(asked, dict):
        raise Problem("SSK-1145")
    return asked


def _word(asked: dict[str, Any], name: str) -> str:
    """A field of one word; programs write passcodes of figures as numbers. SSK-1145 for anything else."""
    word = asked.get(name)
    if not isinstance(word, str | int | None):
        raise Problem("SSK-1145")
    return "" if word is None else str(word)


def _file(
    request: HttpRequest, link: sharing.Shared, number: int, longest: Any, made: str, now: datetime
) -> dict[str, str]:
    """One file of the manifest: within it, or where it can be fetched when it is longer than was asked for."""
    told = {"contentType": _KIND, "lastUpdated": now.isoformat(timespec="seconds")}
    if not isinstance(longest, int) or len(made) <= longest:
        return {**told, "embedded": made}
    token = signing.dumps(number, salt=_SALT + link.code)
    return {**told, "location": request.build_absolute_uri(reverse("citizen:link-file", args=[link.code, token]))}


def _contents(request: HttpRequest, link: sharing.Shared, at: datetime) -> Iterator[bytes]:
    """The summary, then each chosen paper as a Bundle with its PDF."""
    yield sharing.summary(link, at, request.build_absolute_uri("/fhir"))
    whose = queries.owner(link.person)
    for key in link.grant.scope["papers"]:
        paper = queries.paper_of(whose, UUID(key), sharing.hidden_in(link)) if whose else None
        if whose and paper:
            yield _paper(paper.kind.name.vi, printed(request, whose, paper, at))


def _paper(title: str, pdf: bytes) -> bytes:
    attachment = {"contentType": "application/pdf", "title": title, "data": b64encode(pdf).decode()}
    entry = {"resourceType": "DocumentReference", "status": "current", "content": [{"attachment": attachment}]}
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": entry}]})


def _attachment(bundle: bytes) -> dict[str, str]:
    found: dict[str, str] = orjson.loads(bundle)["entry"][0]["resource"]["content"][0]["attachment"]
    return found
