"""Leave single entries out of a package: the rows, or the fields, that made them. Pure.

Which row made an entry is asked of the mapping itself: it is the one without which the entry is not made. What a main
sheet says (XML1, the first sheet of a profile) stands in the visit as a whole, and goes with it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from uuid import UUID

from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.xml130.package import Package, Row

Drafts = Callable[[Package], Collection[Draft]]
_WHOLE = frozenset({"XML0", "XML1", form.ABOUT})
_BY_FIELD = frozenset({form.BIRTH, form.EXPOSURE, form.HISTORY, form.REPRODUCTION, form.VACCINATION, form.EXAMS})
"""One row of which makes many entries; or that other tables count by its place."""


def without(package: Package, key: UUID, drafts: Drafts) -> Package | None:
    """The package without one entry; None where no single row or field is the entry's own."""
    found = [one for one in _smaller(package) if key not in _keys(drafts(one))]
    return found[0] if len(found) == 1 else None


def without_all(package: Package, keys: Collection[UUID], drafts: Drafts) -> Package | None:
    """The package without several entries, whatever goes with them; None where that is not possible."""
    for key in keys:
        while key in _keys(drafts(package)):
            smaller = next((one for one in _smaller(package) if key not in _keys(drafts(one))), None)
            if smaller is None:
                return None
            package = smaller
    return package


def _keys(drafts: Collection[Draft]) -> set[UUID]:
    return {draft.key for draft in drafts}


def _smaller(package: Package) -> Iterator[Package]:
    """Every package that has one row, or one field of a row, less."""
    for table, rows in package.tables.items():
        for index, row in enumerate(rows):
            for left in _less(table, row):
                yield replace(package, tables={**package.tables, table: [*rows[:index], *left, *rows[index + 1 :]]})


def _less(table: str, row: Row) -> Iterator[list[Row]]:
    if table in _BY_FIELD:
        yield from ([{**row, tag: ""}] for tag, text in row.items() if text)
    elif table not in _WHOLE:
        yield []
