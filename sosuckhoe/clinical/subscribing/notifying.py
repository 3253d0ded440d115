"""Notifications as bundles. Pure. https://hl7.org/fhir/uv/subscriptions-backport/notifications.html

In R4 the status of a subscription is a Parameters resource, the first entry of a Bundle of type history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import orjson

_PROFILE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"


class Told(NamedTuple):
    """One event of a subscription. `body` is the resource as stored, when it goes along; `is_gone`: it was deleted."""

    number: int
    at: datetime
    type: str
    name: str
    body: bytes | None = None
    is_gone: bool = False


class Stand(NamedTuple):
    """What is said of a subscription. `kind`: handshake, heartbeat, event-notification, query-status, query-event."""

    id: str
    topic: str
    status: str
    kind: str
    events: int
    error: str = ""


def bundle(stand: Stand, told: Sequence[Told], content: str, base: str, at: datetime) -> bytes:
    """A notification, or the answer to $events. `content`: empty, id-only, full-resource."""
    status = parameters(stand, [] if content == "empty" and stand.kind == "event-notification" else told, base, content)
    request = {"method": "GET", "url": f"{base}/Subscription/{stand.id}/$status"}
    entry = {"fullUrl": f"urn:uuid:{status['id']}", "resource": status, "request": request}
    made = {
        "resourceType": "Bundle",
        "id": str(uuid5(NAMESPACE_URL, f"{stand.id}/{stand.kind}/{stand.events}/{at.isoformat()}")),
        "meta": {"profile": [f"{_PROFILE}/backport-subscription-notification-r4"]},
        "type": "history",
        "timestamp": at.isoformat(timespec="milliseconds"),
        "entry": [{**entry, "response": {"status": "200"}}, *_entries(told, content, base)],
    }
    return orjson.dumps(made)


def parameters(stand: Stand, told: Sequence[Told], base: str, content: str = "id-only") -> dict[str, Any]:
    """https://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription-status-r4.html"""
    values: list[tuple[str, str, Any]] = [
        ("subscription", "valueReference", {"reference": f"{base}/Subscription/{stand.id}"}),
        ("topic", "valueCanonical", stand.topic),
        ("status", "valueCode", stand.status),
        ("type", "valueCode", stand.kind),
        ("events-since-subscription-start", "valueString", str(stand.events)),
        ("error", "valueCodeableConcept", {"text": stand.error} if stand.error else ""),
    ]
    made = [{"name": name, key: value} for name, key, value in values if value]
    return {
        "resourceType": "Parameters",
        "id": str(uuid5(NAMESPACE_URL, f"{stand.id}/{stand.kind}/{stand.events}")),
        "meta": {"profile": [f"{_PROFILE}/backport-subscription-status-r4"]},
        "parameter": [*made, *(_event(one, base, content) for one in told)],
    }


def _event(told: Told, base: str, content: str) -> dict[str, Any]:
    parts = [
        {"name": "event-number", "valueString": str(told.number)},
        {"name": "timestamp", "valueInstant": told.at.isoformat(timespec="milliseconds")},
    ]
    focus = {"name": "focus", "valueReference": {"reference": f"{base}/{told.type}/{told.name}"}}
    return {"name": "notification-event", "part": parts if content == "empty" else [*parts, focus]}


def _entries(told: Sequence[Told], content: str, base: str) -> list[dict[str, Any]]:
    """The resources of the events, each once, or their addresses alone."""
    if content == "empty":
        return []
    made: dict[str, dict[str, Any]] = {}
    for one in told:
        url = f"{base}/{one.type}/{one.name}"
        method, status = ("DELETE", "204") if one.is_gone else ("PUT", "200")
        request = {"method": method, "url": f"{one.type}/{one.name}"}
        entry = {"fullUrl": url, "request": request, "response": {"status": status}}
        if content == "full-resource" and one.body is not None:
            entry["resource"] = orjson.Fragment(one.body)
        made[url] = entry
    return list(made.values())
