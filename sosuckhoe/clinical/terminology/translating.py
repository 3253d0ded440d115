"""From a code of one system to codes of another, by a ConceptMap. https://hl7.org/fhir/R4/conceptmap.html"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

NO_MATCH = frozenset({"unmatched", "disjoint"})
_TURNED = {"wider": "narrower", "narrower": "wider", "subsumes": "specializes", "specializes": "subsumes"}
Entry = Mapping[str, Any]
OtherMaps = Callable[[str], Iterable[Entry]]
"""The maps of a canonical address, for codes that a group hands on to another map."""


class Source(NamedTuple):
    """The code that is translated; its version only where editions differ."""

    system: str
    code: str
    version: str = ""


class Wanted(NamedTuple):
    """Where to: the system, or any; `is_reverse` goes from the target's side to the source's."""

    system: str = ""
    is_reverse: bool = False


class Match(NamedTuple):
    """What a code is on the other side. `code` is empty for one that has no counterpart."""

    equivalence: str
    system: str
    version: str
    code: str
    display: str
    map: str


def _none(_address: str) -> Iterable[Entry]:
    return ()


def matches(
    entry: Entry, source: Source, wanted: Wanted, others: OtherMaps = _none, passed: frozenset[str] = frozenset()
) -> Iterator[Match]:
    """The counterparts of a code by one map, in the map's order.

    A group may hand a code that it does not name on to another map (`unmapped.mode` other-map), which `others` knows;
    one that leads back to a map that was `passed` ends there.
    """
    near, far = ("target", "source") if wanted.is_reverse else ("source", "target")
    for group in entry.get("group") or ():
        if group.get(near, "") not in ("", source.system) or wanted.system not in ("", group.get(far, "")):
            continue
        if source.version and group.get(f"{near}Version", source.version) != source.version:
            continue
        if not wanted.is_reverse and (address := _handed_on(group, source.code)):
            for other in () if address in passed else others(address):
                yield from matches(other, source, wanted, others, passed | {address})
            continue
        found = _reversed(group, source.code) if wanted.is_reverse else _forward(group, source.code)
        for equivalence, code, display in found:
            version = str(group.get(f"{far}Version", ""))
            yield Match(equivalence, str(group.get(far, "")), version, code, display, str(entry.get("url", "")))


def _handed_on(group: Entry, code: str) -> str:
    """The address of the map that has the codes that a group does not name; empty for a code that it names."""
    rule = group.get("unmapped") or {}
    if rule.get("mode") != "other-map" or any(one.get("code") == code for one in group.get("element") or ()):
        return ""
    return str(rule.get("url", ""))


def _forward(group: Entry, code: str) -> Iterator[tuple[str, str, str]]:
    element = next((one for one in group.get("element") or () if one.get("code") == code), None)
    if element is None:
        yield from _unmapped(group.get("unmapped") or {}, code)
        return
    for target in element.get("target") or ():
        yield str(target["equivalence"]), str(target.get("code", "")), str(target.get("display", ""))


def _unmapped(rule: Entry, code: str) -> Iterator[tuple[str, str, str]]:
    """What the group itself says of codes that it does not name."""
    if rule.get("mode") == "provided":
        yield "equal", code, ""
    elif rule.get("mode") == "fixed":
        yield "inexact", str(rule.get("code", "")), str(rule.get("display", ""))


def _reversed(group: Entry, code: str) -> Iterator[tuple[str, str, str]]:
    for element in group.get("element") or ():
        for target in element.get("target") or ():
            if target.get("code") == code:
                equivalence = str(target["equivalence"])
                yield _TURNED.get(equivalence, equivalence), str(element["code"]), str(element.get("display", ""))
