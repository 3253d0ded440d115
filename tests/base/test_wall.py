"""The second wall: for the role that web and worker sign in with, only rows of the persons in sight are there."""

from __future__ import annotations

from contextlib import suppress

import psycopg
import pytest
from django.conf import settings

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, wall
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import actions, queries, reading, rights
from tests.clinical.made import AT, PERSON, observation, patient
from tests.database import owning

HAS_WALL = settings.OWNER["USER"] != settings.DATABASES["default"]["USER"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not HAS_WALL, reason="one role is owner and application: no policy binds it"),
]
OTHER = 12345
PERSONAL = {"person", "dependant", "holder", "keep", "gone", "other"}

_RIGHTS = "rights are computed from it before anybody is in sight; no content of a record"
OUTSIDE = {
    "access_account": _RIGHTS,
    "access_relation": _RIGHTS,
    "access_tie": _RIGHTS,
    "access_exclusion": _RIGHTS,
    "access_hidden": _RIGHTS,
    "access_narrowed": _RIGHTS,
    "access_grant": _RIGHTS,
    "access_desk_code": _RIGHTS,
    "access_emergency": _RIGHTS,
    "access_queue": _RIGHTS,
    "access_request": "asked by owners and answered by facilities, by right; what is asked names an entry",
    "access_custody": _RIGHTS,
    "access_app_family": _RIGHTS,
    "access_app_launch": _RIGHTS,
    "access_hold": "what must be kept, found by everybody's retention; the number of an order, no content of a record",
    "access_audit": "every attempt adds a line, also of who sees nothing; append-only",
    "exchange_package": "filed and read by facilities, in the open role; numbers and places, no content",
}
"""Tables with a person in them that are outside the wall, and why."""

TABLES = """
select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = any (%s)
  and not a.attisdropped and (c.relrowsecurity = %s)
"""


def tables(*, walled):
    return {row[0] for row in db.tuples(TABLES, (sorted(PERSONAL), walled))}


def walled():
    """Every table that is behind the wall."""
    return sorted(row[0] for row in db.tuples("select relname from pg_class where relrowsecurity and relkind = 'r'"))


def test_every_table_with_a_person_is_behind_the_wall_or_says_why_not():
    assert tables(walled=False) == set(OUTSIDE)


VALUES = {
    "int2": "1", "int4": "1", "int8": "1", "text": "'x'", "uuid": "'00000000-0000-8000-8000-000000000001'",
    "bytea": "'\\x00'", "timestamptz": "now()", "jsonb": "'{}'", "bool": "false", "float4": "0", "float8": "0",
    "date": "current_date", "xid8": "pg_current_xact_id()", "_int8": "'{}'",
    "_text": "'{}'", "_int2": "'{}'", "_uuid": "'{}'",
}  # fmt: skip
COLUMNS = """
select a.attname, t.typname from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = ''
"""


def insert(table, person=PERSON):
    """A statement that adds a row about a person, whatever the table."""
    columns = db.tuples(COLUMNS, (table,))
    special = {"bucket": str(bucket_of(person))} | dict.fromkeys(PERSONAL, str(person))
    values = [VALUES[kind] if kind == "bool" else special.get(name, VALUES[kind]) for name, kind in columns]
    names = ", ".join(f'"{name}"' for name, _ in columns)
    return f"insert into {table} ({names}) values ({', '.join(values)})"


@pytest.fixture
def filled(db):
    """A row about a person in every table behind the wall, and the statements that add such rows."""
    from sosuckhoe.base import db as database

    made = {table: insert(table) for table in walled()}
    with owning():
        database.execute("set local session_replication_role = replica")
        for statement in made.values():
            database.execute(statement)
        database.execute("set local session_replication_role = origin")
    return made


def test_without_a_word_no_row_of_anybody_can_be_read_changed_or_added(filled):
    with wall.standing(wall.CLOSED):
        for table, statement in filled.items():
            assert db.value(f"select count(*) from {table}") == 0, table
            assert db.execute(f"delete from {table}") == 0, table
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.atomic():
                db.execute(statement)
    assert all(db.value(f"select count(*) from {table}") == 1 for table in filled)


def test_the_role_that_signs_in_is_the_closed_one():
    with wall.standing(wall.CLOSED):
        assert db.value("select current_user") == settings.DATABASES["default"]["USER"]
        assert db.value("select rolbypassrls or rolsuper from pg_roles where rolname = current_user") is False
    assert db.value("select pg_has_role(current_user, 'pg_read_all_stats', 'usage')"), "who still writes is seen"
    assert db.value("select current_user") == f"{settings.DATABASES['default']['USER']}_open"


@pytest.fixture
def two(db):
    actions.put_many([patient(), observation("a"), patient(OTHER), observation("b", person=OTHER)], AT)


def test_only_those_in_sight_are_there(two):
    with wall.standing(wall.sees([PERSON])):
        assert db.tuples("select distinct person from clinical_resource") == [(PERSON,)]
        assert len(queries.of_person(PERSON)) == 2
        assert queries.of_person(OTHER) == []
    with wall.standing(wall.sees([OTHER])):
        assert db.tuples("select distinct person from clinical_resource") == [(OTHER,)]


def test_a_step_that_was_rolled_back_is_taken_again(two):
    with wall.standing(wall.sees([PERSON])), suppress(ZeroDivisionError), db.atomic():
        assert len(queries.of_person(PERSON)) == 2
        raise ZeroDivisionError
    assert len(queries.of_person(OTHER)) == 2
    with wall.standing(wall.sees([OTHER])):
        assert queries.of_person(PERSON) == []


@pytest.mark.django_db(transaction=True)
def test_a_step_that_a_swallowed_error_undid_is_taken_again(transactional_db):
    """PostgreSQL answers COMMIT of a failed transaction with a roll-back, and nobody raises."""
    wall.forget()
    db.value("select 1")
    with wall.standing(wall.sees([OTHER])):
        with db.atomic():
            assert db.value("select current_setting('wall.persons')") == f"{{{OTHER}}}"
            with suppress(psycopg.errors.DivisionByZero):
                db.value("select 1 / 0")
        assert db.value("select current_setting('wall.persons')") == f"{{{OTHER}}}"
        assert not db.value("select current_user").endswith("_open")


def test_nobody_stays_in_sight_from_a_read_of_before_in_the_same_transaction(two):
    access.tie([("79001", PERSON)], AT)
    with db.atomic():
        assert reading.read(HOSPITAL, "Observation", str(observation("a").key), AT).person == PERSON
        with wall.standing(wall.sees([OTHER])):
            assert queries.of_person(PERSON) == []
            assert len(queries.of_person(OTHER)) == 2


ALICE = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
CHARLIE = Actor(2, "Charlie", "citizen", person=OTHER, purpose="own")
HOSPITAL = Actor(3, "BV", "system", facility="79001")
STRANGER = Actor(4, "BV", "system", facility="01001")


def test_a_read_whose_condition_was_forgotten_finds_nothing_of_others(two, monkeypatch):
    """The first wall taken away: the statement lets everybody see everything, and the second one does not."""
    access.tie([("79001", PERSON)], AT)
    monkeypatch.setattr("sosuckhoe.access.sight.may_see", lambda *_: "true")
    rights.statement.cache_clear()
    reading._newest.cache_clear()
    key = str(observation("a").key)
    try:
        assert reading.read(ALICE, "Observation", key, AT).person == PERSON
        assert reading.read(HOSPITAL, "Observation", key, AT).person == PERSON
        for stranger in (CHARLIE, STRANGER):
            with pytest.raises(Exception, match="SSK-1002"):
                reading.read(stranger, "Observation", key, AT)
            with pytest.raises(Exception, match="SSK-1002"):
                reading.vread(stranger, "Observation", key, 1, AT)
    finally:
        rights.statement.cache_clear()
        reading._newest.cache_clear()


def test_reads_one_after_another_take_no_step(two, monkeypatch):
    """One round trip each, whoever asks: the statement says whom the actor has in sight."""
    key = str(observation("a").key)
    access.tie([("79001", PERSON)], AT)
    reading.read(HOSPITAL, "Observation", key, AT)
    execute, seen = psycopg.Cursor.execute, []

    def noted(cursor, statement, *given, **named):
        seen.append(statement)
        return execute(cursor, statement, *given, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    for _ in range(3):
        reading.read(HOSPITAL, "Observation", key, AT)
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_between_reads_and_writes_one_after_another_only_the_role_changes(monkeypatch):
    """Nobody who was in sight stays so, and a word about persons is said whole."""
    actions.put_many([patient(), observation("a"), patient(OTHER), observation("b", person=OTHER)], AT)
    access.tie([("79001", PERSON)], AT)
    key, seen, said = str(observation("a").key), [], wall._say_all
    monkeypatch.setattr(wall, "_say_all", lambda *given: (seen.append(given[1]), said(*given)))
    for _ in range(3):
        reading.read(HOSPITAL, "Observation", key, AT)
        with wall.standing(wall.CLOSED):
            assert queries.of_person(PERSON) == []
            assert role() == "closed"
        assert len(queries.of_person(PERSON)) == 2
        assert role() == "open"
    assert seen in ([], [wall.CLOSED], [wall.OPEN], [wall.CLOSED, wall.OPEN])
    with wall.standing(wall.sees([OTHER])):
        assert queries.of_person(PERSON) == []
        assert len(queries.of_person(OTHER)) == 2
    with wall.standing(wall.CLOSED):
        assert queries.of_person(OTHER) == []


def role():
    return db.value("select case when current_user = session_user then 'closed' else 'open' end")
