"""What the index of the history costs a write, what a page of history costs, and what a condition adds to a create.

python -m bench history [--batches 10] [--changes 6] [--creates 300]
"""

from __future__ import annotations

import argparse
import statistics
from datetime import UTC, datetime

from bench import house
from bench.audit_seal import Cost
from bench.put_many import packages

INDEX = "create index clinical_history_by_updated on clinical_history (type, updated, rid, version)"


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench history")
    options.add_argument("--batches", type=int, default=10)
    options.add_argument("--changes", type=int, default=6)
    options.add_argument("--creates", type=int, default=300)
    asked = options.parse_args(words)
    with house.running(web=False, worker=False) as here:
        batches = [packages(number, 50, 30) for number in range(asked.batches)]
        put(batches)
        changes(here, batches, asked.changes)
        pages(here)
        creates(here, asked.creates)


def put(batches: list) -> None:
    from sosuckhoe.base import db
    from sosuckhoe.clinical import actions

    for drafts in batches:
        with db.atomic():
            actions.put_many(drafts, datetime.now(UTC), 1)


def changes(here: house.House, batches: list, turns: int) -> None:
    """Every resource changes, in turn with the index and without."""
    from sosuckhoe.base import db

    spent: dict[bool, list[float]] = {True: [], False: []}
    count = sum(len(drafts) for drafts in batches)
    for turn in range(turns):
        has_index = turn % 4 in {0, 3}
        for draft in (draft for drafts in batches for draft in drafts):
            draft.body["implicitRules"] = f"urn:test:{turn}"
        with Cost(here) as cost:
            put(batches)
        spent[has_index].append(cost.theirs / count * 1e6)
        wants_index = (turn + 1) % 4 in {0, 3}
        if wants_index != has_index:
            db.execute(INDEX if wants_index else "drop index clinical_history_by_updated")
    if not wants_index:
        db.execute(INDEX)
    for has_index, found in spent.items():
        print(f"a change {'with' if has_index else 'without'} the index: {statistics.median(found):.1f} µs PostgreSQL")
    size = db.value("select pg_relation_size('clinical_history_by_updated')::float8 / count(*) from clinical_history")
    print(f"the index: {size:.0f} bytes a version")


def pages(here: house.House) -> None:
    """Pages of 50, of those who see all, little and their own."""
    from sosuckhoe.access import actions as access
    from sosuckhoe.access.actor import PROGRAM, Actor
    from sosuckhoe.base import db
    from sosuckhoe.clinical import versions

    db.execute("vacuum analyze")
    now = datetime.now(UTC)
    access.tie([("79001", person) for person in range(1, 6)], now)
    hospital = Actor(account=1, name="", role="system", facility="79001")
    citizen = Actor(account=2, name="", role="citizen", person=3, purpose="own")
    asked, turns = versions.Asked(50), 30
    for name, actor in (("who may see all", PROGRAM), ("a hospital of 5 persons", hospital), ("a citizen", citizen)):
        looks = {
            "type": lambda: versions.of_type(actor, "Observation", asked, now),  # noqa: B023 -- called in this turn
            "system": lambda: versions.of_system(actor, asked, now),  # noqa: B023 -- called in this turn
        }
        for kind, look in looks.items():
            with Cost(here) as cost:
                for _ in range(turns):
                    look()
            mine, theirs = (seconds / turns * 1000 for seconds in (cost.mine, cost.theirs))
            print(f"history of the {kind}, {name}: {mine:.1f} ms Python, {theirs:.1f} ms PostgreSQL")


def creates(here: house.House, count: int) -> None:
    """Creates without a condition, with one that finds nothing, with one that finds."""
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.clinical import actions

    def create(number: int, condition: str | None) -> None:
        identifier = [{"system": "urn:test:lis", "value": str(number)}]
        body = {"resourceType": "Observation", "status": "final", "code": {"text": "Hb"}, "identifier": identifier}
        actions.create(PROGRAM, "Observation", body, datetime.now(UTC), if_none_exist=condition)

    for name, first, has_condition in (("plain", 0, False), ("nothing found", count, True), ("found", count, True)):
        with Cost(here) as cost:
            for number in range(first, first + count):
                create(number, f"identifier=urn:test:lis|{number}" if has_condition else None)
        mine, theirs, wall = (seconds / count * 1e6 for seconds in (cost.mine, cost.theirs, cost.wall))
        print(f"create, {name}: {mine:.0f} µs Python, {theirs:.0f} µs PostgreSQL, {wall:.0f} µs in all")
