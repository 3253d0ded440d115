"""What may be asked, told by itself: `__schema` and `__type`. https://spec.graphql.org/October2021/#sec-Introspection

Made of the tables of R4's elements and search parameters; names as https://hl7.org/fhir/R4/graphql.html has them. Every
node is a mapping of its fields; a value that is a function is made when it is asked for, so nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sosuckhoe.clinical.graphql.known import children_of, name_of
from sosuckhoe.clinical.search import custom, parameters
from sosuckhoe.clinical.search.custom import Custom, Registry

Node = Mapping[str, Any]
RESOURCE = "Resource"
_QUERY = "Query"
_EVERY = ("id", "meta", "implicitRules", "language")
_BUILT_IN = "Boolean"
REFERENCE = "_reference"
ANY = "*"
_CONTROLS = ("_count", "_cursor", "_filter", "_list", "_sort", "_total")
_NO_TYPE = dict.fromkeys(
    ("name", "description", "specifiedByURL", "fields", "interfaces", "possibleTypes", "enumValues", "inputFields")
) | {"ofType": None, "__typename": "__Type"}


def root() -> Node:
    """The `__schema`: only questions, no changes and no subscriptions."""
    return {
        "__typename": "__Schema",
        "description": None,
        "types": lambda: [named(name) for name in sorted(_makers())],
        "queryType": lambda: named(_QUERY),
        "mutationType": None,
        "subscriptionType": None,
        "directives": _directives,
    }


def named(name: str) -> Node | None:
    """A `__type` by its name; None when there is none."""
    made = _makers().get(name)
    return made() if made else None


@cache
def _makers() -> dict[str, Callable[[], Node]]:
    """What makes each type, by its name in GraphQL."""
    made: dict[str, Callable[[], Node]] = {_BUILT_IN: lambda: _scalar(_BUILT_IN), RESOURCE: _resource, _QUERY: _query}
    for one in _reached():
        made[name_of(one)] = _maker(_object if children_of(one) else _scalar_of, one)
    for one in parameters.types():
        made[f"{one}Connection"] = _maker(_connection, one)
        made[f"{one}Edge"] = _maker(_edge, one)
    return made


def _maker(make: Callable[[str], Node], name: str) -> Callable[[], Node]:
    return lambda: make(name)


def _reached() -> set[str]:
    """Every type that a resource holds, at any depth."""
    waiting = [*parameters.types(), "integer"]
    found: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one not in found and one != RESOURCE:
            found.add(one)
            waiting += [child.type for child in children_of(one).values()]
    return found


def _scalar(name: str) -> Node:
    return {**_NO_TYPE, "kind": "SCALAR", "name": name}


def _scalar_of(type_name: str) -> Node:
    return _scalar(name_of(type_name))


def _object(type_name: str) -> Node:
    is_resource = type_name in parameters.number_of()
    return {
        **_NO_TYPE,
        "kind": "OBJECT",
        "name": name_of(type_name),
        "fields": lambda: list(_fields(type_name)),
        "interfaces": lambda: [_resource()] if is_resource else [],
    }


def _fields(type_name: str) -> Iterator[Node]:
    if type_name in parameters.number_of():
        yield _field("resourceType", _ref("code"))
    for name, child in children_of(type_name).items():
        inner = _ref(child.type)
        yield _field(name, _list(inner) if child.is_list else inner, _filters(child.type) if child.is_list else ())
    if type_name == "Reference":
        yield _field("resource", _ref(RESOURCE), [("optional", _ref("boolean")), ("type", _ref("code"))])
    for one in _leading_to(custom.current()).get(type_name, ()):
        yield from _searches(one, (REFERENCE,))


@lru_cache(maxsize=2)
def _leading_to(registry: Registry) -> dict[str, list[str]]:
    """By the type of an instance, the types whose parameters name it as their target.

    Those that may lead to any type are not told of each: the schema would be seven times as large.
    """
    found: dict[str, list[str]] = {}
    for source in parameters.types():
        known = [*parameters.of(source).values(), *map(custom.parameter, _customs(registry, source))]
        for target in sorted({name for one in known if one.kind == "reference" for name in one.targets} - {ANY}):
            found.setdefault(target, []).append(source)
    return found


def _customs(registry: Registry, type_name: str) -> list[Custom]:
    """The parameters that were defined here and can be asked by now."""
    return [one for _, one in sorted(registry.of(type_name).items()) if one.is_searchable]


def _filters(type_name: str) -> list[tuple[str, Node]]:
    """By what a list may be narrowed: https://hl7.org/fhir/R4/graphql.html#list."""
    pages = [("_offset", _ref("integer")), ("_count", _ref("integer"))]
    own = children_of(type_name)
    if not own:
        return pages
    values = [(name, _ref(child.type)) for name, child in own.items() if not children_of(child.type)]
    plain = [one for one in values if not own[one[0]].is_list and own[one[0]].type != RESOURCE]
    return [("fhirpath", _ref("string")), *pages, *plain]


def _resource() -> Node:
    return {
        **_NO_TYPE,
        "kind": "INTERFACE",
        "name": RESOURCE,
        "fields": lambda: [one for one in _fields("Basic") if one["name"] in {*_EVERY, "resourceType"}],
        "interfaces": [],
        "possibleTypes": lambda: [_object(one) for one in parameters.types()],
    }


def _query() -> Node:
    return {**_NO_TYPE, "kind": "OBJECT", "name": _QUERY, "fields": lambda: list(_asked()), "interfaces": []}


def _asked() -> Iterator[Node]:
    for one in parameters.types():
        yield _field(one, _ref(one), [("id", _non_null(_ref("id")))])
        yield from _searches(one)


def _searches(type_name: str, more: Sequence[str] = ()) -> Iterator[Node]:
    """The two forms of a search. https://hl7.org/fhir/R4/graphql.html#searching"""
    given = [*((name, _ref("string")) for name in more), *_searched(type_name)]
    yield _field(f"{type_name}List", _list(_ref(type_name)), given)
    yield _field(f"{type_name}Connection", _connection(type_name), given)


def _searched(type_name: str) -> list[tuple[str, Node]]:
    """The parameters of a search: a hyphen, which no name may have, is an underscore."""
    codes = [*parameters.of(type_name), *(one.code for one in _customs(custom.current(), type_name))]
    names = dict.fromkeys([*(code.replace("-", "_") for code in codes), *_CONTROLS])
    return [(name, _list(_ref("string"))) for name in names]


def _connection(type_name: str) -> Node:
    number, place = _ref("integer"), _ref("string")
    kinds = {"count": number, "pagesize": number, "previous": place, "next": place}
    return {
        **_NO_TYPE,
        "kind": "OBJECT",
        "name": f"{type_name}Connection",
        "fields": lambda: [*(_field(*one) for one in kinds.items()), _field("edges", _list(_edge(type_name)))],
        "interfaces": [],
    }


def _edge(type_name: str) -> Node:
    return {
        **_NO_TYPE,
        "kind": "OBJECT",
        "name": f"{type_name}Edge",
        "fields": lambda: [_field("mode", _ref("code")), _field("resource", _ref(type_name))],
        "interfaces": [],
    }


def _ref(type_name: str) -> Node:
    if type_name == RESOURCE:
        return _resource()
    return _object(type_name) if children_of(type_name) else _scalar_of(type_name)


def _list(inner: Node) -> Node:
    return {**_NO_TYPE, "kind": "LIST", "ofType": inner}


def _non_null(inner: Node) -> Node:
    return {**_NO_TYPE, "kind": "NON_NULL", "ofType": inner}


def _field(name: str, kind: Node, inputs: Iterable[tuple[str, Node]] = ()) -> Node:
    given = list(inputs)
    return {
        "__typename": "__Field",
        "name": name,
        "description": None,
        "args": lambda: [_input(*one) for one in given],
        "type": kind,
        "isDeprecated": False,
        "deprecationReason": None,
    }


def _input(name: str, kind: Node) -> Node:
    return {
        "__typename": "__InputValue",
        "name": name,
        "description": None,
        "type": kind,
        "defaultValue": None,
        "isDeprecated": False,
        "deprecationReason": None,
    }


def _directives() -> list[Node]:
    when = [("if", _non_null(_scalar(_BUILT_IN)))]
    flat = {"flatten": [], "first": [], "singleton": [], "slice": [("path", _non_null(_ref("string")))]}
    anywhere = ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"]
    return [
        *(_directive(name, inputs, ["FIELD"]) for name, inputs in flat.items()),
        *(_directive(name, when, anywhere) for name in ("include", "skip")),
    ]


def _directive(name: str, inputs: list[tuple[str, Node]], places: list[str]) -> Node:
    return {
        "__typename": "__Directive",
        "name": name,
        "description": None,
        "locations": places,
        "args": lambda: [_input(*one) for one in inputs],
        "isRepeatable": False,
    }
