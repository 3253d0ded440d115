"""Search parameters that somebody has defined here. https://hl7.org/fhir/R4/searchparameter.html

The values of one are kept under paths of its own, `~code.CodeableConcept`, whatever its expression reads. So they are
read, hashed and asked for as all values of their data type, and never mix with those of HL7's parameters. Which there
are, `use` is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import ucum
from sosuckhoe.clinical.fhirpath import FhirPathProblem, Node, compile_expression, types
from sosuckhoe.clinical.fhirpath.moment import Moment
from sosuckhoe.clinical.fhirpath.quantity import DEFINITE, Quantity
from sosuckhoe.clinical.fhirpath.syntax import Binary, Call, Index, Member, OfType, Tree
from sosuckhoe.clinical.search import bare, digest, parameters, reference
from sosuckhoe.clinical.search.parameters import Group, Parameter, Part, Path
from sosuckhoe.clinical.search.steps import values_at

MARK = "~"
_PRESENT = "\x16"
"""What a resource is hashed with that has any value of a parameter: a character that no FHIR string may hold."""

LEAVES: dict[str, frozenset[str]] = {
    "date": frozenset({"date", "dateTime", "instant", "Period", "Timing"}),
    "number": frozenset({"decimal", "integer", "Range"}),
    "quantity": frozenset({"Quantity", "Age", "Duration", "Range", "Money"}),
    "reference": frozenset({"Reference", "canonical", "uri"}),
    "string": frozenset({"string", "markdown", "HumanName", "Address"}),
    "token": frozenset(
        {"Coding", "CodeableConcept", "Identifier", "ContactPoint", "code", "id", "string", "uri", "boolean"}
    ),
    "uri": frozenset({"uri", "url", "canonical"}),
}
"""The data types that a parameter of each kind reads."""

_SAME = {
    **dict.fromkeys(("positiveInt", "unsignedInt"), "integer"),
    **dict.fromkeys(("Count", "Distance", "MoneyQuantity", "SimpleQuantity"), "Quantity"),
    **dict.fromkeys(("oid", "uuid"), "uri"),
}
_READ_AS = {
    "string": dict.fromkeys(("code", "id", "uri", "url", "canonical"), "string"),
    "token": {"url": "uri", "canonical": "uri", "markdown": "string"},
}


_CHOOSING = frozenset({"where", "first", "last", "tail", "skip", "take", "single", "distinct", "ofType", "as"})
"""Functions that yield some of the values that they are asked of."""


class Component(NamedTuple):
    """One part of a composite parameter: its kind, and what it reads from the element that it belongs to."""

    kind: str
    expression: str
    leaves: tuple[str, ...]
    targets: tuple[str, ...]


class Custom(NamedTuple):
    """A parameter of one type. A composite one has components, whose values stand in what `expression` finds."""

    type: str
    code: str
    kind: str
    expression: str
    leaves: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    url: str = ""
    sentence: str = ""
    is_searchable: bool = False


class Registry:
    """The parameters that are in use at a moment; the same object for as long as they are the same."""

    def __init__(self, customs: Iterable[Custom] = ()) -> None:
        self.by_type: dict[str, dict[str, Custom]] = {}
        for one in customs:
            self.by_type.setdefault(one.type, {})[one.code] = one

    def of(self, type_name: str) -> Mapping[str, Custom]:
        """The parameters of a type by code."""
        return self.by_type.get(type_name, {})


NONE = Registry()
_used = [NONE]


def use(registry: Registry) -> None:
    """Writes and searches of this process go by these parameters from now on."""
    _used[0] = registry


def current() -> Registry:
    """What is in use now."""
    return _used[0]


def parameter_of(type_name: str, code: str) -> Parameter | None:
    """The parameter of a code, HL7's or one that was defined here; None when there is none.

    Raises SSK-3280 for one by which the resources of the type are not found yet.
    """
    official = parameters.of(type_name).get(code)
    if official is not None:
        return official
    found = current().of(type_name).get(code)
    if found is None:
        return None
    if not found.is_searchable:
        raise Problem("SSK-3280", name=found.code, type=type_name)
    return parameter(found)


def is_custom(one: Parameter) -> bool:
    """Whether a parameter was defined here."""
    return bool(one.paths or one.groups) and (one.paths[0].steps if one.paths else one.groups[0].where).startswith(MARK)


@lru_cache(maxsize=1024)
def parameter(custom: Custom) -> Parameter:
    """A custom parameter in the form of all others."""
    start = f"{MARK}{custom.code}"
    parts = tuple(Part(one.kind, tuple(Path(leaf, leaf) for leaf in one.leaves)) for one in custom.components)
    groups = (Group(start, parts),) if parts else ()
    of_codes = _of_codes(custom) if "code" in custom.leaves else ((), ())
    paths = tuple(Path(f"{start}.{leaf}", leaf, "", *(of_codes if leaf == "code" else ())) for leaf in custom.leaves)
    return Parameter(custom.type, custom.code, custom.kind, paths, custom.targets, groups)


def presence(type_name: str, code: str) -> bytes:
    """The token of a resource that has any value of a parameter, as an element of a binary int8[]."""
    return digest.element(digest.prefix(type_name, f"{MARK}{code}"), _PRESENT)


def presence_number(one: Parameter) -> int:
    """The same as the number that PostgreSQL sees."""
    return digest.number(digest.prefix(one.type, f"{MARK}{one.code}"), _PRESENT)


def inside(body: dict[str, Any], steps: str) -> Iterator[Any]:
    """The values of a resource under `~code.CodeableConcept`."""
    code, _, leaf = steps.removeprefix(MARK).rpartition(".")
    custom = current().of(body["resourceType"]).get(code)
    if custom is not None:
        yield from (value for found, value in values(custom, body) if found == leaf)


def values(custom: Custom, body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a parameter reads of a resource: data types and values as JSON."""
    plain = _plain(custom.type, custom.expression)
    if plain is None:
        yield from read(custom.kind, items(custom.expression, body))
        return
    for keys, type_name in plain:
        leaf = leaf_of(custom.kind, type_name)
        if leaf and keys[0] in body:
            yield from ((leaf, value) for value in values_at(body, keys))


def read(kind: str, found: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Data types and values of what an expression yields, as far as a parameter of this kind reads them."""
    for item in found:
        type_name, value = (item.type, item.value) if isinstance(item, Node) else _system(item)
        leaf = leaf_of(kind, type_name)
        if leaf is not None and value is not None:
            yield leaf, value


def leaf_of(kind: str, type_name: str) -> str | None:
    """As what a parameter of a kind reads a data type; None when it does not."""
    name = _SAME.get(type_name, type_name)
    name = _READ_AS.get(kind, {}).get(name, name)
    return name if name in LEAVES[kind] else None


def items(expression: str, start: dict[str, Any] | Node, resource: dict[str, Any] | None = None) -> list[Any]:
    """What an expression yields of a resource, or of an element of one; nothing where its values do not suit it."""
    told = {} if resource is None else {"resource": [Node(resource, resource["resourceType"])]}
    try:
        return compile_expression(expression).evaluate(start, variables=told, resolve=_named)
    except FhirPathProblem:
        return []


def alternatives(tree: Tree) -> Iterator[Tree]:
    """What stands between the `|` of an expression."""
    if isinstance(tree, Binary) and tree.operator == "|":
        yield from alternatives(tree.left)
        yield from alternatives(tree.right)
    else:
        yield tree


def _named(written: str) -> dict[str, Any] | None:
    """The target of a reference, of which only the type is known: `where(resolve() is Patient)`."""
    type_name = reference.type_in({"reference": written})
    return {"resourceType": type_name} if type_name in parameters.number_of() else None


@lru_cache(maxsize=1024)
def _plain(type_name: str, expression: str) -> tuple[tuple[tuple[str, ...], str], ...] | None:
    """JSON keys and data types of an expression that only goes down from element to element; None for any other."""
    found: list[_Reached] = []
    for one in alternatives(compile_expression(expression).tree):
        names = _names(one, through=False)
        below = _below(type_name, names[1:]) if names[:1] == [type_name] else None
        if below is None:
            return None
        found += below
    return tuple(dict.fromkeys((one.keys, one.type) for one in found))


class _Reached(NamedTuple):
    """What an expression goes down to: JSON keys, data type, and the element as its definition names it."""

    keys: tuple[str, ...]
    type: str
    element: str


def _names(tree: Tree, *, through: bool) -> list[str]:
    """The names on the way down; none where there is something else on it.

    `through`: functions that leave some of the values out (`where`, `first()`, `[0]`, `ofType`) are passed.
    """
    if through and (isinstance(tree, Index | OfType) or (isinstance(tree, Call) and tree.name in _CHOOSING)):
        return _names(tree.left, through=True) if tree.left is not None else []
    if through and isinstance(tree, Call) and tree.name == "select" and tree.left is not None:
        before, behind = (_names(one, through=True) for one in (tree.left, tree.arguments[0]))
        return [*before, *behind] if before and behind else []
    if not isinstance(tree, Member):
        return []
    if tree.left is None:
        return [tree.name]
    before = _names(tree.left, through=through)
    return [*before, tree.name] if before else []


def _below(type_name: str, names: list[str]) -> list[_Reached] | None:
    reached = [_Reached((), type_name, type_name)]
    for name in names:
        reached = [
            _Reached((*one.keys, step.key), step.type, f"{one.type}.{name}")
            for one in reached
            for step in types.steps(one.type, name) or ()
        ]
    return None if not names or any(one.type in {"Resource", "DomainResource"} for one in reached) else reached


def _of_codes(custom: Custom) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The systems of the bare codes that an expression reads, and their elements."""
    named: set[str] = set()
    for one in alternatives(compile_expression(custom.expression).tree):
        first, *names = _names(one, through=True) or [""]
        below = _below(custom.type, names) if first == custom.type else None
        named |= {reached.element for reached in below or () if reached.type == "code"}
    return tuple(sorted({system for one in named for system in bare.systems(one)})), tuple(sorted(named))


def _system(item: Any) -> tuple[str, Any]:
    """Data type and JSON of a value that an expression has computed."""
    if isinstance(item, Moment):
        return ("time" if item.kind == "Time" else "dateTime"), str(item)
    if isinstance(item, Quantity):
        unit = DEFINITE.get(item.unit, item.unit) if item.is_calendar else item.unit
        return "Quantity", {"value": item.value, "system": ucum.SYSTEM, "code": unit, "unit": unit}
    return _SYSTEM.get(item.__class__, ""), item


_SYSTEM = {bool: "boolean", str: "string", int: "integer", Decimal: "decimal"}
