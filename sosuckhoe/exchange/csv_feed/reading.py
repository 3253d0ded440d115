"""A vendor's table as pieces of a feed: one row, one piece. Pure.

A fault names the row by its line, the column, and how to mend it; a bad row takes no other down.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import BinaryIO

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import structure
from sosuckhoe.exchange.csv_feed import fields as cells
from sosuckhoe.exchange.csv_feed.fields import Column
from sosuckhoe.exchange.csv_feed.mapping import UPDATED, Mapping, Table
from sosuckhoe.exchange.csv_feed.records import body_of
from sosuckhoe.exchange.csv_feed.rows import Row, rows
from sosuckhoe.exchange.feeds.item import Item, Piece, Pieces


def pieces_of(mapping: Mapping, name: str, received: datetime, stream: BinaryIO) -> Pieces:
    """The rows of a file. SSK-2180 for a name that is no table, SSK-2188 for a header that lacks columns."""
    table = mapping.table(name)
    if table is None:
        raise Problem("SSK-2180")
    found = rows(stream, mapping.dialect)
    header = _header(next(found, None), table)
    for row in found:
        yield _piece(mapping, table, header, row, received)


def _header(row: Row | None, table: Table) -> list[Column | None]:
    """The column of each place; those that the mapping does not name are passed over."""
    if row is None or row.problem:
        raise row.problem if row and row.problem else Problem("SSK-2188", columns=", ".join(table.columns))
    names = [cell.strip() for cell in row.cells]
    if missing := [name for name in table.columns if name not in names]:
        raise Problem("SSK-2188", columns=", ".join(missing))
    return [table.columns.get(name) for name in names]


def _piece(mapping: Mapping, table: Table, header: list[Column | None], row: Row, received: datetime) -> Piece:
    place = f"row {row.line}"
    if row.problem is None and len(row.cells) != len(header):
        row = row._replace(problem=Problem("SSK-2189", found=len(row.cells), expected=len(header)))
    if row.problem:
        return Piece(row.line, (), ((place, row.problem),))
    filled, faults = _filled(mapping, header, row)
    if faults:
        return Piece(row.line, (), tuple((f"{place}, {column}", problem) for column, problem in faults))
    try:
        item = _item(mapping, table, row.line, place, filled, received)
    except Problem as problem:
        return Piece(row.line, (), ((place, problem),))
    return Piece(row.line, (item,))


def _filled(
    mapping: Mapping, header: Iterable[Column | None], row: Row
) -> tuple[dict[str, str], list[tuple[str, Problem]]]:
    """The fields of a row, and every fault of its cells: a person mends them all at once."""
    filled: dict[str, str] = {}
    faults = []
    for column, cell in zip(header, row.cells, strict=True):
        if column is not None:
            try:
                filled[column.to] = cells.value(cell, column, mapping.forms)
            except Problem as problem:
                faults.append((column.name, problem))
    return filled, faults


def _item(mapping: Mapping, table: Table, line: int, place: str, filled: dict[str, str], received: datetime) -> Item:
    body = body_of(table.record, mapping.source, filled)
    structure.check(body, body["resourceType"])
    return Item(line, place, body["resourceType"], body["id"], _as_of(filled.get(UPDATED, ""), received), body)


def _as_of(text: str, received: datetime) -> datetime:
    """When the vendor wrote the row; a day alone is its first minute, and nothing is from after its arrival."""
    if not text:
        return received
    at = datetime.fromisoformat(text)
    return min(at.replace(tzinfo=at.tzinfo or VIETNAM).astimezone(UTC), received)
