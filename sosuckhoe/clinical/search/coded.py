"""Modifiers of token parameters that look beyond the code. https://hl7.org/fhir/R4/search.html#modifiers

:above and :below follow the hierarchy of a code system, :in and :not-in a value set (`subsumption.py`); :of-type asks
for an identifier by the coding of its type; :text is `phrase.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import phrase, subsumption, token, values
from sosuckhoe.clinical.search.condition import Condition, HasToken
from sosuckhoe.clinical.search.digest import number, prefix
from sosuckhoe.clinical.search.parameters import Parameter

_CODED = frozenset({"Coding", "CodeableConcept", "code"})
_OF_TYPE = 3
_FORM = "system|code"


def takes(parameter: Parameter, modifier: str) -> bool:
    """Whether R4 gives this parameter the modifier and its values have what it looks at."""
    leaves = {path.leaf for path in parameter.paths}
    return modifier == "not" or (modifier in _LEAVES and bool(leaves & _LEAVES[modifier]))


def conditions(parameter: Parameter, modifier: str, text: str) -> Sequence[Condition]:
    """What `code:below=http://hl7.org/fhir/sid/icd-10|J20` asks.

    Raises Problem SSK-3004 (value), SSK-3100 (no hierarchy), SSK-3101, SSK-3102 (value set).
    """
    if modifier == "text":
        return [phrase.condition(parameter, text)]
    if modifier in _WANTED:
        found = [form for one in values.alternatives(text) for form in _WANTED[modifier](parameter, one)]
        return [HasToken(tuple(dict.fromkeys(found)), negated=modifier == "not-in")]
    return [token.condition(parameter, modifier, text)]


def _hashed(parameter: Parameter, system: str, code: str) -> Iterator[int]:
    for path in parameter.paths:
        if path.leaf in _CODED:
            for form in token.wanted_forms(parameter, path, system, code):
                yield number(prefix(parameter.type, path.steps), form)


def _subsumed(parameter: Parameter, text: str, around: Callable[[str, str, str], frozenset[str]]) -> Iterator[int]:
    system, code = values.at_bar(text)
    if not (system and code):
        raise Problem("SSK-3004", name=parameter.code, form=_FORM)
    for one in sorted(around(parameter.code, system, code)):
        yield from _hashed(parameter, system, one)


def _below(parameter: Parameter, text: str) -> Iterator[int]:
    return _subsumed(parameter, text, subsumption.below)


def _above(parameter: Parameter, text: str) -> Iterator[int]:
    return _subsumed(parameter, text, subsumption.above)


def _in(parameter: Parameter, text: str) -> Iterator[int]:
    for system, code in subsumption.members(parameter.code, values.unescaped(text)):
        yield from _hashed(parameter, system, code)


def _of_type(parameter: Parameter, text: str) -> Iterator[int]:
    parts = values.parts(text)
    if len(parts) != _OF_TYPE or not all(parts[1:]):
        raise Problem("SSK-3004", name=parameter.code, form=f"{_FORM}|value")
    for path in parameter.paths:
        if path.leaf == "Identifier":
            yield number(prefix(parameter.type, path.steps), token.typed(*parts))


_WANTED: dict[str, Callable[[Parameter, str], Iterator[int]]] = {
    "above": _above,
    "below": _below,
    "in": _in,
    "not-in": _in,
    "of-type": _of_type,
}
_LEAVES = {
    **dict.fromkeys(("above", "below", "in", "not-in"), _CODED),
    "of-type": frozenset({"Identifier"}),
    "text": phrase.LEAVES,
}
MODIFIERS = frozenset({"not", *_LEAVES})
