"""Whether a resource may be written: the rules of its type, and its references, as strictly as this house asks.

The shape of a resource is checked before (`structure`); here it is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import believed, finding, jsontext, strictness
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.fhirpath import Allowance, Outside
from sosuckhoe.clinical.search import query
from sosuckhoe.clinical.strictness import Strictness
from sosuckhoe.clinical.structure import Invalid, Issue
from sosuckhoe.clinical.validation import check, conforming, findings, quick, references, walk
from sosuckhoe.clinical.validation.scope import Told
from sosuckhoe.clinical.validation.terms import Sets
from sosuckhoe.clinical.vocabulary import Vocabulary, body_of

_MOST_SOUGHT = 100
_MOST_SECONDS = 1.0
"""So much of a processor may the rules of profiles cost that one call asks for."""


class Link(NamedTuple):
    """A reference to a resource of this server, and where it stands."""

    type: str
    name: str
    place: str


def told_of(actor: Actor, at: datetime, seconds: float = _MOST_SECONDS) -> Told:
    """What the validator may ask: value sets and profiles that the actor may see, and those that came along.

    `seconds`: of computing, for the rules of profiles.
    """
    vocabulary = believed.vocabulary_of(actor, at)
    allowance = Allowance(seconds)
    return Told(at, Sets(vocabulary.codes_in), vocabulary, allowance, partial(_profile, vocabulary))


def outside(told: Told) -> Outside:
    """What expressions that are no rules may ask: the same value sets and profiles."""
    return Outside(told.codes, conforming.outside(told))


def resolving(told: Told, actor: Actor, at: datetime, known: dict[str, dict[str, Any] | None] | None = None) -> Told:
    """The same, and references lead to stored resources that the actor may see: a hundred different ones at most.

    `known`: to what references lead already (`Type/id`); what is found is added to it.
    """
    met = {} if known is None else known
    left = _MOST_SOUGHT

    def resolve(text: str) -> dict[str, Any] | None:
        nonlocal left
        place = references.local(text)
        if place and text not in met and left:
            left -= 1
            stored = _sought(actor, place[0], [place[1]], at)
            met[text] = jsontext.read(stored[0].body, len(stored[0].body)) if stored else None
        return met.get(text)

    return replace(told, resolve=resolve)


def _profile(vocabulary: Vocabulary, url: str) -> dict[str, Any] | None:
    stored = vocabulary.stored("StructureDefinition", url, "")
    return None if stored is None else body_of(stored)


def strictness_of(type_name: str) -> Strictness:
    """How strict this house is with a type."""
    return strictness.of(type_name, Path(settings.VALIDATION) if settings.VALIDATION else strictness.OWN)


def is_by_profiles(type_name: str) -> bool:
    """Whether this house asks of a type what profiles say, whose rules may look at what is stored."""
    return strictness_of(type_name).level == "profiles"


def keeps_base(resource: dict[str, Any], told: Told) -> bool:
    """Whether a resource may be written for all that stands in it; never of a type that is checked by profiles."""
    level = strictness_of(resource["resourceType"]).level
    if level != "base":
        return level == "structure"
    return quick.is_sure(resource, told) or not findings.has_errors(list(walk.issues(resource, told)))


def check_rules(resource: dict[str, Any], told: Told) -> None:
    """Raise Invalid with every error, unless the resource keeps what this house asks of its type."""
    level = strictness_of(resource["resourceType"]).level
    if level == "structure" or (level == "base" and quick.is_sure(resource, told)):
        return
    found = walk.issues(resource, told) if level == "base" else check.issues(resource, told)
    if errors := [one for one in found if one.severity == findings.ERROR]:
        raise Invalid(errors)


def links_in(resource: dict[str, Any]) -> Iterator[Link]:
    """The references of a resource that must lead somewhere."""
    if strictness_of(resource["resourceType"]).references:
        yield from all_links(resource)


def all_links(resource: dict[str, Any]) -> Iterator[Link]:
    """Every reference to a resource of this server."""
    for found in references.local_in(resource, resource["resourceType"]):
        yield Link(*found)


def check_links(actor: Actor, links: Iterable[Link], at: datetime) -> None:
    """Raise Invalid for references that lead to nothing that the actor may see."""
    if found := list(leading_nowhere(actor, links, at, findings.ERROR)):
        raise Invalid(found)


def leading_nowhere(actor: Actor, links: Iterable[Link], at: datetime, severity: str) -> Iterator[Issue]:
    """The links that lead to nothing that the actor may see; one search for a hundred links of a type."""
    by_type: dict[str, list[Link]] = {}
    for link in links:
        by_type.setdefault(link.type, []).append(link)
    for type_name, wanted in by_type.items():
        names = sorted({link.name for link in wanted})
        seen = {one for at_ in range(0, len(names), _MOST_SOUGHT) for one in
                _seen(actor, type_name, names[at_ : at_ + _MOST_SOUGHT], at)}  # fmt: skip
        for link in wanted:
            if link.name not in seen:
                yield findings.issue(findings.LEADS_NOWHERE, link.place, severity)


def _seen(actor: Actor, type_name: str, names: list[str], at: datetime) -> list[str]:
    """Those of these ids under which the actor may see a resource."""
    return [bodies.name_in(one.type, one.body) for one in _sought(actor, type_name, names, at)]


def _sought(actor: Actor, type_name: str, names: list[str], at: datetime) -> list[Stored]:
    """What of these ids the actor may see; nothing of a type that they may not search."""
    pairs = [("_id", ",".join(names)), ("_count", str(_MOST_SOUGHT))]
    try:
        return finding.search(actor, query.parse(type_name, pairs, base="", now=at), at).found
    except Problem as problem:
        if problem.number not in policy.NO_RIGHT:
            raise
        return []
