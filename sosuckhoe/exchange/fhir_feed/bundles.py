"""Bundles and NDJSON of another FHIR server as items. Pure.

https://hl7.org/fhir/R4/bundle.html: transaction, batch and collection; their own links (`urn:uuid:…`) lead to the ids
that the entries keep. https://hl7.org/fhir/uv/bulkdata/: one resource a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, BinaryIO, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import jsontext, structure
from sosuckhoe.clinical.actions.links import conditional_in, replaced
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.exchange.feeds.item import Item, Piece, Pieces
from sosuckhoe.exchange.sources import Source

MOST_BYTES = 64 * 1024 * 1024
MOST_LINE = jsontext.MOST_BYTES
_TYPES = frozenset({"transaction", "batch", "collection", "searchset"})
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_TARGET = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")
_WRITES = frozenset({"", "POST", "PUT"})


class _Entry(NamedTuple):
    """An entry with the id that its resource goes by; `body` None: it takes the resource back."""

    place: str
    type: str
    id: str
    body: dict[str, Any] | None


def pieces_of_bundle(_source: Source, received: datetime, stream: BinaryIO) -> Pieces:
    """The entries of a Bundle, one piece each. Raises Problem where the whole cannot be read."""
    bundle = jsontext.read(stream.read(MOST_BYTES + 1), MOST_BYTES)
    if bundle.get("resourceType") != "Bundle" or str(bundle.get("type")) not in _TYPES:
        raise Problem("SSK-2170")
    entries = _entries(bundle)
    links = dict(_links(entries))
    stamp = _moment(bundle.get("timestamp"), received)
    for number, entry in enumerate(entries, 1):
        yield _piece(number, f"entry[{number - 1}]", entry, links, stamp)


def pieces_of_lines(_source: Source, received: datetime, stream: BinaryIO) -> Pieces:
    """The resources of an NDJSON file, one piece a line; no more than a line is held."""
    number = 0
    while raw := stream.readline(MOST_LINE + 1):
        number += 1
        if raw.strip():
            yield _line(number, raw, stream, received)


def _line(number: int, raw: bytes, stream: BinaryIO, received: datetime) -> Piece:
    place = f"line {number}"
    if len(raw) > MOST_LINE:
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(MOST_LINE)
        return Piece(number, (), ((place, Problem("SSK-3010", limit=MOST_LINE)),))
    try:
        body = jsontext.read(raw.strip())
        if body.get("resourceType") == "Bundle":
            return _bundle_of_line(number, place, body, received)
        return Piece(number, (_item(number, _Entry(place, _type(body), str(body.get("id", "")), body), received),))
    except Problem as problem:
        return Piece(number, (), ((_where(place, problem), problem),))


def _bundle_of_line(number: int, place: str, body: dict[str, Any], received: datetime) -> Piece:
    """A line that is a Bundle: what an export says was deleted."""
    entries = _entries(body)
    links, stamp = dict(_links(entries)), _moment(body.get("timestamp"), received)
    found = [_piece(number, f"{place} entry[{at}]", entry, links, stamp) for at, entry in enumerate(entries)]
    faults = tuple(fault for piece in found for fault in piece.faults)
    return Piece(number, tuple(item for piece in found for item in piece.items), faults)


def _entries(bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries in their places; one that is no object is empty, which is told of it in its place."""
    found = bundle.get("entry", [])
    if not isinstance(found, list):
        raise Problem("SSK-2171", element="entry")
    return [one if isinstance(one, dict) else {} for one in found]


def _request(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    told = entry.get("request") or {}
    return told if isinstance(told, dict) else {"method": "?"}


def _piece(number: int, place: str, entry: Mapping[str, Any], links: Mapping[str, str], received: datetime) -> Piece:
    try:
        return Piece(number, (_item(number, _entry(place, entry, links), received),))
    except Problem as problem:
        return Piece(number, (), ((_where(place, problem), problem),))


def _entry(place: str, entry: Mapping[str, Any], links: Mapping[str, str]) -> _Entry:
    request = _request(entry)
    method = str(request.get("method", ""))
    if method == "DELETE":
        found = _TARGET.fullmatch(str(request.get("url", "")))
        if found is None:
            raise Problem("SSK-2171", element="request.url")
        return _Entry(place, found[1], found[2], None)
    body = entry.get("resource")
    if method not in _WRITES or not isinstance(body, dict):
        raise Problem("SSK-2171", element="request.method, resource")
    return _Entry(place, _type(body), _id_of(entry, body), replaced(body, links))


def _item(number: int, entry: _Entry, received: datetime) -> Item:
    if entry.body is None:
        return Item(number, entry.place, entry.type, entry.id, received, None)
    if not _ID.fullmatch(entry.id):
        raise Problem("SSK-2172", type=entry.type)
    body = {**entry.body, "id": entry.id}
    structure.check(body, entry.type)
    if any(conditional_in(body)):
        raise Problem("SSK-2173", type=entry.type)
    as_of = _moment((body.get("meta") or {}).get("lastUpdated"), received)
    return Item(number, entry.place, entry.type, entry.id, as_of, body)


def _type(body: Mapping[str, Any]) -> str:
    kind = body.get("resourceType")
    if not isinstance(kind, str) or kind not in number_of():
        raise structure.Invalid([structure.Issue("SSK-3027", "resourceType")])
    return kind


def _links(entries: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What the bundle's own links, and references by an identifier that stands in it, lead to."""
    for entry in entries:
        body = entry.get("resource")
        if not isinstance(body, dict):
            continue
        kind, name = body.get("resourceType"), _id_of(entry, body)
        if str(entry.get("fullUrl", "")).startswith("urn:"):
            yield str(entry["fullUrl"]), f"{kind}/{name}"
        for value in _identifiers(body):
            yield f"{kind}?identifier={value}", f"{kind}/{name}"


def _id_of(entry: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """The id by which an entry's resource is known there: its own, that of its address, or one made from its number."""
    if isinstance(body.get("id"), str):
        return str(body["id"])
    for text in (_request(entry).get("url", ""), entry.get("fullUrl", "")):
        if (found := _TARGET.fullmatch(str(text))) and found[1] == body.get("resourceType"):
            return found[2]
    for value in _identifiers(body):
        return f"n-{blake2b(value.encode(), digest_size=16).hexdigest()}"
    return str(entry.get("fullUrl", "")).rpartition(":")[2]


def _identifiers(body: Mapping[str, Any]) -> Iterator[str]:
    found = body.get("identifier")
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict) and one.get("system") and one.get("value"):
            yield f"{one['system']}|{one['value']}"


def _moment(text: Any, otherwise: datetime) -> datetime:
    """An instant with its zone, not later than now; `otherwise` where there is none."""
    try:
        at = datetime.fromisoformat(str(text))
        return min(at.astimezone(UTC), otherwise) if at.tzinfo else otherwise
    except (ValueError, OverflowError):
        return otherwise


def _where(place: str, problem: Problem) -> str:
    issues = getattr(problem, "issues", ())
    return f"{place}.{issues[0].place}" if issues else place
