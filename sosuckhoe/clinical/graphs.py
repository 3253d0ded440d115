"""What a GraphDefinition reaches from a resource. https://hl7.org/fhir/R4/graphdefinition.html

A target with a profile is only what conforms to it. Rules of compartments are not followed: a graph that has some is
refused, not half done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import parse_qsl

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.body import name_in
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.fhirpath import Allowance, FhirPathProblem, Node, Outside, compile_expression

MOST_REACHED = 500
MOST_SECONDS = 5.0
"""Of computing for all paths of a graph."""

_REF = "{ref}"
_QUOTED = re.compile(r"['\\]")
"""What would end, or change, a text of FHIRPath; no address has it."""

Entry = Mapping[str, Any]


class Source(Protocol):
    """Where resources come from, as far as the caller may see them."""

    def resolve(self, reference: str) -> Stored | None:
        """What a reference leads to; None when that is nothing, or nothing that the caller may see."""

    def search(self, type_name: str, pairs: Sequence[tuple[str, str]]) -> list[Stored]:
        """What a search finds."""


class Walk:
    """One walk along a graph. Raises SSK-3177, SSK-3178, SSK-3179, SSK-3481."""

    def __init__(self, source: Source, outside: Outside) -> None:
        self.source = source
        self.outside = outside
        self.allowance = Allowance(MOST_SECONDS)
        self.left = MOST_REACHED

    def reached(self, graph: Entry, start: Stored) -> list[Stored]:
        """What the links lead to, in their order, each as often as it is reached."""
        if graph.get("start") != start.type:
            raise Problem("SSK-3178", place="GraphDefinition.start")
        return list(self._links(graph, start, "GraphDefinition"))

    def _links(self, holder: Entry, focus: Stored, place: str) -> Iterator[Stored]:
        for number, link in enumerate(holder.get("link") or ()):
            where = f"{place}.link[{number}]"
            found = [
                (row, target, f"{where}.target[{at}]")
                for at, target in enumerate(link.get("target") or [{}])
                for row in self._target(link, target, focus, f"{where}.target[{at}]")
            ]
            _check_count(link, len(found), where)
            for row, target, inner in found:
                yield row
                yield from self._links(target, row, inner)

    def _target(self, link: Entry, target: Entry, focus: Stored, place: str) -> list[Stored]:
        if "compartment" in target:
            raise Problem("SSK-3178", place=f"{place}.compartment")
        found = (
            self._at_path(link["path"], target, focus, place) if "path" in link else self._back(target, focus, place)
        )
        self.left -= len(found)
        if self.left < 0:
            raise Problem("SSK-3179", most=MOST_REACHED)
        return self._conforming(found, target["profile"], f"{place}.profile") if "profile" in target else found

    def _conforming(self, found: list[Stored], profile: str, place: str) -> list[Stored]:
        """Those that conform to a profile. SSK-3178 for one that is not here."""
        if _QUOTED.search(profile):
            raise Problem("SSK-3178", place=place)
        asked = compile_expression(f"conformsTo('{profile}')")
        try:
            with self.allowance.spent():
                return [row for row in found if asked.is_true(_body(row), **self.outside._asdict())]
        except FhirPathProblem as error:
            raise Problem("SSK-3178", place=place) from error

    def _at_path(self, path: str, target: Entry, focus: Stored, place: str) -> list[Stored]:
        """What the references at a path lead to, of the target's type."""
        text = "descendants().ofType(Reference)" if path == "*" else path
        try:
            with self.allowance.spent():
                nodes = compile_expression(text).evaluate(_body(focus), **self.outside._asdict())
        except FhirPathProblem as error:
            raise Problem("SSK-3178", place=place.rpartition(".")[0] + ".path") from error
        rows = [self.source.resolve(one) for one in dict.fromkeys(_references(nodes))]
        wanted = target.get("type", "Resource")
        return [row for row in rows if row is not None and wanted in {"Resource", row.type}]

    def _back(self, target: Entry, focus: Stored, place: str) -> list[Stored]:
        """What refers to a resource, by the search of the target."""
        params = target.get("params", "")
        if _REF not in params:
            raise Problem("SSK-3178", place=f"{place}.params")
        name = f"{focus.type}/{name_in(focus.type, focus.body)}"
        pairs = [(code, text.replace(_REF, name)) for code, text in parse_qsl(params, keep_blank_values=True)]
        return self.source.search(target["type"], pairs)


def _body(row: Stored) -> dict[str, Any]:
    return jsontext.read(row.body, len(row.body))


def _references(nodes: Sequence[Any]) -> Iterator[str]:
    for node in nodes:
        value = node.value if isinstance(node, Node) else node
        text = value.get("reference") if isinstance(value, dict) else value
        if isinstance(text, str):
            yield text


def _check_count(link: Entry, count: int, place: str) -> None:
    most = link.get("max", "*")
    if count < link.get("min", 0) or (most.isdigit() and count > int(most)):
        raise Problem("SSK-3177", place=place)
