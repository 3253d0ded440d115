"""The 40 Synthea bundles of the tests, and what must come back of them."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import orjson

FOLDER = Path(__file__).parents[1] / "cases" / "synthea"


def files():
    return sorted(FOLDER.glob("*.json.gz"))


@cache
def bundle(place):
    return orjson.loads(gzip.decompress(place.read_bytes()))


def compared(resource, links):
    """A resource as it is compared: without what the server says of it, its references as `links` rewrites them."""
    body = {key: value for key, value in resource.items() if key != "id"}
    meta = {key: value for key, value in body.pop("meta", {}).items() if key not in {"versionId", "lastUpdated"}}
    return _linked({**body, **({"meta": meta} if meta else {})}, links)


def _linked(value, links):
    if isinstance(value, dict):
        return {key: _linked(inner, links) for key, inner in value.items()}
    if isinstance(value, list):
        return [_linked(inner, links) for inner in value]
    return links.get(value, value) if isinstance(value, str) else value


def sent(place):
    """The resources of a bundle as they must come back under their own ids: (type, id) → content."""
    entries = bundle(place)["entry"]
    links = {one["fullUrl"]: f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in entries}
    return {
        (one["resource"]["resourceType"], one["resource"]["id"]): compared(one["resource"], links) for one in entries
    }


def all_sent():
    return {name: body for place in files() for name, body in sent(place).items()}
