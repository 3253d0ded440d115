"""The role that web and worker use in production adds to the trace and takes nothing from it."""

from __future__ import annotations

import os

import psycopg
import pytest

from sosuckhoe.access import actions, sealing, verifying
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db, wall
from tests.access.attacks import KEY, PUBLIC, START, Trace, write
from tests.database import HAS_OWN_SERVER, owning

pytestmark = pytest.mark.django_db

ROLE = f"ssk app {os.getpid()}"
"""Quoted where it stands in a statement: a role's name may be anything."""


@pytest.fixture
def trace(db, tmp_path):
    with owning():
        trace = Trace(tmp_path).day()
        yield trace
        trace.keeper.close()


@pytest.fixture
def as_the_application(trace):
    """The rest of the transaction runs with the rights of the role; it goes with the transaction."""
    db.execute(f'create role "{ROLE}" nologin')
    db.execute(f'grant "{ROLE}" to session_user')
    actions.let_only_add(PROGRAM, ROLE)
    db.execute(f'set local role "{ROLE}"')
    yield trace
    db.execute("reset role")


TAKEN = [
    f"{verb} {table}{rest}"
    for table, column in (("access_audit", "account"), ("access_seal", "size"), ("access_grant", "account"))
    for verb, rest in (("update", f" set {column} = 1"), ("delete from", ""), ("truncate", ""))
] + [
    "delete from access_seal_state",
    "truncate access_seal_told",
    "drop table access_audit",
    "alter table access_audit add column other int",
    "create trigger other after insert on access_audit execute function suppress_redundant_updates_trigger()",
    "delete from django_migrations",
]


@pytest.mark.parametrize("statement", TAKEN)
def test_it_cannot_change_or_take_what_is_there(as_the_application, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.atomic():
        db.execute(statement)


def test_it_can_write_seal_tell_and_verify(as_the_application):
    write(4)
    assert sealing.seal(KEY, START) > 0
    assert as_the_application.tell() == 1
    assert as_the_application.findings() == []
    assert list(verifying.found(PUBLIC, as_the_application.folder / "heads")) == []


@pytest.mark.skipif(not HAS_OWN_SERVER, reason="the roles of another server are its owner's")
@pytest.mark.parametrize("stand", [wall.CLOSED, wall.OPEN])
def test_the_embedded_database_lets_web_and_worker_own_nothing(stand):
    wall.put(stand)
    assert db.value("select count(*) from pg_tables where tableowner = current_user") == 0
    assert not db.value("select rolsuper or rolcreatedb from pg_roles where rolname = current_user")
    assert db.value("select rolbypassrls from pg_roles where rolname = current_user") == stand.is_open
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.atomic():
        db.execute("delete from access_audit")


def test_it_can_do_the_rest_of_the_work(as_the_application):
    tables = db.tuples(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    )
    bound = {
        "access_audit",
        "access_grant",
        "access_seal",
        "access_seal_state",
        "access_seal_told",
        "django_migrations",
    }
    for (name,) in tables:
        rights = db.tuples(
            "select has_table_privilege(%s, v) from unnest(array['select','insert','update','delete']) v", [f'"{name}"']
        )
        assert rights == [(True,)] * 4 or name in bound, name


@pytest.mark.skipif(not HAS_OWN_SERVER, reason="another server may be older than the right to maintain")
def test_the_application_may_analyze_what_it_has_loaded():
    assert db.value("select has_table_privilege('identity_person', 'maintain')")
