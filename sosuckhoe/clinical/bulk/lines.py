"""What a piece of a file holds: resources, each with its place. Lines of NDJSON, or the entries of a bundle.

A bundle's own links (`urn:uuid:…`) become references to the ids that its resources keep. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import jsontext, structure
from sosuckhoe.clinical.actions.links import conditional_in, replaced
from sosuckhoe.clinical.search import reference
from sosuckhoe.clinical.search.parameters import number_of

_LINK = re.compile(rb'"reference"\s*:\s*"(urn:[^"\\]+)"')
_CONDITIONAL = re.compile(rb'"reference"\s*:\s*"[A-Z][A-Za-z]+\?')
_WRITES = frozenset({"", "POST", "PUT"})


class Line(NamedTuple):
    """One resource to store, whose shape is right.

    `condition` is a search: what it finds stands for this resource (If-None-Exist). `asks` are the references of it
    that are a search.
    """

    place: str
    type: str
    name: str
    body: dict[str, Any]
    condition: str = ""
    asks: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """A line that is not stored, and why."""

    place: str
    problem: Problem


class Content(NamedTuple):
    """What was read."""

    lines: list[Line]
    refused: list[Refusal]


class _Request(msgspec.Struct, rename="camel", frozen=True):
    method: str = ""
    url: str = ""
    if_none_exist: str = ""


class _Entry(msgspec.Struct, rename="camel"):
    full_url: str = ""
    resource: msgspec.Raw = msgspec.Raw()
    request: _Request = _Request()


class _Bundle(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    type: str = ""
    entry: list[_Entry] = []


class _Named(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    id: str = ""


_read_bundle = msgspec.json.Decoder(_Bundle).decode
_read_named = msgspec.json.Decoder(_Named).decode


def of_line(place: str, raw: bytes) -> Content:
    """One line of NDJSON."""
    try:
        return Content([_line(place, raw, "", {}, "")], [])
    except Problem as problem:
        return Content([], [Refusal(place, problem)])


def of_bundle(place: str, raw: bytes) -> Content:
    """The entries of a Bundle, or one resource that is none. What cannot be read is refused whole."""
    made = Content([], [])
    try:
        bundle = _read_bundle(raw)
        if bundle.resource_type != "Bundle":
            return of_line(place, raw)
        names = [_read_named(entry.resource) if entry.resource else _Named() for entry in bundle.entry]
    except (msgspec.DecodeError, ValueError, RecursionError):
        return of_line(place, raw)
    ids = [named.id or entry.full_url.rpartition(":")[2] for entry, named in zip(bundle.entry, names, strict=True)]
    links = {
        entry.full_url: f"{named.resource_type}/{name}"
        for entry, named, name in zip(bundle.entry, names, ids, strict=True)
        if entry.full_url.startswith("urn:")
    }
    for number, (entry, name) in enumerate(zip(bundle.entry, ids, strict=True)):
        here = f"{place} entry[{number}]"
        try:
            _check_writes(entry, number)
            made.lines.append(_line(here, bytes(entry.resource), name, links, entry.request.if_none_exist))
        except Problem as problem:
            made.refused.append(Refusal(here, problem))
    return made


def _check_writes(entry: _Entry, number: int) -> None:
    if entry.request.method not in _WRITES or not entry.resource:
        raise Problem("SSK-3425", entry=number, field="request.method, resource")


def _line(place: str, raw: bytes, name: str, links: Mapping[str, str], condition: str) -> Line:
    """A resource that was read. Raises Problem, structure.Invalid, SSK-3222 when it has no id."""
    linked = _linked(raw, links) if links else raw
    body = jsontext.read(linked)
    if links and b'"urn:' in linked and any(link.encode() in linked for link in links):
        body = replaced(body, links)
    type_name = body.get("resourceType")
    if not isinstance(type_name, str) or type_name not in number_of():
        raise structure.Invalid([structure.Issue("SSK-3027", "resourceType")])
    structure.check(body, type_name)
    name = body.get("id") or name
    if not reference.ID.fullmatch(name):
        raise Problem("SSK-3222", type=type_name)
    asks = tuple(text for text, _, _ in conditional_in(body)) if b"?" in raw and _CONDITIONAL.search(raw) else ()
    return Line(place, type_name, name, {**body, "id": name}, condition, asks)


def _linked(raw: bytes, links: Mapping[str, str]) -> bytes:
    """The links of references, replaced in the text: a tenth of what a walk costs."""

    def replace(found: re.Match[bytes]) -> bytes:
        known = links.get(found[1].decode())
        return b'"reference":"' + known.encode() + b'"' if known else found[0]

    return _LINK.sub(replace, raw)
