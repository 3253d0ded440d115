"""Where definitions of profiles and extensions come from: HL7's stand in `data/profiles.ndjson`, others are told."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import orjson

from sosuckhoe.base import facts as files
from sosuckhoe.clinical.validation import compact
from sosuckhoe.clinical.validation.facts import DATA
from sosuckhoe.clinical.validation.scope import Told

_FILE = DATA / "profiles.ndjson"
_LINE = re.compile(rb'^\{"url":"([^"]+)".*$', re.MULTILINE)
CORE = "http://hl7.org/fhir/StructureDefinition/"


@cache
def _lines() -> dict[str, bytes]:
    """The lines of the file by the address that they begin with; each is read when it is asked for."""
    files.demand_source(_FILE)
    return {found.group(1).decode(): found.group(0) for found in _LINE.finditer(_FILE.read_bytes())}


@cache
def _known(url: str) -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads(_lines()[url])
    return made


def addresses() -> list[str]:
    """The profiles and extensions that come with the program."""
    return sorted(_lines())


def definition(canonical: str, told: Told) -> dict[str, Any] | None:
    """The short definition of a canonical address, without regard to its version; None when nobody has it."""
    url = canonical.partition("|")[0]
    if url in _lines():
        return _known(url)
    found = told.profile(url)
    return compact.of(found) if found is not None else None
