"""What stands sealed in tables is sealed anew with the newest key, page by page, beside the traffic.

Each room says in its module `at_rest` which columns it seals (COLUMNS). A page is one transaction; a row is changed
only where it still holds what was read, so that a writer who was quicker is not undone. What the newest key has sealed
is passed over: a run that was killed is begun again by the same command and finds what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sosuckhoe.base import db, keyring, sealing

PAGE = 200
Row = Mapping[str, Any]


class Column(NamedTuple):
    """A sealed column. `key` is the table's primary key, `bound` the columns that bind a content to its row.

    `plain` is the condition under which a row is not sealed yet, for tables that once held plain contents; `over` then
    says what takes the place of what stands there: values by column, `column` among them. `also` it reads besides.
    """

    table: str
    column: str
    purpose: str
    key: tuple[str, ...]
    bound: tuple[str, ...]
    plain: str = "false"
    over: Callable[[Row], dict[str, Any]] | None = None
    also: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        return tuple(dict.fromkeys((*self.key, *self.bound, *self.also, self.column)))

    def again(self, row: Row) -> dict[str, Any]:
        """What takes the place of what a row holds."""
        if self.over:
            return self.over(row)
        bound = sealing.place(*(row[name] for name in self.bound))
        content = sealing.unseal(self.purpose, bound, row[self.column])
        return {self.column: sealing.seal(self.purpose, bound, content)}


def seal_again(column: Column, page: int = PAGE) -> Iterator[int]:
    """Seal a column anew; after each page how many rows it changed."""
    last: Sequence[Any] = ()
    while True:
        with db.atomic():
            rows = _page(column, last, page)
            changed = sum(_write(column, row) for row in rows)
        yield changed
        if len(rows) < page:
            return
        last = [rows[-1][name] for name in column.key]


def left(column: Column) -> int:
    """How many rows the newest key has not sealed."""
    found: int = db.value(
        f"select count(*) from {column.table} where {_older(column)}",  # noqa: S608 -- names of the rooms' own columns
        {"newest": _newest()},
    )
    return found


def _page(column: Column, last: Sequence[Any], page: int) -> list[Row]:
    keys = ", ".join(column.key)
    after = f"({keys}) > ({', '.join(f'%(last{n})s' for n in range(len(last)))}) and" if last else ""
    values = {f"last{n}": one for n, one in enumerate(last)} | {"newest": _newest(), "page": page}
    found = db.tuples(
        f"""
        select {", ".join(column.reads)} from {column.table}
        where {after} {_older(column)} order by {keys} limit %(page)s
        """,  # noqa: S608 -- as above
        values,
        binary=True,
    )
    return [dict(zip(column.reads, row, strict=True)) for row in found]


def _older(column: Column) -> str:
    """The first byte of a sealed content is its key's number. What was emptied has none, and nothing to seal."""
    return (
        f"{column.column} <> ''::bytea"
        f" and (({column.plain}) or substring({column.column} from 1 for 1) <> %(newest)s::bytea)"
    )


def _newest() -> bytes:
    return bytes((keyring.ring().newest,))


def _write(column: Column, row: Row) -> int:
    made = column.again(row)
    changes = ", ".join(f"{name} = %({name}_new)s" for name in made)
    same = " and ".join(f"{name} = %({name})s" for name in (*column.key, column.column))
    values = {**{name: row[name] for name in (*column.key, column.column)}, **{f"{n}_new": v for n, v in made.items()}}
    return db.execute(f"update {column.table} set {changes} where {same}", values)  # noqa: S608 -- as above
