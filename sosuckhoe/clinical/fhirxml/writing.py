"""A resource as a dict → XML. https://hl7.org/fhir/R4/xml.html"""

from __future__ import annotations

import re
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.body import Number
from sosuckhoe.clinical.fhirxml import FHIR, shape
from sosuckhoe.clinical.fhirxml.narrative import as_xml
from sosuckhoe.clinical.fhirxml.shape import Kind, Member

_SPECIAL = re.compile('[&<>"\n\r\t\ufffe\uffff]')
_WRITTEN = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;",
    "\ufffe": "\ufffd", "\uffff": "\ufffd",  # XML has no form for these two
}  # fmt: skip


def write(resource: dict[str, Any]) -> bytes:
    """A resource of R4's shape as an XML document in UTF-8.

    Problem SSK-3166 when it holds what the tables of elements do not know, so that nothing is left out silently.
    """
    out = ['<?xml version="1.0" encoding="UTF-8"?>']
    _resource(resource, out, f' xmlns="{FHIR}"')
    return "".join(out).encode()


def _resource(resource: Any, out: list[str], declared: str = "") -> None:
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(name, str) or not shape.of(name):
        raise Problem("SSK-3166")
    out.append(f"<{name}{declared}>")
    _members({key: value for key, value in resource.items() if key != "resourceType"}, name, out)
    out.append(f"</{name}>")


def _members(value: dict[str, Any], type_name: str, out: list[str]) -> None:
    known = shape.of(type_name)
    try:
        members = sorted({known[key.removeprefix("_")] for key in value}, key=_rank)
    except KeyError:
        raise Problem("SSK-3166") from None
    for member in members:
        if member.kind is Kind.PRIMITIVE:
            _primitives(member, value.get(member.key), value.get("_" + member.key), out)
        elif member.kind is not Kind.ATTRIBUTE:
            inner = value[member.key]
            for one in inner if member.is_list else (inner,):
                _complex(member, one, out)


def _rank(member: Member) -> int:
    return member.rank


def _complex(member: Member, value: Any, out: list[str]) -> None:
    if member.kind is Kind.NARRATIVE:
        out.append(as_xml(value))
        return
    if member.kind is Kind.RESOURCE:
        out.append(f"<{member.key}>")
        _resource(value, out)
    else:
        out.append(f"<{member.key}{_attributes(value, member)}>")
        _members(value, member.type, out)
    out.append(f"</{member.key}>")


def _attributes(value: dict[str, Any], member: Member | None = None) -> str:
    """The id of an element, and the url of an extension."""
    text = f' id="{escaped(value["id"])}"' if "id" in value else ""
    if member is not None and member.type == "Extension" and "url" in value:
        text += f' url="{escaped(value["url"])}"'
    return text


def _primitives(member: Member, value: Any, shadow: Any, out: list[str]) -> None:
    if not member.is_list:
        _primitive(member.key, value, shadow, out)
        return
    values, shadows = value or (), shadow or ()
    for index in range(max(len(values), len(shadows))):
        _primitive(
            member.key,
            values[index] if index < len(values) else None,
            shadows[index] if index < len(shadows) else None,
            out,
        )


def _primitive(key: str, value: Any, shadow: Any, out: list[str]) -> None:
    """`<key value="…"/>`; `shadow` holds the id and the extensions that JSON writes under `_key`."""
    text = "" if value is None else f' value="{_text(value)}"'
    if not shadow:
        out.append(f"<{key}{text}/>")
        return
    out.append(f"<{key}{_attributes(shadow)}{text}>")
    _members(shadow, "Element", out)
    out.append(f"</{key}>")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.digits if isinstance(value, Number) else repr(value)


def escaped(text: str) -> str:
    """Text as an attribute holds it; line ends and tabs by number, or a reader would see spaces."""
    return _SPECIAL.sub(lambda found: _WRITTEN[found[0]], text) if _SPECIAL.search(text) else text
