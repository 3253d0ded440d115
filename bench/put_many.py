"""What a stored resource costs: CPU of Python and of PostgreSQL per resource, in batches as the worker makes them.

    python -m bench.put_many [--batches 20] [--packages 50] [--rows 30]

Uses DATABASE_URL's server, in a database of its own that it makes and drops.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psutil
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench import visit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosuckhoe.site.settings")
NAME = "bench_clinical"


@contextmanager
def own_database() -> Iterator[None]:
    """A fresh database on the server of DATABASE_URL, with the house's tables."""
    given = conninfo_to_dict(os.environ["DATABASE_URL"])
    with psycopg.connect(make_conninfo(**{**given, "dbname": "postgres"}), autocommit=True) as server:
        server.execute(f"drop database if exists {NAME} with (force)")
        server.execute(f"create database {NAME}")
    os.environ["DATABASE_URL"] = make_conninfo(**{**given, "dbname": NAME})
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    try:
        yield
    finally:
        from django.db import connection

        connection.close()
        with psycopg.connect(make_conninfo(**{**given, "dbname": "postgres"}), autocommit=True) as server:
            server.execute(f"drop database if exists {NAME} with (force)")


class Meter:
    """CPU seconds of this process and of the whole PostgreSQL server between two looks."""

    def __init__(self) -> None:
        from sosuckhoe.base import db

        backend = psutil.Process(db.value("select pg_backend_pid()"))
        self.server = backend.parent() or backend

    def look(self) -> tuple[float, float, float]:
        return time.process_time(), sum(_cpu(p) for p in [self.server, *self.server.children()]), time.perf_counter()


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def packages(batch: int, count: int, rows: int) -> list:
    """Drafts of one batch: each package one person's visit of `rows` resources."""
    from sosuckhoe.base.keys import bucket_of, derived_key
    from sosuckhoe.clinical.draft import Draft

    drafts = []
    for number in range(count):
        person = 1 + batch * count + number
        day = datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(minutes=person)
        keys = [derived_key(bucket_of(person), day, "79001", f"V{person}", str(i)) for i in range(rows)]
        for i, key in enumerate(keys):
            content = visit.content(i, f"V{person}.{i}", str(keys[0]), str(keys[1]), day.isoformat())
            body = {"resourceType": content.pop("resourceType"), "id": str(key), **content}
            drafts.append(Draft(body["resourceType"], key, person, body))
    return drafts


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--batches", type=int, default=20)
    options.add_argument("--packages", type=int, default=50)
    options.add_argument("--rows", type=int, default=30)
    chosen = options.parse_args()
    with own_database():
        from sosuckhoe.base import db
        from sosuckhoe.clinical import actions

        meter = Meter()
        batches = [packages(n, chosen.packages, chosen.rows) for n in range(chosen.batches)]
        for label in ("new", "sent again", "sent again, changed"):
            start = meter.look()
            for drafts in batches:
                if "changed" in label:
                    for draft in drafts:
                        draft.body["language"] = "vi"
                with db.atomic():
                    actions.put_many(drafts, datetime.now(UTC), 1)
            count = sum(len(drafts) for drafts in batches)
            mine, theirs, wall = ((b - a) / count * 1e6 for a, b in zip(start, meter.look(), strict=True))
            print(
                f"{label:20} {count} resources: {mine:6.1f} µs Python, {theirs:6.1f} µs PostgreSQL, {wall:6.1f} µs wall"
            )
        print_sizes(count)


def print_sizes(count: int) -> None:
    from sosuckhoe.base import db

    found = db.tuples(
        """
        select relname::text, pg_relation_size(oid) from pg_class
        where relname like 'clinical%%' and pg_relation_size(oid) > 100000 order by 2 desc
        """
    )
    for name, size in found:
        print(f"{name:40} {size / count:8.1f} bytes a resource")


if __name__ == "__main__":
    main()
