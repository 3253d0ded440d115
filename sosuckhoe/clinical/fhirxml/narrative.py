"""Narratives: the safe subset of XHTML that R4 allows. https://hl7.org/fhir/R4/narrative.html

A narrative is kept as written. What is not of the subset (scripts, forms, event attributes) is refused when it comes,
in JSON as in XML; what was stored before this was checked goes out in XML as plain text.
"""

from __future__ import annotations

import html.entities
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from sosuckhoe.base import facts
from sosuckhoe.clinical.fhirxml import XHTML

MOST_DEPTH = 64
_FILE = Path(__file__).parent.parent / "data" / "narrative.yaml"
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_SCHEME = re.compile(r"[\x00-\x20]*([A-Za-z][A-Za-z0-9+.-]*)[\x00-\x20]*:")
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_START = re.compile(r"<div(?=[\s/>])")


class _Allowed(NamedTuple):
    elements: frozenset[str]
    attributes: frozenset[str]
    addresses: frozenset[str]
    schemes: frozenset[str]


class NotAllowed(Exception):  # noqa: N818 -- it names what was met
    """Something that a narrative must not hold."""


@cache
def _allowed() -> _Allowed:
    content = facts.read_yaml(_FILE)
    return _Allowed(*(frozenset(content[field].split()) for field in _Allowed._fields))


def check_element(name: str, attributes: dict[str, str]) -> None:
    """Raise NotAllowed unless an element without its namespace, and its attributes, are of the subset."""
    allowed = _allowed()
    if name not in allowed.elements:
        raise NotAllowed
    for attribute, text in attributes.items():
        if attribute not in allowed.attributes and attribute != _LANGUAGE:
            raise NotAllowed
        if attribute in allowed.addresses:
            scheme = _SCHEME.match(text)
            if scheme and scheme[1].lower() not in allowed.schemes:
                raise NotAllowed


def is_allowed(text: str) -> bool:
    """Whether a text is one well-formed `div` of the subset."""
    try:
        _check(_without_names(text))
    except (NotAllowed, expat.ExpatError, UnicodeEncodeError):
        return False
    return True


def as_xml(text: object) -> str:
    """A narrative as it stands in an XML document: as written, with its namespace and without HTML's named entities."""
    if not isinstance(text, str):
        return _plain("")
    written = _without_names(text).strip().replace("\r", "&#13;")
    if not is_allowed(written):
        return _plain(_ILLEGAL.sub("\ufffd", text))
    end = written.index(">")
    return written if "xmlns" in written[:end] else _START.sub(f'<div xmlns="{XHTML}"', written, count=1)


def _plain(text: str) -> str:
    return f'<div xmlns="{XHTML}"><pre>{html.escape(text)}</pre></div>'


def _check(text: str) -> None:
    """Raise NotAllowed or ExpatError for anything that may not stand in a narrative."""
    parser = expat.ParserCreate("utf-8", " ")
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if namespace not in {"", XHTML} or len(inside) >= MOST_DEPTH or (not inside and local != "div"):
            raise NotAllowed
        check_element(local, attributes)
        inside.append(local)

    def refuse(*_: object) -> None:
        raise NotAllowed

    def declared(prefix: str | None, _address: str) -> None:
        if prefix is not None:
            raise NotAllowed

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: inside.pop()
    parser.StartNamespaceDeclHandler = declared
    parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = parser.XmlDeclHandler = refuse
    parser.Parse(text.encode(), True)  # noqa: FBT003 -- the C function takes no keyword


def _without_names(text: str) -> str:
    """`&nbsp;` and its kin, which only HTML knows, as the characters that they are."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    if found[1] in _OF_XML:
        return found[0]
    return html.entities.html5.get(f"{found[1]};", found[0])
