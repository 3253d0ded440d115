"""What a Subscription resource asks for. Pure. https://hl7.org/fhir/R4/subscription.html

With the address of a topic as criteria it is one of the backport guide
(https://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription.html); with a search it is
R4's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search.date import range_of
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.subscribing.topics import topics

_EXTENSION = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
_CONTENTS = ("empty", "id-only", "full-resource")
_MOST_EVENTS = 100
_FEWEST_SECONDS = 10
_NOT_SENT = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection"})


class Wish(NamedTuple):
    """What is wanted. `topic` is '' for criteria of R4, whose `content` is r4 or r4-resource. `most` events at once."""

    topic: str
    type: str
    criteria: str
    endpoint: str
    headers: dict[str, str]
    content: str
    heartbeat: int
    most: int
    ends: datetime | None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The search that an event's resource must meet."""
        return parse_qsl(self.criteria, keep_blank_values=True)


def read(body: Mapping[str, Any], hosts: Collection[str], base: str, now: datetime) -> Wish:
    """The wish of a Subscription; SSK-3183 and 3440 name what cannot be met, SSK-3184: a receiver that is not allowed.

    `hosts` are names that may be told by https, or whole origins (`http://127.0.0.1:8080`).
    """
    channel = body.get("channel") or {}
    if channel.get("type") != "rest-hook":
        raise Problem("SSK-3183", place="channel.type", form="rest-hook")
    endpoint = str(channel.get("endpoint", ""))
    check_endpoint(endpoint, hosts)
    topic, type_name, criteria = _criteria(body)
    parse(type_name, parse_qsl(criteria, keep_blank_values=True), base=base, now=now)
    has_payload = bool(channel.get("payload"))
    if has_payload and "json" not in channel["payload"]:
        raise Problem("SSK-3183", place="channel.payload", form="application/fhir+json")
    r4 = "r4-resource" if has_payload else "r4"
    beat = _number(channel, "backport-heartbeat-period", 0, 86_400)
    return Wish(
        topic=topic,
        type=type_name,
        criteria=criteria,
        endpoint=endpoint,
        headers=_headers(channel.get("header") or ()),
        content=_content(channel) if topic else r4,
        heartbeat=max(beat, _FEWEST_SECONDS) if beat else 0,
        most=max(1, _number(channel, "backport-max-count", 20, _MOST_EVENTS)) if topic else 1,
        ends=_ends(body),
    )


def check_endpoint(endpoint: str, hosts: Collection[str]) -> None:
    """Raise SSK-3184 unless the house allows to tell this receiver."""
    parts = urlsplit(endpoint)
    is_allowed = (parts.scheme == "https" and parts.hostname in hosts) or f"{parts.scheme}://{parts.netloc}" in hosts
    if not is_allowed or parts.username is not None:
        raise Problem("SSK-3184")


def _criteria(body: Mapping[str, Any]) -> tuple[str, str, str]:
    """Topic, type and search."""
    written = str(body.get("criteria", ""))
    if written in topics():
        topic = topics()[written]
        filters = [one.get("valueString", "") for one in _extensions(body.get("_criteria"), "backport-filter-criteria")]
        if len(filters) > 1 or any(one.partition("?")[0] != topic.type for one in filters):
            raise Problem("SSK-3183", place="criteria.extension", form=f"{topic.type}?…")
        if filters and "delete" in topic.interactions:
            raise Problem("SSK-3440")
        return topic.url, topic.type, filters[0].partition("?")[2] if filters else ""
    type_name, mark, criteria = written.partition("?")
    if type_name not in number_of() or not mark:
        raise Problem("SSK-3183", place="criteria", form=" | ".join(["Type?…", *topics()]))
    return "", type_name, criteria


def _content(channel: Mapping[str, Any]) -> str:
    found = [one.get("valueCode") for one in _extensions(channel.get("_payload"), "backport-payload-content")]
    if len(found) > 1 or (found and found[0] not in _CONTENTS):
        raise Problem("SSK-3183", place="channel.payload.extension", form=" | ".join(_CONTENTS))
    return str(found[0]) if found else "id-only"


def _headers(lines: Collection[str]) -> dict[str, str]:
    """Headers to send along. Those that the request itself needs, and line breaks, are refused."""
    found = {}
    for line in lines:
        name, mark, value = str(line).partition(":")
        is_plain = name.isascii() and name.replace("-", "").isalnum() and value.isascii() and value.isprintable()
        if not mark or not is_plain or name.lower() in _NOT_SENT:
            raise Problem("SSK-3183", place="channel.header", form="Name: value")
        found[name] = value.strip()
    return found


def _number(channel: Mapping[str, Any], name: str, default: int, most: int) -> int:
    values = [value for one in _extensions(channel, name) for key, value in one.items() if key.startswith("value")]
    if any(not isinstance(value, int) or not 0 <= value <= most for value in values):
        raise Problem("SSK-3183", place=f"channel.extension({name})", form=f"0 … {most}")
    return int(values[0]) if values else default


def _ends(body: Mapping[str, Any]) -> datetime | None:
    found = range_of(str(body.get("end", "")))
    return found.low if found else None


def _extensions(element: Any, name: str) -> list[Mapping[str, Any]]:
    return [one for one in (element or {}).get("extension", ()) if one.get("url") == f"{_EXTENSION}/{name}"]
