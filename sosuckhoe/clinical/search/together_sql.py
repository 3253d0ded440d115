"""Conditions on several values of one element as SQL."""

from __future__ import annotations

from sosuckhoe.clinical.search import date_sql, number_sql, text_sql
from sosuckhoe.clinical.search.condition import HasDate, HasNumber, HasText, Together
from sosuckhoe.clinical.search.digest import ELEMENTS
from sosuckhoe.clinical.search.statement import Statement


def stand_together(made: Statement, condition: Together) -> str:
    """Whether the row `r` has an element of which each of these holds: a place that each of them finds."""
    return f"exists ({' intersect '.join(_places(made, one) for one in condition.each)})"


def _places(made: Statement, condition: HasDate | HasText | HasNumber) -> str:
    """The places of the elements that have such a value. The rows of one resource are few: no path leads to them."""
    match condition:
        case HasDate(where=tuple() as paths):
            table, row, matching = "clinical_date", "d", date_sql.of_row(made, condition)
        case HasText(paths=paths):
            table, row, matching = "clinical_text", "t", text_sql.of_row(made, condition)
        case HasNumber(paths=paths):
            table, row, matching = "clinical_number", "n", number_sql.of_row(made, condition)
    starts = made.bind([path & ~ELEMENTS for path in paths])
    return (
        f"select {row}.path & {ELEMENTS} from {table} {row} where {row}.bucket = r.bucket and {row}.rid = r.rid"  # noqa: S608 -- values are bound
        f" and {row}.path & {~ELEMENTS} = any ({starts}::int8[]) and ({matching})"
    )
