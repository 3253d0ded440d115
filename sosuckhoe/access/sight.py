"""Who may see a person's row, as one condition of SQL. Every statement that reads rows for somebody has it. Pure.

A row `r` has bucket, person and label. The values are those of `Values`, by the names in `MARKS`.
"""

from __future__ import annotations

from typing import NamedTuple


class Marks(NamedTuple):
    """Where the values stand in a statement. `hidden`: labels; `open`, `persons`: int8[]; `holders`: text[]."""

    hidden: str = "%(hidden)s"
    open: str = "%(open)s"
    everybody: str = "%(everybody)s"
    persons: str = "%(persons)s"
    holders: str = "%(holders)s"


MARKS = Marks()


class Whose(NamedTuple):
    """Where bucket and person stand in a statement all of whose rows are of one person."""

    bucket: str
    person: str


def live(holders: str) -> str:
    """A tie `t` that these holders may use now: it has not ended, and the owner has not excluded them."""
    return (
        f"t.facility = any ({holders}::text[]) and t.until > now() and (t.overrides or not exists ("
        "select from access_exclusion x where x.bucket = t.bucket and x.person = t.person"
        f" and x.holder = any ({holders}::text[])))"
    )


def tied(row: str, holders: str, *also: str, apart: bool = False, whose: Whose | None = None) -> str:
    """Whether a living tie leads to the person of the row.

    `whose`: the one person of all rows. PostgreSQL then asks once: of 1,000 rows it read 4,183 blocks, now 191.
    `apart`: asked of each row by itself. Otherwise PostgreSQL may read all ties of the holders first, which a hospital
    that has treated a million persons waits for; `offset 0` keeps it from that.
    """
    more = "".join(f" and {one}" for one in also)
    bucket, person = whose or (f"{row}.bucket", f"{row}.person")
    return (
        f"exists (select from access_tie t where t.bucket = {bucket} and t.person = {person}"
        f" and {live(holders)}{more}{' offset 0' if apart else ''})"
    )


def shown_by_tie(row: str, hidden: str, open_: str | None) -> str:
    """Whether the row's labels may be seen by who came through the tie `t`. `open_`: None where no book is open."""
    is_open = f" or {row}.person = any ({open_}::int8[])" if open_ else ""
    return (
        f"({row}.label & {hidden} = 0{is_open} or (t.shown <> 0 and {row}.label & {hidden}::int4 & ~t.shown::int4 = 0))"
    )


def unhidden(row: str, hidden: str, open_: str, holders: str) -> str:
    """Whether the row's labels may be seen: it has none that is hidden, the book is open, or a tie shows them all."""
    shown = f"{row}.label & {hidden}::int4 & ~t.shown::int4 = 0"
    return (
        f"({row}.label & {hidden} = 0 or {row}.person = any ({open_}::int8[])"
        f" or (cardinality({holders}::text[]) > 0 and {tied(row, holders, shown, 't.shown <> 0')}))"
    )


def may_see(row: str = "r", marks: Marks = MARKS, whose: Whose | None = None) -> str:
    """Whether somebody may see a person's row. `whose` as in `tied`."""
    hidden, open_, everybody, persons, holders = marks
    return (
        f"{unhidden(row, hidden, open_, holders)} and ({everybody} or {row}.person = any ({persons}::int8[])"
        f" or {tied(row, holders, whose=whose)})"
    )
