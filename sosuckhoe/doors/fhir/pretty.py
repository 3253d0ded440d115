"""`_pretty=true`: JSON for the eye. https://hl7.org/fhir/R4/http.html#parameters

The text is laid out as it is, so that every number keeps its digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import parse_qsl

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.fhir import negotiation

_PARTS = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_PARAMETER = re.compile(r"(?:^|&)_pretty(?:=[^&]*)?(?=&|$)")
_IS_PRETTY = {"true": True, "false": False}


class Pretty:
    """The middleware. The parameter is taken out of the address, so that no interaction need know of it."""

    def process_request(self, request: falcon.Request, _response: falcon.Response) -> None:
        request.context.is_pretty = False
        if "_pretty" not in request.query_string:
            return
        for name, text in parse_qsl(request.query_string, keep_blank_values=True):
            if name == "_pretty":
                if text not in _IS_PRETTY:
                    raise Problem("SSK-3004", name="_pretty", form="true, false")
                request.context.is_pretty = _IS_PRETTY[text]
        request.query_string = request.env["QUERY_STRING"] = _PARAMETER.sub("", request.query_string).lstrip("&")

    def process_response(
        self, request: falcon.Request, response: falcon.Response, _resource: object, _is_well: object
    ) -> None:
        """Falcon's names of parameters and their order."""
        is_json = (response.content_type or "").startswith(negotiation.JSON)
        if request.context.get("is_pretty") and response.data and is_json:
            response.data = laid_out(response.data)


def laid_out(data: bytes) -> bytes:
    """JSON with a line for each member and element, indented by two."""
    return b"".join(_lines(data))


def _lines(data: bytes) -> Iterator[bytes]:
    depth = 0
    parts = [found.group() for found in _PARTS.finditer(data)]
    for part, following in pairwise([*parts, b""]):
        if part in b"{[" and following not in {b"}", b"]"}:
            depth += 1
            yield part + _line(depth)
        elif part == b",":
            yield part + _line(depth)
        else:
            yield b": " if part == b":" else part
        if following in {b"}", b"]"} and part not in {b"{", b"["}:
            depth -= 1
            yield _line(depth)


def _line(depth: int) -> bytes:
    return b"\n" + b"  " * depth
