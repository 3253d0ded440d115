"""Elements ↔ tables of rows. Nothing of a profile is lost on the way, whether this program knows an element or not.

A leaf is a field of its parent's row. An element that has children or attributes, or a name that occurs again beside
it, is a row of a table of its own; its text stands under '' and its attributes under '@name'.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.qd831.format import below, order_of, plain
from sosuckhoe.exchange.xml130.guard import local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from xml.etree.ElementTree import Element

    from sosuckhoe.exchange.xml130.package import Row

Tables = dict[str, list["Row"]]
TEXT, ATTRIBUTE = "", "@"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_IN_TEXT = re.compile("[&<>\r]")
_IN_ATTRIBUTE = re.compile('[&<>\r"\n\t]')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[^\W\d][\w.\-]*")


def tables_of(root: Element) -> Tables:
    """The tables of everything inside an element, in document order."""
    tables: Tables = {"": []}
    _add(root, "", tables)
    if not tables[""][0]:
        del tables[""]
    return tables


def xml_of(tables: Mapping[str, Sequence[Row]], root: str) -> str:
    """The element that these tables are. Problem SSK-2109 for what XML cannot hold."""
    children: dict[str, dict[str, str]] = {}
    for path in tables:
        _place(path, children)
    return _element(root, "", 1, tables, children)


def _add(element: Element, path: str, tables: Tables) -> None:
    row: Row = {}
    rows = tables.setdefault(path, [])
    rows.append(row)
    start = below(path, len(rows)) if path else ""
    row.update((f"{ATTRIBUTE}{local(name)}", text) for name, text in element.attrib.items() if _XSI not in name)
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if text.strip() or (text and not len(element)):
        row[TEXT] = text
    groups: dict[str, list[Element]] = {}
    for child in element:
        groups.setdefault(child.tag, []).append(child)
    for tag, alike in groups.items():
        if len(alike) == 1 and _is_leaf(alike[0]):
            row[tag] = alike[0].text or ""
        else:
            for child in alike:
                _add(child, f"{start}{tag}", tables)


def _is_leaf(element: Element) -> bool:
    return not len(element) and all(_XSI in name for name in element.attrib)


def _place(path: str, children: dict[str, dict[str, str]]) -> None:
    """Name a table with its parent, and the parent with its own, up to the root."""
    while path:
        parent, _, tag = path.rpartition("/")
        children.setdefault(parent, {})[tag] = path
        path = parent.rpartition("#")[0] or parent if parent.rpartition("/")[2].count("#") else parent


def _element(
    tag: str, path: str, number: int, tables: Mapping[str, Sequence[Row]], children: Mapping[str, dict[str, str]]
) -> str:
    row = (tables.get(path) or [{}])[number - 1]
    inner = children.get(below(path, number)[:-1] if path else "", {})
    places = {name: place for place, name in enumerate(order_of(plain(path)))}
    names = sorted(
        dict.fromkeys((*(name for name in row if name and name[0] != ATTRIBUTE), *inner)),
        key=lambda name: places.get(name, len(places)),
    )
    parts = [_escape(row[TEXT], _IN_TEXT)] if row.get(TEXT) else []
    for name in names:
        if name in row:
            parts.append(_written(name, "", _escape(row[name], _IN_TEXT)))
        if name in inner:
            parts += _alike(name, inner[name], tables, children)
    return _written(tag, _attributes(row), "".join(parts))


def _alike(
    name: str, path: str, tables: Mapping[str, Sequence[Row]], children: Mapping[str, dict[str, str]]
) -> list[str]:
    """The elements of one name: as many as the table has rows, or as have something below them."""
    rows = len(tables.get(path) or [{}])
    return [_element(name, path, number, tables, children) for number in range(1, rows + 1)]


def _attributes(row: Row) -> str:
    named = [(name[1:], text) for name, text in row.items() if name[:1] == ATTRIBUTE]
    for name, _ in named:
        _demand_name(name)
    return "".join(f' {name}="{_escape(text, _IN_ATTRIBUTE)}"' for name, text in named)


def _written(tag: str, attributes: str, body: str) -> str:
    _demand_name(tag)
    return f"<{tag}{attributes}>{body}</{tag}>" if body else f"<{tag}{attributes}/>"


def _demand_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Problem("SSK-2109", field=name if name.isidentifier() else "")


def _escape(text: str, special: re.Pattern[str]) -> str:
    if _NOT_XML.search(text):
        raise Problem("SSK-2109", field="")
    return special.sub(lambda found: _ESCAPES[found[0]], text)
