"""JSON Schemas of resources and data types, from the tables of elements. https://hl7.org/fhir/R4/json.html"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sosuckhoe.clinical import elements
from sosuckhoe.clinical.fhirxml import shape
from sosuckhoe.clinical.fhirxml.shape import Kind, Member
from sosuckhoe.clinical.search import parameters

Schema = dict[str, Any]

PRIMITIVES: dict[str, Schema] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "minimum": -(1 << 31), "maximum": (1 << 31) - 1},
    "unsignedInt": {"type": "integer", "minimum": 0, "maximum": (1 << 31) - 1},
    "positiveInt": {"type": "integer", "minimum": 1, "maximum": (1 << 31) - 1},
    "decimal": {"type": "number"},
    "string": {"type": "string", "pattern": r"\S"},
    "markdown": {"type": "string", "pattern": r"\S"},
    "xhtml": {"type": "string", "description": "A div of basic XHTML formatting."},
    "code": {"type": "string", "pattern": r"^\S+( \S+)*$"},
    "id": {"type": "string", "pattern": "^[A-Za-z0-9.-]{1,64}$"},
    "uri": {"type": "string", "pattern": r"^\S+$"},
    "url": {"type": "string", "pattern": r"^\S+$"},
    "canonical": {"type": "string", "pattern": r"^\S+$"},
    "oid": {"type": "string", "pattern": r"^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$"},
    "uuid": {"type": "string", "pattern": "^urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"},
    "base64Binary": {"type": "string", "contentEncoding": "base64"},
    "date": {"type": "string", "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"},
    "dateTime": {"type": "string", "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(T.*)?)?)?$"},
    "instant": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?$"},
}
"""The primitive types; the server is stricter about dates than a pattern can say."""

ANY_RESOURCE: Schema = {
    "type": "object",
    "properties": {"resourceType": {"type": "string", "enum": list(parameters.types())}},
    "required": ["resourceType"],
}


def ref(name: str) -> Schema:
    """A schema of this document by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def all_of(type_names: Iterable[str]) -> dict[str, Schema]:
    """The schemas of these types and of everything that they are made of."""
    made: dict[str, Schema] = {**PRIMITIVES, "Resource": ANY_RESOURCE}
    waiting = ["Element", "OperationOutcome", "Bundle", "Parameters", *type_names]
    while waiting:
        name = waiting.pop()
        if name not in made:
            made[name] = of(name)
            waiting += [member.type for member in shape.of(name).values()]
    return dict(sorted(made.items()))


def of(type_name: str) -> Schema:
    """The schema of one type. Every member that is primitive may have a shadow with `_` before its name."""
    properties = {key: _member(type_name, member) for key, member in shape.of(type_name).items()}
    known = elements.of(type_name)
    required = [name for name, one in known.items() if one.least and _is_whole(type_name, name)]
    if type_name in parameters.number_of():
        properties = {"resourceType": {"const": type_name}, **properties}
        required = ["resourceType", *required]
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "patternProperties": {"^_[a-z]": {"anyOf": [ref("Element"), {"type": "array"}]}},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _is_whole(type_name: str, name: str) -> bool:
    """Whether a required element must stand under its own name: it is no choice and has no value by shadow alone."""
    member = shape.of(type_name).get(name)
    return member is not None and not member.type[0].islower()


def _member(type_name: str, member: Member) -> Schema:
    codes = elements.codes(f"{type_name}.{member.key}") if member.type == "code" else ()
    schema: Schema = {"enum": list(codes)} if codes else ref(member.type)
    if not member.is_list:
        return schema
    if member.kind is Kind.PRIMITIVE:
        schema = {"anyOf": [schema, {"type": "null"}]}  # null where the list of extensions beside it has more
    return {"type": "array", "items": schema, "minItems": 1}
