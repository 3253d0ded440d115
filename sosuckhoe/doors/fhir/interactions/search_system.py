"""Search several types, or every type. https://hl7.org/fhir/R4/http.html#search"""

from __future__ import annotations

import falcon

from sosuckhoe.clinical import queries
from sosuckhoe.doors.fhir import asking
from sosuckhoe.doors.fhir.interactions import search


def on_get(request: falcon.Request, response: falcon.Response) -> None:
    """`GET [base]?_type=Patient,Observation&_lastUpdated=…`."""
    _answer(request, response, asking.pairs_of(request.query_string))


def on_post(request: falcon.Request, response: falcon.Response) -> None:
    """`POST [base]/_search`."""
    _answer(request, response, search.form_of(request))


def _answer(request: falcon.Request, response: falcon.Response, pairs: list[tuple[str, str]]) -> None:
    types, rest = types_of(pairs)
    where = search.Where("", types or queries.types_there() or ("Basic",))
    search.answer(request, response, rest, where._replace(asked=types))


def types_of(pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """The types that `_type` names (SSK-3005 for what is none), and the other parameters."""
    named = [asking.type_of(one) for name, text in pairs if name == "_type" for one in text.split(",")]
    return tuple(dict.fromkeys(named)), [pair for pair in pairs if pair[0] != "_type"]
