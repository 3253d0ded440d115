"""The fields that a hospital system sends: as a form, in parts, or as JSON."""

from __future__ import annotations

from typing import Any

import falcon
from falcon import media

from sosuckhoe.base.errors import Problem

MOST_BYTES = 32 * 1024 * 1024
"""A request with more is refused before it is read; the portal's own limit is lower."""


def handlers() -> dict[str, Any]:
    """How each content type is read."""
    parts = media.MultipartFormHandler()
    parts.parse_options.max_body_part_buffer_size = MOST_BYTES
    return {falcon.MEDIA_MULTIPART: parts}


def fields(request: falcon.Request) -> dict[str, str]:
    """The request's fields by name. SSK-2501 when it is too large, SSK-2505 when it cannot be read.

    SSK-3081 for a NUL, which no text of the database holds.
    """
    if (request.content_length or 0) > MOST_BYTES:
        raise Problem("SSK-2501", limit=MOST_BYTES // 1024 // 1024)
    sent = _sent(request)
    if any("\0" in text for text in sent.values()):
        raise Problem("SSK-3081")
    return sent


def _sent(request: falcon.Request) -> dict[str, str]:
    try:
        sent = request.get_media()
        if isinstance(sent, media.multipart.MultipartForm):
            return {part.name or "": part.get_text() or "" for part in sent}
    except falcon.HTTPError as error:
        raise Problem("SSK-2505") from error
    if not isinstance(sent, dict):
        raise Problem("SSK-2505")
    return {str(name): value if isinstance(value, str) else str(value) for name, value in sent.items()}
