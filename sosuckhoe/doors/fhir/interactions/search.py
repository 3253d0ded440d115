"""Search a type, by GET or POST. https://hl7.org/fhir/R4/http.html#search"""

from __future__ import annotations

import falcon

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import finding
from sosuckhoe.clinical.search import cursor
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.doors.fhir import answering, asking
from sosuckhoe.doors.fhir.outcome import MEDIA

_FORM = "application/x-www-form-urlencoded"
_MOST_FORM_BYTES = 64 * 1024


def on_get(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    _search(request, response, type_name, asking.pairs_of(request.query_string))


def on_post(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    """Parameters of the address and of the form count alike."""
    if (request.content_type or "").partition(";")[0].strip() not in {_FORM, ""}:
        raise Problem("SSK-3004", name="Content-Type", form=_FORM)
    raw = request.bounded_stream.read(_MOST_FORM_BYTES + 1)
    if len(raw) > _MOST_FORM_BYTES:
        raise Problem("SSK-3010", limit=_MOST_FORM_BYTES)
    pairs = asking.pairs_of(request.query_string) + asking.pairs_of(raw.decode("latin-1"))
    asking.note_format(request, pairs)
    _search(request, response, type_name, pairs)


def _search(request: falcon.Request, response: falcon.Response, type_name: str, pairs: list[tuple[str, str]]) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    lenient = asking.prefers(request).get("handling") == "lenient"
    response.content_type = MEDIA
    response.data = searched(actor, asking.type_of(type_name), pairs, asking.base_of(request), lenient=lenient)


def searched(actor: Actor, type_name: str, pairs: list[tuple[str, str]], base: str, *, lenient: bool = False) -> bytes:
    """The page of a search as a Bundle."""
    at = asking.now()
    query = parse(type_name, pairs, base=base, now=at, lenient=lenient)
    page = finding.search(actor, query, at)
    place = [("_cursor", cursor.write(query.after))] if query.after else []
    links = {"self": answering.address(base, type_name, [*query.asked, *place])}
    if page.after is not None:
        links["next"] = answering.address(base, type_name, [*query.asked, ("_cursor", cursor.write(page.after))])
    return answering.searchset(page, base, links, query.ignored)
