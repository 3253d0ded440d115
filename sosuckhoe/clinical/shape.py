"""Whether a resource surely has R4's shape: the quick pass before the one that explains (`structure.py`).

A type becomes closures once, each key's when it is first met. "True" means that `structure` finds nothing. "False"
means that somebody must look closer: what is rare (nulls in lists, the 29th of February) is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any, TypeAlias

from sosuckhoe.clinical import elements
from sosuckhoe.clinical.fhirxml import narrative
from sosuckhoe.clinical.search.parameters import number_of

Test: TypeAlias = Callable[[Any], bool]

_DAY = (
    r"(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_DATE = rf"(?!0000|9999)[0-9]{{4}}(?:-(?:0[1-9]|1[0-2]))?|(?!9999){_DAY}"
_INSTANT = (
    rf"(?!0001|9999){_DAY}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){{2}}(?:\.[0-9]{{1,12}})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"
)
_CODING = ("system", "code", "display")
_coding_of = itemgetter(*_CODING)
_MOST_REMEMBERED = 1 << 12
_SHORT = 256
"""So many values, of so many letters at most, are remembered of each form."""
FORMS = {
    "oid": r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+",
    "uuid": r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
    "base64Binary": r"(\s*[0-9a-zA-Z+/=]){4,}\s*",
    "time": r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?",
}
"""Forms that both passes read in the same way."""


def is_sure(resource: dict[str, Any], type_name: str) -> bool:
    """Whether the resource, said to be of this type, surely has its shape."""
    return _object_test(type_name, is_resource=True)(resource)


def _never(_value: Any) -> bool:
    return False


def _any(_value: Any) -> bool:
    return True


class _Tests(dict[str, Test]):
    """The tests of the keys of a type, each made when it is first met; of a key that is none nothing is kept."""

    def __init__(self, type_name: str) -> None:
        self.type = type_name

    def __missing__(self, key: str) -> Test:
        made = _test_of_key(self.type, key)
        if made is not _never:
            self[key] = made
        return made


@cache
def _object_test(type_name: str, *, is_resource: bool = False) -> Test:
    """A test of JSON objects of a type. `resourceType` belongs to resources alone."""
    known = _Tests(type_name)
    if is_resource:
        known["resourceType"] = _any
    needed = tuple(name for name, one in elements.of(type_name).items() if one.least and not name.endswith("[x]"))
    choices = _choices(type_name)

    def test(value: Any) -> bool:
        if value.__class__ is not dict or not value:
            return False
        for key, inner in value.items():
            if not known[key](inner):
                return False
        for name in needed:
            if name not in value:
                return False
        return not choices or _choose_once(value, choices)

    return _remembered(test) if type_name == "Coding" else test


def _remembered(test: Test) -> Test:
    """The test of codings: the same ones come again and again, so those that passed are not looked at twice."""
    passed: set[tuple[str, str, str]] = set()

    def remembered(value: Any) -> bool:
        if value.__class__ is not dict or len(value) != len(_CODING):
            return test(value)
        try:
            told = _coding_of(value)
            if told in passed:
                return True
        except (KeyError, TypeError):
            return test(value)
        if not test(value):
            return False
        if len(passed) >= _MOST_REMEMBERED:
            passed.clear()
        if all(one.__class__ is str and len(one) <= _SHORT for one in told):
            passed.add(told)
        return True

    return remembered


def _choose_once(value: dict[str, Any], choices: tuple[tuple[frozenset[str], int], ...]) -> bool:
    for keys, least in choices:
        if keys.isdisjoint(value):
            if least:
                return False
        elif len(keys.intersection(value)) > 1:
            return False
    return True


def _choices(type_name: str) -> tuple[tuple[frozenset[str], int], ...]:
    """The keys of each choice of types, and how many of them must stand."""
    return tuple(
        (frozenset(choice_key(name, kind) for kind in one.types), one.least)
        for name, one in elements.of(type_name).items()
        if name.endswith("[x]")
    )


def choice_key(name: str, kind: str) -> str:
    """The JSON key of one type of `value[x]`."""
    return f"{name[:-3]}{kind[0].upper()}{kind[1:]}"


def _test_of_key(type_name: str, key: str) -> Test:
    for name, one in elements.of(type_name).items():
        is_choice = name.endswith("[x]")
        for kind in one.types:
            own = choice_key(name, kind) if is_choice else name
            if own == key:
                test = _test_of(kind.removeprefix("@"), f"{type_name}.{name}")
                return _list_test(test) if one.is_list else test
            if f"_{own}" == key and kind[0].islower() and not one.is_list and not is_choice:
                return _object_test("Element")
    return _never


def _test_of(kind: str, path: str) -> Test:
    if kind == "code" and (codes := frozenset(elements.codes(path))):
        return lambda value: value.__class__ is str and value in codes
    if kind == "Resource":
        return _contained
    return PRIMITIVES.get(kind) or _object_test(kind)


def _list_test(test: Test) -> Test:
    def every(values: Any) -> bool:
        if values.__class__ is not list or not values:
            return False
        for one in values:  # noqa: SIM110 -- a generator costs more than the loop
            if not test(one):
                return False
        return True

    return every


def _contained(value: Any) -> bool:
    if value.__class__ is not dict:
        return False
    type_name = value.get("resourceType")
    return type_name.__class__ is str and type_name in number_of() and is_sure(value, type_name)


def _form(form: str) -> Test:
    matches = re.compile(form).fullmatch
    return lambda value: value.__class__ is str and matches(value) is not None


def _repeated(form: str) -> Test:
    """A form whose values come again and again: those that passed are looked up, a fifth of what matching costs."""
    matches = re.compile(form).fullmatch
    passed: set[str] = set()

    def fits(value: Any) -> bool:
        if value.__class__ is not str:
            return False
        if value in passed:
            return True
        if matches(value) is None:
            return False
        if len(passed) >= _MOST_REMEMBERED:
            passed.clear()
        if len(value) <= _SHORT:
            passed.add(value)
        return True

    return fits


def _text(value: Any) -> bool:
    return value.__class__ is str and value != "" and not value.isspace()


def _narrative(value: Any) -> bool:
    return _text(value) and narrative.is_allowed(value)


def _whole(least: int) -> Test:
    return lambda value: value.__class__ is int and least <= value < 1 << 31


_address = _repeated(r"\S+")

PRIMITIVES: dict[str, Test] = {
    "boolean": lambda value: value.__class__ is bool,
    "integer": _whole(-(1 << 31)),
    "unsignedInt": _whole(0),
    "positiveInt": _whole(1),
    "decimal": lambda value: value.__class__ is not bool and isinstance(value, (int, float)),
    "string": _text,
    "markdown": _text,
    "xhtml": _narrative,
    "code": _repeated(r"\S+(?: \S+)*"),
    "id": _form(r"[A-Za-z0-9.-]{1,64}"),
    "uri": _address,
    "url": _address,
    "canonical": _address,
    "date": _form(_DATE),
    "dateTime": _repeated(f"{_DATE}|{_INSTANT}"),
    "instant": _form(_INSTANT),
    **{name: _form(form) for name, form in FORMS.items()},
}
"""The forms of primitive values."""
