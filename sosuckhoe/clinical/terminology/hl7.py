"""HL7's own code systems, value sets and maps of R4: files of one line each, of which only what is asked for is read.

The files are mapped, so that all processes share their pages; an index of addresses is made on first use.
"""

from __future__ import annotations

import mmap
import re
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from sosuckhoe.base import facts
from sosuckhoe.clinical.terminology.system import COMPLETE, About, CodeSystem, Concept, build

DATA = Path(__file__).parent / "data"
SYSTEMS = "hl7_systems.jsonl"
VALUE_SETS = "hl7_value_sets.jsonl"
MAPS = "hl7_maps.jsonl"
_START = re.compile(rb'^\{"url":"([^"]+)"', re.MULTILINE)


@cache
def _file(name: str) -> mmap.mmap:
    facts.demand_source(DATA / name)
    with (DATA / name).open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)


@cache
def addresses(name: str) -> dict[str, int]:
    """Address → where its line starts."""
    return {found.group(1).decode(): found.start() for found in _START.finditer(_file(name))}


def line(name: str, url: str) -> dict[str, Any] | None:
    """What a file says under an address."""
    start = addresses(name).get(url)
    if start is None:
        return None
    content = _file(name)
    made: dict[str, Any] = orjson.loads(content[start : content.find(b"\n", start)])
    return made


def system(url: str) -> CodeSystem | None:
    """A code system of HL7."""
    found = line(SYSTEMS, url)
    if found is None:
        return None
    about = About(
        url,
        found.get("version", ""),
        found.get("name", ""),
        found.get("title", found.get("name", "")),
        found.get("content", COMPLETE),
        case_sensitive=found.get("caseSensitive", True),
        source="HL7 FHIR R4 (4.0.1)",
        valid_from="2019-11-01",
    )
    return build(about, (_concept(*row) for row in found["concepts"]))


def _concept(code: str, name: str, depth: int, marks: str = "", more: list[str] | None = None) -> Concept:
    return Concept(code, (name,), depth, marks, tuple(more or ()))
