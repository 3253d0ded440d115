"""A real PostgreSQL for every run, a database of its own for every worker.

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

from sosuckhoe.base import db
from sosuckhoe.site import postgres

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
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Before the first test that needs a database: borrow the run's server and its migrated template."""
    with ExitStack() as stack:
        if HAS_OWN_SERVER:
            home = Path(os.environ["SOSUCKHOE_HOME"])
            stack.enter_context(postgres.borrow(home, durable=False, remove=True))
            with _one_at_a_time(home / "template.lock"), django_db_blocker.unblock():
                _make_template(home / "template-made")
            settings.DATABASES["default"]["TEST"]["TEMPLATE"] = TEMPLATE
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        _keep()
    TransactionTestCase._fixture_teardown = lambda _: _restore()


@contextmanager
def _one_at_a_time(place):
    with place.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_template(done):
    """Migrate once; the workers' databases are copies."""
    if done.exists():
        return
    entry = settings.DATABASES["default"]
    name, test_name = entry["NAME"], entry["TEST"].get("NAME")
    entry["TEST"]["NAME"] = TEMPLATE
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
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


def _restore():
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
