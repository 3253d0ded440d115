"""The bulk job: records → keys → pairs → patterns → decisions → persons, in one DuckDB file, in parts that fit memory.

Tables that it leaves: `decision` (one, other, pattern, total, verdict, rule, levels) for links and doubts, and
`person_of` (record, person: the first record of the same person). Later records are compared with all that are there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from sosuckhoe.base.errors import Problem
from sosuckhoe.identity import places
from sosuckhoe.identity.bulk.clusters import Clusters
from sosuckhoe.identity.bulk.loading import load
from sosuckhoe.identity.bulk.rows import rows_of
from sosuckhoe.identity.bulk.spelt import SPELT, spelt
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare.levels import UNKNOWN
from sosuckhoe.identity.compare.pattern import packed_sql, unpack
from sosuckhoe.identity.compare.score import Decision, decide

HERE = Path(__file__).parent
COLUMNS = (
    *("record", "source", "name", "birth", "sex", "facility", "patient"),
    *("cccd", "cmnd", "passport", "bhxh", "bhyt", "temp_child", "newborn", "mother"),
    *("phone", "province", "district", "commune"),
)
"""What a file of records has: numbers by kind, places as written; `record` is numbered from 0, without reuse."""

_CLAIM = ", ".join(("record bigint", *(f"{column} varchar" for column in COLUMNS[1:])))
MOST_A_KEY = 150
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
    """The job's DuckDB file; what does not fit memory is spilled beside it. Both are for their owner's eyes alone.

    Names and numbers stand in it as they are told: whoever makes it keeps it as safe as the keys, and removes it.
    """
    before = os.umask(0o077)
    try:
        with duckdb.connect(str(place)) as connection:
            connection.execute(f"set memory_limit = '{bounds.memory}'")
            connection.execute(f"set threads = {bounds.threads:d}")
            connection.execute("set preserve_insertion_order = false")
            _make_tables(connection)
            yield connection
    finally:
        os.umask(before)


def _make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"create table if not exists claim ({_CLAIM}, batch int)")
    connection.execute(
        "create table if not exists compared (one bigint, other bigint, pattern bigint);"
        f"create table if not exists verdict ({VERDICT}, primary key (pattern));"
        "create table if not exists person_of (record bigint, person bigint);"
        "create table if not exists touched (record bigint, batch int, is_retold boolean)"
    )


def add_files(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> int:
    """Add the records of CSV or Parquet files as one batch, all or none. Returns the number of the batch.

    Raises SSK-2030 for a record whose number another one has: two would be one person.
    """
    batch = int(_value(connection, "select coalesce(max(batch), 0) + 1 from claim"))
    connection.begin()
    try:
        _add(connection, files, batch)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    return batch


def _add(connection: duckdb.DuckDBPyConnection, files: Iterable[Path], batch: int) -> None:
    told = ", ".join(f"coalesce(cast({column} as varchar), '')" for column in COLUMNS[1:])
    for file in files:
        read = "read_parquet(?)" if file.suffix == ".parquet" else "read_csv(?, all_varchar = true, header = true)"
        connection.execute(
            f"insert into claim select cast(record as bigint), {told}, {batch:d} from {read}",  # noqa: S608 -- names of ours
            [str(file)],
        )
    told_twice = "select record from claim group by record having count(*) > 1 limit 1"
    if connection.execute(told_twice).fetchone() is not None:
        raise Problem("SSK-2030")


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
    """Compare every pair of which one is of batch `since` or later, and make persons of all links so far.

    From a later batch on, only the new records, earlier ones of which these tell something, and those whom links tie
    to them are touched.
    """
    prepare(connection, since)
    compare(connection, since)
    judge(connection)
    refused = make_persons(connection, since)
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


def prepare(connection: duckdb.DuckDBPyConnection, since: int = 1) -> None:
    """Normal forms of the records of batch `since` and later, and their keys; `blocking` has those that count now.

    Earlier records of which those tell something are made again, as if they had come with them.
    """
    _forget(connection, since)
    new = f"select distinct name from claim where batch >= {since:d} and name not in (select name from spelt)"  # noqa: S608 -- a number of ours
    load(connection, "spelt_now", SPELT, (spelt(name) for (name,) in _rows(connection, new)))
    connection.execute("insert into spelt select * from spelt_now; drop table spelt_now")
    _touch(connection, since)
    connection.execute(f"create or replace temp view heard as {sql('heard').format(since=since)}")
    for table, told, rows in moves():
        load(connection, table, told, rows)
    connection.execute(
        "create or replace table home as select old, string_split(communes, '|') as communes from home_text"
    )
    _append(connection, "person_record", sql("prepare"))
    fresh = f"select * from person_record where batch >= {since:d}"  # noqa: S608 -- a number of ours
    connection.execute(f"create or replace temp view fresh as {fresh}")
    _append(connection, "keyed", sql("keys"))
    shared = sql("shared").format(most=MOST_A_KEY, since=since)
    connection.execute(f"create or replace table blocking as {shared}")


def moves() -> Iterator[tuple[str, str, Iterable[Iterable[str]]]]:
    """The small tables about places that the job asks: name, columns, rows."""
    yield "owner", "province varchar", ([old] for old in places.province_moves())
    yield "province_moved", "old varchar, new varchar", places.province_moves().items()
    rows = ([old, "|".join(new)] for old, new in places.commune_moves().items())
    yield "home_text", "old varchar, communes varchar", rows


def _forget(connection: duckdb.DuckDBPyConnection, since: int) -> None:
    """What was made of these records before, and of all from the first batch on: normal forms may be other ones now.

    Verdicts too, for they are of the rules and weights of another day.
    """
    if since == 1:
        connection.execute("delete from verdict")
        connection.execute("drop table if exists spelt; drop table if exists person_record; drop table if exists keyed")
        connection.execute("delete from touched")
    connection.execute(f"create table if not exists spelt ({SPELT})")
    for table in ("person_record", "keyed"):
        if _is_there(connection, table):
            connection.execute(f"delete from {table} where batch >= ?", [since])  # noqa: S608 -- names of ours


def _touch(connection: duckdb.DuckDBPyConnection, since: int) -> None:
    """Write into `touched` which earlier records are told anew and who was tied to them; forget what was made of those.

    It is written before anything is forgotten, so that a run that died is done again with the same records.
    """
    if not _is_there(connection, "person_record"):
        return
    for statement in ("retold", "tied"):
        connection.execute(f"insert into touched {sql(statement).format(since=since)}")
    retold = f"select record from touched where is_retold and batch >= {since:d}"  # noqa: S608 -- a number of ours
    for table in ("person_record", "keyed"):
        connection.execute(f"delete from {table} where record in ({retold})")  # noqa: S608 -- names of ours


def _append(connection: duckdb.DuckDBPyConnection, table: str, statement: str) -> None:
    is_there = _is_there(connection, table)
    connection.execute(f"insert into {table} {statement}" if is_there else f"create table {table} as {statement}")


def _is_there(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(_value(connection, "select count(*) from duckdb_tables() where table_name = ?", table))


def compare(connection: duckdb.DuckDBPyConnection, since: int) -> int:
    """The pattern of every pair that shares a key, of which one is new or told anew, part by part. Returns how many."""
    records = int(_value(connection, "select count(*) from person_record where batch >= ?", since))
    parts = max(1, -(-records // _RECORDS_A_PART))
    newest = "select record from person_record where batch >= ?"
    again = f"delete from compared where one in ({newest}) or other in ({newest})"  # noqa: S608 -- words of ours
    connection.execute(again, [since, since])
    compared = 0
    for part in range(parts):
        pairs = sql("pairs").format(parts=parts, part=part, since=since)
        connection.execute(f"create or replace temp table candidate as {pairs}")
        compared += int(_value(connection, f"insert into compared {sql('compare').format(packed=packed_sql())}"))
    connection.execute("drop table candidate")
    return compared


VERDICT = "pattern bigint, total double, verdict varchar, rule varchar, levels varchar, kind varchar"
DECISION = """
select compared.one, compared.other, verdict.*
from compared join verdict on verdict.pattern = compared.pattern where verdict.verdict <> 'apart'
"""


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Decide every pattern once; `decision` holds the pairs that are not plainly two persons."""
    new = connection.execute("select distinct pattern from compared where pattern not in (select pattern from verdict)")
    load(connection, "judged", VERDICT, judged(packed for (packed,) in new.fetchall()))
    connection.execute("insert into verdict select * from judged")
    connection.execute(f"create or replace view decision as {DECISION}")


def judged(patterns: Iterable[int]) -> Iterator[list[Any]]:
    """The decision of each pattern, in the order of VERDICT."""
    for packed in patterns:
        told = decide(unpack(packed))
        yield [packed, told.total, told.verdict, told.rule, _reason(told), _kind(told)]


def _reason(told: Decision) -> str:
    """Each field that is told, its level and its bits: 'name exact 6.2; birth exact 9.8; …'. No value of a record."""
    return "; ".join(f"{part.field} {part.level} {part.weight:.1f}" for part in told.parts if part.level != UNKNOWN)


def _kind(told: Decision) -> str:
    """How a pair counts in making persons: by `number`, by `likeness`, or as a `newborn` of a home (`home` without)."""
    if told.may_be_newborn:
        return "newborn" if told.may_be_newborn_of_home else "home"
    return "number" if told.shares_number else "likeness"


def make_persons(connection: duckdb.DuckDBPyConnection, since: int = 1) -> int:
    """Make persons of the links, strongest first. Returns how many links were refused.

    From a later batch on only of the records that links tie, however far, to one of those; the others stay.
    """
    if since == 1:
        touched = "select record from claim"
    else:
        _reach(connection, since)
        touched = "select record from reached"
    connection.execute(f"create or replace temp table placed as {PLACED.format(touched=touched)}")
    made = clustered(partial(_rows, connection))
    load(connection, "placed_person", "place bigint, person bigint", enumerate(made.tops()))
    connection.begin()
    connection.execute("delete from person_of where record in (select record from placed)")
    connection.execute(f"insert into person_of {PERSON_OF}; drop table placed_person")
    connection.commit()
    return made.refused


PLACED = "select record, row_number() over (order by record) - 1 as place from ({touched}) touched"
PERSON_OF = """
select own.record, leader.record as person
from placed_person join placed own on own.place = placed_person.place
join placed leader on leader.place = placed_person.person
"""


def _reach(connection: duckdb.DuckDBPyConnection, since: int) -> None:
    """`reached`: the new and touched records, whom links tie to them, and so on; the other records of a known person.

    And of those who were one person until now, whom nothing may tie any more.
    """
    connection.execute(
        "create or replace temp table reached as select distinct record, 0 as round "
        "from (select record, batch from claim union all select record, batch from touched) where batch >= ?",
        [since],
    )
    connection.execute(f"create or replace temp table born as {sql('newborns')}")
    turn = 0
    while _value(connection, "select count(*) from reached where round = ?", turn):
        connection.execute(_FURTHER, {"turn": turn})
        turn += 1


_FURTHER = """
insert into reached
with edge as (
  select record, round from reached where round = $turn
),
next as (
  select other as record from decision join edge on edge.record = one where verdict = 'link'
  union select one from decision join edge on edge.record = other where verdict = 'link'
  union select other from born join edge on edge.record = one
  union select one from born join edge on edge.record = other
  union select own.record from person_of own join person_of known on known.person = own.person
    join edge on edge.record = known.record
  union select own.record from claim own join claim known on known.source = own.source
    join edge on edge.record = known.record where own.source like 'person %'
)
select record, $turn + 1 from next where record not in (select record from reached)
"""


def clustered(told: Callable[[str], Iterable[tuple[Any, ...]]]) -> Clusters:
    """Persons of the records in `placed`, by their places. `told` asks the engine."""
    at = "join placed mine on mine.record = one join placed theirs on theirs.record = other"
    made = Clusters(next(iter(told("select count(*) from placed")))[0])
    number = "select place, {0} from person_record join placed using (record) where {0} is not null"
    for place, cccd in told(number.format("case when is_theirs then try_cast(cccd as bigint) end")):
        made.number(place, cccd)
    for place, card in told(number.format("try_cast(coalesce(nullif(bhxh, ''), child) as bigint)")):
        made.card(place, card)
    apart = f"select mine.place, theirs.place from compared join verdict using (pattern) {at}"  # noqa: S608 -- words of ours
    for one, other in told(f"{apart} where rule in ('twins', 'generations') and verdict = 'apart'"):
        made.part(one, other)
    of_one = "select min(place) over (partition by source), place from claim join placed using (record)"
    for first, place in told(f"{of_one} where source like 'person %'"):
        made.hold(first, place)
    links = f"select mine.place, theirs.place, total < {_STRONG} from decision {at} where verdict = 'link'"  # noqa: S608 -- words of ours
    for one, other, is_weak in told(f"{links} and kind = 'number' order by total desc, 1, 2"):
        made.link(one, other, is_weak=is_weak)
    alike = f"select mine.place, theirs.place, total from decision {at} where verdict = 'link'"  # noqa: S608 -- words of ours
    made.link_weakly(list(told(f"{alike} and kind = 'likeness'")))
    made.link_alone(told(f"select mine.place, theirs.place from ({sql('newborns')}) born {at} order by 1, 2"))  # noqa: S608 -- words of ours
    return made


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, *bound: object) -> Iterator[tuple[Any, ...]]:
    found = connection.execute(statement, list(bound))
    while page := found.fetchmany(_PAGE):
        yield from page


def sql(name: str) -> str:
    """A statement of this folder."""
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def _value(connection: duckdb.DuckDBPyConnection, statement: str, *bound: object) -> Any:
    row = connection.execute(statement, list(bound)).fetchone()
    return row[0] if row else None
