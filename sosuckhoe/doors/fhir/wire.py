"""XML at the edge: everything behind it reads and writes JSON. https://hl7.org/fhir/R4/xml.html

A body in XML is JSON before an interaction sees it, and an answer of FHIR's JSON becomes XML when the client wants it,
errors too. What is no resource (NDJSON, CSV, the OpenAPI document) passes as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from typing import Any

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.fhirxml import reading, writing
from sosuckhoe.doors.fhir import asking, negotiation, outcome

MEDIA = f"{negotiation.XML}; charset=utf-8"
_XML = re.compile(r"(application/(fhir\+xml|xml|xml\+fhir)|text/xml)\s*(;.*)?", re.IGNORECASE)
_CHARSET = re.compile(r'charset\s*=\s*"?([^";\s]+)', re.IGNORECASE)


class Forms:
    """The middleware. A request that speaks of neither XML nor `_format` costs three look-ups."""

    def process_request(self, request: falcon.Request, _response: falcon.Response) -> None:
        env = request.env
        request.context.form = negotiation.JSON
        if "xml" in env.get("HTTP_ACCEPT", "") or "_format" in env.get("QUERY_STRING", ""):
            form = negotiation.asked_in(request.query_string) or negotiation.accepted(request.accept)
            if form is not None:
                negotiation.choose(request, form)
        if "xml" in env.get("CONTENT_TYPE", "").lower() and _XML.fullmatch(env["CONTENT_TYPE"]):
            _read_body(request)

    def process_response(
        self, request: falcon.Request, response: falcon.Response, _resource: object, _is_well: object
    ) -> None:
        """Falcon's names of parameters and their order."""
        if request.context.get("form") is negotiation.XML and (response.content_type or "").startswith(
            negotiation.JSON
        ):
            _write_body(request, response)


def _read_body(request: falcon.Request) -> None:
    """Only of somebody who is known. Raises SSK-1001, 3010, 3160 … 3168 and structure.Invalid."""
    asking.actor_of(request)
    charset = _CHARSET.search(request.content_type or "")
    if charset and charset[1].lower() not in {"utf-8", "utf8"}:
        raise Problem("SSK-3162")
    limit = asking.MOST_BUNDLE_BYTES if request.path.rstrip("/") == "/fhir" else asking.MOST_BYTES
    raw = asking.content(request, limit=limit, form=_XML)
    content = bodies.dumps(reading.read(raw))
    request.env.update({"CONTENT_LENGTH": str(len(content)), "wsgi.input": BytesIO(content)})
    request.content_type = negotiation.JSON
    request._bounded_stream = None  # noqa: SLF001 -- Falcon keeps the one that has been read to its end


def _write_body(request: falcon.Request, response: falcon.Response) -> None:
    data: Any = response.data
    if data is None:
        return
    try:
        response.data = _of_statement(data) if request.path.endswith("/metadata") else xml_of(data)
    except Problem as problem:
        outcome.write(response, problem)
        return
    response.content_type = MEDIA


def xml_of(data: bytes) -> bytes:
    """A resource that this server wrote as JSON. SSK-3166 when it cannot be said in XML."""
    return writing.write(jsontext.read_own(data))


_of_statement = lru_cache(maxsize=8)(xml_of)
