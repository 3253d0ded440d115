"""Chained parameters and _has, one level each. https://hl7.org/fhir/R4/search.html#chaining

The inner search runs first and with the same rights, so nobody learns through a chain what they may not see; what it
finds becomes a condition on references or ids. An inner search that finds more than MOST is refused, not cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.body import name_in
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search import include, meaning, parameters
from sosuckhoe.clinical.search.condition import Chained, Condition, HasId, HasToken
from sosuckhoe.clinical.search.include import Include
from sosuckhoe.clinical.search.meaning import Asked
from sosuckhoe.clinical.search.parameters import Parameter

HAS = "_has"
MOST = include.MOST
_HAS_FORM = "_has:Type:reference:parameter"
_PARTS = 3


def is_chain(name: str) -> bool:
    """Whether the name of a parameter leads to another resource."""
    return "." in name or name.startswith(f"{HAS}:")


def parse(type_name: str, name: str, text: str, base: str, now: datetime) -> Chained:
    """What `patient.name=…`, `subject:Patient.name=…` or `_has:Observation:patient:code=…` asks."""
    is_reverse = name.startswith(f"{HAS}:")
    if is_reverse:
        other, code, rest = _has_parts(name)
        link = _reference(other, code)
        if type_name not in include.targets_of(link):
            raise Problem("SSK-3004", name=HAS, form=_HAS_FORM)
    else:
        head, _, rest = name.partition(".")
        code, _, other = head.partition(":")
        link = _reference(type_name, code)
        other = _target(link, other)
    inner, _, modifier = rest.partition(":")
    parameter = parameters.of(other).get(inner)
    if parameter is None or not meaning.is_supported(parameter):
        number = "SSK-3002" if parameter or is_chain(rest) else "SSK-3001"
        raise Problem(number, name=meaning.shown(rest), type=other)
    return Chained(link, other, is_reverse, tuple(meaning.conditions(Asked(parameter, modifier, text, base, now))))


def resolve(
    condition: Chained, type_name: str, base: str, now: datetime, fetch: Callable[[include.Wanted], Sequence[Stored]]
) -> Sequence[Condition]:
    """The conditions that a chain becomes once its inner search is answered."""
    link = condition.link
    found = fetch(include.Wanted(condition.type, condition.inner))
    if len(found) > MOST:
        raise Problem("SSK-3004", name=link.code, form=f"≤ {MOST} {condition.type}")
    if condition.is_reverse:
        way = Include(link, type_name, is_reverse=False, is_iterated=False, base=base)
        return [HasId(tuple(sorted({name for one in found for _, name in include.referred(way, one)})))]
    names = [f"{one.type}/{name_in(one.type, one.body)}" for one in found]
    if not names:
        return [HasToken(())]
    return meaning.conditions(Asked(link, condition.type, ",".join(names), base, now))


def _has_parts(name: str) -> tuple[str, str, str]:
    parts = name.removeprefix(f"{HAS}:").split(":", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] not in parameters.number_of():
        raise Problem("SSK-3004", name=HAS, form=_HAS_FORM)
    return parts[0], parts[1], parts[2]


def _reference(type_name: str, code: str) -> Parameter:
    parameter = parameters.of(type_name).get(code)
    if parameter is None:
        raise Problem("SSK-3001", name=meaning.shown(code), type=type_name)
    if not include.is_includable(parameter):
        raise Problem("SSK-3002", name=f"{code}.", type=type_name)
    return parameter


def _target(link: Parameter, named: str) -> str:
    """The type that a chain goes to; it must be named where the reference may go to several."""
    targets = include.targets_of(link)
    if not named and len(targets) == 1:
        return next(iter(targets))
    if named not in targets:
        raise Problem("SSK-3004", name=link.code, form=f"{link.code}:Type.")
    return named
