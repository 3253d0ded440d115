"""The pass that explains: every rule, binding, reference and extension of R4's own types, each fault with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import FhirPathProblem, Node, types
from sosuckhoe.clinical.fhirpath.allowance import TIME_OVER
from sosuckhoe.clinical.structure import Issue
from sosuckhoe.clinical.validation import bindings, extensions, findings, references
from sosuckhoe.clinical.validation.facts import Rule
from sosuckhoe.clinical.validation.plan import Branch, Tests, below, plan_of
from sosuckhoe.clinical.validation.scope import Scope, Told, scope_of


def issues(resource: dict[str, Any], told: Told) -> Iterator[Issue]:
    """What breaks the rules of R4's types in a resource whose structure is right."""
    scope = scope_of(resource, told)
    yield from _value(scope.resource, resource["resourceType"], scope)


def _value(node: Node, place: str, scope: Scope) -> Iterator[Issue]:
    if node.value is not None:
        yield from broken(plan_of(node.type).tests, node, place, scope)
    for branch, child, where in below(node, place):
        yield from _branch(branch, child, where, scope)
        inner = scope
        if branch.step.type == "Resource":
            inner = scope.below(child, is_contained=branch.step.key == "contained")
        if not child.step or child.step.type not in types.PRIMITIVES or child.shadow is not None:
            yield from _value(child, where, inner)


def _branch(branch: Branch, node: Node, place: str, scope: Scope) -> Iterator[Issue]:
    if node.value is not None:
        yield from broken(branch.tests, node, place, scope)
    if branch.binding:
        yield from bindings.issues(node, place, branch.binding, scope.told.terms)
    if branch.targets and node.type == "Reference" and not references.is_allowed(node.value, branch.targets, scope):
        yield findings.issue(findings.WRONG_TARGET, place, types=", ".join(sorted(branch.targets)))
    if node.type == "Extension":
        yield from extensions.issues(node, place, scope)


def broken(tests: Tests, node: Node, place: str, scope: Scope) -> Iterator[Issue]:
    """The rules that a value breaks, and those that could not be asked."""
    for rule, test in tests:
        try:
            keeps = test(node.value, scope)
        except FhirPathProblem:
            yield findings.issue(findings.NOT_DECIDED, place, findings.INFORMATION, rule=rule.key)
            continue
        except Problem as problem:
            if problem.number != TIME_OVER:
                raise
            yield findings.issue(findings.TOO_COSTLY, place, rule=rule.key)
            continue
        if not keeps:
            yield _issue(rule, place)


def _issue(rule: Rule, place: str) -> Issue:
    return findings.issue(findings.BROKEN, place, rule.severity, rule=rule.key, human=rule.human)
