"""A record of another system in our words: our ids, its own id beside them, where it is from. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

from sosuckhoe.base import facts
from sosuckhoe.clinical import elements
from sosuckhoe.clinical.coding import ICD10
from sosuckhoe.exchange.feeds.item import Item
from sosuckhoe.exchange.sources import Source
from sosuckhoe.exchange.xml130.mapping.sensitive import labels_of_code, security

RECORD = "urn:sosuckhoe:sid:source"
"""The identifier system of a source's ids is this, a colon, and the source's own."""

WRITTEN = "urn:sosuckhoe:ext:written"
"""In `meta`: when the source wrote the record, which decides what is newer; `lastUpdated` is when it came here."""

_REFERENCE = re.compile(r"(?:https?://[^\s?#]+/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]+)?")
_KEPT_OF_META = ("profile", "security", "tag")
Named = tuple[str, str]
"""Type and id of a record, as its own system names it."""


@cache
def accepted() -> tuple[frozenset[str], frozenset[str]]:
    """The types that are taken: of somebody's book, of registers."""
    read = facts.read_yaml(Path(__file__).parent / "data" / "accepted.yaml")
    return frozenset(read["persons"]), frozenset(read["registers"])


def named(text: str) -> Named | None:
    """Type and id that a reference names; None for a part of the resource itself, a search, or another's address."""
    found = _REFERENCE.fullmatch(text)
    return (found[1], found[2]) if found else None


def references(value: Any) -> Iterator[str]:
    """Every reference that a record makes, as written."""
    if isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str):
            yield text
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def ours(source: Source, item: Item, key: str, place: Callable[[Named], str]) -> dict[str, Any]:
    """The record as it is stored under our key. `place` gives 'Type/id' of ours for what a reference names."""
    body = item.body or {}
    type_name = str(body["resourceType"])
    led = _led({name: value for name, value in body.items() if name not in {"resourceType", "id", "meta"}}, place)
    made = {"resourceType": type_name, "id": key, "meta": _meta(source, item), **led}
    return _numbered(source, made, str(body["id"]))


def _led(value: Any, place: Callable[[Named], str]) -> Any:
    if isinstance(value, dict):
        return {
            name: _link(inner, place) if name == "reference" else _led(inner, place) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_led(inner, place) for inner in value]
    return value


def _link(text: Any, place: Callable[[Named], str]) -> Any:
    if not isinstance(text, str):
        return _led(text, place)
    meant = named(text)
    return place(meant) if meant else text


def _meta(source: Source, item: Item) -> dict[str, Any]:
    """What stays of the sender's own, and from whom it is; codes of illnesses that are private add their labels."""
    body = item.body or {}
    said = body.get("meta") or {}
    kept = {name: said[name] for name in _KEPT_OF_META if name in said}
    marks = security(tuple(dict.fromkeys(label for code in _codes(body) for label in labels_of_code(code))))
    labels = [*kept.get("security", ()), *(mark for mark in marks if mark not in kept.get("security", ()))]
    written = {"url": WRITTEN, "valueInstant": item.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {"extension": [written], "source": source.uri, **kept, **({"security": labels} if labels else {})}


def _codes(value: Any) -> Iterator[str]:
    """Every ICD-10 code that stands anywhere in a record."""
    if isinstance(value, dict):
        if value.get("system") == ICD10 and isinstance(value.get("code"), str):
            yield value["code"]
        for inner in value.values():
            yield from _codes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _codes(inner)


def _numbered(source: Source, body: dict[str, Any], record: str) -> dict[str, Any]:
    """The sender's id beside its other numbers, where the type has a place for it."""
    element = elements.of(body["resourceType"]).get("identifier")
    if element is None:
        return body
    own = {"use": "secondary", "system": f"{RECORD}:{source.id}", "value": record}
    if element.is_list:
        return {**body, "identifier": [*body.get("identifier", ()), own]}
    return body if "identifier" in body else {**body, "identifier": own}
