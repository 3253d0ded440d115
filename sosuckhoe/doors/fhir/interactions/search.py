"""Search a type, by GET or POST. https://hl7.org/fhir/R4/http.html#search"""

from __future__ import annotations

from typing import NamedTuple

import falcon

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import explaining, finding
from sosuckhoe.clinical.search import cursor, several
from sosuckhoe.clinical.search.query import Query
from sosuckhoe.doors.fhir import answering, asking, explained
from sosuckhoe.doors.fhir.outcome import MEDIA

_FORM = "application/x-www-form-urlencoded"
_MOST_FORM_BYTES = 64 * 1024


def on_get(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    """Search a type."""
    answer(request, response, asking.pairs_of(request.query_string), Where(asking.type_of(type_name)))


def on_post(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    """The same by POST."""
    answer(request, response, form_of(request), Where(asking.type_of(type_name)))


class Where(NamedTuple):
    """What is searched: the path below the server's address, the types, a compartment.

    Without `types` the path is the one type; `asked` are those that `_type` named.
    """

    path: str
    types: tuple[str, ...] | None = None
    compartment: tuple[str, str] | None = None
    asked: tuple[str, ...] = ()


def form_of(request: falcon.Request) -> list[tuple[str, str]]:
    """Parameters of the address and of the form count alike."""
    if (request.content_type or "").partition(";")[0].strip() not in {_FORM, ""}:
        raise Problem("SSK-3004", name="Content-Type", form=_FORM)
    raw = request.bounded_stream.read(_MOST_FORM_BYTES + 1)
    if len(raw) > _MOST_FORM_BYTES:
        raise Problem("SSK-3010", limit=_MOST_FORM_BYTES)
    pairs = asking.pairs_of(request.query_string) + asking.pairs_of(raw.decode("latin-1"))
    asking.note_format(request, pairs)
    return pairs


def answer(request: falcon.Request, response: falcon.Response, pairs: list[tuple[str, str]], where: Where) -> None:
    """The page of a search."""
    asking.check_accept(request)
    actor = asking.actor_of(request)
    lenient = asking.prefers(request).get("handling") == "lenient"
    response.content_type = MEDIA
    response.data = _searched(actor, where, pairs, asking.base_of(request), lenient=lenient)


def searched(actor: Actor, type_name: str, pairs: list[tuple[str, str]], base: str, *, lenient: bool = False) -> bytes:
    """The page of a search of one type as a Bundle."""
    return _searched(actor, Where(type_name), pairs, base, lenient=lenient)


def _searched(actor: Actor, where: Where, pairs: list[tuple[str, str]], base: str, *, lenient: bool) -> bytes:
    at = asking.now()
    types = where.types or (where.path,)
    queries = several.parse_types(types, pairs, base=base, now=at, lenient=lenient, within=where.compartment)
    query = queries[0]
    query.asked = [*((("_type", ",".join(where.asked)),) if where.asked else ()), *query.asked]
    if query.explained:
        return explained.parameters(explaining.explain(actor, query, at))
    page = finding.search_types(actor, queries, at)
    if query.shape is not None:
        page = answering.in_part(page, query.shape)
    return answering.searchset(page, base, _links(base, where.path, query, page), query.ignored)


def _links(base: str, path: str, query: Query, page: finding.Page) -> dict[str, str]:
    """This page, the first, the previous, the next."""
    first = answering.address(base, path, query.asked)
    if query.after is None and page.after is None:
        return {"self": first}

    def at(place: cursor.Place) -> str:
        return f"{first}{'&' if query.asked else '?'}_cursor={cursor.write(place)}"

    links = {"self": at(query.after) if query.after else first, "first": first}
    near = (("previous", page.before), ("next", page.after))
    return links | {relation: at(place) for relation, place in near if place}
