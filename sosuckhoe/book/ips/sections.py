"""The sections of the summary, from `data/ips.yaml`. https://hl7.org/fhir/uv/ips/StructureDefinition-Composition-uv-ips.html"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.book.words import NOTHING, Words

_PATH = Path(__file__).parent.parent / "data" / "ips.yaml"


class Unknown(NamedTuple):
    """The resource that says that nothing is known: its type, and a code of absent-unknown-uv-ips."""

    type: str
    code: str
    display: str


class Section(NamedTuple):
    """One section. `need`: required, recommended, optional. `most`: the newest so many; 0: all."""

    key: str
    code: str
    display: str
    title: Words
    need: str
    empty: Words
    unknown: Unknown | None
    most: int


@cache
def sections() -> tuple[Section, ...]:
    """Every section, in the order of the document."""
    return tuple(_section(key, entry) for key, entry in facts.read_yaml(_PATH)["sections"].items())


@cache
def said(name: str) -> Words:
    """A title, the author or the heading of a column, in both languages."""
    content = facts.read_yaml(_PATH)
    entry = content.get(name) or content["columns"][name]
    return Words(entry["vi"], entry["en"])


@cache
def kind() -> dict[str, str]:
    """The LOINC code of the document."""
    return dict(facts.read_yaml(_PATH)["type"])


def _section(key: str, entry: dict[str, Any]) -> Section:
    empty = entry.get("empty")
    return Section(
        key=key,
        code=entry["code"],
        display=entry["display"],
        title=Words(entry["vi"], entry["en"]),
        need=entry["need"],
        empty=Words(empty["vi"], empty["en"]) if empty else NOTHING,
        unknown=Unknown(**entry["unknown"]) if "unknown" in entry else None,
        most=entry.get("most", 0),
    )
