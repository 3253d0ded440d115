"""What goes along with a page. https://hl7.org/fhir/R4/search.html#include

What is included is searched for like everything else, so whoever may not see it does not get it. Without :iterate an
include looks at the matches, with it also at what other includes brought, until nothing new comes. `Type:*` is every
parameter of a type that leads to other resources, `_include=*` those of the type that is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.body import name_in
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search import custom, meaning, parameters, presence
from sosuckhoe.clinical.search.condition import Condition, HasId
from sosuckhoe.clinical.search.parameters import Parameter, targets_of
from sosuckhoe.clinical.search.reference import RELATIVE

MOST = 1000
"""So many resources go along with a page at most; more are refused, not left out."""
NAMES = frozenset({"_include", "_revinclude"})
_FORM = "Type:parameter[:Type]"
_ALL = "*"


class Include(NamedTuple):
    """`_include=Observation:subject:Patient`. `target` is empty for all that the parameter may refer to."""

    parameter: Parameter
    target: str
    is_reverse: bool
    is_iterated: bool
    base: str

    @property
    def types(self) -> frozenset[str]:
        """The types that it may bring."""
        return frozenset({self.parameter.type}) if self.is_reverse else targets_of(self.parameter, self.target)


class Wanted(NamedTuple):
    """A search for what is to be included: resources of a type that meet these conditions."""

    type: str
    conditions: Sequence[Condition]


def parse(name: str, modifier: str, text: str, type_name: str, base: str) -> list[Include]:
    """What a parameter asks; SSK-3001 … 3004 for what is not understood."""
    if modifier not in {"", "iterate"}:
        raise Problem("SSK-3003", name=name, modifier=meaning.shown(modifier))
    source, _, rest = text.partition(":")
    if (name, modifier, text) == ("_include", "", _ALL):
        source, rest = type_name, _ALL
    code, _, target = rest.partition(":")
    if source not in parameters.number_of() or not code:
        raise Problem("SSK-3004", name=name, form=_FORM)
    chosen = _every(source) if code == _ALL else [_one(name, source, code, type_name)]
    if target and not any(target in targets_of(parameter) for parameter in chosen):
        raise Problem("SSK-3004", name=name, form=_FORM)
    return [
        Include(parameter, target, name == "_revinclude", bool(modifier), base)
        for parameter in chosen
        if not target or target in targets_of(parameter)
    ]


def _every(source: str) -> list[Parameter]:
    return [parameter for parameter in parameters.of(source).values() if is_includable(parameter)]


def _one(name: str, source: str, code: str, type_name: str) -> Parameter:
    parameter = custom.parameter_of(source, code)
    if parameter is None:
        raise Problem("SSK-3001", name=meaning.shown(code), type=source)
    if not is_includable(parameter):
        raise Problem("SSK-3002", name=f"{name}={source}:{code}", type=type_name)
    return parameter


def is_includable(parameter: Parameter) -> bool:
    """Whether a parameter leads to other resources by their ids."""
    return parameter.kind == "reference" and any(path.leaf == "Reference" for path in parameter.paths)


def gather(
    includes: Sequence[Include], found: Sequence[Stored], now: datetime, fetch: Callable[[Wanted], Sequence[Stored]]
) -> list[Stored]:
    """What goes along with the matches, each once. `fetch` answers a search with what may be seen, MOST + 1 at most."""
    known = {(one.type, one.key) for one in found}
    gathered: list[Stored] = []
    fresh, asked = list(found), includes
    while fresh and asked:
        new = {
            (stored.type, stored.key): stored
            for include in asked
            for wanted in _wanted(include, fresh, now)
            for stored in fetch(wanted)
            if (stored.type, stored.key) not in known
        }
        known |= set(new)
        fresh = list(new.values())
        gathered += fresh
        if len(gathered) > MOST:
            raise Problem("SSK-3004", name="_include, _revinclude", form=f"≤ {MOST}; _count")
        asked = [include for include in includes if include.is_iterated]
    return gathered


def _wanted(include: Include, found: Sequence[Stored], now: datetime) -> Iterator[Wanted]:
    if include.is_reverse:
        targets = targets_of(include.parameter, include.target)
        names = [f"{one.type}/{name_in(one.type, one.body)}" for one in found if one.type in targets]
        if names:
            asked = meaning.Asked(include.parameter, "", ",".join(names), include.base, now)
            yield Wanted(include.parameter.type, meaning.conditions(asked))
        return
    ids: dict[str, set[str]] = {}
    for one in found:
        if one.type == include.parameter.type:
            for type_name, name in referred(include, one):
                ids.setdefault(type_name, set()).add(name)
    for type_name, names_of in ids.items():
        yield Wanted(type_name, [HasId(tuple(sorted(names_of)))])


def referred(include: Include, source: Stored) -> Iterator[tuple[str, str]]:
    """Types and ids of what a resource refers to, on this server."""
    body = orjson.loads(source.body)
    for path in include.parameter.paths:
        if path.leaf != "Reference":
            continue
        targets = targets_of(include.parameter, include.target) & (
            {path.only} if path.only else set(parameters.types())
        )
        for value in presence.inside(body, path.steps):
            written = (value.get("reference") or "").removeprefix(include.base + "/")
            whole = RELATIVE.fullmatch(written)
            if whole and whole.group(1) in targets:
                yield whole.group(1), whole.group(2)
