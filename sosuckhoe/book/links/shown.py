"""A document as a page without scripts shows it: the title and the table of each section. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import orjson

_XHTML = "{http://www.w3.org/1999/xhtml}"


class Section(NamedTuple):
    """A section: its title, the head and the rows of its table, or a sentence where it has none."""

    title: str
    head: list[str]
    rows: list[list[str]]
    sentence: str


def sections(document: bytes) -> list[Section]:
    """The sections of a document that `ips.document` made."""
    bundle: dict[str, Any] = orjson.loads(document)
    composition = bundle["entry"][0]["resource"]
    return [_section(one) for one in composition["section"]]


def _section(one: dict[str, Any]) -> Section:
    tree = ET.fromstring(one["text"]["div"])  # noqa: S314 -- our own narrative, made in this request
    head = [_text(cell) for cell in tree.iter(f"{_XHTML}th")]
    rows = [[_text(cell) for cell in row.iter(f"{_XHTML}td")] for row in tree.iter(f"{_XHTML}tr")]
    return Section(
        one["title"], head, [row for row in rows if row], " ".join(_text(p) for p in tree.iter(f"{_XHTML}p"))
    )


def _text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())
