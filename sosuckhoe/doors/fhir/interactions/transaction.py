"""Batch and transaction. https://hl7.org/fhir/R4/http.html#transaction"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import falcon
import orjson
from django.conf import settings

from sosuckhoe.access import pace
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions, reading, structure
from sosuckhoe.clinical.actions import Answer, Done
from sosuckhoe.clinical.actions.entry import Entry
from sosuckhoe.doors.fhir import answering, asking, outcome, repeating
from sosuckhoe.doors.fhir.interactions.search import searched

_STATUS = {200: "200 OK", 201: "201 Created", 204: "204 No Content"}
_KINDS = frozenset({"transaction", "batch"})


class _Asked(NamedTuple):
    """Who asks, when, at which address of the server, and what comes back (`return=`)."""

    actor: Actor
    at: datetime
    base: str
    prefer: str


def on_post(request: falcon.Request, response: falcon.Response) -> None:
    asking.check_accept(request)
    asked = _Asked(
        asking.actor_of(request),
        asking.now(),
        asking.base_of(request),
        asking.prefers(request).get("return", "minimal"),
    )
    raw = asking.content(request, limit=asking.MOST_BUNDLE_BYTES)
    bundle = asking.resource_in(raw, "Bundle", limit=asking.MOST_BUNDLE_BYTES)
    kind = bundle.get("type")
    if kind not in _KINDS:
        raise Problem("SSK-3425", entry="–", field="Bundle.type: transaction, batch")
    pace.spend(asked.actor, len(bundle.get("entry") or ()))

    def do() -> Answer:
        entries = (_transaction if kind == "transaction" else _batch)(asked, bundle)
        return Answer(200, {}, answering.bundle(f"{kind}-response", {}, entries, None))

    answering.send_answer(response, repeating.once(request, asked.actor, raw, asked.at, do))


def _transaction(asked: _Asked, bundle: dict[str, Any]) -> list[bytes]:
    done = actions.transaction(
        asked.actor,
        bundle,
        asked.at,
        base=asked.base,
        most_deleted=settings.FHIR_CONDITIONAL_DELETE,
        look=lambda entry: _got(asked, entry),
    )
    return [one if isinstance(one, bytes) else _done(one, asked) for one in done]


def _batch(asked: _Asked, bundle: dict[str, Any]) -> list[bytes]:
    """Each entry on its own: what fails leaves the others alone."""
    made = []
    for number, entry in enumerate(bundle.get("entry") or ()):
        try:
            made.append(_one(asked, number, entry))
        except Problem as problem:
            problem.where = f"Bundle.entry[{number}]"
            made.append(_failed(problem))
    return made


def _one(asked: _Asked, number: int, entry: Any) -> bytes:
    if not isinstance(entry, dict):
        raise structure.Invalid([structure.Issue("SSK-3021", f"Bundle.entry[{number}]")])
    lone = {"resourceType": "Bundle", "type": "batch", "entry": [entry]}
    return b"".join(actions.again(lambda: _transaction(asked, lone)))


def _got(asked: _Asked, entry: Entry) -> bytes:
    """A GET or HEAD: a read, a read of a version, or a search."""
    path, _, query = entry.url.partition("?")
    type_name, *rest = path.split("/")
    match rest:
        case []:
            pairs = asking.pairs_of(query)
            return _entry({"status": "200 OK"}, searched(asked.actor, asking.type_of(type_name), pairs, asked.base))
        case [name]:
            stored = reading.read(asked.actor, asking.type_of(type_name), name, asked.at)
        case [name, "_history", version] if version.isascii() and version.isdigit() and len(version) < _LONGEST:
            stored = reading.vread(asked.actor, asking.type_of(type_name), name, int(version), asked.at)
        case _:
            raise Problem("SSK-3425", entry=entry.number, field="request.url")
    stamps = answering.stamps(stored.version, stored.updated)
    if entry.if_none_match and stamps["etag"] in (one.strip() for one in entry.if_none_match.split(",")):
        return _entry({"status": "304 Not Modified", **stamps}, b"")
    return _entry({"status": "200 OK", **stamps}, stored.body if entry.method == "GET" else b"")


def _done(done: Done, asked: _Asked) -> bytes:
    response: dict[str, Any] = {"status": _STATUS[done.status]}
    if done.version:
        response |= answering.stamps(done.version, done.updated)
    if done.body:
        response["location"] = f"{asked.base}/{answering.location(done)}"
    if asked.prefer == "OperationOutcome":
        response["outcome"] = outcome.all_well()
    return _entry(response, done.body if asked.prefer == "representation" else b"")


def _failed(problem: Problem) -> bytes:
    status = falcon.code_to_http_status(problem.status)
    return orjson.dumps({"response": {"status": status, "outcome": outcome.of_problem(problem)}})


def _entry(response: dict[str, Any], body: bytes) -> bytes:
    about = orjson.dumps({"response": response})
    return b'{"resource":' + body + b"," + about[1:] if body else about


_LONGEST = 10
