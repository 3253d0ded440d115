"""The filters of a value set over a code system. https://hl7.org/fhir/R4/valueset.html#filters"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.terminology.system import CodeSystem

_MOST_PATTERN = 200
_MOST_REPEATS = 2
_MOST_CHOICES = 4
_REPEATED_GROUP = re.compile(r"\)[+*{]")
_REPEAT = re.compile(r"[*+]|\{\d*,")
"""With a repeated group, or more repetitions and choices, a pattern may take for ever on one name."""


def chosen(system: CodeSystem, name: str, operator: str, value: str) -> Callable[[str], bool]:
    """Whether a code passes a filter. SSK-3202 for an operator that there is not."""
    made = FILTERS.get(operator)
    if made is None:
        raise Problem("SSK-3202")
    return made(system, name, value)


def is_known(system: CodeSystem, name: str) -> bool:
    """Whether a system says anything of this property."""
    return name in OF_STRUCTURE or name in MARKS or name in system.properties


def _is_a(system: CodeSystem, _name: str, value: str) -> Callable[[str], bool]:
    return system.below(value).__contains__


def _descendent_of(system: CodeSystem, _name: str, value: str) -> Callable[[str], bool]:
    row = system.row(value)
    itself = frozenset() if row is None else frozenset({system.codes[row]})
    return (system.below(value) - itself).__contains__


def _is_not_a(system: CodeSystem, _name: str, value: str) -> Callable[[str], bool]:
    return partial(_not_in, system.below(value))


def _generalizes(system: CodeSystem, _name: str, value: str) -> Callable[[str], bool]:
    return system.above(value).__contains__


def _equals(system: CodeSystem, name: str, value: str) -> Callable[[str], bool]:
    return lambda code: value in _values(system, name, code)


def _is_in(system: CodeSystem, name: str, value: str) -> Callable[[str], bool]:
    wanted = frozenset(one.strip() for one in value.split(","))
    return lambda code: not wanted.isdisjoint(_values(system, name, code))


def _is_not_in(system: CodeSystem, name: str, value: str) -> Callable[[str], bool]:
    holds = _is_in(system, name, value)
    return lambda code: not holds(code)


def _exists(system: CodeSystem, name: str, value: str) -> Callable[[str], bool]:
    return lambda code: bool(_values(system, name, code)) == (value == "true")


def _matches(system: CodeSystem, name: str, value: str) -> Callable[[str], bool]:
    if _is_costly(value):
        raise Problem("SSK-3203")
    try:
        pattern = re.compile(value)
    except re.error as error:
        raise Problem("SSK-3203") from error
    return lambda code: any(pattern.fullmatch(one) for one in _values(system, name, code))


def _is_costly(pattern: str) -> bool:
    return (
        len(pattern) > _MOST_PATTERN
        or _REPEATED_GROUP.search(pattern) is not None
        or len(_REPEAT.findall(pattern)) > _MOST_REPEATS
        or pattern.count("?") > _MOST_CHOICES
    )


def _not_in(codes: frozenset[str], code: str) -> bool:
    return code not in codes


def _values(system: CodeSystem, name: str, code: str) -> list[str]:
    """What a code has under a property, as text."""
    row = system.rows[code if system.about.case_sensitive else code.lower()]
    if name in OF_STRUCTURE:
        return OF_STRUCTURE[name](system, row)
    if name in MARKS:
        return [str(MARKS[name](system, row)).lower()]
    value = system.properties[name].get(row)
    if value is None:
        return []
    return [_text(one) for one in (value if isinstance(value, list) else [value])]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.get("code", "")) if isinstance(value, dict) else str(value)


OF_STRUCTURE: dict[str, Callable[[CodeSystem, int], list[str]]] = {
    "concept": lambda system, row: [system.codes[row]],
    "code": lambda system, row: [system.codes[row]],
    "display": lambda system, row: [text for _, text in system.names_of(row)],
    "parent": lambda system, row: [system.codes[one] for one in system.parents_of(row)],
    "child": lambda system, row: [system.codes[one] for one in system.children_of(row)],
}
MARKS: dict[str, Callable[[CodeSystem, int], bool]] = {
    "notSelectable": lambda system, row: system.is_abstract(row),
    "abstract": lambda system, row: system.is_abstract(row),
    "inactive": lambda system, row: not system.is_active(row),
}
FILTERS: dict[str, Callable[[CodeSystem, str, str], Callable[[str], bool]]] = {
    "=": _equals,
    "is-a": _is_a,
    "descendent-of": _descendent_of,
    "is-not-a": _is_not_a,
    "generalizes": _generalizes,
    "regex": _matches,
    "in": _is_in,
    "not-in": _is_not_in,
    "exists": _exists,
}
