"""What it costs to find or make a person: CPU of Python and PostgreSQL per claim, in batches as the worker makes them.

python -m bench find_or_create [--people 8000] [--batch 20]
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime

from bench import house
from bench.population import records


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench find_or_create")
    parser.add_argument("--people", type=int, default=8000)
    parser.add_argument("--batch", type=int, default=20)
    asked = parser.parse_args(words)
    with house.running(web=False, worker=False) as here:
        claims = [record.claim for record in records(asked.people, 11)]
        batches = [claims[at : at + asked.batch] for at in range(0, len(claims), asked.batch)]
        third = len(batches) // 3
        hear(here, "first third", batches[:third])
        hear(here, "the rest", batches[third:])
        hear(here, "all again", batches)
        ask(claims)
        print_sizes()


def ask(claims: list) -> None:
    """Who each of some claims means, asked one at a time as an interface asks: the clock and the candidates."""
    from sosuckhoe.identity import near

    asked, compared, seconds = claims[:: max(1, len(claims) // 2000)], 0, []
    for claim in asked:
        began = time.perf_counter()
        compared += len(near.match(claim, most=1000))
        seconds.append(time.perf_counter() - began)
    print(
        f"match        {len(asked)} claims, {compared / len(asked):.1f} candidates each: {house.percentiles(seconds)}"
    )


def hear(here: house.House, label: str, batches: list) -> None:
    """Find or make the persons of every batch in a transaction of its own, and print what that cost."""
    from sosuckhoe.base import db
    from sosuckhoe.identity.actions import find_or_create

    count = sum(len(batch) for batch in batches)
    before = db.value("select count(*) from identity_person")
    began, mine, theirs = time.perf_counter(), time.process_time(), here.cpu()["postgres"]
    for batch in batches:
        with db.atomic():
            find_or_create(batch, datetime.now(UTC))
    wall, mine, theirs = time.perf_counter() - began, time.process_time() - mine, here.cpu()["postgres"] - theirs
    made = db.value("select count(*) from identity_person") - before
    costs = ", ".join(
        f"{what} {seconds / count * 1e6:.0f} µs" for what, seconds in (("Python", mine), ("PostgreSQL", theirs))
    )
    print(f"{label:12} {count} claims, {made} new persons; each: {costs}, wall {wall / count * 1e6:.0f} µs")


def print_sizes() -> None:
    """Rows and bytes of each table of identity."""
    from sosuckhoe.base import db

    for name, rows, size in db.tuples(
        """
        select relname::text, n_live_tup, pg_total_relation_size(relid) from pg_stat_user_tables
        where relname like 'identity%' order by 3 desc limit 4
        """
    ):
        print(f"{name:24} {rows} rows, {size / 1e6:.1f} MB with its indexes")
