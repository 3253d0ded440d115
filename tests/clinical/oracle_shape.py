"""What `oracle.py` is for one resource, for many that refer to each other: chains, `_has`, `_filter`, includes, sort.

Slow, plain, and written from the specification alone: https://hl7.org/fhir/R4/search.html. A world is a list of bodies.
"""

from __future__ import annotations

from functools import cmp_to_key

from sosuckhoe.clinical.search import parameters
from tests.clinical import oracle, oracle_numbers

BASE = "https://book.invalid/fhir"


def found(world: list[dict], type_name: str, pairs: list[tuple[str, str]], now) -> set[str]:
    """The ids of what a search of a type finds."""
    return {
        body["id"]
        for body in world
        if body["resourceType"] == type_name and all(meets(world, body, name, text, now) for name, text in pairs)
    }


def meets(world, body, name, text, now) -> bool:
    """Whether a resource meets one parameter, also one that leads to others."""
    if name.startswith("_has:"):
        _, other, code, rest = name.split(":", 3)
        return any(
            any(one is body for one in referred(world, source, code)) and meets(world, source, rest, text, now)
            for source in world
            if source["resourceType"] == other
        )
    if "." in name:
        head, rest = name.split(".", 1)
        code, _, named = head.partition(":")
        return any(
            meets(world, one, rest, text, now)
            for one in referred(world, body, code)
            if named in {"", one["resourceType"]} and has_parameter(one["resourceType"], rest)
        )
    return oracle.matches(body, [(name, text)], now)


def has_parameter(type_name: str, name: str) -> bool:
    if name.startswith("_has:"):
        return True
    return name.partition(".")[0].partition(":")[0] in parameters.of(type_name)


def referred(world, body, code) -> list[dict]:
    """The resources that a reference parameter of a body leads to."""
    parameter = parameters.of(body["resourceType"])[code]
    names = {
        name
        for path in parameter.paths
        for value in oracle.at(body, path.steps.split("."))
        for name in [value.get("reference", "").removeprefix(BASE + "/").split("/_history/")[0]]
        if path.only in {"", name.split("/")[0]}
    }
    return [one for one in world if f"{one['resourceType']}/{one['id']}" in names]


def included(world: list[dict], matches: list[dict], asked: list[tuple[str, str]]) -> set[str]:
    """The ids of what goes along with matches. `:iterate` looks at what went along too, others at matches alone."""
    there = {body["id"] for body in matches}
    brought: list[dict] = []
    while True:
        new = {
            one["id"]: one
            for name, text in asked
            for source in [*matches, *(brought if name.endswith(":iterate") else [])]
            for one in _along(world, source, name.partition(":")[0], *text.split(":"))
            if one["id"] not in there
        }
        if not new:
            return {body["id"] for body in brought}
        there |= set(new)
        brought += new.values()


def _along(world, body, name, source, code="*", target="") -> list[dict]:
    """What one include brings of one resource. `*` alone is every reference of it."""
    if name == "_revinclude":
        return [
            one
            for one in world
            if one["resourceType"] == source
            and target in {"", body["resourceType"]}
            and any(body is found for each in _codes(source, code) for found in referred(world, one, each))
        ]
    if source not in {"*", body["resourceType"]}:
        return []
    found = [one for each in _codes(body["resourceType"], code) for one in referred(world, body, each)]
    return [one for one in found if target in {"", one["resourceType"]}]


def _codes(type_name: str, code: str) -> list[str]:
    known = parameters.of(type_name)
    return [one for one in known if known[one].kind == "reference"] if code == "*" else [code]


def in_order(bodies: list[dict], sort: str, updated: dict[str, object]) -> list[str]:
    """The ids in the order of `_sort=-date,name`; without a value last, equal ones by id."""
    keys = sort.split(",")
    values = {body["id"]: [_sort_value(body, key, updated) for key in keys] for body in bodies}

    def before(one: str, other: str) -> int:
        for key, a, b in zip(keys, values[one], values[other], strict=True):
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return (1 if a > b else -1) * (-1 if key.startswith("-") else 1)
        return (one > other) - (one < other)

    return sorted(values, key=cmp_to_key(before))


def _sort_value(body, key, updated):
    code = key.removeprefix("-")
    if code in {"_id", "_lastUpdated"}:
        return body["id"] if code == "_id" else updated[body["id"]]
    parameter = parameters.of(body["resourceType"])[code]
    found = [
        one
        for path in parameter.paths
        for value in oracle.at(body, path.steps.split("."))
        for one in _sortable(parameter.kind, path.leaf, value)
    ]
    return (max if key.startswith("-") else min)(found, default=None)


def _sortable(kind, leaf, value) -> list:
    if kind == "date":
        return [found[0] for found in [oracle.span(leaf, value)] if found]
    if kind == "string":
        return [oracle._bare(text) for text in oracle._texts(leaf, value)]
    if kind in {"number", "quantity"}:
        return [found[0] for found in [oracle_numbers.interval(leaf, value)] if found]
    return [text.lower() for text in _written(leaf, value) if text]


def _written(leaf, value) -> list:
    if leaf == "Reference":
        return [value["reference"].removeprefix(BASE + "/").split("/_history/")[0]]
    if leaf == "CodeableConcept":
        return [coding.get("code") for coding in value.get("coding", [])]
    return [value.get("value")] if leaf == "Identifier" else [str(value)]


def filtered(world, body, tree, now) -> bool:
    """Whether a resource meets a filter, given as a tree: ("and", a, b), ("not", a), ("eq", path, text)."""
    word, *rest = tree
    if word in {"and", "or"}:
        one, other = (filtered(world, body, inner, now) for inner in rest)
        return (one and other) if word == "and" else (one or other)
    if word == "not":
        return not filtered(world, body, rest[0], now)
    if word == "where":
        return _goes_on(world, body, *rest, now)
    path, text = rest
    if "." in path:
        code, inner = path.split(".", 1)
        return any(
            filtered(world, one, (word, inner, text), now)
            for one in referred(world, body, code.partition(":")[0])
            if code.partition(":")[2] in {"", one["resourceType"]} and has_parameter(one["resourceType"], inner)
        )
    return _compared(body, word, path, text, now)


def _goes_on(world, body, code, inner, behind, now) -> bool:
    """Whether one resource that is referred to meets the filter in brackets and what stands behind them."""
    return any(
        filtered(world, one, inner, now) and filtered(world, one, behind, now)
        for one in referred(world, body, code.partition(":")[0])
        if code.partition(":")[2] in {"", one["resourceType"]}
        and all(has_parameter(one["resourceType"], path) for path in (*_paths(inner), *_paths(behind)))
    )


def _paths(tree) -> list[str]:
    """The paths that a filter of one resource names."""
    word, *rest = tree
    if word in {"and", "or", "not"}:
        return [path for inner in rest for path in _paths(inner)]
    return [rest[0]]


def _compared(body, word, code, text, now) -> bool:
    kind = parameters.of(body["resourceType"])[code].kind
    if word == "pr":
        return oracle.matches(body, [(f"{code}:missing", {"true": "false", "false": "true"}[text])], now)
    if kind == "string":
        held = [oracle._bare(one) for one in _all(body, code)]
        asked = oracle._bare(text)
        ways = {"eq": str.__eq__, "ne": str.__eq__, "co": str.__contains__, "sw": str.startswith, "ew": str.endswith}
        return any(ways[word](one, asked) for one in held) != (word == "ne")
    if kind in {"date", "number", "quantity"}:
        return oracle.matches(body, [(code, word + text)], now)
    return oracle.matches(body, [(code, text)], now) != (word == "ne")


def _all(body, code) -> list[str]:
    parameter = parameters.of(body["resourceType"])[code]
    values = [(path, value) for path in parameter.paths for value in oracle.at(body, path.steps.split("."))]
    return [text for path, value in values for text in oracle._texts(path.leaf, value)]
