"""Batch and transaction. https://hl7.org/fhir/R4/http.html#transaction"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import falcon
import orjson

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions, reading, structure
from sosuckhoe.clinical.actions import Answer, Done
from sosuckhoe.clinical.actions.entry import Entry, read_entry
from sosuckhoe.doors.fhir import answering, asking, outcome, repeating
from sosuckhoe.doors.fhir.interactions.search import searched

_STATUS = {200: "200 OK", 201: "201 Created", 204: "204 No Content"}
_KINDS = frozenset({"transaction", "batch"})


def on_post(request: falcon.Request, response: falcon.Response) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    raw = asking.content(request, limit=asking.MOST_BUNDLE_BYTES)
    bundle = asking.resource_in(raw, "Bundle", limit=asking.MOST_BUNDLE_BYTES)
    kind = bundle.get("type")
    if kind not in _KINDS:
        raise Problem("SSK-3425", entry="–", field="Bundle.type: transaction, batch")
    at, base = asking.now(), asking.base_of(request)
    whole = asking.prefers(request).get("return") == "representation"

    def do() -> Answer:
        make = _transaction if kind == "transaction" else _batch
        entries = make(actor, bundle, at, base, whole=whole)
        return Answer(200, {}, answering.bundle(f"{kind}-response", {}, entries, None))

    answering.send_answer(response, repeating.once(request, actor, raw, at, do))


def _transaction(actor: Actor, bundle: dict[str, Any], at: datetime, base: str, *, whole: bool) -> list[bytes]:
    done = actions.transaction(actor, bundle, at, base=base)
    return [
        _done(one, base, whole=whole) if one else _got(actor, read_entry(number, entry, base), base, at)
        for number, (one, entry) in enumerate(zip(done, bundle.get("entry") or (), strict=True))
    ]


def _batch(actor: Actor, bundle: dict[str, Any], at: datetime, base: str, *, whole: bool) -> list[bytes]:
    """Each entry on its own: what fails leaves the others alone."""
    made = []
    for number, entry in enumerate(bundle.get("entry") or ()):
        try:
            made.append(_one(actor, number, entry, at, base, whole=whole))
        except Problem as problem:
            made.append(_failed(problem))
    return made


def _one(actor: Actor, number: int, entry: Any, at: datetime, base: str, *, whole: bool) -> bytes:
    if not isinstance(entry, dict):
        raise structure.Invalid([structure.Issue("SSK-3021", f"Bundle.entry[{number}]")])
    lone = {"resourceType": "Bundle", "type": "batch", "entry": [entry]}
    return b"".join(_transaction(actor, lone, at, base, whole=whole))


def _got(actor: Actor, entry: Entry, base: str, at: datetime) -> bytes:
    """A GET: a read or a search."""
    path, _, query = entry.url.partition("?")
    type_name, _, name = path.partition("/")
    if name:
        stored = reading.read(actor, asking.type_of(type_name), name, at)
        response = {"status": "200 OK", **answering.stamps(stored.version, stored.updated)}
        return _entry(response, stored.body)
    return _entry({"status": "200 OK"}, searched(actor, asking.type_of(type_name), asking.pairs_of(query), base))


def _done(done: Done, base: str, *, whole: bool) -> bytes:
    response = {"status": _STATUS[done.status], **answering.stamps(done.version, done.updated)}
    if done.body:
        response["location"] = f"{base}/{answering.location(done)}"
    return _entry(response, done.body if whole else b"")


def _failed(problem: Problem) -> bytes:
    status = falcon.code_to_http_status(problem.status)
    return orjson.dumps({"response": {"status": status, "outcome": outcome.of_problem(problem)}})


def _entry(response: dict[str, str], body: bytes) -> bytes:
    about = orjson.dumps({"response": response})
    return b'{"resource":' + body + b"," + about[1:] if body else about
