"""Packages → the file that a hospital would send.

The same packages give the same bytes, and `read` gives the same packages back.
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130.format import CHECK_IN, EDITIONS, TABLES, Edition
from sosuckhoe.exchange.xml130.package import Package, Row, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_NEEDS_ESCAPE = re.compile("[&<>\r]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_NEWEST = list(EDITIONS)[-1]


def write_envelope(packages: Iterable[Package], facility: str, made_on: str, edition: str | None = None) -> bytes:
    """A GIAMDINHHS file. `made_on` is NGAYLAP (yyyyMMdd); `edition` is a key of EDITIONS, by default the newest.

    Tags stand in the edition's order; those that it does not know follow in their own order; none is renamed.
    Problem SSK-2012 or 2013 for what XML cannot hold.
    """
    order = EDITIONS[edition or _NEWEST]
    records = [_record(package, order) for package in packages]
    return (
        f"{_HEAD}<GIAMDINHHS><THONGTINDONVI><MACSKCB>{_escape(facility)}</MACSKCB></THONGTINDONVI>\n"
        f"<THONGTINHOSO><NGAYLAP>{_escape(made_on)}</NGAYLAP><SOLUONGHOSO>{len(records)}</SOLUONGHOSO>\n"
        f"<DANHSACHHOSO>{''.join(records)}</DANHSACHHOSO></THONGTINHOSO>\n<CHUKYDONVI/></GIAMDINHHS>\n"
    ).encode()


def write_check_in(packages: Iterable[Package], edition: str | None = None) -> bytes:
    """A check-in file of the XML0 rows of the packages."""
    rows = [row for package in packages for row in package.tables.get(CHECK_IN, ())]
    table = TABLES[CHECK_IN]
    body = _listed(CHECK_IN, Shape(table.root, table.listing, table.row), rows, EDITIONS[edition or _NEWEST])
    return f"{_HEAD}<{table.root}>{body}<CHUKYDONVI/></{table.root}>\n".encode()


# ── one HOSO ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _record(package: Package, edition: Edition) -> str:
    names = sorted(package.tables, key=_place)
    return f"<HOSO>{''.join(file for name in names for file in _files(package, name, edition))}</HOSO>\n"


_PLACES = {name: number for number, name in enumerate(TABLES)}


def _place(name: str) -> tuple[int, str]:
    """The tables in the order of their numbers, unknown ones after them."""
    return _PLACES.get(name, len(_PLACES)), name


def _files(package: Package, name: str, edition: Edition) -> list[str]:
    """The FILEHOSO of a table: one, or one for each row where the root is the row."""
    rows, shape = package.tables[name], _shape(package, name)
    if shape.row:
        return [_file(name, shape, _listed(name, shape, rows, edition))]
    if not rows:
        raise Problem("SSK-2013", table=name)
    return [_file(name, shape, _fields(name, number, row, edition)) for number, row in enumerate(rows, 1)]


def _shape(package: Package, name: str) -> Shape:
    if name in TABLES:
        table = TABLES[name]
        return Shape(table.root, table.listing, table.row if table.repeats else "")
    if name not in package.shapes:
        raise Problem("SSK-2013", table=name)
    return package.shapes[name]


def _file(name: str, shape: Shape, body: str) -> str:
    content = f"{_HEAD}<{shape.root}>{body}</{shape.root}>".encode()
    encoded = binascii.b2a_base64(content, newline=False).decode("ascii")
    return f"<FILEHOSO><LOAIHOSO>{_escape(name)}</LOAIHOSO><NOIDUNGFILE>{encoded}</NOIDUNGFILE></FILEHOSO>"


def _listed(name: str, shape: Shape, rows: Sequence[Row], edition: Edition) -> str:
    """The rows between their row elements, in the list element if there is one."""
    texts = [_fields(name, number, row, edition) for number, row in enumerate(rows, 1)]
    body = "".join(f"<{shape.row}>{text}</{shape.row}>" for text in texts)
    return f"<{shape.listing}>{body}</{shape.listing}>" if shape.listing else body


def _fields(table: str, number: int, row: Row, edition: Edition) -> str:
    parts: list[str] = []
    for tag in _in_order(table, row, edition):
        text = row[tag]
        names = _names(tag)
        if names is None or _NOT_XML.search(text):
            raise Problem("SSK-2012", table=table, row=number, field=tag if tag.isidentifier() else "")
        parts += (names.open, _escape(text), names.close) if text else (names.alone,)
    return "".join(parts)


def _in_order(table: str, row: Row, edition: Edition) -> Iterable[str]:
    """The row's tags as the edition orders them, whichever spelling they have, then the others."""
    places = edition.places.get(table, {})
    last = len(places)
    return sorted(row, key=lambda tag: places.get(tag, last))


class _Names(NamedTuple):
    open: str
    close: str
    alone: str


@lru_cache(maxsize=4096)
def _names(tag: str) -> _Names | None:
    """The ways in which an element is written; None where XML allows no such name."""
    return _Names(f"<{tag}>", f"</{tag}>", f"<{tag}/>") if _NAME.fullmatch(tag) else None


def _escape(text: str) -> str:
    return _NEEDS_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text) if _NEEDS_ESCAPE.search(text) else text
