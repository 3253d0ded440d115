"""A request that a client may send again, done once. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/

The answer is kept in the transaction of what it answers: whoever did not hear it asks again and gets the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, sealing
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions.attempt import attempt

ANSWER = "clinical answer"
"""The purpose of `clinical_request.answer`, bound to account and request."""


class Answer(NamedTuple):
    """What a request was answered: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes


def once(actor: Actor, name: str, digest: bytes, at: datetime, do: Callable[[], Answer]) -> Answer:
    """The answer of the first time that this account, through this app, sent this request id; a failure is not kept.

    `digest` is of method, address and body. Raises SSK-3426 when the same id came with another request. A second
    one that comes while the first is under way waits for it.
    """
    request = f"{actor.mark} {name}" if actor.mark else name
    with attempt(actor, at):
        is_first = db.execute(
            """
            insert into clinical_request (account, request, digest, at, status, headers, answer)
            values (%s, %s, %s, %s, 0, '{}', '') on conflict do nothing
            """,
            (actor.account, request, digest, at),
        )
        if not is_first:
            return _kept(actor, request, digest)
        answer = do()
        db.execute(
            """
            update clinical_request set status = %s, headers = %s, answer = %s
            where account = %s and request = %s
            """,
            (answer.status, _text(answer.headers), sealed(actor.account, request, answer.body), actor.account, request),
        )
    return answer


def sealed(account: int, request: str, body: bytes) -> bytes:
    """An answer as its row keeps it."""
    return sealing.seal(ANSWER, sealing.place(account, request), body)


def forget_answers(before: datetime) -> int:
    """Drop the answers kept since before a moment; how many."""
    return db.execute("delete from clinical_request where at < %s", (before,))


def _kept(actor: Actor, request: str, digest: bytes) -> Answer:
    found = db.tuples(
        "select digest, status, headers::text, answer from clinical_request where account = %s and request = %s",
        (actor.account, request),
        binary=True,
    )
    if not found or found[0][0] != digest:
        raise Problem("SSK-3426")
    _, status, headers, body = found[0]
    plain = sealing.unseal(ANSWER, sealing.place(actor.account, request), body)
    return Answer(status, msgspec.json.decode(headers, type=dict[str, str]), plain)


def _text(headers: dict[str, str]) -> str:
    return msgspec.json.encode(headers).decode()
