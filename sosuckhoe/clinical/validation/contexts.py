"""Where extensions may stand: the contexts of their definitions. https://hl7.org/fhir/R4/defining-extensions.html#context

An element is named by its type, its path, or its path below a type that it has by inheritance; `Element` is any of
them, resources too, as R4's own resources use it. Slices and profiles in the name of an element
(`url#Patient.name:legal`) are read as the element alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import FhirPathProblem, Node, compile_expression, types
from sosuckhoe.clinical.fhirpath.allowance import TIME_OVER
from sosuckhoe.clinical.structure import Issue
from sosuckhoe.clinical.validation import extensions, findings
from sosuckhoe.clinical.validation.plan import below
from sosuckhoe.clinical.validation.profiles import CORE
from sosuckhoe.clinical.validation.scope import Scope

ELEMENT, EXTENSION, FHIRPATH = "element", "extension", "fhirpath"
_SLICE = re.compile(r":[^.]*")


class _Held(NamedTuple):
    """An element that may hold extensions: its value, the path of its resource down to it, what else names it."""

    node: Node
    path: str
    names: frozenset[str]


def issues(resource: Node, place: str, scope: Scope) -> Iterator[Issue]:
    """Extensions that stand where none of their contexts lets them, in a resource and all below it."""
    yield from _issues(_Held(resource, resource.type, frozenset(types.bases(resource.type))), place, scope)


def _issues(held: _Held, place: str, scope: Scope) -> Iterator[Issue]:
    for branch, child, where in below(held.node, place):
        if child.type == "Extension":
            yield from _extension(child, held, where, scope)
        if branch.step.type == "Resource":
            inner = scope.below(child, is_contained=branch.step.key == "contained")
            yield from issues(child, where, inner)
        elif not branch.step.is_primitive or child.shadow is not None:
            yield from _issues(_below(held, child, branch.name), where, scope)


def _below(held: _Held, child: Node, name: str) -> _Held:
    """An element below another, by every name that it has: `Observation.value[x]`, `Quantity`, `Element`."""
    paths = {f"{base}.{name}" for base in (held.path, *types.bases(held.node.type))}
    url = child.value.get("url") if child.type == "Extension" and isinstance(child.value, dict) else None
    return _Held(child, f"{held.path}.{name}", frozenset({*paths, *types.bases(child.type), *([url] if url else ())}))


def _extension(node: Node, held: _Held, place: str, scope: Scope) -> Iterator[Issue]:
    definition = extensions.definition_of(node.value, scope.told)
    if definition is None or definition["type"] != "Extension":
        return
    contexts = definition.get("context", [])
    try:
        with scope.told.allowance.spent():
            may_stand = not contexts or any(_matches(*_typed(one), held, scope) for one in contexts)
            is_right = may_stand and _keeps(definition.get("invariants", []), node, held, scope)
    except FhirPathProblem:
        yield findings.issue(findings.NOT_DECIDED, place, findings.INFORMATION, rule="context")
    except Problem as problem:
        if problem.number != TIME_OVER:
            raise
        yield findings.issue(findings.TOO_COSTLY, place, rule="context")
    else:
        if not is_right:
            yield findings.issue(findings.MISPLACED_EXTENSION, place)


def _typed(context: Any) -> tuple[str, str]:
    """Type and expression of a context: one that is a text alone is of an element."""
    return (ELEMENT, context) if isinstance(context, str) else (context[0], context[1])


def _matches(kind: str, expression: str, held: _Held, scope: Scope) -> bool:
    """Whether a context names the element. FhirPathProblem for a path that cannot be followed."""
    if kind == FHIRPATH:
        found = compile_expression(expression).values_of(scope.resource, scope.environment)
        return any(isinstance(one, Node) and _is_same(one, held.node) for one in found)
    if kind == EXTENSION:
        return held.node.type == "Extension" and expression.partition("|")[0] in held.names
    plain = _plain(expression)
    return plain == "Element" or plain in held.names


def _plain(expression: str) -> str:
    """The path of an element: without the profile and the slices that its name may have."""
    return _SLICE.sub("", expression.removeprefix(CORE).rpartition("#")[2])


def _is_same(one: Node, other: Node) -> bool:
    """Whether two nodes are one place of the resource."""
    if isinstance(one.value, dict):
        return one.value is other.value
    return one.holder is other.holder and one.step == other.step and one.index == other.index


def _keeps(rules: list[str], node: Node, held: _Held, scope: Scope) -> bool:
    """Whether the element that holds an extension keeps the rules of its definition (`contextInvariant`)."""
    environment = scope.environment_at(held.node, extension=node)
    return all(compile_expression(rule).holds(held.node, environment) for rule in rules)
