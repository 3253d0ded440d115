"""Whether a value conforms to a profile. https://hl7.org/fhir/R4/profiling.html"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sosuckhoe.clinical.fhirpath import Node, types
from sosuckhoe.clinical.fhirpath.node import collect
from sosuckhoe.clinical.structure import Issue
from sosuckhoe.clinical.validation import bindings, facts, findings, references, slicing, tree
from sosuckhoe.clinical.validation.invariants import test_of
from sosuckhoe.clinical.validation.plan import place_of
from sosuckhoe.clinical.validation.profiles import CORE
from sosuckhoe.clinical.validation.scope import Scope
from sosuckhoe.clinical.validation.tree import Branch
from sosuckhoe.clinical.validation.values import has_pattern, is_same
from sosuckhoe.clinical.validation.walk import broken

MOST_PROFILES_DEEP = 12
"""Profiles lead to profiles; deeper than this nothing more is asked."""


def issues(node: Node, url: str, place: str, scope: Scope, depth: int = 0) -> Iterator[Issue]:
    """What keeps a value from conforming to a profile; a warning where nobody has the profile."""
    if depth > MOST_PROFILES_DEEP:
        return
    name = url.partition("|")[0].removeprefix(CORE)
    if types.exists(name) and tree.profile_of(url, scope.told) is None:
        if name not in types.bases(node.type):
            yield findings.issue(findings.WRONG_TYPE, place, types=name)
        return
    profile = tree.profile_of(url, scope.told)
    if profile is None:
        yield findings.issue(findings.UNKNOWN_PROFILE, place, findings.WARNING, profile=url)
    elif profile.type not in types.bases(node.type):
        yield findings.issue(findings.PROFILE_OF_ANOTHER, place, profile=url, type=profile.type)
    else:
        yield from _Profiled(scope, depth).check(node, profile.root, place)


class _Profiled:
    """One value against one profile; `depth` counts the profiles around it."""

    def __init__(self, scope: Scope, depth: int) -> None:
        self.scope = scope
        self.depth = depth

    def check(self, node: Node, branch: Branch, place: str) -> Iterator[Issue]:
        """What the element and everything below it break."""
        yield from self._value(node, branch, place)
        if isinstance(node.value, dict) or isinstance(node.shadow, dict):
            for below in branch.below.values():
                yield from self._children(node, below, place)

    def _value(self, node: Node, branch: Branch, place: str) -> Iterator[Issue]:
        told = branch.told
        if "types" in told:
            yield from self._type(node, told["types"], place)
        if "fixed" in told and not is_same(node.value, told["fixed"]):
            yield findings.issue(findings.NOT_FIXED, place)
        if "pattern" in told and not has_pattern(node.value, told["pattern"]):
            yield findings.issue(findings.NOT_PATTERN, place)
        if "binding" in told:
            yield from bindings.issues(node, place, tuple(told["binding"]), self.scope.told.terms)
        if node.value is not None and branch.rules:
            tests = tuple(
                (rule, test_of(rule, node.type, watched=not facts.is_base_rule(rule))) for rule in branch.rules
            )
            yield from broken(tests, node, place, self.scope)

    def _type(self, node: Node, told: dict[str, Any], place: str) -> Iterator[Issue]:
        name = next((name for name in types.bases(node.type) if name in told), None)
        if name is None:
            yield findings.issue(findings.WRONG_TYPE, place, types=", ".join(sorted(told)))
            return
        yield from self._any_profile(node, told[name].get("profiles", ()), place)
        targets = {slicing.target_type(url, self.scope) for url in told[name].get("targets", ())}
        is_narrowed = name == "Reference" and bool(targets) and "Resource" not in targets
        if is_narrowed and not references.is_allowed(node.value, frozenset(targets), self.scope):
            yield findings.issue(findings.WRONG_TARGET, place, types=", ".join(sorted(targets)))

    def _any_profile(self, node: Node, urls: list[str], place: str) -> Iterator[Issue]:
        """A value conforms to one of the profiles of its type."""
        inner = self.scope
        if types.is_resource(node.type):
            inner = inner.below(node, is_contained=False)
        if len(urls) == 1:
            yield from issues(node, urls[0], place, inner, self.depth + 1)
        elif urls and not any(self._conforms(node, url, inner) for url in urls):
            yield findings.issue(findings.NOT_CONFORMING, place, profiles=", ".join(urls))

    def _conforms(self, node: Node, url: str, scope: Scope) -> bool:
        found = issues(node, url, "", scope, self.depth + 1)
        return not any(one.severity == findings.ERROR for one in found)

    def _children(self, node: Node, branch: Branch, place: str) -> Iterator[Issue]:
        """How often an element stands, and what each of its values breaks."""
        items = _items(node, branch.name)
        here = f"{place}.{branch.name.removesuffix('[x]')}"
        yield from _count(len(items), branch, here)
        for item in items:
            yield from self.check(item, branch, place_of(item, place))
        if branch.slices:
            yield from self._slices(items, branch, place, here)

    def _slices(self, items: list[Node], branch: Branch, place: str, here: str) -> Iterator[Issue]:
        rules = slicing.rules_of(branch)
        taken = [self._slice_of(item, branch, rules) for item in items]
        for name, part in branch.slices.items():
            own = [item for item, slice_name in zip(items, taken, strict=True) if slice_name == name]
            if None not in taken or len(own) > part.told.get("max", len(own)):
                yield from _count(len(own), part, f"{here}:{name}")
            for item in own:
                yield from self.check(item, part, place_of(item, place))
            if part.slices:
                yield from self._slices(own, part, place, f"{here}:{name}")
        yield from _order([*zip(items, taken, strict=True)], rules, list(branch.slices), place)

    def _slice_of(self, item: Node, branch: Branch, rules: slicing.Rules) -> str | None:
        """The slice of an item, "" when it has none, None when that cannot be said."""
        is_open = True
        for name, part in branch.slices.items():
            found = self._fits(item, part, name, rules)
            if found:
                return name
            is_open = is_open and found is False
        return "" if is_open else None

    def _fits(self, item: Node, part: Branch, name: str, rules: slicing.Rules) -> bool | None:
        if not rules.by:
            return not any(one.severity == findings.ERROR for one in self.check(item, part, ""))
        return slicing.belongs(item, part, name, rules, self.scope, self._conforms)


def _items(node: Node, name: str) -> list[Node]:
    """The values of an element as a profile names it: `code`, `value[x]`, `valueQuantity`."""
    steps = types.steps(node.type, name.removesuffix("[x]"))
    if steps is None:
        steps = tuple(step for step in types.all_steps(node.type) if step.key == name)
    found: list[Node] = []
    collect(node, steps, found)
    return found


def _count(count: int, branch: Branch, place: str) -> Iterator[Issue]:
    least, most = branch.told.get("min", 0), branch.told.get("max", count)
    if count < least:
        yield findings.issue(findings.TOO_FEW, place, least=least)
    if count > most:
        yield findings.issue(findings.TOO_MANY, place, most=most)


def _order(taken: list[tuple[Node, str | None]], rules: slicing.Rules, names: list[str], place: str) -> Iterator[Issue]:
    """What a closed list does not take, and what stands out of order."""
    last = -1
    for item, name in taken:
        if name == "" and rules.rules == "closed":
            yield findings.issue(findings.NO_SLICE, place_of(item, place))
        at = names.index(name) if name else (len(names) if name == "" and rules.rules == "openAtEnd" else last)
        if at < last and (rules.ordered or last == len(names)):
            yield findings.issue(findings.OUT_OF_ORDER, place_of(item, place))
        last = max(last, at)
