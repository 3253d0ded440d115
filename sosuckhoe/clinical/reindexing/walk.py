"""One batch of a walk: rows are read, compared with their content, and written anew where they differ.

A row is written only while it has the version that was read; one that a writer has replaced has newer values. A writer
whose statement began before this one has ended removes only what it saw of the other tables. So rows of which these
were mended are named in `Mended`, to be looked at again later. Rows that are right are only read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sosuckhoe.base import db
from sosuckhoe.clinical import row
from sosuckhoe.clinical.actions import phrases
from sosuckhoe.clinical.reindexing import compare
from sosuckhoe.clinical.reindexing.compare import TABLES, Held, Wanted
from sosuckhoe.clinical.reindexing.report import Report
from sosuckhoe.clinical.search.phrase import Phrase

_COLUMNS = dict(zip(TABLES, (row.DATE_COLUMNS, row.TEXT_COLUMNS, row.NUMBER_COLUMNS), strict=True))
_SIDE = """
copy (
  select {columns} from unnest(%s::int4[], %s::uuid[]) k (bucket, rid) join {table} t using (bucket, rid)
) to stdout (format binary)
"""
_UPDATE = """
update clinical_resource kept
set moment = n.moment, moment_to = n.moment_to, present = n.present, self = n.self, tokens = n.tokens::int8[]
from unnest(
  %s::int4[], %s::uuid[], %s::int4[], %s::timestamptz[], %s::timestamptz[], %s::int8[], %s::int8[], %s::text[]
) as n (bucket, rid, version, moment, moment_to, present, self, tokens)
where kept.bucket = n.bucket and kept.rid = n.rid and kept.version = n.version
returning kept.rid
"""


class Wrong(NamedTuple):
    """A row that differs, with its rows of each table, and which of these tables do."""

    held: Held
    wanted: Wanted
    rows: tuple[list[bytes], ...]
    tables: frozenset[str]


def rows_of(values: Mapping[str, Any], name: str = "batch") -> list[Held]:
    """The rows that a statement finds."""
    return [Held(*one) for one in db.tuples(db.statement(__file__, name), values, binary=True)]


def mend(batch: Sequence[Held], report: Report) -> list[Held]:
    """Write anew what differs, in the caller's transaction; the rows that have to be looked at again."""
    wrong = list(_wrong(batch, report))
    if not wrong:
        return []
    taken = _update(wrong)
    mended = [one for one in wrong if one.held.rid in taken]
    for place, table in enumerate(TABLES):
        some = [one for one in mended if table in one.tables]
        if some:
            remove(table, (one.held for one in some))
            db.copy_packed(table, _COLUMNS[table], [r for one in some for r in one.wanted.tables[place]])
    for one in mended:
        report.changed(one.held.type, compare.changes(one.held, one.wanted, one.rows))
    return [one.held for one in mended if one.tables]


def _wrong(batch: Sequence[Held], report: Report) -> Iterator[Wrong]:
    """The rows that differ. A row whose values cannot be computed is left alone and named in the report."""
    tables = [compare.by_key(_side(table, batch)) for table in TABLES]
    met: set[Phrase] = set()
    for held in batch:
        report.looked(held.type)
        try:
            wanted = compare.wanted_of(held)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
            report.failed(held.type, held.rid, type(fault).__name__)
            continue
        met.update(wanted.made.phrases if wanted.made else ())
        rows = tuple(found.get(held.rid.bytes, []) for found in tables)
        differing = frozenset(
            table for table, had, has in zip(TABLES, rows, wanted.tables, strict=True) if compare.differs(had, has)
        )
        if differing or not compare.is_same(held, wanted):
            yield Wrong(held, wanted, rows, differing)
    report.texts += phrases.write(met)


def _side(table: str, batch: Iterable[Held]) -> list[bytes]:
    columns = ", ".join(_COLUMNS[table])
    return db.copy_out_packed(_SIDE.format(columns=columns, table=table), _keys(batch))


def _update(wrong: Sequence[Wrong]) -> set[Any]:
    """Write the columns, in the order of keys; the keys of those rows that no writer has replaced meanwhile."""
    columns = zip(*map(_columns, sorted(wrong, key=lambda one: one.held.rid.int)), strict=True)
    return {rid for (rid,) in db.tuples(_UPDATE, [list(column) for column in columns], binary=True)}


def _columns(one: Wrong) -> tuple[Any, ...]:
    held, made = one.held, one.wanted.made
    seen = (held.bucket, held.rid, held.version)
    if made is None:
        return (*seen, None, None, None, None, None)
    low, high = made.found.main or (None, None)
    tokens = "{" + ",".join(map(str, compare.numbers(made.found.tokens))) + "}"
    return (*seen, low, high, made.found.present, one.wanted.self, tokens)


def remove(table: str, held: Iterable[Held]) -> int:
    """Remove the rows that a table has of some resources."""
    return db.execute(
        f"delete from {table} where (bucket, rid) in (select * from unnest(%s::int4[], %s::uuid[]))",  # noqa: S608 -- names of tables, values are bound
        _keys(held),
    )


def _keys(held: Iterable[Held]) -> tuple[list[int], list[Any]]:
    some = list(held)
    return [one.bucket for one in some], [one.rid for one in some]
