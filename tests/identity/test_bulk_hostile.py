"""What one name, number or file holds does not spoil the others of a bulk job."""

import json

import duckdb
import pytest

from sosuckhoe.base.errors import Problem
from sosuckhoe.identity.bulk import job
from tests.identity.test_bulk import LAN, connection, persons, row, write

__all__ = ["connection"]

ODD = (
    "\\N",
    "A\nB C",
    "A\rB C",
    "A\r\nB C",
    'A "B", C',
    "A\tB",
    "Nguyễn\u00a0An",
    "😀 Lan",
    "x" * 5000,
    "NULL",
    "\u0323 An",
)


@pytest.mark.parametrize("name", ODD)
def test_whatever_letters_a_name_has_it_and_those_after_it_are_compared(connection, tmp_path, name):
    odd = [row(n, **LAN | {"name": name}) for n in (0, 1)]
    job.add_files(connection, [parquet(connection, tmp_path / "a.parquet", odd)])
    job.run(connection)
    batch = job.add_files(connection, [write(tmp_path / "b.csv", [row(n, **OTHER) for n in (2, 3)])])
    assert job.run(connection, since=batch).records == 4
    assert connection.execute("select count(*) from person_record").fetchone() == (4,)
    assert persons(connection) == {0: 0, 1: 0, 2: 2, 3: 2}


OTHER = {"name": "Trần Văn Tám", "birth": "1971-07-09", "sex": "male", "cccd": "079071000009"}


def parquet(connection, place, rows):
    connection.execute("create or replace temp table told as select * from claim limit 0")
    connection.execute("alter table told drop column batch")
    for told in rows:
        values = [told[column] for column in job.COLUMNS]
        connection.execute(f"insert into told values ({', '.join('?' * len(values))})", values)
    connection.execute(f"copy told to '{place}' (format parquet)")
    return place


def test_a_record_whose_number_another_has_is_refused_and_nothing_is_added(connection, tmp_path):
    job.add_files(connection, [write(tmp_path / "a.csv", [row(0, **LAN)])])
    for files in ([[row(1), row(2)], [row(0, **OTHER)]], [[row(1), row(1)]]):
        places = [write(tmp_path / f"{number}.csv", rows) for number, rows in enumerate(files)]
        with pytest.raises(Problem, match="SSK-2030"):
            job.add_files(connection, places)
        assert connection.execute("select record, batch from claim").fetchall() == [(0, 1)]


def test_of_files_one_of_which_cannot_be_read_none_is_added(connection, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("record,name\n1,Lan\n", encoding="utf-8")
    with pytest.raises(duckdb.BinderException):
        job.add_files(connection, [write(tmp_path / "a.csv", [row(0)]), broken])
    assert connection.execute("select count(*) from claim").fetchone() == (0,)


def test_from_the_first_batch_on_the_rules_and_weights_of_today_decide(connection, tmp_path):
    job.add_files(connection, [write(tmp_path / "a.csv", [row(0, **LAN), row(1, **LAN)])])
    job.run(connection)
    connection.execute("update verdict set verdict = 'apart', rule = 'of another day'")
    assert job.run(connection).links == 1
    assert persons(connection) == {0: 0, 1: 0}


@pytest.mark.parametrize("since", [1, 2])
def test_a_number_that_thousands_carry_is_not_met_by_all_with_all(connection, tmp_path, since):
    """Rows that pass between the joins, counted by the database: some for each record, not for each pair."""
    count = 3_000
    old, young = range(1930, 1990), range(2000, 2010)
    told = {"bhxh": "0000000000", "cccd": "079195000001", "mother": "079195000001"}
    rows = [
        row(n, name=f"Nguyễn Văn {'ABCDEGHI'[n % 8]}{n % 97}", birth=f"{years[n % len(years)]}-05-02", **told)
        for n, years in enumerate([young] * (count // 2) + [old] * (count // 2))
    ]
    job.add_files(connection, [write(tmp_path / "a.csv", rows[: count // 2])])
    job.prepare(connection)
    job.add_files(connection, [write(tmp_path / "b.csv", rows[count // 2 :])])
    connection.execute("create or replace temp view heard as select * from claim")
    statement = job.sql("prepare") if since == 1 else job.sql("retold").format(since=since)
    assert passed(connection, statement) < 40 * count


def passed(connection, statement):
    """How many rows the operators of a statement yield together."""
    told = json.loads(connection.execute(f"explain (analyze, format json) {statement}").fetchone()[1])
    waiting, found = list(told["operator"]), 0
    while waiting:
        node = waiting.pop()
        found += node["intermediate_rows"]
        waiting += node.get("children", [])
    return found
