"""Search a compartment. https://hl7.org/fhir/R4/http.html#vsearch

`GET [base]/Patient/123/Observation?code=…`, and `/Patient/123/*` for everything that is there.
"""

from __future__ import annotations

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import queries
from sosuckhoe.clinical.search import compartment
from sosuckhoe.clinical.search.reference import ID
from sosuckhoe.doors.fhir import asking
from sosuckhoe.doors.fhir.interactions import search
from sosuckhoe.doors.fhir.interactions.search_system import types_of


def on_get(request: falcon.Request, response: falcon.Response, type_name: str, name: str, held: str) -> None:
    """By the address alone."""
    _answer(request, response, (type_name, name, held), asking.pairs_of(request.query_string))


def on_post(request: falcon.Request, response: falcon.Response, type_name: str, name: str, held: str) -> None:
    """With a form."""
    _answer(request, response, (type_name, name, held), search.form_of(request))


def _answer(
    request: falcon.Request, response: falcon.Response, place: tuple[str, str, str], pairs: list[tuple[str, str]]
) -> None:
    of, name, held = asking.type_of(place[0]), place[1], place[2]
    if not ID.fullmatch(name):
        raise Problem("SSK-1002")
    types, rest = types_of(pairs) if held == compartment.ALL else ((asking.type_of(held),), pairs)
    where = search.Where(f"{of}/{name}/{held}", types or _there(of), (of, name))
    search.answer(request, response, rest, where._replace(asked=types if held == compartment.ALL else ()))


def _there(of: str) -> tuple[str, ...]:
    """The types that the compartment may hold and the store has; the one that it is of stands for none."""
    there = set(queries.types_there())
    return tuple(one for one in compartment.types_in(of) if one in there) or (of,)
