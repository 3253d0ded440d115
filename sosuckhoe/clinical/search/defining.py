"""What a SearchParameter resource defines. https://hl7.org/fhir/R4/searchparameter.html

Everything is checked before anything is stored: types, code, kind, expression, components. A definition that is
accepted always has something to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, NoReturn

from sosuckhoe.clinical import elements
from sosuckhoe.clinical.fhirpath import Expression, FhirPathProblem, compile_expression
from sosuckhoe.clinical.fhirpath.syntax import Binary, Call, Member, OfType, Tree
from sosuckhoe.clinical.search import custom, definitions, parameters
from sosuckhoe.clinical.search.custom import Component, Custom
from sosuckhoe.clinical.structure import Invalid, Issue

TYPE = "SearchParameter"
COMPOSITE = "composite"
MOST_LETTERS = 1_000
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_TAKEN = frozenset({"near", "phonetic"})
"""Codes that this server answers in ways of their own."""
_EVERY = frozenset({"Resource", "DomainResource"})
_APART = frozenset({"Subscription", "SubscriptionStatus"})
"""Types whose resources are not in the repository."""
_CHANGING = frozenset(
    {"now", "today", "timeOfDay", "memberOf", "conformsTo", "subsumes", "subsumedBy", "trace", "lookup", "validateVS"}
)
"""Functions whose answer may change while the resource stays the same."""
KindOf = Callable[[str], str | None]


class Place(NamedTuple):
    """One expression of the resource, and where it stands, for errors."""

    text: str
    name: str


def customs(body: Mapping[str, Any], kind_of: KindOf) -> list[Custom]:
    """The parameters that a definition makes, one for each of its types.

    `kind_of` knows the kinds of components by their addresses. Raises Invalid with the place.
    """
    kind, code = body["type"], body["code"]
    if not _CODE.fullmatch(code) or code in _TAKEN:
        _refuse("SSK-3283", "code")
    if kind not in custom.LEAVES and kind != COMPOSITE:
        _refuse("SSK-3282", "type")
    expression = Place(body.get("expression") or "", f"{TYPE}.expression")
    components = _components(body, kind_of) if kind == COMPOSITE else []
    bases = _bases(body["base"])
    return [_custom(body, base, bases, expression, components) for base in bases]


def _custom(
    body: Mapping[str, Any], base: str, bases: list[str], expression: Place, components: list[tuple[str, Place]]
) -> Custom:
    if body["code"] in parameters.of(base):
        _refuse("SSK-3284", "code")
    own, found = _own(expression, base, bases)
    made = Custom(
        base, body["code"], body["type"], own, url=body["url"], sentence=body.get("description") or "",
        targets=_targets(body.get("target")),
    )  # fmt: skip
    if components:
        return made._replace(components=tuple(_component(kind, one, found) for kind, one in components))
    return made._replace(leaves=_leaves(body["type"], found, expression))


def _bases(named: list[str]) -> list[str]:
    known = [one for one in parameters.types() if one not in _APART]
    for place, one in enumerate(named):
        if one not in known and one not in _EVERY:
            _refuse("SSK-3281", f"base[{place}]")
    if "Resource" in named:
        return known
    domain = [one for one in known if "text" in elements.of(one)] if "DomainResource" in named else []
    return list(dict.fromkeys([*domain, *(one for one in named if one not in _EVERY)]))


def _own(expression: Place, base: str, bases: list[str]) -> tuple[str, frozenset[str] | None]:
    """The alternatives of an expression that are of a type, and the types that they yield."""
    parsed = _parsed(expression)
    texts: list[str] = []
    yielded: list[frozenset[str] | None] = []
    for start, text in _alternatives(parsed):
        if start in bases and start != base:
            continue
        one = text if start not in _EVERY else re.sub(rf"\b{start}\.", f"{base}.", text)
        yielded.append(_checked(Place(one, expression.name), base))
        texts.append(one)
    if not texts:
        _refuse_at("SSK-3282", expression.name)
    known = [one for one in yielded if one is not None]
    return " | ".join(texts), frozenset().union(*known) if len(known) == len(yielded) else None


def _alternatives(parsed: Expression) -> list[tuple[str, str]]:
    """Each alternative of an expression as it is written, behind the name that it starts with."""
    trees, texts = list(custom.alternatives(parsed.tree)), _split(parsed.text)
    if len(trees) != len(texts):
        return [("", parsed.text)]
    return [(_root(tree), text) for tree, text in zip(trees, texts, strict=True)]


def _split(text: str) -> list[str]:
    """The alternatives of an expression as they are written: the bars outside of brackets and quotes."""
    found, depth, quote = [""], 0, ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote and text[at - 1] != "\\" else quote
        elif letter in "'`\"":
            quote = letter
        depth += 0 if quote else (letter in "([{") - (letter in ")]}")
        if letter == "|" and not quote and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [one.strip() for one in found]


def _parsed(expression: Place) -> Expression:
    if not expression.text or len(expression.text) > MOST_LETTERS:
        _refuse_at("SSK-3285", expression.name)
    try:
        parsed = compile_expression(expression.text)
    except FhirPathProblem:
        _refuse_at("SSK-3285", expression.name)
    if any(isinstance(one, Call) and one.name in _CHANGING for one in _all(parsed.tree)):
        _refuse_at("SSK-3286", expression.name)
    return parsed


def _checked(expression: Place, base: str) -> frozenset[str] | None:
    """The types that an expression yields of a type; SSK-3285 for an element that it cannot have."""
    try:
        return _parsed(expression).check(base)
    except FhirPathProblem as problem:
        raise _invalid("SSK-3285", expression.name) from problem


def _leaves(kind: str, found: frozenset[str] | None, place: Place) -> tuple[str, ...]:
    """The data types that a parameter of a kind reads there; all of its kind where that is not known."""
    if found is None:
        return tuple(sorted(custom.LEAVES[kind]))
    leaves = sorted({leaf for one in found if (leaf := custom.leaf_of(kind, one))})
    if not leaves:
        _refuse_at("SSK-3282", place.name)
    return tuple(leaves)


def _components(body: Mapping[str, Any], kind_of: KindOf) -> list[tuple[str, Place]]:
    """The kind and the expression of each component."""
    found = []
    for place, one in enumerate(body.get("component") or ()):
        kind = kind_of(one["definition"].partition("|")[0])
        if kind not in custom.LEAVES:
            _refuse("SSK-3287", f"component[{place}].definition")
        found.append((kind, Place(one["expression"], f"{TYPE}.component[{place}].expression")))
    if len(found) < 2:  # noqa: PLR2004 -- a composite has two parts
        _refuse("SSK-3288", "component")
    return found


def _component(kind: str, expression: Place, of: frozenset[str] | None) -> Component:
    """A component as it is read in elements of these types."""
    yielded = [_checked(expression, one) for one in sorted(of or ())]
    if not yielded:
        _parsed(expression)
    known = [one for one in yielded if one is not None]
    found = frozenset().union(*known) if yielded and len(known) == len(yielded) else None
    return Component(kind, expression.text, _leaves(kind, found, expression), ("*",))


def _targets(named: list[str] | None) -> tuple[str, ...]:
    return ("*",) if not named or _EVERY & set(named) else tuple(sorted(named))


def _root(tree: Tree) -> str:
    """The name that an alternative starts with: its type, when it names one."""
    while True:
        if isinstance(tree, Member | Call):
            if tree.left is None:
                return tree.name
            tree = tree.left
        elif isinstance(tree, OfType | Binary):
            tree = tree.left
        else:
            return ""


def _all(tree: Any) -> Iterator[Any]:
    """A tree and everything below it."""
    if isinstance(tree, tuple):
        yield tree
        for one in tree:
            yield from _all(one)


@cache
def official_kinds() -> dict[str, str]:
    """The kinds of HL7's parameters by the addresses of their definitions."""
    return {
        found.url: one.kind
        for type_name in parameters.types()
        for code, one in parameters.of(type_name).items()
        if (found := definitions.of(type_name, code))
    }


def _refuse(number: str, where: str) -> NoReturn:
    _refuse_at(number, f"{TYPE}.{where}")


def _refuse_at(number: str, place: str) -> NoReturn:
    raise _invalid(number, place)


def _invalid(number: str, place: str) -> Invalid:
    return Invalid([Issue(number, place)])
