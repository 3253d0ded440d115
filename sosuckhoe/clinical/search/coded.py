"""Modifiers of token parameters that look beyond the code. https://hl7.org/fhir/R4/search.html#modifiers

:above and :below follow the hierarchy of a code system, :in and :not-in a value set (`subsumption.py`); :of-type asks
for an identifier by the coding of its type; :text is `phrase.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import custom, phrase, presence, subsumption, token, values
from sosuckhoe.clinical.search.condition import (
    PRESENT,
    AnyOf,
    Condition,
    HasMeaning,
    HasToken,
    IsMissing,
    Negated,
)
from sosuckhoe.clinical.search.digest import number, prefix
from sosuckhoe.clinical.search.parameters import Parameter, Path
from sosuckhoe.clinical.terminology import Source

_CODED = frozenset({"Coding", "CodeableConcept", "code"})
_OF_TYPE = 3
_FORM = "system|code"


def takes(parameter: Parameter, modifier: str) -> bool:
    """Whether R4 gives this parameter the modifier and its values have what it looks at."""
    leaves = {path.leaf for path in parameter.paths}
    return modifier == "not" or (modifier in _LEAVES and bool(leaves & _LEAVES[modifier]))


def conditions(parameter: Parameter, modifier: str, text: str, now: datetime) -> Sequence[Condition]:
    """What `code:below=http://hl7.org/fhir/sid/icd-10|J20` asks.

    Raises Problem SSK-3004 (value).
    """
    if modifier == "text":
        return [phrase.condition(parameter, text)]
    if modifier == "of-type":
        found = [form for one in values.alternatives(text) for form in _of_type(parameter, one)]
        return [HasToken(tuple(dict.fromkeys(found)))]
    if modifier in _RELATIONS:
        for one in values.alternatives(text) if modifier in _AROUND else ():
            _coding(parameter, one)
        return [HasMeaning(parameter, modifier, text, now)]
    whole = [_has_any(parameter, path) for path in token.whole_systems(parameter, text)]
    if not whole:
        return [token.condition(parameter, modifier, text)]
    either = AnyOf((token.condition(parameter, "", text), *whole))
    return [Negated(either) if modifier == "not" else either]


def _has_any(parameter: Parameter, path: Path) -> Condition:
    """Whether there is any code at all."""
    if custom.is_custom(parameter):
        return HasToken((custom.presence_number(parameter),))
    return IsMissing(False, PRESENT, (presence.places(parameter.type)[path.steps, path.only],))  # noqa: FBT003 -- as it is declared


def meant(asked: HasMeaning, source: Source) -> HasToken:
    """The codes that are meant. Raises Problem SSK-3100 (no hierarchy), SSK-3101, SSK-3102 (value set)."""
    relation, parameter = _RELATIONS[asked.modifier], asked.parameter
    found = [form for one in values.alternatives(asked.text) for form in relation(source, parameter, one)]
    return HasToken(tuple(dict.fromkeys(found)), negated=asked.modifier == "not-in")


def _hashed(parameter: Parameter, system: str, code: str) -> Iterator[int]:
    for path in parameter.paths:
        if path.leaf in _CODED:
            for form in token.wanted_forms(parameter, path, system, code):
                yield number(prefix(parameter.type, path.steps), form)


def _coding(parameter: Parameter, text: str) -> tuple[str, str]:
    """System and code, both of which :above and :below need."""
    system, code = values.at_bar(text)
    if not (system and code):
        raise Problem("SSK-3004", name=parameter.code, form=_FORM)
    return system, code


def _subsumed(
    around: Callable[[Source, str, str, str], frozenset[str]], source: Source, parameter: Parameter, text: str
) -> Iterator[int]:
    system, code = _coding(parameter, text)
    for one in sorted(around(source, parameter.code, system, code)):
        yield from _hashed(parameter, system, one)


def _in(source: Source, parameter: Parameter, text: str) -> Iterator[int]:
    for system, code in subsumption.members(source, parameter.code, values.unescaped(text)):
        yield from _hashed(parameter, system, code)


def _of_type(parameter: Parameter, text: str) -> Iterator[int]:
    parts = values.parts(text)
    if len(parts) != _OF_TYPE or not all(parts[1:]):
        raise Problem("SSK-3004", name=parameter.code, form=f"{_FORM}|value")
    for path in parameter.paths:
        if path.leaf == "Identifier":
            yield number(prefix(parameter.type, path.steps), token.typed(*parts))


_AROUND = {"above": subsumption.above, "below": subsumption.below}
_RELATIONS: dict[str, Callable[[Source, Parameter, str], Iterator[int]]] = {
    **{modifier: partial(_subsumed, around) for modifier, around in _AROUND.items()},
    "in": _in,
    "not-in": _in,
}
_LEAVES = {
    **dict.fromkeys(("above", "below", "in", "not-in"), _CODED),
    "of-type": frozenset({"Identifier"}),
    "text": phrase.LEAVES,
}
MODIFIERS = frozenset({"not", *_LEAVES})
