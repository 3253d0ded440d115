"""One open element of a document that is being read, and what it becomes in JSON."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.fhirxml import shape
from sosuckhoe.clinical.fhirxml.shape import Kind, Member
from sosuckhoe.clinical.search import parameters
from sosuckhoe.clinical.structure import Invalid, Issue

_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance "
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,9})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WHOLE_TYPES = frozenset({"integer", "positiveInt", "unsignedInt"})
_SHOWN = 64


class Frame:
    """An open element: where it goes in the JSON of its parent, and what has come of its own.

    `type` gives its members, `value` collects them. A primitive's `text` is its value attribute and its members are
    those of Element; a narrative's `text` is the div. A holder of a resource (kind RESOURCE) takes one.
    """

    __slots__ = ("key", "kind", "last", "lists", "member", "parent", "text", "type", "value")

    def __init__(
        self, key: str, type_name: str, kind: Kind, parent: Frame | None, member: Member | None = None
    ) -> None:
        self.key = key
        self.type = type_name
        self.kind = kind
        self.parent = parent
        self.member = member
        self.value: dict[str, Any] = {}
        self.text: str | None = None
        self.last = -1
        self.lists: dict[str, list[Any]] = {}

    def place(self) -> str:
        """Where this element stands: `Patient.name[0].given[1]`."""
        if self.parent is None or (self.member is None and self.parent.parent is None):
            return self.key
        above = self.parent.place()
        if self.member is None:
            return above
        seen = self.parent.value.get(self.key)
        return f"{above}.{self.key}" + (f"[{len(seen) if seen else 0}]" if self.member.is_list else "")

    def place_of(self, name: str) -> str:
        """Where something of this name stands in this element."""
        shown = "".join(c for c in name[:_SHOWN] if c.isprintable())
        return f"{self.place()}.{shown}" if self.key else shown

    def close(self) -> None:
        """Hand over to the parent what this element became."""
        for key, shadows in self.lists.items():
            _settle(self.value, key, shadows)
        parent, member = self.parent, self.member
        if parent is None:
            return
        if member is None:
            parent.value = self.value
        elif self.kind is Kind.PRIMITIVE:
            self._close_primitive(parent, member)
        else:
            value = (
                self.text
                if self.kind is Kind.NARRATIVE
                else self.resource()
                if self.kind is Kind.RESOURCE
                else self.value
            )
            _put(parent.value, member, value)

    def resource(self) -> dict[str, Any]:
        """What a holder holds. structure.Invalid when that is nothing."""
        if not self.value:
            raise Invalid([Issue("SSK-3027", self.place() or "/")])
        return self.value

    def _close_primitive(self, parent: Frame, member: Member) -> None:
        if self.text is None and not self.value:
            raise Invalid([Issue("SSK-3025", self.place())])
        value = None if self.text is None else _converted(self.text, member.type, self)
        if member.is_list:
            parent.value.setdefault(member.key, []).append(value)
            parent.lists.setdefault(member.key, []).append(self.value or None)
            return
        if value is not None:
            parent.value[member.key] = value
        if self.value:
            parent.value["_" + member.key] = self.value


def open_resource(holder: Frame, name: str, attributes: dict[str, str]) -> Frame:
    """The resource in a holder. structure.Invalid: not a type of R4, a second one, attributes."""
    if name not in parameters.number_of():
        raise Invalid([Issue("SSK-3027", holder.place_of(name))])
    if holder.value:
        raise Invalid([Issue("SSK-3023", holder.place())])
    opened = Frame(name, name, Kind.OBJECT, holder)
    opened.value["resourceType"] = name
    for attribute in attributes:
        if not attribute.startswith(_SCHEMA):
            raise Invalid([Issue("SSK-3020", opened.place_of("@" + attribute))])
    return opened


def open_member(frame: Frame, name: str, attributes: dict[str, str]) -> Frame:
    """An element in another. structure.Invalid: not known, too often, out of order, attributes that do not belong."""
    member = shape.of(frame.type).get(name)
    if member is None or member.kind is Kind.ATTRIBUTE:
        raise Invalid([Issue("SSK-3020", frame.place_of(name))])
    if member.rank <= frame.last:
        _check_again(frame, member)
    frame.last = member.rank
    is_primitive = member.kind is Kind.PRIMITIVE
    opened = Frame(name, "Element" if is_primitive else member.type, member.kind, frame, member)
    if member.kind is Kind.NARRATIVE:
        return opened
    for attribute, text in attributes.items():
        if attribute == "value" and is_primitive:
            opened.text = text
        elif attribute in _attributes_of(opened):
            opened.value[attribute] = text
        else:
            raise Invalid([Issue("SSK-3020", opened.place_of("@" + attribute))])
    return opened


def _check_again(frame: Frame, member: Member) -> None:
    if member.rank < frame.last:
        raise Invalid([Issue("SSK-3165", frame.place_of(member.key))])
    if member.is_list:
        return
    is_same = member.key in frame.value or "_" + member.key in frame.value
    raise Invalid([Issue("SSK-3023" if is_same else "SSK-3026", frame.place_of(member.key))])


def _attributes_of(frame: Frame) -> tuple[str, ...]:
    if frame.kind is Kind.RESOURCE:
        return ()
    return ("id", "url") if frame.type == "Extension" else ("id",)


def _put(value: dict[str, Any], member: Member, inner: Any) -> None:
    if member.is_list:
        value.setdefault(member.key, []).append(inner)
    else:
        value[member.key] = inner


def _settle(value: dict[str, Any], key: str, shadows: list[Any]) -> None:
    """The two lists of a primitive that repeats: neither stands when it is empty throughout."""
    if any(shadows):
        value["_" + key] = shadows
        if all(one is None for one in value[key]):
            del value[key]


def _converted(text: str, data_type: str, frame: Frame) -> Any:
    """The JSON value of a primitive. structure.Invalid when a number or a boolean is none."""
    if data_type == "boolean" and text in _BOOLEANS:
        return _BOOLEANS[text]
    if data_type in _WHOLE_TYPES and _WHOLE.fullmatch(text):
        return int(text)
    if data_type == "decimal" and len(text) <= jsontext.MOST_DIGITS and _DECIMAL.fullmatch(text):
        with suppress(ValueError):
            return jsontext.number(text)
    if data_type in _NOT_TEXT:
        raise Invalid([Issue("SSK-3021", frame.place())])
    return text


_BOOLEANS = {"true": True, "false": False}
_NOT_TEXT = _WHOLE_TYPES | {"boolean", "decimal"}
