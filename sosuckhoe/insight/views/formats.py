"""Rows as they go out: JSON, NDJSON, CSV. https://sql-on-fhir.org/ig/latest/OperationDefinition-ViewDefinitionRun.html"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from sosuckhoe.clinical import body as bodies
from sosuckhoe.insight.views.columns import Placed
from sosuckhoe.insight.views.rows import Row

MEDIA = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
BATCH = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins so for a formula, and runs it. https://owasp.org/www-community/attacks/CSV_Injection"""


def as_ndjson(columns: Sequence[Placed], found: Iterable[Row]) -> Iterator[bytes]:
    """An object on each line."""
    names = [one.name for one in columns]
    for batch in _batches(found):
        yield b"".join(bodies.dumps(dict(zip(names, row, strict=True))) + b"\n" for row in batch)


def as_json(columns: Sequence[Placed], found: Iterable[Row]) -> Iterator[bytes]:
    """An array of objects."""
    names = [one.name for one in columns]
    before = b"["
    for batch in _batches(found):
        yield before + b",".join(bodies.dumps(dict(zip(names, row, strict=True))) for row in batch)
        before = b","
    yield b"[]" if before == b"[" else b"]"


def as_csv(columns: Sequence[Placed], found: Iterable[Row], *, header: bool = True) -> Iterator[bytes]:
    """Lines after RFC 4180. A cell of text never begins like a formula."""
    lines = chain([tuple(one.name for one in columns)] if header else [], map(_cells, found))
    for batch in _batches(lines):
        out = io.StringIO(newline="")
        csv.writer(out).writerows(batch)
        yield out.getvalue().encode()


def _cells(row: Row) -> Row:
    return tuple(_cell(value) for value in row)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        value = bodies.dumps(value).decode()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _batches(found: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        yield batch


WRITERS: dict[str, Callable[..., Iterator[bytes]]] = {"json": as_json, "ndjson": as_ndjson, "csv": as_csv}
