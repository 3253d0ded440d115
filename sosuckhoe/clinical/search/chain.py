"""Chained parameters and _has, of any length and mixed. https://hl7.org/fhir/R4/search.html#chaining

Every hop is a search with the caller's own rights, so nobody learns through a chain what they may not see. A reference
that may go to several types without naming one goes to each of them that has the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import custom, include, meaning, parameters
from sosuckhoe.clinical.search.condition import AnyOf, Chained, Condition
from sosuckhoe.clinical.search.meaning import Asked
from sosuckhoe.clinical.search.parameters import Parameter

HAS = "_has"
MOST_HOPS = 64
"""Of one parameter, counted over all types that its references may go to."""

End = Callable[[str, str], Sequence[Condition]]
"""Conditions of a type from the last part of a name: `name:exact`."""

_HAS_FORM = "_has:Type:reference:parameter"
_PARTS = 3


def is_chain(name: str) -> bool:
    """Whether the name of a parameter leads to another resource."""
    return "." in name or name.startswith(f"{HAS}:")


def parse(type_name: str, name: str, text: str, base: str, now: datetime) -> Condition:
    """What `patient.name=…`, `subject:Patient.organization.name=…` or `_has:Observation:patient:code=…` asks.

    Raises Problem SSK-3001 … 3004 for what is not understood, SSK-3120 for more than MOST_HOPS hops.
    """

    def end(other: str, rest: str) -> Sequence[Condition]:
        code, _, modifier = rest.partition(":")
        return meaning.conditions(Asked(parameter_of(other, code, rest), modifier, text, base, now))

    return follow(type_name, name, base, end)


def follow(type_name: str, name: str, base: str, end: End) -> Condition:
    """The hops of a chain; `end` says what its last resource must meet."""
    return _Reader(base, end).chain(type_name, name)


def parameter_of(type_name: str, code: str, shown: str) -> Parameter:
    """The parameter at the end of a chain; SSK-3001 or 3002 when there is none that is answered."""
    parameter = custom.parameter_of(type_name, code)
    if parameter is None or not meaning.is_supported(parameter):
        raise Problem("SSK-3002" if parameter else "SSK-3001", name=meaning.shown(shown), type=type_name)
    return parameter


@dataclass(slots=True)
class _Reader:
    base: str
    end: End
    hops: list[str] = field(default_factory=list)

    def chain(self, type_name: str, name: str) -> Condition:
        if name.startswith(f"{HAS}:"):
            other, code, rest = _has_parts(name)
            link = reference_of(other, code)
            if type_name not in parameters.targets_of(link):
                raise Problem("SSK-3004", name=HAS, form=_HAS_FORM)
            return self.hop(link, other, rest, is_reverse=True)
        head, _, rest = name.partition(".")
        code, _, named = head.partition(":")
        link = reference_of(type_name, code)
        targets = parameters.targets_of(link)
        if named:
            if named not in targets:
                raise Problem("SSK-3004", name=link.code, form=f"{link.code}:Type.")
            return self.hop(link, named, rest)
        if len(targets) == 1:
            return self.hop(link, next(iter(targets)), rest)
        return self.any_of(link, sorted(targets), rest)

    def any_of(self, link: Parameter, targets: Sequence[str], rest: str) -> Condition:
        """A hop to each type that has the parameter; which, must be said when they are many or none."""
        having = [one for one in targets if _has_first(one, rest)]
        found = list(self.understood(link, having, rest))
        if not found:
            raise Problem("SSK-3004", name=link.code, form=f"{link.code}:Type.")
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def understood(self, link: Parameter, targets: Sequence[str], rest: str) -> Iterator[Condition]:
        for one in targets:
            try:
                yield self.hop(link, one, rest)
            except Problem as problem:
                if problem.number not in _OF_ANOTHER_TYPE:
                    raise

    def hop(self, link: Parameter, other: str, rest: str, *, is_reverse: bool = False) -> Chained:
        self.hops.append(other)
        if len(self.hops) > MOST_HOPS:
            raise Problem("SSK-3120", limit=MOST_HOPS)
        return Chained(link, other, is_reverse, tuple(self.inner(other, rest)), self.base)

    def inner(self, other: str, rest: str) -> Sequence[Condition]:
        if is_chain(rest):
            return [self.chain(other, rest)]
        return self.end(other, rest)


def reference_of(type_name: str, code: str) -> Parameter:
    """The parameter by which a chain goes on; SSK-3001 when there is none, 3002 when it leads nowhere."""
    parameter = custom.parameter_of(type_name, code)
    if parameter is None:
        raise Problem("SSK-3001", name=meaning.shown(code), type=type_name)
    if not include.is_includable(parameter):
        raise Problem("SSK-3002", name=f"{code}.", type=type_name)
    return parameter


def _has_parts(name: str) -> tuple[str, str, str]:
    parts = name.removeprefix(f"{HAS}:").split(":", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] not in parameters.number_of():
        raise Problem("SSK-3004", name=HAS, form=_HAS_FORM)
    return parts[0], parts[1], parts[2]


def _has_first(type_name: str, rest: str) -> bool:
    """Whether a type has the first parameter of what follows."""
    code = rest.partition(".")[0].partition(":")[0]
    return rest.startswith(f"{HAS}:") or code in parameters.of(type_name) or code in custom.current().of(type_name)


_OF_ANOTHER_TYPE = frozenset({"SSK-3001", "SSK-3002", "SSK-3003", "SSK-3004"})
