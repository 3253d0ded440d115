"""Whether a resource has the structure of FHIR R4: a slow, plain walk over HL7's element definitions."""

import json
import re
from functools import cache
from pathlib import Path

import sosuckhoe.clinical as room

_YEAR, _MONTH, _DAY = r"(?!0000)[0-9]{4}", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)"
_MOMENT = rf"{_CLOCK}(\.[0-9]+)?(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_PRIMITIVES = {
    "date": (str, rf"{_YEAR}(-{_MONTH}(-{_DAY})?)?"),
    "dateTime": (str, rf"{_YEAR}(-{_MONTH}(-{_DAY}(T{_MOMENT})?)?)?"),
    "instant": (str, rf"{_YEAR}-{_MONTH}-{_DAY}T{_MOMENT}"),
    "time": (str, _CLOCK),
    "code": (str, r"[^\s]+(\s[^\s]+)*"),
    "id": (str, r"[A-Za-z0-9\-\.]{1,64}"),
    "uri": (str, r"\S+"),
    "url": (str, r"\S+"),
    "canonical": (str, r"\S+"),
    "oid": (str, r"urn:oid:.+"),
    "uuid": (str, r"urn:uuid:.+"),
    "base64Binary": (str, r".+"),
    "string": (str, r"[^\x00-\x08\x0b\x0c\x0e-\x1f]*\S[^\x00-\x08\x0b\x0c\x0e-\x1f]*"),
    "markdown": (str, r"[^\x00-\x08\x0b\x0c\x0e-\x1f]*\S[^\x00-\x08\x0b\x0c\x0e-\x1f]*"),
    "xhtml": (str, r'<div xmlns="http://www\.w3\.org/1999/xhtml">.*</div>'),
    "boolean": (bool, None),
    "integer": (int, None),
    "unsignedInt": (int, None),
    "positiveInt": (int, None),
    "decimal": ((int, float), None),
}


@cache
def definitions():
    text = (Path(room.__file__).parent / "data" / "r4_elements.json").read_text(encoding="utf-8")
    known = json.loads(text)
    elements = {
        name: {part.split(" ")[0]: tuple(part.split(" ")[1:]) for part in line.split("; ") if part}
        for name, line in known["elements"].items()
    }
    return elements, {path: set(codes.split()) for path, codes in known["codes"].items()}


def problems(resource):
    """What is wrong with a resource, each with its path; empty when nothing is."""
    return list(_walk(resource, resource.get("resourceType", "?"), resource.get("resourceType", "?")))


def _walk(value, kind, path):
    elements, _ = definitions()
    if kind not in elements:
        yield f"{path}: no type {kind}"
        return
    if not isinstance(value, dict):
        yield f"{path}: not an object"
        return
    if not value:
        yield f"{path}: empty"
    allowed = dict(_names(elements[kind]))
    for name, inner in value.items():
        if name == "resourceType" and "." not in path:
            continue
        if name.startswith("_"):
            yield from _walk(inner, "Element", f"{path}.{name}")
        elif name not in allowed:
            yield f"{path}.{name}: no such element"
        else:
            yield from _element(inner, allowed[name], f"{path}.{name}", kind)
    yield from _missing(value, elements[kind], path)


def _names(elements):
    """Every JSON name of a type: (name, (types, max, the element's own name))."""
    for name, (types, bounds) in elements.items():
        most = bounds.split("..")[1]
        if name.endswith("[x]"):
            for one in types.split("|"):
                yield name[:-3] + one[0].upper() + one[1:], (one, most, name)
        else:
            yield name, (types, most, name)


def _missing(value, elements, path):
    for name, (types, bounds) in elements.items():
        names = [entry[0] for entry in _names({name: (types, bounds)})]
        present = [entry for entry in names if entry in value or f"_{entry}" in value]
        if bounds.startswith("1") and not present:
            yield f"{path}.{name}: missing"
        if len(present) > 1:
            yield f"{path}.{name}: more than one"


def _element(value, definition, path, parent):
    types, most, name = definition
    is_list = most != "1"
    if isinstance(value, list) != is_list:
        yield f"{path}: {'no list' if is_list else 'a list'}"
        return
    if is_list and not value:
        yield f"{path}: empty list"
    for one in value if is_list else [value]:
        yield from _value(one, types, path, f"{parent}.{name}")


def _value(value, kind, path, place):
    if kind in _PRIMITIVES:
        yield from _primitive(value, kind, path, place)
    elif kind.startswith("@"):
        yield from _walk(value, kind[1:], path)
    elif kind in {"Resource", "DomainResource"}:
        yield from problems(value)
    else:
        yield from _walk(value, kind, path)
        if kind == "Coding" and value.get("code") and "system" not in value:
            yield f"{path}: code without a system"


def _primitive(value, kind, path, place):
    accepted, pattern = _PRIMITIVES[kind]
    if not isinstance(value, accepted) or (accepted is not bool and isinstance(value, bool)):
        yield f"{path}: {type(value).__name__} for {kind}"
    elif pattern and not re.fullmatch(pattern, value, re.DOTALL):
        yield f"{path}: not a {kind}"
    elif kind == "positiveInt" and not 0 < value < 2**31:
        yield f"{path}: out of range"
    codes = definitions()[1].get(place)
    if codes and value not in codes:
        yield f"{path}: not one of {place}'s codes"
