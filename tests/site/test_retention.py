"""What is over its time goes by night, what law or an order keeps stays: every class, by a frozen clock."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings

from sosuckhoe.access import audit, keeping, retaining
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock, db, resealing
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_of
from sosuckhoe.exchange import at_rest
from sosuckhoe.exchange import queries as exchange
from sosuckhoe.site import retention
from tests.database import TABLES

NOW = datetime(2030, 3, 15, 20, 0, tzinfo=UTC)  # three in the morning of the 16th in Vietnam
DAY = timedelta(days=1)
PERSON = 4711
OF_DJANGO = {
    "django_content_type",
    "django_migrations",
    "django_session",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
}


@pytest.fixture(autouse=True)
def frozen(monkeypatch, tmp_path):
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return moment


def ran(at=NOW):
    return retention.night(at)


def count(table):
    return db.value(f"select count(*) from {table}")


def fill(kept, ended, given=None):
    """A row of a table whose time began at a moment: every column that must be there gets something of its type."""
    table, values = kept.table, given or SPECIAL.get(kept.table, lambda _: {})(ended)
    for column, kind, needed, made in db.tuples(COLUMNS, (table,)):
        if column not in values and needed and not made:
            values[column] = FILLED[kind](ended)
    names = ", ".join(f'"{name}"' for name in values)
    db.execute(f"insert into {table} ({names}) values ({', '.join(['%s'] * len(values))})", list(values.values()))


COLUMNS = """
select column_name, data_type, is_nullable = 'NO' and column_default is null,
  is_identity = 'YES' or is_generated = 'ALWAYS'
from information_schema.columns where table_schema = 'public' and table_name = %s
"""
_chance = iter(range(1, 100_000))
FILLED = {
    "integer": lambda _: 0,
    "bigint": lambda _: next(_chance),
    "smallint": lambda _: 1,
    "text": lambda _: f"x{next(_chance)}",
    "uuid": lambda _: f"00000000-0000-4000-8000-{next(_chance):012}",
    "bytea": lambda _: b"%d" % next(_chance),
    "timestamp with time zone": lambda ended: ended,
    "date": lambda ended: ended.date(),
    "jsonb": lambda _: "{}",
    "boolean": lambda _: False,
}


def arrival(ended):
    return db.value(
        "insert into exchange_arrival (facility, account, channel, kind, received, digest, codec, body)"
        " values ('79001', 0, 'import', 'records', %s, %s, 1, %s) returning id",
        (ended, b"%d" % next(_chance), b"written"),
    )


def delivery(ended):
    return db.value(
        "insert into exchange_delivery (source, kind, name, digest, bytes, account, channel, received)"
        " values ('a', 'csv', 'b', %s, 1, 0, 'import', %s) returning id",
        (b"%d" % next(_chance), ended),
    )


def ended_grant(ended):
    key = f"00000000-0000-4000-8000-{next(_chance):012}"
    db.execute(
        "insert into access_grant (bucket, id, person, kind, at, until, account, channel, recipient, scope, text,"
        " digest) values (%s, %s, %s, 'link', %s, %s, 1, 'page', '', '{}', '', '')",
        (bucket_of(PERSON), key, PERSON, ended - DAY, ended),
    )
    return {"bucket": bucket_of(PERSON), "person": PERSON, "grant": key}


SPECIAL = {
    "access_session": lambda at: {"ended": at},
    "access_phone": lambda at: {"until": at},
    "access_card": lambda at: {"ended": at},
    "access_request": lambda at: {"answered": at},
    "access_tie": lambda at: {"until": at},
    "exchange_delivery": lambda at: {"ended": at},
    "exchange_finding": lambda at: {"arrival": arrival(at)},
    "exchange_delivery_finding": lambda at: {"delivery": delivery(at)},
    "exchange_put_off": lambda at: {"delivery": delivery(at)},
    "exchange_heard": lambda at: {"state": "read"},
    "exchange_pull": lambda at: {"ended": at},
    "book_link": ended_grant,
}


@pytest.mark.django_db
def test_every_table_of_the_house_has_a_class_and_every_class_is_used():
    """A new table is named in its room's `keeping`, or this fails."""
    classes, named = keeping.words()["classes"], [one.table for one in retention.kept()]
    there = (
        {name for name, _ in db.tuples(TABLES)}
        - OF_DJANGO
        - {"access_account_groups", "access_account_user_permissions"}
    )
    assert sorted(there - {*named, *retention.stays()}) == []
    assert sorted({*named, *retention.stays()} - there) == []
    assert not {*named} & {*retention.stays()}, "a table has one class"
    assert {one.name for one in retention.kept()} | {"log"} == set(keeping.applied())
    assert {*retention.stays().values()} <= {*classes}
    assert {name for name, entry in classes.items() if entry["then"] in {"keep", "itself"}} <= {
        *retention.stays().values()
    } | {"analytical"}


def test_every_class_says_what_becomes_of_it_and_who_demands_it():
    for name, entry in keeping.words()["classes"].items():
        assert entry["vi"], entry["en"]
        assert entry["then"] in {"remove", "empty", "itself", "keep"}, name
        assert ("keep" in entry) == (entry["then"] in {"remove", "empty"}), name
        assert ("why" in entry) == (entry["then"] == "keep"), name
        assert ("by" in entry) == (entry["then"] == "itself"), name


def test_what_a_hold_of_somebody_does_not_reach_says_why():
    """A table without a person, and what goes by itself or lies outside the tables."""
    classes = keeping.words()["classes"]
    by_table = {(one.name, one.table) for one in retention.kept() if not one.person}
    by_class = {name for name, entry in classes.items() if entry["then"] == "itself"} | {"log"}
    unheld = {name: entry["unheld"] for name, entry in classes.items() if "unheld" in entry}
    assert by_class == {name for name, why in unheld.items() if isinstance(why, str)}
    assert by_table == {(name, table) for name, why in unheld.items() if isinstance(why, dict) for table in why}
    reasons = [text for why in unheld.values() for text in (why.values() if isinstance(why, dict) else [why])]
    assert all(len(text.split()) > 5 for text in reasons)


@pytest.mark.parametrize(
    ("keep", "at", "before"),
    [
        ({"days": 7}, "2030-03-15", "2030-03-08"),
        ({"years": 2}, "2030-03-15", "2028-03-15"),
        ({"years": 1}, "2028-02-29", "2027-03-01"),
        ({"years": 4}, "2028-02-29", "2024-02-29"),
    ],
)
def test_years_are_of_the_calendar(monkeypatch, keep, at, before):
    monkeypatch.setitem(keeping.words()["classes"], "tried", {"keep": keep})
    moment = datetime.fromisoformat(at).replace(hour=12, tzinfo=clock.VIETNAM)
    assert keeping.before("tried", moment) == datetime.fromisoformat(before).replace(hour=12, tzinfo=clock.VIETNAM)


@pytest.mark.django_db
@pytest.mark.parametrize("kept", retention.kept(), ids=lambda one: one.table)
def test_a_row_goes_when_its_time_is_over_and_not_a_second_before(kept):
    edge = keeping.before(kept.name, NOW)
    fill(kept, edge - timedelta(seconds=1))
    fill(kept, edge + timedelta(seconds=1))
    there = count(kept.table)
    assert retaining.over(kept, NOW) == 1
    assert retaining.take(PROGRAM, kept, NOW, 500) == 1
    assert retaining.over(kept, NOW) == retaining.take(PROGRAM, kept, NOW, 500) == 0
    assert count(kept.table) == there - (0 if kept.empties else 1)
    [line] = db.tuples("select action, person, detail from access_audit where action = 'retain'")
    assert line == ("retain", NOBODY, f"{kept.table} 1")


@pytest.mark.django_db
def test_a_file_that_arrived_is_emptied_and_one_that_waits_is_not():
    old = NOW - timedelta(days=800)
    filed, waiting = arrival(old), arrival(old)
    db.execute("insert into exchange_waiting (lane, arrival) values (0, %s)", (waiting,))
    ran()
    assert exchange.arrival(filed).content == b""
    db.execute("update exchange_arrival set codec = %s where id = %s", (at_rest.SEALED, filed))
    assert exchange.arrival(filed).content == b"", "whatever way its content was kept"
    [bodies] = [one for one in at_rest.COLUMNS if one.table == "exchange_arrival"]
    assert resealing.left(bodies) == 1, "there is nothing of it to seal"
    assert db.value("select body from exchange_arrival where id = %s", (waiting,)) == b"written"
    assert db.value("select count(*) from exchange_arrival where digest is not null") == 2


@pytest.mark.django_db
def test_what_has_not_ended_stays_however_old():
    old = NOW - timedelta(days=4000)
    for name, values in {
        "access_phone": {"until": None},
        "access_card": {"ended": None},
        "access_tie": {"until": datetime.max.replace(tzinfo=UTC), "since": old},
        "exchange_pull": {"ended": None},
        "exchange_delivery": {"ended": None},
        "exchange_heard": {"state": "waiting"},
        "access_request": {"answered": None},
    }.items():
        [kept] = [one for one in retention.kept() if one.table == name]
        fill(kept, old, values)
    assert ran() == 0


@pytest.mark.django_db
def test_a_hold_keeps_ones_rows_and_not_anothers_until_it_is_released():
    [queue] = [one for one in retention.kept() if one.table == "access_queue"]
    for person in (PERSON, PERSON + 1):
        db.execute(
            "insert into access_queue (facility, day, number, person, at) values ('79001', '2029-01-01', %s, %s, %s)",
            (person, person, NOW - 400 * DAY),
        )
    key = retaining.hold(PROGRAM, retaining.Hold(PERSON, "", "12/QĐ", "Tòa án"), NOW)
    assert retaining.is_held(PERSON)
    assert not retaining.is_held(PERSON + 1)
    ran()
    assert db.tuples("select person from access_queue") == [(PERSON,)]
    retaining.release(PROGRAM, key, NOW)
    assert ran(NOW + DAY) == 1
    with pytest.raises(Problem) as fault:
        retaining.release(PROGRAM, key, NOW)
    assert fault.value.number == "SSK-1002"
    assert retaining.over(queue, NOW) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["arrival", ""])
def test_a_hold_of_somebody_keeps_the_files_in_which_they_arrived(name):
    old = NOW - timedelta(days=800)
    held, other = arrival(old), arrival(old)
    for number, persons in ((held, (PERSON + 1, PERSON)), (other, (PERSON + 1,))):
        for position, person in enumerate(persons, 1):
            db.execute(
                "insert into exchange_package (arrival, position, facility, ma_lk, outcome, bucket, person, version)"
                " values (%s, %s, '79001', 'LK1', 'filed', 1, %s, 1)",
                (number, position, person),
            )
    retaining.hold(PROGRAM, retaining.Hold(PERSON, name, "12/QĐ", "Tòa án"), NOW)
    assert ran() == 1
    assert exchange.arrival(other).content == b""
    assert db.value("select body from exchange_arrival where id = %s", (held,)) == b"written"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["failure", ""])
def test_a_hold_of_everybody_keeps_also_rows_that_name_nobody(name):
    db.execute("insert into access_failure (key, count, last) values ('a', 1, %s)", (NOW - 400 * DAY,))
    retaining.hold(PROGRAM, retaining.Hold(NOBODY, name, "12/QĐ", "Tòa án"), NOW)
    assert ran() == 0


@pytest.mark.parametrize("wrong", [{"name": "care"}, {"document": " "}, {"authority": ""}])
def test_a_hold_needs_a_class_with_an_end_a_document_and_an_authority(wrong):
    given = {"person": NOBODY, "name": "", "document": "12/QĐ", "authority": "Tòa án", **wrong}
    with pytest.raises(Problem) as fault:
        retaining.hold(PROGRAM, retaining.Hold(**given), NOW)
    assert fault.value.number == "SSK-2400"


def test_nobody_who_signs_in_removes_or_holds():
    for role in ("citizen", "doctor", "clerk", "admin", "officer", "steward", "system"):
        with pytest.raises(Problem):
            retaining.take(Actor(1, "A", role), retention.kept()[0], NOW, 1)
        with pytest.raises(Problem):
            retaining.hold(Actor(1, "A", role), retaining.Hold(NOBODY, "", "a", "b"), NOW)


@pytest.mark.django_db
def test_a_round_goes_on_where_it_was_stopped_and_is_done_once_a_day(monkeypatch):
    monkeypatch.setitem(keeping.words(), "rows_at_once", 2)
    for number in range(5):
        db.execute(
            "insert into access_failure (key, count, last) values (%s, 1, %s)", (b"%d" % number, NOW - 400 * DAY)
        )
    steps = [retention.step(NOW) for _ in range(4)]
    assert steps.count(2) >= 1
    assert count("access_failure") < 5
    assert ran() + sum(steps) == 5
    assert db.value("select removed from access_retention_night where class = 'failure'") == 5
    assert not db.value("select count(*) from access_retention_night where ended is null")
    db.execute("insert into access_failure (key, count, last) values ('late', 1, %s)", (NOW - 400 * DAY,))
    assert ran() == 0, "today's round is done"
    assert ran(NOW + DAY) == 1


@pytest.mark.django_db
def test_what_cannot_be_written_down_is_not_removed(monkeypatch):
    db.execute("insert into access_failure (key, count, last) values ('a', 1, %s)", (NOW - 400 * DAY,))

    def away(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(audit, "record", away)
    with pytest.raises(RuntimeError), db.atomic():
        ran()
    assert count("access_failure") == 1


@pytest.mark.django_db
def test_old_logs_go_and_the_one_in_use_stays(tmp_path):
    folder = tmp_path / "postgres"
    folder.mkdir()
    for name, age in (("server.log", 900), ("server.log.1", 31), ("server.log.2", 29)):
        (folder / name).write_text("a line")
        os.utime(folder / name, ((NOW - age * DAY).timestamp(),) * 2)
    ran()
    assert sorted(one.name for one in folder.iterdir()) == ["server.log", "server.log.2"]


@pytest.mark.django_db
def test_the_command_counts_runs_holds_and_tells():
    db.execute("insert into access_failure (key, count, last) values ('a', 1, %s)", (NOW - 400 * DAY,))
    ask = CliRunner().invoke
    assert "       1  access_failure" in ask(retention.retention, ["run", "--dry-run"]).output
    assert (count("access_failure"), count("access_retention_night"), count("access_audit")) == (1, 0, 0)
    held = ask(retention.retention, ["hold", "--class", "failure", "--document", "12/QĐ", "--authority", "Tòa án"])
    assert ask(retention.retention, ["run"]).output == "0 dòng · rows\n"
    key = held.output.strip()
    assert f"{key}  failure  12/QĐ  Tòa án" in ask(retention.retention, ["status"]).output
    assert ask(retention.retention, ["release", key]).exit_code == 0
    db.execute("delete from access_retention_night")
    assert ask(retention.retention, ["run"]).output == "1 dòng · rows\n"
    told = ask(retention.retention, ["status"]).output
    assert "0 chưa xong" in told
    assert "1 dòng" in told
