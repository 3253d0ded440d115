"""What `oracle.py` is for one resource, for many that refer to each other: chains, `_has`, `_filter`, includes, sort.

Slow, plain, and written from the specification alone: https://hl7.org/fhir/R4/search.html. A world is a list of bodies.
"""

from __future__ import annotations

from sosuckhoe.clinical.search import parameters
from tests.clinical import oracle

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
