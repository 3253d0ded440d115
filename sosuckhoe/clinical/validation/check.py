"""The whole check of a resource, as strict as it is asked to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from sosuckhoe.clinical import structure
from sosuckhoe.clinical.fhirpath import Node, types
from sosuckhoe.clinical.structure import Issue
from sosuckhoe.clinical.validation import conform, conforming, contexts, extensions, walk
from sosuckhoe.clinical.validation.plan import below
from sosuckhoe.clinical.validation.scope import Scope, Told, scope_of

MOST_ISSUES = 200


def issues(resource: dict[str, Any], told: Told, profiles: Iterable[str] = ()) -> list[Issue]:
    """Everything that is wrong with a resource: structure first, and where that is right the rest, 200 at most.

    `profiles` are asked besides those that the resource, and each resource in it, claims in `meta.profile`.
    """
    found = structure.issues(resource, resource["resourceType"])
    if found:
        return found
    told = conforming.knowing(_with_entries(resource, told))
    return list(islice(_once(_all(resource, told, profiles)), MOST_ISSUES))


def _all(resource: dict[str, Any], told: Told, profiles: Iterable[str]) -> Iterator[Issue]:
    yield from walk.issues(resource, told)
    scope = scope_of(resource, told)
    yield from contexts.issues(scope.resource, resource["resourceType"], scope)
    for node, place, inner in everything(scope.resource, resource["resourceType"], scope):
        if node.type == "Extension":
            definition = extensions.definition_of(node.value, told)
            if definition is not None:
                yield from conform.issues(node, definition["url"], place, inner)
        elif types.is_resource(node.type):
            for url in (node.value.get("meta") or {}).get("profile") or ():
                yield from conform.issues(node, url, place, inner)
    for url in profiles:
        yield from conform.issues(scope.resource, url, resource["resourceType"], scope)


def everything(node: Node, place: str, scope: Scope) -> Iterator[tuple[Node, str, Scope]]:
    """A value and all below it that are objects or have extensions, each with its place and scope."""
    yield node, place, scope
    for branch, child, where in below(node, place):
        inner = scope
        if branch.step.type == "Resource":
            inner = scope.below(child, is_contained=branch.step.key == "contained")
        if not branch.step.is_primitive or child.shadow is not None:
            yield from everything(child, where, inner)


def _with_entries(resource: dict[str, Any], told: Told) -> Told:
    """References within a bundle lead to its entries."""
    if resource["resourceType"] != "Bundle":
        return told
    entries = {
        name: one["resource"]
        for one in resource.get("entry") or ()
        if "resource" in one
        for name in (one.get("fullUrl", ""), f"{one['resource']['resourceType']}/{one['resource'].get('id', '')}")
    }
    return replace(told, resolve=lambda text: entries.get(text) or told.resolve(text))


def _once(found: Iterator[Issue]) -> Iterator[Issue]:
    """Each issue once: a profile and its base, or two profiles, may say the same."""
    seen = set()
    for one in found:
        if one not in seen:
            seen.add(one)
            yield one
