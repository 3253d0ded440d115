"""The profiles, security labels and tags of all that an actor may see of some types.

https://hl7.org/fhir/R4/resource-operation-meta.html

Which there are is known (`search/marked.py`); of each one resource is looked for that the actor may see, as any search
would, so nobody learns of a label that stands on nothing they may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import finding, grounding
from sosuckhoe.clinical.search import marked
from sosuckhoe.clinical.search.condition import HasToken
from sosuckhoe.clinical.search.query import Query

MOST = 500
"""So many labels are looked for at once."""


def meta_of(actor: Actor, types: Sequence[str], at: datetime) -> dict[str, list[Any]]:
    """The lists of a Meta, each label once and in order. SSK-1003 of who may search none of the types, SSK-3441."""
    allowed = _searchable(actor, types)
    found: dict[str, dict[str, Any]] = {}
    for type_name, tokens in _there(allowed).items():
        _look(actor, type_name, tokens, found, at)
    return {name: [found[name][form] for form in sorted(found[name])] for name in marked.LISTS if name in found}


def _searchable(actor: Actor, types: Iterable[str]) -> list[str]:
    """Those of the types that the actor may search; their refusal when that is none."""
    allowed, refused = [], Problem("SSK-1003", action="search")
    for type_name in types:
        try:
            grounding.seen_by(actor, type_name)
        except Problem as problem:
            if problem.number not in policy.NO_RIGHT:
                raise
            refused = problem
        else:
            allowed.append(type_name)
    if not allowed:
        raise refused
    return allowed


def _there(types: Iterable[str]) -> dict[str, list[int]]:
    """The tokens of the labels that resources of these types have, or had."""
    type_of = {path: type_name for type_name in types for path in marked.paths_of(type_name)}
    rows = db.tuples(
        "select distinct path, token from clinical_phrase where path = any (%s) order by path, token limit %s",
        (sorted(type_of), MOST + 1),
    )
    if len(rows) > MOST:
        raise Problem("SSK-3441", most=MOST)
    found: dict[str, list[int]] = {}
    for path, token in rows:
        found.setdefault(type_of[path], []).append(token)
    return found


def _look(actor: Actor, type_name: str, tokens: list[int], found: dict[str, dict[str, Any]], at: datetime) -> None:
    """Add the labels of one type, each from a resource that has it; what came along with another is not looked for."""
    met: set[int] = set()
    for token in tokens:
        if token in met:
            continue
        for row in finding.search(actor, Query(type_name, [HasToken((token,))], count=1), at).found:
            meta = orjson.loads(row.body).get("meta", {})
            for name in marked.LISTS:
                for label in meta.get(name, ()):
                    met.add(marked.token_of(type_name, name, label))
                    found.setdefault(name, {}).setdefault(marked.form_of(label), label)
