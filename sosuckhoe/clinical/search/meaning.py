"""What one parameter of a search asks, as conditions. Refuses by name what is not understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import elements
from sosuckhoe.clinical.search import (
    coded,
    composite,
    content,
    custom,
    custom_composite,
    custom_together,
    date,
    digest,
    extract,
    hierarchy,
    near,
    number,
    parameters,
    phonetic,
    presence,
    quantity,
    reference,
    string,
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
    if parameter.code in content.CODES:
        return content.is_kept(parameter.type, parameter.code)
    if parameter.kind in {"token", "reference", "uri"}:
        return bool(extract.indexed(parameter)) or parameter.code == _IDS
    if parameter.kind == "string":
        return bool(string.indexed(parameter))
    if parameter.kind in {"number", "quantity"}:
        return bool(number.indexed(parameter) or quantity.indexed(parameter))
    if parameter.kind == "special":
        return parameter.code == near.PARAMETER
    return bool(parameter.groups) or (parameter.kind == "date" and bool(extract.dated(parameter)))


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
    if modifier and not _takes(parameter, modifier):
        raise Problem("SSK-3003", name=parameter.code, modifier=shown(modifier))
    if modifier == "missing":
        if text not in {"true", "false"}:
            raise Problem("SSK-3004", name=parameter.code, form="true, false")
        return [missing(parameter, missing=text == "true")]
    return (_BY_CODE.get(parameter.code) or _MEANINGS[parameter.kind])(asked)


def shown(text: str) -> str:
    """A word of the request as an error may repeat it."""
    return "".join(c for c in text[:_SHOWN] if c.isprintable())


def _takes(parameter: Parameter, modifier: str) -> bool:
    """Whether a parameter has this modifier. R4 gives composite parameters none."""
    if modifier == "missing":
        return parameter.kind != "composite" and parameter.code not in content.CODES
    if parameter.code in _BY_CODE:
        return False
    if parameter.kind == "token":
        return coded.takes(parameter, modifier)
    if parameter.kind == "reference":
        return hierarchy.takes(parameter) if modifier in hierarchy.MODIFIERS else reference.takes(parameter, modifier)
    return modifier in _MODIFIERS.get(parameter.kind, ())


def missing(parameter: Parameter, *, missing: bool) -> Condition:
    """The condition that a parameter has no value, or has one."""
    if parameter.paths[0].leaf == "Resource":
        return HasToken((reference.begins_with(parameter),), negated=missing)
    if parameter.kind in {"token", "reference", "uri"} and custom.is_custom(parameter):
        return HasToken((custom.presence_number(parameter),), negated=missing)
    if parameter.kind in {"token", "reference", "uri"} and (bits := presence.bits_of(parameter)):
        return IsMissing(missing, PRESENT, (bits,))
    if parameter.kind == "date" and extract.is_main(parameter):
        return IsMissing(missing, MOMENT)
    if paths := _in_table(parameter):
        return IsMissing(missing, _TABLES[parameter.kind], _hashes(parameter, paths))
    return HasToken((), negated=not missing)


def _in_table(parameter: Parameter) -> Sequence[Path]:
    """The paths whose values have rows of their own; none for what every resource has (`_id`, `_lastUpdated`)."""
    if parameter.code == "_lastUpdated":
        return ()
    if parameter.kind == "special":
        return parameter.paths
    readers = {"date": extract.dated, "number": number.indexed, "quantity": quantity.indexed, "string": string.indexed}
    return readers[parameter.kind](parameter) if parameter.kind in readers else ()


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
    if modifier == "identifier":
        return [reference.by_identifier(parameter, text)]
    if modifier in hierarchy.MODIFIERS:
        return hierarchy.conditions(parameter, modifier, text, base)
    found: HasToken = reference.condition(parameter, modifier, text, base)
    patients = reference.ids_of(parameter, modifier, text, base, "Patient") if is_sole_owner(parameter) else None
    return [found] if patients is None else [found, OfPatients(tuple(patients))]


def _composite(asked: Asked) -> Sequence[Condition]:
    def ask(parameter: Parameter, text: str) -> Sequence[Condition]:
        return _MEANINGS[parameter.kind](Asked(parameter, "", text, asked.base, asked.now))

    return _composite_reader(asked.parameter)(asked.parameter, asked.text, asked.base, ask)


def _composite_reader(parameter: Parameter) -> Callable[..., Sequence[Condition]]:
    if not custom.is_custom(parameter):
        return composite.conditions
    kinds = [part.kind for part in parameter.groups[0].parts]
    return custom_together.conditions if custom_together.is_one(kinds) else custom_composite.conditions


def _ids(asked: Asked) -> Sequence[Condition]:
    return [HasId(tuple(values.unescaped(one) for one in values.alternatives(asked.text)))]


_TABLES = {
    "date": "clinical_date",
    "number": "clinical_number",
    "quantity": "clinical_number",
    "special": "clinical_number",
    "string": "clinical_text",
}
_MODIFIERS = {"string": string.MODIFIERS, "uri": uri.MODIFIERS}
_BY_CODE: dict[str, Callable[[Asked], Sequence[Condition]]] = {
    _IDS: _ids,
    content.CONTENT: lambda asked: content.conditions(asked.parameter, asked.text),
    content.TEXT: lambda asked: content.conditions(asked.parameter, asked.text),
    phonetic.CODE: lambda asked: phonetic.conditions(asked.parameter, asked.text),
}
"""What is not answered as others of its kind are."""
_MEANINGS: dict[str, Callable[[Asked], Sequence[Condition]]] = {
    "composite": _composite,
    "date": _dates,
    "number": lambda asked: [number.condition(asked.parameter, asked.text)],
    "quantity": lambda asked: [quantity.condition(asked.parameter, asked.text)],
    "reference": _references,
    "special": lambda asked: [near.condition(asked.parameter.code, asked.text)],
    "string": lambda asked: [string.condition(asked.parameter, asked.modifier, asked.text)],
    "token": lambda asked: coded.conditions(asked.parameter, asked.modifier, asked.text, asked.now),
    "uri": lambda asked: [uri.condition(asked.parameter, asked.modifier, asked.text)],
}
