"""Leave single entries out of a package: the rows, or the fields, that made them. Pure.

Which row made an entry is asked of the mapping itself: it is the one without which the entry is not made. It is looked
for by halves, so that a stay of 2,000 rows is mapped some twenty times and not 2,000. What a main sheet says (XML1, the
first sheet of a profile) stands in the visit as a whole, and goes with it alone. So does what would come back under
another id: an examination without its number, an operation of XML3 that XML1 names too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.xml130.package import Package

Drafts = Callable[[Package], Collection[Draft]]
_WHOLE = frozenset({"XML0", "XML1", form.ABOUT})
_BY_FIELD = frozenset({form.BIRTH, form.EXPOSURE, form.HISTORY, form.REPRODUCTION, form.VACCINATION, form.EXAMS})
"""One row of which makes many entries; or that other tables count by its place."""


class _Piece(NamedTuple):
    """What can be left out: a row of a table, or one field of it (`tag`)."""

    table: str
    row: int
    tag: str = ""


def without(package: Package, key: UUID, drafts: Drafts) -> Package | None:
    """The package without one entry; None where no single row or field is the entry's own."""
    found = list(islice(_made_by(package, key, drafts, list(_pieces(package))), 2))
    if len(found) != 1:
        return None
    smaller = _less(package, found)
    return smaller if _keys(drafts(smaller)) < _keys(drafts(package)) else None


def without_all(package: Package, keys: Collection[UUID], drafts: Drafts) -> Package | None:
    """The package without several entries, whatever goes with them; None where that is not possible."""
    left = package
    for key in keys:
        while key in _keys(drafts(left)):
            piece = next(_made_by(left, key, drafts, list(_pieces(left))), None)
            if piece is None:
                return None
            left = _less(left, [piece])
    return left if _keys(drafts(left)) <= _keys(drafts(package)) else None


def _made_by(package: Package, key: UUID, drafts: Drafts, pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """Those of the pieces without which the entry is not made: what goes with one of them goes with all of its half."""
    if not pieces or key in _keys(drafts(_less(package, pieces))):
        return
    if len(pieces) == 1:
        yield pieces[0]
        return
    middle = len(pieces) // 2
    yield from _made_by(package, key, drafts, pieces[:middle])
    yield from _made_by(package, key, drafts, pieces[middle:])


def _keys(drafts: Collection[Draft]) -> set[UUID]:
    return {draft.key for draft in drafts}


def _pieces(package: Package) -> Iterator[_Piece]:
    for table, rows in package.tables.items():
        for place, row in enumerate(rows):
            if table in _BY_FIELD:
                yield from (_Piece(table, place, tag) for tag, text in row.items() if text)
            elif table not in _WHOLE:
                yield _Piece(table, place)


def _less(package: Package, pieces: Collection[_Piece]) -> Package:
    """The package without these pieces."""
    gone = set(pieces)
    tables = {
        table: [
            {tag: "" if _Piece(table, place, tag) in gone else text for tag, text in row.items()}
            for place, row in enumerate(rows)
            if _Piece(table, place) not in gone
        ]
        for table, rows in package.tables.items()
    }
    return replace(package, tables=tables)
