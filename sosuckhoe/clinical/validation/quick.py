"""Whether a resource surely keeps R4's rules: closures per type that say yes or no, before the pass that explains.

"True" means that `walk` finds no error. Warnings and what could not be decided do not stand in the way of a write.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

from sosuckhoe.clinical.fhirpath import FhirPathProblem, Node, types
from sosuckhoe.clinical.validation import bindings, extensions, findings, references
from sosuckhoe.clinical.validation.invariants import Test
from sosuckhoe.clinical.validation.plan import Branch, Tests, plan_of
from sosuckhoe.clinical.validation.scope import Scope, Told, scope_of

Check: TypeAlias = Callable[[Any, Scope], bool]


def is_sure(resource: dict[str, Any], told: Told) -> bool:
    """Whether a resource whose structure is right surely keeps the rules of its type."""
    try:
        return _object(resource["resourceType"])(resource, scope_of(resource, told))
    except FhirPathProblem:
        return False


@cache
def _object(type_name: str) -> Check:
    """What is asked of objects of a type: its rules, then its keys; keys below which nothing is asked are None."""
    plan = plan_of(type_name)
    tests = _errors(plan.tests)
    checks = {key: _branch(branch) for key, branch in plan.branches.items()}
    shadows = {branch.step.shadow: _shadow for branch in plan.branches.values() if branch.step.is_primitive}
    known: dict[str, Check | None] = {**checks, **shadows}

    def check(value: Any, scope: Scope) -> bool:
        for test in tests:
            if not test(value, scope):
                return False
        for key, inner in value.items():
            below = known.get(key)
            if below is not None and not below(inner, scope):
                return False
        return True

    return check


def _branch(branch: Branch) -> Check | None:
    one = _of_one(branch)
    if one is None or not branch.step.is_list:
        return one

    def every(values: Any, scope: Scope) -> bool:
        for value in values:  # noqa: SIM110 -- a generator costs more than the loop
            if value is not None and not one(value, scope):
                return False
        return True

    return every


def _of_one(branch: Branch) -> Check | None:
    """The checks of one value under a key; None when there are none."""
    parts: list[Check] = [*_errors(branch.tests)]
    if branch.binding and branch.binding[0] == "required":
        parts.append(_bound(branch.step.type, branch.binding[1]))
    if branch.targets and branch.step.type == "Reference":
        parts.append(_targeted(branch.targets))
    if branch.step.key == "modifierExtension":
        parts.append(lambda value, scope: extensions.definition_of(value, scope.told) is not None)
    if branch.step.type == "Resource":
        parts.append(_resource(is_contained=branch.step.key == "contained"))
    elif branch.step.type not in types.PRIMITIVES:
        parts.append(_later(branch.step.type))
    if len(parts) <= 1:
        return parts[0] if parts else None
    return lambda value, scope: all(part(value, scope) for part in parts)


def _later(type_name: str) -> Check:
    """A type may hold itself (an extension does), so that its checks are looked for when they are first asked."""

    def check(value: Any, scope: Scope) -> bool:
        return _object(type_name)(value, scope)

    return check


def _shadow(value: Any, scope: Scope) -> bool:
    """The extensions of a primitive value, or of each in a list."""
    shadows = value if isinstance(value, list) else [value]
    return all(one is None or _object("Element")(one, scope) for one in shadows)


def _errors(tests: Tests) -> list[Test]:
    return [test for rule, test in tests if rule.severity == findings.ERROR]


def _bound(kind: str, url: str) -> Check:
    return lambda value, scope: bindings.is_kept(value, kind, url, scope.told.terms) is not False


def _targeted(targets: frozenset[str]) -> Check:
    return lambda value, scope: references.is_allowed(value, targets, scope)


def _resource(*, is_contained: bool) -> Check:
    def check(value: Any, scope: Scope) -> bool:
        type_name = value["resourceType"]
        return _object(type_name)(value, scope.below(Node(value, type_name), is_contained=is_contained))

    return check
