"""Which slice an item of a list belongs to. https://hl7.org/fhir/R4/profiling.html#slicing

An answer is True, False, or None where it cannot be said: a reference that leads where nobody can look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import FhirPathProblem, Node, compile_expression, types
from sosuckhoe.clinical.fhirpath.allowance import TIME_OVER
from sosuckhoe.clinical.validation import bindings, profiles
from sosuckhoe.clinical.validation.profiles import CORE
from sosuckhoe.clinical.validation.scope import Scope
from sosuckhoe.clinical.validation.tree import Branch
from sosuckhoe.clinical.validation.values import dug, has_pattern, is_same

_STEP = re.compile(r"\.(?![^(]*\))")
_RESOLVE = "resolve()"
Conforms = Callable[[Node, str, Scope], bool]


class Rules(NamedTuple):
    """How an element is sliced: discriminators as (type, path), open | closed | openAtEnd."""

    by: tuple[tuple[str, str], ...]
    rules: str
    ordered: bool


def rules_of(branch: Branch) -> Rules:
    """What is told, and what goes without saying: extensions by address, choices by type."""
    told = branch.told.get("slicing")
    if told is not None:
        return Rules(tuple((kind, path) for kind, path in told["by"]), told["rules"], told["ordered"])
    by = ("type", "$this") if branch.name.endswith("[x]") else ("value", "url")
    return Rules((by,), "open", ordered=False)


def belongs(node: Node, part: Branch, name: str, rules: Rules, scope: Scope, conforms: Conforms) -> bool | None:
    """Whether an item belongs to the slice of a name."""
    answers = [_answer(kind, path, node, part, name, scope, conforms) for kind, path in rules.by]
    if False in answers:
        return False
    return None if None in answers or not answers else True


def _answer(kind: str, path: str, node: Node, part: Branch, name: str, scope: Scope, conforms: Conforms) -> bool | None:
    steps = [step for step in _STEP.split(path) if step != "$this"]
    found = _values(path, node, scope)
    if found is None or (_RESOLVE in steps and not found):
        return None
    if kind == "exists":
        return _exists(bool(found), part, steps)
    if kind == "type":
        wanted = _types(part, steps, scope) or _types_in(name)
        return any(_is_of(one, wanted) for one in found) if wanted else None
    if kind == "profile":
        urls = _profiles(part, steps)
        return any(isinstance(one, Node) and conforms(one, url, scope) for one in found for url in urls)
    return _has_value(found, part, steps, scope)


def _values(path: str, node: Node, scope: Scope) -> list[Any] | None:
    try:
        with scope.told.allowance.spent():
            return compile_expression(path).values_of(node, scope.environment)
    except FhirPathProblem:
        return None
    except Problem as problem:
        if problem.number != TIME_OVER:
            raise
        return None


def _reached(part: Branch, steps: list[str]) -> Iterator[tuple[Branch, list[str]]]:
    """The elements along a path, each with the steps that are left."""
    yield part, steps
    if not steps:
        return
    if steps[0] == _RESOLVE or steps[0].startswith("ofType("):
        yield from _reached(part, steps[1:])
        return
    name = "extension" if steps[0].startswith("extension(") else steps[0]
    for one in (part.below.get(name), part.below.get(f"{name}[x]")):
        for inner in (one, *one.slices.values()) if one else ():
            yield from _reached(inner, steps[1:])


def _ends(part: Branch, steps: list[str]) -> list[Branch]:
    return [branch for branch, rest in _reached(part, steps) if not rest]


def _exists(is_there: bool, part: Branch, steps: list[str]) -> bool | None:  # noqa: FBT001 -- the answer to one question
    for branch in _ends(part, steps):
        if branch.told.get("max") == 0:
            return not is_there
        if branch.told.get("min", 0) > 0:
            return is_there
    return None


def _has_value(found: list[Any], part: Branch, steps: list[str], scope: Scope) -> bool | None:
    tests = list(_expected(part, steps, scope))
    if not tests:
        return None
    values = [(one.value, one.type) if isinstance(one, Node) else (one, "") for one in found]
    return any(test(*one) for one in values for test in tests)


def _expected(part: Branch, steps: list[str], scope: Scope) -> Iterator[Callable[[Any, str], bool]]:
    """What the slice demands at the end of a path: fixed values, patterns, codes of a required set."""
    for branch, rest in _reached(part, steps):
        for word, compare in (("fixed", is_same), ("pattern", has_pattern)):
            for wanted in dug(branch.told[word], rest) if word in branch.told else ():
                yield partial(_is_as, compare, wanted)
        if not rest and branch.told.get("binding", [""])[0] == "required":
            yield _in_set(branch.told["binding"][1], scope)
        if rest == ["url"]:
            for url in branch.told.get("types", {}).get("Extension", {}).get("profiles", ()):
                yield partial(_is_as, is_same, url.partition("|")[0])


def _is_as(compare: Callable[[Any, Any], bool], wanted: Any, value: Any, _kind: str) -> bool:
    return compare(value, wanted)


def _in_set(url: str, scope: Scope) -> Callable[[Any, str], bool]:
    return lambda value, kind: bool(bindings.is_kept(value, kind, url, scope.told.terms))


def _types(part: Branch, steps: list[str], scope: Scope) -> set[str]:
    """The types of a slice at the end of a path; where it resolves, those of the targets."""
    found = set()
    for branch in _ends(part, steps):
        for name, narrowed in branch.told.get("types", {}).items():
            targets = narrowed.get("targets", ()) if _RESOLVE in steps else ()
            found |= {target_type(url, scope) for url in targets} or {name}
    return found


def target_type(url: str, scope: Scope) -> str:
    """The type that a profile is of."""
    name = url.removeprefix(CORE)
    if types.exists(name):
        return name
    found = profiles.definition(url, scope.told)
    return str(found["type"]) if found else "Resource"


def _types_in(name: str) -> set[str]:
    """The type that the name of a slice ends with: `valueQuantity`."""
    ends = [name[at:] for at, letter in enumerate(name) if letter.isupper()]
    return next(({end, end[0].lower() + end[1:]} for end in ends if _is_type(end)), set())


def _is_type(end: str) -> bool:
    return types.exists(end) or types.exists(end[0].lower() + end[1:])


def _is_of(one: Any, wanted: set[str]) -> bool:
    return isinstance(one, Node) and not wanted.isdisjoint(types.bases(one.type))


def _profiles(part: Branch, steps: list[str]) -> list[str]:
    """The profiles that a slice demands at the end of a path."""
    word = "targets" if _RESOLVE in steps else "profiles"
    kinds = [narrowed for branch in _ends(part, steps) for narrowed in branch.told.get("types", {}).values()]
    return [url for narrowed in kinds for url in narrowed.get(word, ())]
