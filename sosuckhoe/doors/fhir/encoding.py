"""Bodies that come and go compressed. https://hl7.org/fhir/R4/http.html#compression

Only gzip. What is sent is unpacked for somebody who is known, and never to more than a plain body might have.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import Any

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.fhir import asking

LEAST_BYTES = 2_048
"""Answers below are sent as they are: packing them costs more than it saves."""

MOST_RATIO = 200
"""FHIR packs to a tenth, at best to a fiftieth; what unpacks to more is not FHIR."""

_GZIP = 16 + zlib.MAX_WBITS
_FASTEST = 1
_WANTED = re.compile(r"(?:^|[,\s])(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?(?:[,\s]|$))[^,]*)?(?:,|$)", re.IGNORECASE)
_PACKABLE = re.compile(r"(?:application|text)/[\w.+-]*(?:json|xml|text|html|csv|plain)", re.IGNORECASE)


class Encoded:
    """The middleware. A request that names no encoding costs three look-ups."""

    def process_request(self, request: falcon.Request, _response: falcon.Response) -> None:
        env = request.env
        if "chunked" in env.get("HTTP_TRANSFER_ENCODING", "").lower() and not env.get("CONTENT_LENGTH"):
            _give(request, _read(request, env["wsgi.input"]))
        encoding = env.get("HTTP_CONTENT_ENCODING", "").strip().lower()
        if encoding in {"", "identity"}:
            return
        if encoding != "gzip":
            raise Problem("SSK-3146")
        packed = _read(request, request.bounded_stream)
        _give(request, unpacked(packed, min(_limit(request), MOST_RATIO * len(packed))))

    def process_response(
        self, request: falcon.Request, response: falcon.Response, _resource: object, _is_well: object
    ) -> None:
        """Falcon's names of parameters and their order."""
        data = response.data
        if data is None or len(data) < LEAST_BYTES or not _PACKABLE.match(response.content_type or ""):
            return
        response.append_header("Vary", "Accept-Encoding")
        wanted = request.env.get("HTTP_ACCEPT_ENCODING")
        if wanted and _WANTED.search(wanted) and response.get_header("Content-Encoding") is None:
            response.data = zlib.compress(data, _FASTEST, _GZIP)
            response.set_header("Content-Encoding", "gzip")


def unpacked(packed: bytes, limit: int) -> bytes:
    """What was packed. SSK-3010 when it is more than `limit` bytes, SSK-3147 when it is not one whole gzip stream."""
    reader = zlib.decompressobj(_GZIP)
    try:
        content = reader.decompress(packed, limit + 1)
    except zlib.error as error:
        raise Problem("SSK-3147") from error
    if len(content) > limit:
        raise Problem("SSK-3010", limit=limit)
    if not reader.eof or reader.unused_data:
        raise Problem("SSK-3147")
    return content


def _read(request: falcon.Request, stream: Any) -> bytes:
    """The bytes as they were sent, of somebody who is known."""
    asking.actor_of(request)
    limit = _limit(request)
    if (request.content_length or 0) > limit:
        raise Problem("SSK-3010", limit=limit)
    raw: bytes = stream.read(limit + 1)
    if len(raw) > limit:
        raise Problem("SSK-3010", limit=limit)
    return raw


def _limit(request: falcon.Request) -> int:
    return asking.MOST_BUNDLE_BYTES if request.path.rstrip("/") == "/fhir" else asking.MOST_BYTES


def _give(request: falcon.Request, content: bytes) -> None:
    """Let the interaction read these bytes instead."""
    request.env.update({"CONTENT_LENGTH": str(len(content)), "wsgi.input": BytesIO(content)})
    request.stream = request.env["wsgi.input"]
    request._bounded_stream = None  # noqa: SLF001 -- Falcon keeps the one that has been read to its end
