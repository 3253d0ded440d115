"""What a stored resource costs: CPU of Python and of PostgreSQL per resource, in batches as the worker makes them.

python -m bench put_many [--batches 20] [--packages 50] [--rows 30]
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta

from bench import house, visit


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


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench put_many")
    options.add_argument("--batches", type=int, default=40)
    options.add_argument("--packages", type=int, default=50)
    options.add_argument("--rows", type=int, default=30)
    asked = options.parse_args(words)
    with house.running(web=False, worker=False) as here:
        batches = [packages(number, asked.packages, asked.rows) for number in range(asked.batches)]
        store(here, "new", batches)
        store(here, "sent again", batches)
        for draft in (draft for drafts in batches for draft in drafts):
            draft.body["language"] = "vi"
        store(here, "changed", batches)
        print_sizes(sum(len(drafts) for drafts in batches))


def store(here: house.House, label: str, batches: list) -> None:
    """Put every batch in a transaction of its own, and print what that cost."""
    from sosuckhoe.base import db
    from sosuckhoe.clinical import actions

    count = sum(len(drafts) for drafts in batches)
    began, mine, theirs = time.perf_counter(), time.process_time(), here.cpu()["postgres"]
    for drafts in batches:
        with db.atomic():
            actions.put_many(drafts, datetime.now(UTC), 1)
    wall, mine, theirs = time.perf_counter() - began, time.process_time() - mine, here.cpu()["postgres"] - theirs
    figures = (f"{seconds / count * 1e6:6.1f} µs {what}" for what, seconds in _named(mine, theirs, wall))
    print(f"{label:12} {count} resources, each: {', '.join(figures)}; {count / wall:.0f}/s")


def _named(mine: float, theirs: float, wall: float) -> list[tuple[str, float]]:
    return [("Python", mine), ("PostgreSQL", theirs), ("wall", wall)]


def print_sizes(count: int) -> None:
    """Bytes a resource of every table and index that matters."""
    from sosuckhoe.base import db

    found = db.tuples(
        """
        select relname::text, pg_relation_size(oid) from pg_class
        where relname like 'clinical%' and pg_relation_size(oid) > 1000000 order by 2 desc
        """
    )
    for name, size in found:
        print(f"{name:40} {size / count:8.1f} bytes a resource")
