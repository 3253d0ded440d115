"""XML that a stranger sent → a resource as a dict. https://hl7.org/fhir/R4/xml.html

expat reads under bounds and never sees more of a DOCTYPE than its start (ADR 3). Comments and processing instructions
are dropped. What the tables of elements do not know, what stands in another order or too often, and text where none
belongs is refused with its place; whether required elements are there is asked of the dict like of any other.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirxml import FHIR, XHTML, narrative
from sosuckhoe.clinical.fhirxml.frame import Frame, open_member, open_resource
from sosuckhoe.clinical.fhirxml.shape import Kind
from sosuckhoe.clinical.structure import Invalid, Issue

MOST_ELEMENTS = 2_000_000
MOST_DEPTH = 64


def read(data: bytes) -> dict[str, Any]:
    """The resource of an XML document.

    Problem SSK-3160 … 3163 when it is not XML as we take it, structure.Invalid (SSK-3020, 3021, 3023, 3164, 3165, 3167
    …) with the place when it is not FHIR.
    """
    if data.count(b"<") > MOST_ELEMENTS:
        raise Problem("SSK-3163", limit=MOST_ELEMENTS)
    return _Reader(data).read()


class _Reader:
    """One document. `open` are the elements around the place of reading, the document itself first."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.open = [Frame("", "", Kind.RESOURCE, None)]
        self.in_narrative = 0
        self.narrative_start = 0
        self.narrative_named = False
        self.declared: list[str | None] = []
        self.parser = expat.ParserCreate("utf-8", " ")

    def read(self) -> dict[str, Any]:
        parser = self.parser
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        try:
            parser.Parse(self.data, True)  # noqa: FBT003 -- the C function takes no keyword
        except expat.ExpatError as error:
            raise Problem("SSK-3160", line=error.lineno, column=error.offset + 1) from None
        return self.open[0].resource()

    def _doctype(self, *_: object) -> None:
        raise Problem("SSK-3161", line=self.parser.CurrentLineNumber)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in {"utf-8", "utf8"}:
            raise Problem("SSK-3162")

    def _declare(self, prefix: str | None, _address: str) -> None:
        self.declared.append(prefix)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        declared, self.declared = self.declared, []
        frame = self.open[-1]
        if self.in_narrative:
            self._narrative_element(frame, name, attributes, declared)
            return
        if len(self.open) > MOST_DEPTH:
            raise Problem("SSK-3163", limit=MOST_DEPTH)
        namespace, _, local = name.rpartition(" ")
        if frame.kind is Kind.RESOURCE:
            self._demand(namespace, FHIR, frame, local)
            self.open.append(open_resource(frame, local, attributes))
            return
        opened = open_member(frame, local, attributes)
        self._demand(namespace, XHTML if opened.kind is Kind.NARRATIVE else FHIR, frame, local)
        self.open.append(opened)
        if opened.kind is Kind.NARRATIVE:
            self.narrative_start = self.parser.CurrentByteIndex
            self.narrative_named = None in declared
            self._narrative_element(opened, name, attributes, declared)

    def _demand(self, namespace: str, wanted: str, frame: Frame, local: str) -> None:
        if namespace != wanted:
            raise Invalid([Issue("SSK-3164", frame.place_of(local))])

    def _narrative_element(
        self, frame: Frame, name: str, attributes: dict[str, str], declared: list[str | None]
    ) -> None:
        namespace, _, local = name.rpartition(" ")
        at = self.parser.CurrentByteIndex
        is_plain = namespace == XHTML and not any(declared) and self.data.startswith(b"<" + local.encode(), at)
        if not is_plain or self.in_narrative >= narrative.MOST_DEPTH:
            raise Invalid([Issue("SSK-3168", frame.place())])
        try:
            narrative.check_element(local, attributes)
        except narrative.NotAllowed:
            raise Invalid([Issue("SSK-3168", frame.place())]) from None
        self.in_narrative += 1

    def _end(self, _name: str) -> None:
        if self.in_narrative:
            self.in_narrative -= 1
            if self.in_narrative:
                return
            self.open[-1].text = self._narrative()
        frame = self.open.pop()
        frame.close()

    def _narrative(self) -> str:
        """The div that ends here, as written; a carriage return is a character again, as it is in other text."""
        at = self.parser.CurrentByteIndex
        if not self.data.startswith(b"</div", at):  # <div …/>, which says nothing
            raise Invalid([Issue("SSK-3025", self.open[-1].place())])
        end = self.data.index(b">", at) + 1
        text = self.data[self.narrative_start : end].decode().replace("\r\n", "\n").replace("\r", "\n")
        text = text.replace("&#13;", "\r")
        return text if self.narrative_named else text.replace("<div", f'<div xmlns="{XHTML}"', 1)

    def _text(self, text: str) -> None:
        if not self.in_narrative and not text.isspace():
            raise Invalid([Issue("SSK-3167", self.open[-1].place())])
