"""Whether a resource has the shape that R4 gives its type. https://hl7.org/fhir/R4/structuredefinition.html

Elements and their types, how often they stand, the codes of required bindings where they are a short list, and the
form of primitive values. Profiles and invariants are not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import elements, shape
from sosuckhoe.clinical.fhirxml import narrative
from sosuckhoe.clinical.search import date, parameters

MOST_ISSUES = 20
_SHOWN = 64


class Issue(NamedTuple):
    """One fault: its number in errors.yaml and its place (`Observation.component[0].code`).

    `severity` is a code of OperationOutcome, `told` what its sentence names besides the place.
    """

    number: str
    place: str
    severity: str = "error"
    told: tuple[tuple[str, str], ...] = ()


class Invalid(Problem):
    """A resource that is not of R4's shape; `issues` has every fault, twenty at most."""

    def __init__(self, issues: list[Issue]) -> None:
        super().__init__(issues[0].number, place=issues[0].place, **dict(issues[0].told))
        self.issues = issues


class _Field(NamedTuple):
    """What may stand under a JSON key. `path` is the element's, for its codes; `name` the element's as written."""

    name: str
    type: str
    is_list: bool
    path: str


def check(resource: dict[str, Any], type_name: str) -> None:
    """Raise Invalid unless the resource has the shape of its type."""
    if shape.is_sure(resource, type_name):
        return
    found = issues(resource, type_name)
    if found:
        raise Invalid(found)


def issues(resource: dict[str, Any], type_name: str) -> list[Issue]:
    """Every fault of a resource's shape, twenty at most: the pass that explains."""
    return list(islice(_resource(resource, type_name, type_name), MOST_ISSUES))


def _resource(resource: dict[str, Any], type_name: str, place: str) -> Iterator[Issue]:
    rest = {key: value for key, value in resource.items() if key != "resourceType"}
    yield from _members(rest, type_name, place)


@cache
def _fields(type_name: str) -> dict[str, _Field]:
    """The JSON keys of a type; `value[x]` is one key for each of its types."""
    made = {}
    for name, element in elements.of(type_name).items():
        for data_type in element.types:
            key = name
            if name.endswith("[x]"):
                key = name[:-3] + data_type[0].upper() + data_type[1:]
            made[key] = _Field(name, data_type.removeprefix("@"), element.is_list, f"{type_name}.{name}")
    return made


@cache
def _required(type_name: str) -> tuple[str, ...]:
    return tuple(name for name, element in elements.of(type_name).items() if element.least)


def _object(value: Any, type_name: str, place: str) -> Iterator[Issue]:
    if not isinstance(value, dict):
        yield Issue("SSK-3021", place)
        return
    if not value:
        yield Issue("SSK-3025", place)
    yield from _members(value, type_name, place)


def _members(value: dict[str, Any], type_name: str, place: str) -> Iterator[Issue]:
    fields = _fields(type_name)
    seen: dict[str, str] = {}
    for key, inner in value.items():
        field = fields.get(key.removeprefix("_"))
        if field is None or (key.startswith("_") and field.type[0].isupper()):
            yield Issue("SSK-3020", f"{place}.{_shown(key)}")
            continue
        here = f"{place}.{key}"
        if seen.setdefault(field.name, key.removeprefix("_")) != key.removeprefix("_"):
            yield Issue("SSK-3026", here)
        yield from _values(inner, field, here, is_shadow=key.startswith("_"), has_shadow=f"_{key}" in value)
    for name in _required(type_name):
        if name not in seen:
            yield Issue("SSK-3022", f"{place}.{name}")


def _values(inner: Any, field: _Field, place: str, *, is_shadow: bool, has_shadow: bool) -> Iterator[Issue]:
    """One value, or the values of a list; `_key` holds the extensions of primitive values."""
    if isinstance(inner, list) != field.is_list:
        yield Issue("SSK-3023", place)
        return
    if field.is_list and not inner:
        yield Issue("SSK-3025", place)
    for index, one in enumerate(inner if field.is_list else (inner,)):
        here = f"{place}[{index}]" if field.is_list else place
        if one is None and field.is_list and (is_shadow or has_shadow):
            continue
        yield from _object(one, "Element", here) if is_shadow else _value(one, field, here)


def _value(value: Any, field: _Field, place: str) -> Iterator[Issue]:
    primitive = _PRIMITIVES.get(field.type)
    if primitive is not None:
        yield from _primitive(value, primitive, field, place)
    elif field.type == "Resource":
        yield from _contained(value, place)
    else:
        yield from _object(value, field.type, place)


def _primitive(value: Any, primitive: Callable[[Any], bool], field: _Field, place: str) -> Iterator[Issue]:
    if not primitive(value):
        yield Issue("SSK-3021", place)
        return
    codes = elements.codes(field.path) if field.type == "code" else ()
    if codes and value not in codes:
        yield Issue("SSK-3024", place)


def _contained(value: Any, place: str) -> Iterator[Issue]:
    type_name = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(type_name, str) or type_name not in parameters.number_of():
        yield Issue("SSK-3027", place)
    else:
        yield from _resource(value, type_name, place)


def _text(form: str) -> Callable[[Any], bool]:
    matches = re.compile(form, re.DOTALL).fullmatch
    return lambda value: isinstance(value, str) and matches(value) is not None


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value < 1 << 31


def _date(value: Any) -> bool:
    return isinstance(value, str) and "T" not in value and date.range_of(value) is not None


def _date_time(value: Any) -> bool:
    """A time needs its seconds and its zone."""
    return isinstance(value, str) and date.range_of(value) is not None and ("T" not in value or _is_instant(value))


def _is_instant(value: Any) -> bool:
    return isinstance(value, str) and _INSTANT.fullmatch(value) is not None and date.range_of(value) is not None


def _shown(key: str) -> str:
    return "".join(c for c in key[:_SHOWN] if c.isprintable())


_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
_ADDRESS = _text(r"\S+")
_ANY = _text(r"[\s\S]*\S[\s\S]*")
_PRIMITIVES: dict[str, Callable[[Any], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": _whole(-(1 << 31)),
    "unsignedInt": _whole(0),
    "positiveInt": _whole(1),
    "decimal": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "string": _ANY,
    "markdown": _ANY,
    "xhtml": lambda value: _ANY(value) and narrative.is_allowed(value),
    "code": _text(r"\S+( \S+)*"),
    "id": _text(r"[A-Za-z0-9.-]{1,64}"),
    "uri": _ADDRESS,
    "url": _ADDRESS,
    "canonical": _ADDRESS,
    **{name: _text(form) for name, form in shape.FORMS.items()},
    "date": _date,
    "dateTime": _date_time,
    "instant": _is_instant,
}
