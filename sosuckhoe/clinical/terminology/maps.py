"""Maps between systems: HL7's own, and of provinces and communes before and since 1 July 2025.

https://hl7.org/fhir/R4/conceptmap.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from sosuckhoe.clinical.terminology import hl7
from sosuckhoe.identity import places

PROVINCES = "urn:sosuckhoe:cm:province-63-to-34"
COMMUNES = "urn:sosuckhoe:cm:commune-63-to-34"
_PROVINCE, _COMMUNE = "urn:sosuckhoe:cs:province", "urn:sosuckhoe:cs:commune"
_OLD, _NEW = "2024-06-11", "2025-07-01"
Entry = Mapping[str, Any]


def built_in(url: str) -> Entry | None:
    """The map of an address."""
    return OURS[url]() if url in OURS else hl7.line(hl7.MAPS, url)


def between(source: str, target: str) -> Iterator[Entry]:
    """The maps that have a group from a system to another; an empty address is any."""
    for url, systems in _routes().items():
        if any(source in ("", one) and target in ("", other) for one, other in systems):
            yield built_in(url) or {}


def urls() -> list[str]:
    """The addresses of all maps."""
    return list(_routes())


@cache
def _routes() -> dict[str, frozenset[tuple[str, str]]]:
    """Map → the pairs of addresses, of systems and of value sets, between which it leads."""
    found = {PROVINCES: frozenset({(_PROVINCE, _PROVINCE)}), COMMUNES: frozenset({(_COMMUNE, _COMMUNE)})}
    for url in hl7.addresses(hl7.MAPS):
        found[url] = frozenset(pairs(hl7.line(hl7.MAPS, url) or {}))
    return found


def pairs(entry: Entry) -> Iterator[tuple[str, str]]:
    """The pairs of addresses between which a map leads."""
    yield _end(entry, "source"), _end(entry, "target")
    for group in entry.get("group") or ():
        yield str(group.get("source", "")), str(group.get("target", ""))


def _end(entry: Entry, end: str) -> str:
    return str(entry.get(f"{end}Uri") or entry.get(f"{end}Canonical") or "")


@cache
def _provinces() -> Entry:
    """Every province went whole into one; it is the same where nothing else went there."""
    moves = places.province_moves()
    into: dict[str, int] = {}
    for new in moves.values():
        into[new] = into.get(new, 0) + 1
    elements = [_element(old, [(new, "equivalent" if into[new] == 1 else "wider")]) for old, new in moves.items()]
    return _map(PROVINCES, "ProvinceMoves", "Tỉnh: 63 → 34 / Provinces, 63 to 34", _PROVINCE, elements)


@cache
def _communes() -> Entry:
    """An undivided commune is the new one or a part of it; a divided one is only related to those that took a part."""
    elements = [
        _element(old, [(new, _equivalence(old, new, len(found))) for new in found])
        for old, found in places.commune_moves().items()
    ]
    return _map(COMMUNES, "CommuneMoves", "Xã, phường: 63 tỉnh → 34 tỉnh / Communes", _COMMUNE, elements)


def _equivalence(old: str, new: str, count: int) -> str:
    if places.is_divided(old) or count > 1:
        return "narrower" if places.predecessors(new) == (old,) else "relatedto"
    return "equivalent" if places.predecessors(new) == (old,) else "wider"


def _element(code: str, targets: list[tuple[str, str]]) -> dict[str, Any]:
    return {"code": code, "target": [{"code": new, "equivalence": equivalence} for new, equivalence in targets]}


def _map(url: str, name: str, title: str, system: str, elements: list[dict[str, Any]]) -> Entry:
    group = {"source": system, "sourceVersion": _OLD, "target": system, "targetVersion": _NEW, "element": elements}
    return {
        "resourceType": "ConceptMap",
        "url": url,
        "version": _NEW,
        "name": name,
        "title": title,
        "status": "active",
        "group": [group],
    }


OURS: dict[str, Callable[[], Entry]] = {PROVINCES: _provinces, COMMUNES: _communes}
