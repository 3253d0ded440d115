"""Functions that ask what codes mean. https://hl7.org/fhir/R4/fhirpath.html#functions

What cannot be judged, because the list is not here, is neither true nor false: the answer is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sosuckhoe.clinical.fhirpath import single
from sosuckhoe.clinical.fhirpath.environment import Environment, Run
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem
from sosuckhoe.clinical.fhirpath.node import Node
from sosuckhoe.clinical.terminology import Members


class _Coding(NamedTuple):
    """A code; `system` is empty for one that stands alone, as in elements of type `code`."""

    system: str
    code: str


def _codings(items: list[Any], part: str) -> list[_Coding]:
    """The codes of one code, Coding or CodeableConcept; ExecutionProblem for several items or anything else."""
    found = single.value(items, part)
    if found is None:
        return []
    if isinstance(found, str):
        return [_Coding("", found)]
    if not isinstance(found, Node) or not isinstance(found.value, dict):
        raise ExecutionProblem(part)
    if found.type == "CodeableConcept":
        return list(_of(found.value.get("coding") or ()))
    if found.type != "Coding":
        raise ExecutionProblem(part)
    return list(_of([found.value]))


def _of(codings: Any) -> Iterator[_Coding]:
    return (_Coding(str(one.get("system", "")), str(one["code"])) for one in codings if "code" in one)


def member_of(left: Run, value_set: Run) -> Run:
    """Whether one of the codes is of a value set; ExecutionProblem for a value set that is not here."""

    def run(this: list[Any], env: Environment) -> list[Any]:
        items, address = left(this, env), single.text(value_set(this, env), "memberOf")
        codings = _codings(items, "memberOf")
        return _membership(codings, env.codes.codes_in(address)) if items and address is not None else []

    return run


def _membership(codings: list[_Coding], members: Members | None) -> list[Any]:
    if members is None:
        raise ExecutionProblem("memberOf")
    if any((one.system, one.code) in members if one.system else members.has_code(one.code) for one in codings):
        return [True]
    is_doubtful = any(one.system in members.unknown or (not one.system and members.unknown) for one in codings)
    return [] if is_doubtful else [False]


def subsumes(left: Run, other: Run) -> Run:
    """Whether a code is the other one, or stands above it."""
    return lambda this, env: _relation(left(this, env), other(this, env), "subsumes", env.codes.descendants)


def subsumed_by(left: Run, other: Run) -> Run:
    """Whether a code is the other one, or stands below it."""
    return lambda this, env: _relation(left(this, env), other(this, env), "subsumedBy", env.codes.ancestors)


def _relation(
    items: list[Any], other: list[Any], part: str, related: Callable[[str, str], frozenset[str] | None]
) -> list[Any]:
    """Whether any code of these is related to any of the others; of two systems nothing is known here."""
    if not items or not other:
        return []
    theirs = _codings(other, part)
    pairs = [(one, two) for one in _codings(items, part) for two in theirs if one.system == two.system]
    answers = [one.code == two.code or _holds(related(one.system, one.code), two.code) for one, two in pairs]
    if any(answers):
        return [True]
    return [] if None in answers else [False]


def _holds(found: frozenset[str] | None, code: str) -> bool | None:
    return None if found is None else code in found


FUNCTIONS: dict[str, Callable[..., Run]] = {
    "memberOf": member_of,
    "subsumes": subsumes,
    "subsumedBy": subsumed_by,
}
