"""Bytes that a stranger sent → a tree of elements, or a clear refusal in bounded time and memory.

The parser is expat behind the standard library's ElementTree: as fast as lxml here, and everything that is looked at
afterwards (text after comments, attributes, counts) costs a third. It never sees a DOCTYPE (so no entity but the five
of XML), another encoding than UTF-8, or more pieces than `Limits` says. Values are what XML says they are: comments
and processing instructions vanish and the text around them joins, CDATA is text, a line ends with LF, spaces stay.
"""

from __future__ import annotations

import re
from codecs import utf_8_decode
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers import expat

from sosuckhoe.base.errors import Problem


class Limits(NamedTuple):
    """What a file may cost. Bytes, counts and characters."""

    envelope_bytes: int = 24 * 1024 * 1024
    table_bytes: int = 7 * 1024 * 1024  # one NOIDUNGFILE, decoded: less than 10 MB of base64, where libxml2 stops
    elements: int = 250_000  # in one file, counted by '<'
    all_elements: int = 1_000_000  # in all tables of one envelope, counted by '<'
    files: int = 10_000  # FILEHOSO in one envelope, and HOSO
    pieces: int = 1_000_000  # line ends and references, which the parser hands over one by one
    equals: int = 100_000  # in one file: as many attributes there may be, and the ends of base64
    depth: int = 16
    attribute_characters: int = 4096  # of one element
    value_characters: int = 1024 * 1024  # of one field
    tag_characters: int = 100


DEFAULT = Limits()

_PIECE = 1 << 20
_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"<\?xml\s[^>]*>")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")
_FIRST_ELEMENT = re.compile(rb"(?>\s|<\?.*?\?>|<!--.*?-->)*+<(!DOCTYPE|[^\s!?/>]+)", re.DOTALL)
"""Atomic: where no element follows, n comments could else be parted in 2ⁿ ways, and all of them would be tried."""


def parse(data: bytes, size: int, limits: Limits = DEFAULT) -> Element:
    """The root of a document of at most `size` bytes. Problem SSK-2001 to 2006 otherwise."""
    if len(data) > size:
        raise Problem("SSK-2005", limit=size)
    _demand_few_pieces(data, limits)
    _demand_utf8_declared(data)
    if b"<!DOCTYPE" in data:
        _refuse_doctype(data)
    parser = XMLParser(encoding="utf-8")  # noqa: S314 -- no DOCTYPE reaches it
    try:
        parser.feed(data)
        return parser.close()
    except ParseError as error:
        raise _broken(data, error) from None


def first_element(data: bytes) -> str:
    """The name of the root element, without its prefix, looked for in the first 8 KiB; '' if there is none."""
    head = data[:8192]
    _demand_utf8_declared(head)
    found = _FIRST_ELEMENT.match(head.removeprefix(_BOM))
    if found and found[1] == b"!DOCTYPE":
        raise Problem("SSK-2002", line=found[0].count(b"\n") + 1)
    return found[1].rpartition(b":")[2].decode("utf-8", "replace") if found else ""


def local(tag: str) -> str:
    """A tag without its namespace: '{http://…}MA_LK' → 'MA_LK'."""
    return tag.rpartition("}")[2]


def without_namespaces(root: Element) -> bool:
    """Give every element its local name; whether any had another."""
    found = False
    for element in root.iter():
        if element.tag[0] == "{":
            element.tag = local(element.tag)
            found = True
    return found


def demand_depth(root: Element, limits: Limits = DEFAULT) -> None:
    """Problem SSK-2007 where elements stand deeper than the limit."""
    level = [root]
    for _ in range(limits.depth):
        level = [child for element in level for child in element]
        if not level:
            return
    raise Problem("SSK-2007", limit=limits.depth)


def attributes_of(root: Element, limits: Limits = DEFAULT) -> bool:
    """Whether any element says something in attributes (xsi:nil and its kin aside). Problem SSK-2011: huge ones."""
    found = False
    for element in root.iter():
        if not element.attrib:
            continue
        if sum(len(name) + len(text) for name, text in element.attrib.items()) > limits.attribute_characters:
            raise Problem("SSK-2011", limit=limits.attribute_characters)
        found |= any(not name.startswith("{http://www.w3.org/2001/XMLSchema-instance}") for name in element.attrib)
    return found


def _demand_few_pieces(data: bytes, limits: Limits) -> None:
    if data.count(b"<") > limits.elements:
        raise Problem("SSK-2006", limit=limits.elements)
    if data.count(b"=") > limits.equals:
        raise Problem("SSK-2006", limit=limits.equals)
    if len(data) <= limits.pieces:  # too short to hold that many
        return
    if data.count(b"\n") + data.count(b"\r") + data.count(b"&") > limits.pieces:
        raise Problem("SSK-2006", limit=limits.pieces)


def _demand_utf8_declared(data: bytes) -> None:
    """Refuse what says, by its declaration, a byte order mark or a NUL, that it is something else than UTF-8."""
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        raise Problem("SSK-2004", byte=1)
    if (nul := data.find(b"\0")) >= 0:
        raise Problem("SSK-2004", byte=nul + 1)
    declaration = _DECLARATION.match(data.removeprefix(_BOM) if data[:3] == _BOM else data)
    encoding = _ENCODING.search(declaration[0]) if declaration else None
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8"):
        raise Problem("SSK-2003")


def _refuse_doctype(data: bytes) -> None:
    """A declaration is refused; the same letters within CDATA or a comment are text."""
    parser = expat.ParserCreate("utf-8")

    def refuse(*_: object) -> None:
        raise Problem("SSK-2002", line=parser.CurrentLineNumber)

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 -- the C function takes no keyword
    except expat.ExpatError:
        return  # the real parse says it better


def _broken(data: bytes, error: ParseError) -> Problem:
    wrong = _first_wrong_byte(data)
    if wrong is not None:
        return Problem("SSK-2004", byte=wrong + 1)
    line, column = error.position
    return Problem("SSK-2001", line=line, column=column + 1)


def _first_wrong_byte(data: bytes) -> int | None:
    """Where UTF-8 ends, if it does; looked at in pieces, so that no second copy of the whole is made."""
    start = 0
    while start < len(data):
        piece = data[start : start + _PIECE]
        try:
            _, used = utf_8_decode(piece, "strict", start + _PIECE >= len(data))
        except UnicodeDecodeError as wrong:
            return start + wrong.start
        start += used
    return None
