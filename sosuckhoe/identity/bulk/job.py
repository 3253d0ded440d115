"""The bulk job: records → keys → pairs → patterns → decisions → persons, in one DuckDB file, in parts that fit memory.

Tables that it leaves: `decision` (one, other, pattern, total, verdict, rule, levels) for links and doubts, and
`person_of` (record, person: the first record of the same person). Later records are compared with all that are there.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from sosuckhoe.identity import places
from sosuckhoe.identity.bulk.clusters import Clusters
from sosuckhoe.identity.bulk.rows import rows_of
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare.levels import UNKNOWN
from sosuckhoe.identity.compare.names import Spelling, spelling
from sosuckhoe.identity.compare.pattern import packed_sql, rarity_of, unpack
from sosuckhoe.identity.compare.score import Decision, decide

HERE = Path(__file__).parent
COLUMNS = (
    *("record", "source", "name", "birth", "sex", "facility", "patient"),
    *("cccd", "cmnd", "passport", "bhxh", "bhyt", "temp_child", "newborn", "mother"),
    *("phone", "province", "district", "commune"),
)
"""What a file of records has: numbers by kind, places as written; `record` is numbered from 0, without reuse."""

_CLAIM = ", ".join(("record bigint", *(f"{column} varchar" for column in COLUMNS[1:])))
_MOST_A_KEY = 150
_RECORDS_A_PART = 1_500_000
_PAGE = 100_000
_STRONG = 26.0
"""Bits from which on a link holds though the insurance numbers of the two persons differ."""


class Bounds(NamedTuple):
    """What the job may use."""

    memory: str = "3GB"
    threads: int = 2


class Summary(NamedTuple):
    """How many records, pairs compared, links, doubts, links refused at the end, persons."""

    records: int
    pairs: int
    links: int
    doubts: int
    refused: int
    persons: int


@contextmanager
def opened(place: Path, bounds: Bounds = Bounds()) -> Iterator[duckdb.DuckDBPyConnection]:  # noqa: B008 -- immutable
    """The job's DuckDB file; what does not fit memory is spilled beside it."""
    with duckdb.connect(str(place)) as connection:
        connection.execute(f"set memory_limit = '{bounds.memory}'")
        connection.execute(f"set threads = {bounds.threads:d}")
        connection.execute("set preserve_insertion_order = false")
        _make_tables(connection)
        yield connection


def _make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"create table if not exists claim ({_CLAIM}, batch int)")
    connection.execute(
        "create table if not exists compared (one bigint, other bigint, pattern bigint);"
        "create table if not exists verdict"
        " (pattern bigint primary key, total double, verdict varchar, rule varchar, levels varchar);"
        "create table if not exists person_of (record bigint, person bigint)"
    )


def add_files(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> int:
    """Add the records of CSV or Parquet files as one batch. Returns the number of the batch."""
    batch = int(_value(connection, "select coalesce(max(batch), 0) + 1 from claim"))
    told = ", ".join(f"coalesce(cast({column} as varchar), '')" for column in COLUMNS[1:])
    for file in files:
        read = "read_parquet(?)" if file.suffix == ".parquet" else "read_csv(?, all_varchar = true, header = true)"
        connection.execute(
            f"insert into claim select cast(record as bigint), {told}, {batch:d} from {read}",  # noqa: S608 -- names of ours
            [str(file)],
        )
    return batch


def add_persons(connection: duckdb.DuckDBPyConnection, persons: Iterable[tuple[int, Claim]]) -> int:
    """Add what identity knows of persons as one batch, after the records that are there. Returns its number.

    A person with several numbers of a kind is several records, one person from the start. `source` is `person KEY`.
    """
    batch = int(_value(connection, "select coalesce(max(batch), 0) + 1 from claim"))
    first = int(_value(connection, "select coalesce(max(record), -1) + 1 from claim"))
    rows = ((key, row) for key, claim in persons for row in rows_of(claim))
    told = ([first + at, f"person {key}", *(row[name] for name in COLUMNS[2:])] for at, (key, row) in enumerate(rows))
    load(connection, "known_claim", _CLAIM, told)
    connection.execute(f"insert into claim select *, {batch:d} from known_claim")  # noqa: S608 -- a number of ours
    return batch


def run(connection: duckdb.DuckDBPyConnection, since: int = 1) -> Summary:
    """Compare every pair of which one is of batch `since` or later, and make persons of all links so far."""
    prepare(connection)
    compare(connection, since)
    judge(connection)
    refused = make_persons(connection)
    links, doubts = (
        int(_value(connection, "select count(*) from decision where verdict = ?", verdict))
        for verdict in ("link", "doubt")
    )
    return Summary(
        int(_value(connection, "select count(*) from claim")),
        int(_value(connection, "select count(*) from compared")),
        links,
        doubts,
        refused,
        int(_value(connection, "select count(distinct person) from person_of")),
    )


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Normal forms of all records, and their keys."""
    names = (row[0] for row in connection.execute("select distinct name from claim").fetchall())
    load(connection, "spelt", SPELT, (spelt(name) for name in names))
    load(connection, "owner", "province varchar", ([old] for old in places.province_moves()))
    load(connection, "province_moved", "old varchar, new varchar", places.province_moves().items())
    moves = ([old, "|".join(new)] for old, new in places.commune_moves().items())
    load(connection, "home_text", "old varchar, communes varchar", moves)
    connection.execute(
        "create or replace table home as select old, string_split(communes, '|') as communes from home_text"
    )
    connection.execute(sql("prepare"))
    connection.execute(sql("keys").replace("$most", str(_MOST_A_KEY)))


SPELT = (
    "name varchar, marked varchar, bare varchar, sorted varchar, drops varchar, family varchar, given varchar, "
    "has_marks boolean, bits tinyint"
)


def spelt(name: str) -> list[Any]:
    """The normal forms of a name, in the order of SPELT."""
    told = spelling(name)
    bare = " ".join(told.bare)
    words = " ".join(sorted(told.bare))
    return [name, " ".join(told.marked), bare, words, _drops(told), told.family, told.given, told.has_marks,
            rarity_of(told)]  # fmt: skip


def _drops(told: Spelling) -> str:
    """The name without each of its middle words, between bars."""
    rest = [" ".join((*told.bare[:at], *told.bare[at + 1 :])) for at in range(1, len(told.bare) - 1)]
    return f"|{'|'.join(rest)}|" if rest else ""


def compare(connection: duckdb.DuckDBPyConnection, since: int) -> None:
    """The pattern of every pair that shares a key, part by part."""
    records = int(_value(connection, "select count(*) from claim where batch >= ?", since))
    parts = max(1, -(-records // _RECORDS_A_PART))
    if since == 1:
        connection.execute("delete from compared")
    for part in range(parts):
        connection.execute(
            f"""
            create or replace temp table candidate as
            select distinct least(mine.record, theirs.record) as one, greatest(mine.record, theirs.record) as other
            from (select * from blocking where record % {parts:d} = {part:d} and batch >= {since:d}) mine
            join blocking theirs on mine.key = theirs.key
            where (mine.record < theirs.record or theirs.batch < {since:d})
              and not coalesce(mine.own <> theirs.own, false)
            """  # noqa: S608 -- numbers of ours
        )
        connection.execute(f"insert into compared {sql('compare').format(packed=packed_sql())}")
    connection.execute("drop table candidate")


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Decide every pattern once; `decision` holds the pairs that are not plainly two persons."""
    new = connection.execute("select distinct pattern from compared where pattern not in (select pattern from verdict)")
    found = ((packed, decide(unpack(packed))) for (packed,) in new.fetchall())
    rows = ([packed, told.total, told.verdict, told.rule, _reason(told)] for packed, told in found)
    load(connection, "judged", "pattern bigint, total double, verdict varchar, rule varchar, levels varchar", rows)
    connection.execute("insert into verdict select * from judged")
    connection.execute(
        "create or replace view decision as select compared.one, compared.other, verdict.* "
        "from compared join verdict using (pattern) where verdict.verdict <> 'apart'"
    )


def _reason(told: Decision) -> str:
    """Each field that is told, its level and its bits: 'name exact 6.2; birth exact 9.8; …'. No value of a record."""
    return "; ".join(f"{part.field} {part.level} {part.weight:.1f}" for part in told.parts if part.level != UNKNOWN)


def make_persons(connection: duckdb.DuckDBPyConnection) -> int:
    """Make persons of the links, strongest first. Returns how many links were refused."""
    made = Clusters(1 + int(_value(connection, "select coalesce(max(record), -1) from claim")))
    own = "select record, cast(cccd as bigint) from person_record where is_theirs"
    for record, cccd in _rows(connection, own):
        made.number(record, cccd)
    carried = "try_cast(coalesce(nullif(bhxh, ''), child) as bigint)"
    cards = f"select record, {carried} from person_record where {carried} is not null"  # noqa: S608 -- words of ours
    for record, card in _rows(connection, cards):
        made.card(record, card)
    apart = "select one, other from compared join verdict using (pattern) where rule in ('twins', 'generations')"
    for one, other in _rows(connection, f"{apart} and verdict = 'apart'"):
        made.part(one, other)
    of_one = "select min(record) over (partition by source), record from claim where source like 'person %'"
    for first, record in _rows(connection, of_one):
        made.hold(first, record)
    links = "select one, other, total < ? from decision where verdict = 'link' order by total desc, one, other"
    for one, other, is_weak in _rows(connection, links, _STRONG):
        made.link(one, other, is_weak=is_weak)
    every = (row[0] for row in _rows(connection, "select record from claim"))
    load(connection, "person_of", "record bigint, person bigint", ([record, made.top(record)] for record in every))
    return made.refused


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, *bound: object) -> Iterator[tuple[Any, ...]]:
    found = connection.cursor().execute(statement, list(bound))
    while page := found.fetchmany(_PAGE):
        yield from page


def load(connection: duckdb.DuckDBPyConnection, table: str, told: str, rows: Iterable[Iterable[Any]]) -> None:
    """Make a table of these rows, through a file: the quickest way into DuckDB without other packages."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as file:
        csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
        file.flush()
        connection.execute(f"create or replace table {table} ({told})")
        connection.execute(
            f"insert into {table} select * from read_csv(?, header = false, auto_detect = false, delim = ',', "  # noqa: S608 -- names of ours
            f"quote = '\"', escape = '\"', nullstr = '\\N', columns = {_columns(told)})",
            [file.name],
        )


def _columns(told: str) -> str:
    pairs = (column.strip().split(" ") for column in told.split(","))
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in pairs) + "}"


def sql(name: str) -> str:
    """A statement of this folder."""
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def _value(connection: duckdb.DuckDBPyConnection, statement: str, *bound: object) -> Any:
    row = connection.execute(statement, list(bound)).fetchone()
    return row[0] if row else None
