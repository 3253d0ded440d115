"""A real PostgreSQL for every run, a database of its own for every worker.

Tests sign in as web and worker do, with a role that owns nothing; tables are made and emptied by their owner.
`db` rolls back, as pytest-django has it. `transactional_db` commits; afterwards every table is as the
migrations left it: Django's own flush knows neither our SQL tables nor the rows that migrations load.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql
from psycopg.pq import TransactionStatus

from sosuckhoe.base import db, wall
from sosuckhoe.clinical import believed
from sosuckhoe.clinical.actions import phrases
from sosuckhoe.site import postgres, prepare
from sosuckhoe.site.owner import as_owner

HAS_OWN_SERVER = "DATABASE_URL" not in os.environ
TEMPLATE = "template_sosuckhoe"
KEEP = "kept_by_tests"

TABLES = """
select c.relname, c.reltuples from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and c.relname <> 'django_migrations'
order by c.relname
"""
KEPT = f"select relname from pg_class where relnamespace = to_regnamespace('{KEEP}') and relkind = 'r'"
COLUMNS = """
select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''
"""


@pytest.fixture(scope="session")
def owner():
    """What is entered here: the connection of the owner, while databases are made and removed."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker, owner):
    """Before the first test that needs a database: borrow the run's server and its migrated template."""
    with ExitStack() as stack:
        if HAS_OWN_SERVER:
            home = Path(os.environ["SOSUCKHOE_HOME"])
            stack.enter_context(postgres.borrow(home, durable=False, remove=True))
            with _one_at_a_time(home / "template.lock"), django_db_blocker.unblock():
                _let_become_owner()
                _make_template(home / "template-made")
            settings.DATABASES["default"]["TEST"]["TEMPLATE"] = TEMPLATE
            owner.enter_context(as_owner())
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, owner):
    with django_db_blocker.unblock():
        _keep()
        owner.close()
    TransactionTestCase._fixture_teardown = lambda _: _restore()
    yield
    owner.enter_context(as_owner())


@contextmanager
def _one_at_a_time(place):
    with place.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _let_become_owner():
    """Only here: the application may say `set role`, so that one transaction can be both."""
    with as_owner():
        db.execute(f"grant {postgres.NAME} to {postgres.APPLICATION} with inherit false")


def _make_template(done):
    """Migrate once; the workers' databases are copies."""
    if done.exists():
        return
    entry = settings.DATABASES["default"]
    name, test_name = entry["NAME"], entry["TEST"].get("NAME")
    entry["TEST"]["NAME"] = TEMPLATE
    try:
        with as_owner():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        prepare.migrate()
        with owning():
            db.execute("truncate access_audit restart identity")  # the line that says what the role was given
    finally:
        connection.close()
        entry["NAME"], entry["TEST"]["NAME"] = name, test_name
    done.touch()


def _keep():
    """Copy the rows that migrations have loaded."""
    db.execute(f"drop schema if exists {KEEP} cascade")
    db.execute(f"create schema {KEEP}")
    for table in _filled(_tables()):
        db.execute(f'create table {KEEP}."{table}" as table public."{table}"')
    connection.close()


@contextmanager
def owning():
    """What the transaction does in between, it does as the owner of the tables: for tests that play who may do all."""
    before = db.value("select current_user")
    _be(settings.OWNER["USER"])
    try:
        yield
    finally:
        if db.connection().info.transaction_status != TransactionStatus.INERROR:  # a rollback does it by itself
            _be(before)


def _be(role):
    db.execute(sql.SQL("set role {}").format(sql.Identifier(role)).as_string())


@pytest.fixture(autouse=True)
def _nothing_believed():
    """What one test has stored, another must not believe to be there; nor where it stood."""
    wall.put(wall.OPEN)
    wall.forget()
    believed.forget()


def _restore():
    phrases.KNOWN.clear()
    with owning():
        _restore_tables()


def _restore_tables():
    kept = [row.relname for row in db.rows(KEPT)]
    changed = [table for table in kept if _digest("public", table) != _digest(KEEP, table)]
    spoilt = [*changed, *_filled(sorted(set(_tables()) - set(kept)))]
    if not spoilt:
        return
    with db.atomic():
        db.execute("set local session_replication_role = replica")
        db.execute("truncate " + ", ".join(f'public."{table}"' for table in spoilt) + " cascade")
        for table in [table for table in kept if table not in _filled(kept)]:
            columns = db.value(COLUMNS, [f'public."{table}"'])
            copied = f'insert into public."{table}" ({columns}) overriding system value'
            db.execute(f'{copied} select {columns} from {KEEP}."{table}"')


def _tables():
    return [row.relname for row in db.rows(TABLES)]


def _filled(tables):
    if not tables:
        return []
    asked = " union all ".join(
        f"""select '{table}' as name where exists (select from public."{table}")""" for table in tables
    )
    return [row.name for row in db.rows(asked)]


def _digest(schema, table):
    return db.tuples(f'select count(*), sum(hashtext(t::text)::bigint) from {schema}."{table}" t')[0]


def is_somebody_waiting() -> bool:
    """Whether a connection of this test's database waits for a lock: the server has other tests' databases too."""
    return bool(
        db.value(
            """
            select true from pg_locks join pg_stat_activity using (pid)
            where not granted and datname = current_database() limit 1
            """
        )
    )
