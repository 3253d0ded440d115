"""Systems that sign in with a bearer token and are answered with `success`, `code`, `message` and `data`."""

from __future__ import annotations

import falcon

from sosuckhoe.access import sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem

ACCEPTED, DUPLICATE, REJECTED, MISMATCH = "ACCEPTED", "ACCEPTED_DUPLICATE", "REJECTED", "ORG_MISMATCH"
_MISMATCHES = {"SSK-2102", "SSK-3303"}
_BEARER = "Bearer "


def sender(request: falcon.Request) -> Actor:
    """The actor of the token. Raises Problem SSK-1001."""
    header = request.get_header("Authorization") or ""
    actor = sign_in.actor_of_token(header.removeprefix(_BEARER), "gateway") if header.startswith(_BEARER) else None
    if actor is None:
        raise Problem("SSK-1001")
    return actor


def refuse(response: falcon.Response, problem: Problem, tracking_id: str | None = None) -> None:
    """Answer with what is wrong and how to mend it; with the receipt where it was stored."""
    response.status = falcon.code_to_http_status(problem.status)
    response.media = {
        "success": False,
        "code": MISMATCH if problem.number in _MISMATCHES else problem.number,
        "message": f"{problem.number}: {problem.vi} ({problem.en})",
        "data": {"tracking_id": tracking_id} if tracking_id else None,
    }
