"""What a request says: who asks, at which address, in what form, with what content."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import falcon
from django.conf import settings

from sosuckhoe.access import pace, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart import tokens
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import defined, jsontext
from sosuckhoe.clinical.actions import conditional, entry
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.doors.fhir import negotiation

MOST_BYTES = 8 * 1024 * 1024
MOST_BUNDLE_BYTES = 64 * 1024 * 1024
MOST_PARAMETERS = 200
BELIEVED_SECONDS = 5.0
"""For so long a token is not looked up again: a token that is withdrawn works so much longer at most."""

BELIEVED_OF_APPS_SECONDS = 0.9
"""The same of an app's token: what somebody has withdrawn has ended within a second."""

_MOST_BELIEVED = 10_000
_COUNTED = "sosuckhoe.counted"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
JSON = re.compile(r"application/(fhir\+json|json|json\+fhir)\s*(;.*)?")
_believed: dict[str, tuple[float, Actor]] = {}


def actor_of(request: falcon.Request) -> Actor:
    """Who asks, by bearer token or session cookie; SSK-1001 when nobody that is known, SSK-9350 for who asks too fast.

    Every interaction asks first, so that it also knows the search parameters of this moment. Each request counts once.
    """
    defined.refresh()
    actor = _who(request)
    if _COUNTED not in request.env:
        request.env[_COUNTED] = True
        pace.spend(actor)
    return actor


def _who(request: falcon.Request) -> Actor:
    scheme, _, token = (request.get_header("Authorization") or "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return _actor_of_token(token.strip())
    actor = None if scheme or _is_of_another_site(request) else sign_in.actor_of(None, request.cookies)
    if actor is None:
        raise Problem("SSK-1001")
    return actor


def _is_of_another_site(request: falcon.Request) -> bool:
    """Whether a page of elsewhere makes a browser change something with the cookie of whoever is signed in.

    https://www.w3.org/TR/fetch-metadata/; older browsers say Origin alone, and machines neither.
    """
    if request.method in _SAFE:
        return False
    origin, site = request.get_header("Origin"), request.get_header("Sec-Fetch-Site")
    is_own = origin is None or origin == base_of(request).removesuffix("/fhir")
    return not is_own or site not in {None, "same-origin", "none"}


def _actor_of_token(token: str) -> Actor:
    now = time.monotonic()
    known = _believed.get(token)
    if known is not None and known[0] > now:
        return known[1]
    actor = actor_now(token)
    if actor is None:
        raise Problem("SSK-1001")
    if len(_believed) >= _MOST_BELIEVED:
        _believed.clear()
    _believed[token] = (now + (BELIEVED_OF_APPS_SECONDS if actor.narrowing else BELIEVED_SECONDS), actor)
    return actor


def actor_now(token: str) -> Actor | None:
    """Whose token it is, past every cache: a system's own, or an app's."""
    return tokens.actor_of(token) if token.startswith(tokens.PREFIX) else sign_in.actor_of(token, {})


def base_of(request: falcon.Request) -> str:
    """This server's address as the client wrote it, without a slash at its end."""
    scheme = request.forwarded_scheme if settings.HTTPS else request.scheme
    return f"{scheme}://{request.netloc}/fhir"


def type_of(name: str) -> str:
    """A resource type of R4; SSK-3005 for anything else."""
    if name not in number_of():
        raise Problem("SSK-3005")
    return name


def check_accept(request: falcon.Request) -> None:
    """Answers are JSON or XML. https://hl7.org/fhir/R4/http.html#mime-type"""
    if negotiation.accepted(request.accept) is None:
        raise Problem("SSK-3406", form=negotiation.FORMS)


def check_format(text: str) -> None:
    """`_format`: JSON or XML under one of their names."""
    if negotiation.named(text) is None:
        raise Problem("SSK-3406", form=negotiation.FORMS)


def no_parameters(request: falcon.Request) -> None:
    """An address that takes no parameter at all."""
    for name, _ in pairs_of(request.query_string) if request.query_string else ():
        raise Problem("SSK-3001", name=shown(name), type="read")


def note_format(request: falcon.Request, pairs: list[tuple[str, str]]) -> None:
    """`_format` in the body of a search."""
    for name, text in pairs:
        if name == "_format" and (form := negotiation.named(text)):
            negotiation.choose(request, form)


def only_format(request: falcon.Request) -> None:
    """An address that takes `_format` and no other parameter."""
    for name, text in pairs_of(request.query_string) if request.query_string else ():
        if name != "_format":
            raise Problem("SSK-3001", name=shown(name), type="read")
        check_format(text)


def shown(text: str) -> str:
    """A word of the request as an error may repeat it."""
    return "".join(c for c in text[:64] if c.isprintable())


def content(request: falcon.Request, *, limit: int = MOST_BYTES, form: re.Pattern[str] = JSON) -> bytes:
    """The bytes of the body, of JSON. SSK-3415 for another type than `form`, SSK-3010 for too many."""
    if not form.fullmatch(request.content_type or ""):
        raise Problem("SSK-3415")
    if (request.content_length or 0) > limit:
        raise Problem("SSK-3010", limit=limit)
    raw: bytes = request.bounded_stream.read(limit + 1)
    if len(raw) > limit:
        raise Problem("SSK-3010", limit=limit)
    return raw


def resource_in(raw: bytes, type_name: str, *, limit: int = MOST_BYTES) -> dict[str, Any]:
    """The resource that was sent, which must be of this type."""
    body = jsontext.read(raw, limit)
    if body.get("resourceType") != type_name:
        raise Problem("SSK-3028", type=type_name)
    return body


def pairs_of(text: str) -> list[tuple[str, str]]:
    """The parameters of a query string or form, in order; SSK-3004 when they are not UTF-8 or too many."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise Problem("SSK-3004", name="?", form="name=value&…") from error


def criteria_of(request: falcon.Request, type_name: str) -> conditional.Criteria:
    """The search that stands in the address of a change; SSK-3140 when there is none."""
    return conditional.of_pairs(type_of(type_name), pairs_of(request.query_string))


def prefers(request: falcon.Request) -> dict[str, str]:
    """The Prefer header: `return=minimal, handling=lenient`."""
    said = request.get_header("Prefer")
    if said is None:
        return {}
    parts = re.split(r"[,;]", said)
    return {name.strip().lower(): value.strip() for name, _, value in (part.partition("=") for part in parts)}


def if_match(request: falcon.Request) -> int | None:
    """The version that the client changes."""
    text = request.get_header("If-Match")
    return None if text is None else entry.etag(text)


def now() -> datetime:
    """The moment of the request."""
    return clock.now()
