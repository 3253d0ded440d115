"""The list of a value set's codes, or a page of it. https://hl7.org/fhir/R4/valueset-operation-expand.html"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.terminology.members import Member, Members
from sosuckhoe.clinical.terminology.suggesting import name_of, system_of
from sosuckhoe.clinical.terminology.system import CodeSystem

MOST = 20_000
"""So many codes at once; more are asked for in pages."""

Entry = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What somebody wants of the list. `count` None is all of it."""

    text: str = ""
    offset: int = 0
    count: int | None = None
    language: str = ""
    active_only: bool = False
    for_choice: bool = False
    designations: bool = False
    designation_languages: frozenset[str] = frozenset()
    nested: bool = False


@dataclass
class Page:
    """The entries of `expansion.contains`, and how many there are in all."""

    total: int
    contains: list[Entry]


def expand(members: Members, wish: Wish) -> Page:
    """The codes that are wished for. SSK-3205 when they cannot be listed, SSK-3217 when some are not here."""
    if not members.is_finite:
        raise Problem("SSK-3205")
    if members.unknown:
        raise Problem("SSK-3217")
    if wish.nested:
        return _tree(members, wish)
    found = _wished(members, wish)
    page = found[wish.offset :] if wish.count is None else found[wish.offset : wish.offset + wish.count]
    _check(len(page))
    return Page(len(found), [_entry(members, one, wish) for one in page])


def _check(count: int) -> None:
    if count > MOST:
        raise Problem("SSK-3218", limit=MOST)


def _wished(members: Members, wish: Wish) -> Sequence[Member]:
    found = members.find(wish.text)
    if not (wish.active_only or wish.for_choice):
        return found
    return [one for one in found if _is_wished(members, one, wish)]


def _is_wished(members: Members, member: Member, wish: Wish) -> bool:
    system = system_of(members, member)
    if not isinstance(system, CodeSystem) or member.row < 0:
        return True
    if wish.active_only and not system.is_active(member.row):
        return False
    return not (wish.for_choice and system.is_abstract(member.row))


def _entry(members: Members, member: Member, wish: Wish) -> Entry:
    made: Entry = {"system": member.system, "code": member.code, "display": name_of(members, member, wish.language)}
    system = system_of(members, member)
    if not isinstance(system, CodeSystem):
        return made
    if system.about.version:
        made["version"] = system.about.version
    if member.row < 0:
        return made
    if system.is_abstract(member.row):
        made["abstract"] = True
    if not system.is_active(member.row):
        made["inactive"] = True
    if wish.designations and (names := _designations(system, member.row, wish)):
        made["designation"] = names
    return made


def _designations(system: CodeSystem, row: int, wish: Wish) -> list[Entry]:
    wanted = wish.designation_languages
    return [{"language": tag, "value": text} for tag, text in system.names_of(row) if not wanted or tag in wanted]


def _tree(members: Members, wish: Wish) -> Page:
    """Each code below the nearest of those above it that is of the value set; a code with several stands below each."""
    found = _wished(members, wish)
    _check(len(found))
    entries = {(one.system, one.code): _entry(members, one, wish) for one in found}
    roots = []
    for one in found:
        parents = _nearest(members, one, entries)
        for parent in parents:
            parent.setdefault("contains", []).append(entries[one.system, one.code])
        if not parents:
            roots.append(entries[one.system, one.code])
    return Page(len(found), roots)


def _nearest(members: Members, member: Member, entries: dict[tuple[str, str], Entry]) -> list[Entry]:
    system = system_of(members, member)
    if not isinstance(system, CodeSystem) or member.row < 0:
        return []
    nearest: dict[int, Entry] = {}
    left, met = list(system.parents_of(member.row)), {member.row}
    while left:
        row = left.pop()
        if row in met:
            continue
        met.add(row)
        entry = entries.get((member.system, system.codes[row]))
        if entry is None:
            left += system.parents_of(row)
        else:
            nearest[row] = entry
    return list(nearest.values())
