"""Systems whose books flow into ours, and the name that their facts carry. Pure; the list is data/sources.yaml."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.base.facts import BadFact

KINDS = frozenset({"profiles", "fhir", "csv"})
_FILE = Path(__file__).parent / "data" / "sources.yaml"
_PREFIX = "urn:sosuckhoe:source:"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Source(NamedTuple):
    """A system that sends: its lasting name, how people call it, and when it may send.

    `area`: the province whose stewards look after it; '': those of the whole country.
    """

    id: str
    vi: str
    en: str
    kind: str
    valid_from: date
    valid_to: date | None = None
    area: str = ""

    @property
    def uri(self) -> str:
        """The value of `meta.source` on every fact that came from it."""
        return uri_of(self.id)

    def may_send(self, on: date) -> bool:
        """Whether what it sends that day is taken in."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@cache
def sources() -> dict[str, Source]:
    """Every known system by its id. Raises BadFact with the place where the list is wrong."""
    return {key: _source(key, entry) for key, entry in facts.read_yaml(_FILE)["sources"].items()}


def uri_of(source: str) -> str:
    """The `meta.source` of a system's facts, by its id."""
    return f"{_PREFIX}{source}"


def of_vendor(vendor: str) -> str:
    """The id of the system that the register of facilities calls so."""
    return vendor.replace("_", "-")


def of_uri(uri: str) -> Source | None:
    """The system that `meta.source` names; None where it names no system of the list."""
    return sources().get(uri.removeprefix(_PREFIX)) if uri.startswith(_PREFIX) else None


def _source(key: str, entry: dict[str, Any]) -> Source:
    if not _ID.fullmatch(key):
        raise BadFact(f"{_FILE}: sources.{key}: an id is small letters, digits and single hyphens")
    try:
        source = Source(id=key, **entry)
    except TypeError as wrong:
        raise BadFact(f"{_FILE}: sources.{key}: {wrong}") from None
    if source.kind not in KINDS:
        raise BadFact(f"{_FILE}: sources.{key}.kind: one of {', '.join(sorted(KINDS))}")
    if not (isinstance(source.valid_from, date) and source.vi and source.en):
        raise BadFact(f"{_FILE}: sources.{key}: vi, en and valid_from (a date) are needed")
    return source
