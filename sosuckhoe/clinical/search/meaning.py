"""What one parameter of a search asks, as conditions. Refuses by name what is not understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import elements
from sosuckhoe.clinical.search import (
    date,
    digest,
    extract,
    number,
    parameters,
    presence,
    quantity,
    reference,
    string,
    token,
    uri,
    values,
)
from sosuckhoe.clinical.search.condition import (
    MOMENT,
    PRESENT,
    UPDATED,
    Condition,
    HasDate,
    HasId,
    HasToken,
    IsMissing,
    OfPatients,
)
from sosuckhoe.clinical.search.parameters import Parameter, Path

_SHOWN = 64
_IDS = "_id"


class Asked(NamedTuple):
    """A parameter as it was asked, at this moment of this server (`base` is its address)."""

    parameter: Parameter
    modifier: str
    text: str
    base: str
    now: datetime


def is_supported(parameter: Parameter) -> bool:
    """Whether a search by it is answered."""
    if parameter.kind in {"token", "reference", "uri"}:
        return bool(extract.indexed(parameter)) or parameter.code == _IDS
    if parameter.kind == "string":
        return string.is_answered(parameter)
    if parameter.kind in {"number", "quantity"}:
        return bool(number.indexed(parameter) or quantity.indexed(parameter))
    return parameter.kind == "date" and bool(extract.dated(parameter))


def is_sole_owner(parameter: Parameter) -> bool:
    """Whether a resource has at most one value here, the patient whom it belongs to (`subject`, not `participant`)."""
    owner = parameters.of(parameter.type).get("patient")
    if owner is None or {p.steps for p in owner.paths} != {p.steps for p in parameter.paths} or len(owner.paths) != 1:
        return False
    element = elements.of(parameter.type).get(owner.paths[0].steps)
    return element is not None and not element.is_list


def conditions(asked: Asked) -> Sequence[Condition]:
    """The conditions, all of which must hold. Raises Problem SSK-3003 (modifier), 3004 (value)."""
    parameter, modifier, text = asked.parameter, asked.modifier, asked.text
    if not text:
        raise Problem("SSK-3004", name=parameter.code, form="a value")
    if modifier == "missing" and (found := missing(parameter, missing=text == "true")):
        if text not in {"true", "false"}:
            raise Problem("SSK-3004", name=parameter.code, form="true, false")
        return [found]
    if modifier and not _takes(parameter, modifier):
        raise Problem("SSK-3003", name=parameter.code, modifier=shown(modifier))
    if parameter.code == _IDS:
        return [HasId(tuple(values.unescaped(one) for one in values.alternatives(text)))]
    return _MEANINGS[parameter.kind](asked)


def shown(text: str) -> str:
    """A word of the request as an error may repeat it."""
    return "".join(c for c in text[:_SHOWN] if c.isprintable())


def _takes(parameter: Parameter, modifier: str) -> bool:
    """Whether a parameter, :missing aside, has this modifier."""
    if parameter.kind == "reference":
        return modifier in parameters.number_of()
    return parameter.code != _IDS and modifier in _MODIFIERS.get(parameter.kind, ())


def missing(parameter: Parameter, *, missing: bool) -> IsMissing | None:
    """The condition that a parameter has no value, or has one; None where the store cannot tell."""
    if parameter.code in {_IDS, "_lastUpdated"}:
        return None
    if parameter.kind == "date":
        if extract.is_main(parameter):
            return IsMissing(missing, MOMENT)
        return IsMissing(missing, "clinical_date", _hashes(parameter, extract.dated(parameter)))
    if parameter.kind == "string":
        return IsMissing(missing, "clinical_text", _hashes(parameter, string.indexed(parameter)))
    if numbers := number.indexed(parameter) or quantity.indexed(parameter):
        return IsMissing(missing, "clinical_number", _hashes(parameter, numbers))
    bits = presence.bits_of(parameter)
    return IsMissing(missing, PRESENT, (bits,)) if bits else None


def _hashes(parameter: Parameter, paths: Iterable[Path]) -> tuple[int, ...]:
    return tuple(digest.path_number(parameter.type, path.steps) for path in paths)


def _dates(asked: Asked) -> Sequence[Condition]:
    parameter = asked.parameter
    wanted = date.comparisons(parameter.code, asked.text, asked.now)
    if parameter.code == "_lastUpdated":
        return [HasDate(UPDATED, wanted)]
    if extract.is_main(parameter):
        return [HasDate(MOMENT, wanted)]
    return [HasDate(_hashes(parameter, extract.dated(parameter)), wanted)]


def _references(asked: Asked) -> Sequence[Condition]:
    parameter, modifier, text, base, _ = asked
    found: HasToken = reference.condition(parameter, modifier, text, base)
    patients = reference.ids_of(parameter, modifier, text, base, "Patient") if is_sole_owner(parameter) else None
    return [found] if patients is None else [found, OfPatients(tuple(patients))]


_MODIFIERS = {"token": token.MODIFIERS, "string": string.MODIFIERS, "uri": uri.MODIFIERS}
_MEANINGS: dict[str, Callable[[Asked], Sequence[Condition]]] = {
    "date": _dates,
    "number": lambda asked: [number.condition(asked.parameter, asked.text)],
    "quantity": lambda asked: [quantity.condition(asked.parameter, asked.text)],
    "reference": _references,
    "string": lambda asked: [string.condition(asked.parameter, asked.modifier, asked.text)],
    "token": lambda asked: [token.condition(asked.parameter, asked.modifier, asked.text)],
    "uri": lambda asked: [uri.condition(asked.parameter, asked.modifier, asked.text)],
}
