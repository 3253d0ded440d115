"""Before the house opens: a database that answers, tables that are up to date, a demo province."""

from __future__ import annotations

import time

import django.db
from django.conf import settings
from django.core.management import call_command

from sosuckhoe.base import db, wall
from sosuckhoe.base.errors import Problem
from sosuckhoe.site.owner import as_owner

OLDEST_SERVER = 160_000
WAIT_SECONDS = 30
LOCK_TIMEOUT = "30s"
_MIGRATING = 0x5353_4B01
"""The advisory lock that lets one process migrate at a time."""
_IS_UNBOUND = """
select not has_table_privilege(%(role)s, 'access_audit', 'insert')
  or not exists (select from pg_roles where rolname = %(role)s || '_open')
"""


def wait_for_database(seconds: float = WAIT_SECONDS) -> None:
    """Wait until the database answers; refuse one that is too old for our tables."""
    with wall.standing(None):  # before the first migration there is no wall
        until = time.monotonic() + seconds
        while not _has_answered():
            if time.monotonic() > until:
                raise Problem("SSK-5008", seconds=int(seconds))
            time.sleep(0.5)
        version = db.connection().info.server_version
    if version < OLDEST_SERVER:
        raise Problem("SSK-5009", version=OLDEST_SERVER // 10_000)


def _has_answered() -> bool:
    try:
        db.connection()
    except django.db.OperationalError:
        return False
    return True


def migrate() -> None:
    """Bring the tables up to date. A table that is in use for long stops the migration, not its users."""
    application = django.db.connection.settings_dict["USER"]
    with as_owner():
        wait_for_database()
        _migrate()
        check_keys()
        if application != settings.OWNER["USER"] and db.value(_IS_UNBOUND, {"role": application}):
            _bind(application)


def check_keys() -> None:
    """Hold the keys of this process against the proofs that the database has. SSK-2304, SSK-2305."""
    from sosuckhoe.access import data_keys  # as below

    data_keys.check()


def _fill_places() -> None:
    from sosuckhoe.identity import place_table  # as above

    place_table.fill()


def _bind(role: str) -> None:
    from sosuckhoe.access import actions  # models need Django's applications, which stand after this file is read
    from sosuckhoe.access.actor import PROGRAM

    actions.let_only_add(PROGRAM, role)


def _migrate() -> None:
    db.value("select pg_advisory_lock(%s)", [_MIGRATING])
    try:
        db.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
        call_command("migrate", interactive=False, verbosity=0)
        _fill_places()
    finally:
        db.execute("reset lock_timeout")
        db.value("select pg_advisory_unlock(%s)", [_MIGRATING])
