"""Rules of elements, each compiled once. https://hl7.org/fhir/R4/conformance-rules.html#constraints

A rule that only asks what stands there is asked of the keys; a few that R4 puts everywhere are written here, because
they are asked a thousand times where others are asked once; all others are FHIRPath.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from sosuckhoe.clinical import narrative
from sosuckhoe.clinical.fhirpath import Expression, FhirPathProblem, Node, compile_expression
from sosuckhoe.clinical.validation import facts, presence
from sosuckhoe.clinical.validation.facts import Rule
from sosuckhoe.clinical.validation.scope import Scope

Test: TypeAlias = Callable[[Any, Scope], bool]


@lru_cache(maxsize=8192)
def test_of(rule: Rule, type_name: str, *, watched: bool) -> Test:
    """Whether a value of the type keeps the rule. The test raises FhirPathProblem when that cannot be said.

    `watched`: the rule is of a profile, and pays from the allowance of the scope (SSK-3481 when nothing is left).
    """
    if rule.key in NATIVE and facts.is_base_rule(rule):
        return NATIVE[rule.key]
    try:
        expression = compile_expression(rule.expression)
    except FhirPathProblem as problem:
        return _undecided(problem)
    asked = presence.compiled(expression.tree, type_name)
    if asked is not None:
        return lambda value, _scope: asked(value)
    test = _paid(expression, type_name) if watched else by_path(rule.expression, type_name)
    return _guarded(test, _keys(presence.guards(expression.tree), type_name))


def _keys(guards: tuple[frozenset[str], ...], type_name: str) -> tuple[frozenset[str], ...]:
    named = (frozenset(key for name in names for key in presence.keys_of(type_name, name)) for names in guards)
    return tuple(keys for keys in named if keys)


def _guarded(test: Test, guards: tuple[frozenset[str], ...]) -> Test:
    """A test that is not asked where nothing stands that it speaks of."""
    if not guards:
        return test

    def asked(value: Any, scope: Scope) -> bool:
        if value.__class__ is dict:
            for keys in guards:
                if keys.isdisjoint(value):
                    return True
        return test(value, scope)

    return asked


def by_path(text: str, type_name: str) -> Test:
    """The test that evaluates FHIRPath."""
    expression = compile_expression(text)
    names_context = "%context" in text

    def test(value: Any, scope: Scope) -> bool:
        node = Node(value, type_name)
        return expression.holds(node, scope.environment_at(node) if names_context else scope.environment)

    return test


def _paid(expression: Expression, type_name: str) -> Test:
    """The test that evaluates FHIRPath which somebody else wrote."""

    def test(value: Any, scope: Scope) -> bool:
        node = Node(value, type_name)
        with scope.told.allowance.spent():
            return expression.holds(node, scope.environment_at(node))

    return test


def _undecided(problem: FhirPathProblem) -> Test:
    def test(_value: Any, _scope: Scope) -> bool:
        raise problem

    return test


def _points_inside(value: Any, scope: Scope) -> bool:
    """ref-1: a reference to a contained resource finds one."""
    text = value.get("reference")
    return not isinstance(text, str) or not text.startswith("#") or text == "#" or text[1:] in scope.contained


def _contained(test: Callable[[dict[str, Any], dict[str, Any]], bool]) -> Test:
    """A test of each contained resource, with the one that contains it."""
    return lambda value, _scope: all(test(one, value) for one in value.get("contained") or ())


def _are_named(value: Any, _scope: Scope) -> bool:
    """dom-3: something names each contained resource, or it names what contains it."""
    contained = value.get("contained")
    if not contained:
        return True
    named = _marks(value)
    return all(f"#{one.get('id')}" in named or "#" in _marks(one) for one in contained)


def _marks(value: Any) -> set[str]:
    """Every text within that begins as the name of a contained resource does."""
    found, waiting = set(), [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and one[:1] == "#":
            found.add(one)
    return found


def _ends_after_start(value: Any, scope: Scope) -> bool:
    """per-1, by letters where both times have one form and one zone."""
    start, end = value.get("start"), value.get("end")
    if not isinstance(start, str) or not isinstance(end, str):
        return True
    if len(start) == len(end) and (start[-6:] == end[-6:] or len(start) <= _DAY):
        return start <= end
    return _BY_PATH(value, scope)


_DAY = len("2026-01-01")
_BY_PATH = by_path("start <= end", "Period")

NATIVE: dict[str, Test] = {
    "ele-1": lambda _value, _scope: True,  # the check of structure finds it
    "ext-1": lambda value, _scope: ("extension" in value) != any(key.lstrip("_").startswith("value") for key in value),
    "ref-1": _points_inside,
    "per-1": _ends_after_start,
    "dom-2": _contained(lambda one, _holder: "contained" not in one),
    "dom-3": _are_named,
    "dom-4": _contained(lambda one, _holder: not {"versionId", "lastUpdated"} & (one.get("meta") or {}).keys()),
    "dom-5": _contained(lambda one, _holder: "security" not in (one.get("meta") or {})),
    "dom-6": lambda value, _scope: "div" in (value.get("text") or {}),
    "txt-1": lambda _value, _scope: True,  # the check of structure finds it
    "txt-2": lambda value, _scope: not isinstance(value, str) or narrative.has_content(value),
}
"""Rules that stand everywhere, as Python; a test compares each with its expression."""
