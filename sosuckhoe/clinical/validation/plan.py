"""What is looked at below a type, gathered once: its rules, and for each JSON key rules, binding and targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from sosuckhoe.clinical import elements
from sosuckhoe.clinical.fhirpath import Node, types
from sosuckhoe.clinical.fhirpath.node import collect
from sosuckhoe.clinical.fhirpath.types import Step
from sosuckhoe.clinical.validation import facts
from sosuckhoe.clinical.validation.facts import Rule
from sosuckhoe.clinical.validation.invariants import Test, test_of

Tests = tuple[tuple[Rule, Test], ...]
_PASSED = frozenset({"ele-1", "txt-1"})
"""Rules that the check of structure has asked."""


class Branch(NamedTuple):
    """One JSON key of a type. `name` is the element's, as R4 writes it."""

    name: str
    step: Step
    tests: Tests
    binding: tuple[str, str] | None
    targets: frozenset[str]


class Plan(NamedTuple):
    """What to look at in objects of a type."""

    tests: Tests
    branches: dict[str, Branch]


@cache
def plan_of(type_name: str) -> Plan:
    """The plan of a resource or data type, or of a nested element (`Observation.component`)."""
    rules = {rule.key: rule for base in types.bases(type_name) for rule in facts.rules_at(base)}
    made = {}
    for name in elements.of(type_name) or ("id", "extension"):
        for step in types.steps(type_name, name.removesuffix("[x]")) or ():
            made[step.key] = _branch(type_name, name, step)
    return Plan(_tests(rules.values(), type_name), made)


def _branch(type_name: str, name: str, step: Step) -> Branch:
    path = f"{type_name}.{name}"
    rules = () if step.type == path else facts.rules_at(path)
    binding = facts.binding_at(path)
    if elements.codes(path) or (binding and step.type not in _BINDABLE):
        binding = None
    return Branch(name, step, _tests(rules, step.type), binding, facts.targets_at(path))


def _tests(rules: Iterable[Rule], type_name: str) -> Tests:
    return tuple((rule, test_of(rule, type_name, watched=False)) for rule in rules if rule.key not in _PASSED)


def below(node: Node, place: str) -> Iterator[tuple[Branch, Node, str]]:
    """Every value below a node with its branch and its place, in the order of the definition."""
    holder = node.value if isinstance(node.value, dict) else node.shadow
    if not isinstance(holder, dict):
        return
    for branch in plan_of(node.type).branches.values():
        found: list[Node] = []
        collect(node, (branch.step,), found)
        for child in found:
            yield branch, child, place_of(child, place)


def place_of(child: Node, place: str) -> str:
    """Where a value stands, below the place of what holds it."""
    if child.step is None:
        return place
    return f"{place}.{child.step.key}" + (f"[{child.index}]" if child.index >= 0 else "")


_BINDABLE = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})
