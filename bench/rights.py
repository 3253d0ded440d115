"""What rights cost: the question to the policy, rights as values of a statement, the second wall, a step of it.

    python -m bench rights [--records 3000] [--reads 3000]

Reads by id are made by turns behind the wall and as the open role, within the process. CPU of PostgreSQL ticks in
10 ms a process, so it wants thousands of reads.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from bench import house
from bench.audit_seal import Cost
from bench.put_many import packages

TURNS = 6


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench rights")
    options.add_argument("--records", type=int, default=3000)
    options.add_argument("--reads", type=int, default=3000)
    asked = options.parse_args(words)
    with house.running(web=False, worker=False) as here:
        drafts = fill(asked.records)
        for name, actor in actors(drafts).items():
            questions(here, name, actor, drafts)
        for name, actor in actors(drafts).items():
            walls(here, name, actor, drafts, asked.reads)
        steps(here, drafts[0].person, asked.reads)


def fill(records: int) -> list[Any]:
    """Records of persons whom one facility has treated."""
    from sosuckhoe.access import actions as access
    from sosuckhoe.base import db
    from sosuckhoe.clinical import actions

    drafts, now = [], datetime.now(UTC)
    for batch in range(max(records // 1500, 1)):
        made = packages(batch, 50, 30)
        with db.atomic():
            actions.put_many(made, now)
        drafts += made
    access.tie([("79001", person) for person in {one.person for one in drafts}], now)
    return drafts


def actors(drafts: list[Any]) -> dict[str, Any]:
    """An owner, a doctor and a system of the facility, and somebody of another one."""
    from sosuckhoe.access.actor import Actor

    return {
        "the owner": Actor(1, "", "citizen", person=drafts[0].person, purpose="own"),
        "a doctor who treats": Actor(2, "", "doctor", facility="79001"),
        "a system of the facility": Actor(3, "", "system", facility="79001"),
        "a stranger": Actor(4, "", "system", facility="01001"),
    }


def questions(here: house.House, name: str, actor: Any, drafts: list[Any]) -> None:
    """`policy.can` of one person's record, and the rights of a search as values of its statement."""
    from sosuckhoe.access import policy
    from sosuckhoe.clinical.rights import rights_of

    whose = [one.person for one in drafts[:1000]]
    said = spent(here, lambda turn: policy.can(actor, "read", "record", person=whose[turn % len(whose)]), 3000)
    print(f"policy.can            {name:26} {said}")
    print(f"rights of a search    {name:26} {spent(here, lambda _: rights_of(actor, 'search'), 3000)}")


def walls(here: house.House, name: str, actor: Any, drafts: list[Any], reads: int) -> None:
    """Reads by id behind the wall and as the open role, by turns."""
    from sosuckhoe.base import wall
    from sosuckhoe.base.errors import Problem
    from sosuckhoe.clinical import reading

    mine = [one for one in drafts if one.type == "Observation" and (not actor.person or one.person == actor.person)]
    now = datetime.now(UTC)

    def read(turn: int) -> None:
        one = mine[turn % len(mine)]
        try:
            reading.read(actor, one.type, str(one.key), now)
        except Problem as problem:
            if problem.number != "SSK-1002":
                raise

    costs: dict[str, list[Cost]] = {"behind the wall": [], "as the open role": []}
    for turn in range(TURNS):
        is_open = bool(turn % 2)
        with mock.patch.object(wall, "CLOSED", wall.OPEN if is_open else wall.CLOSED):
            read(0)
            costs["as the open role" if is_open else "behind the wall"].append(measured(here, read, reads // TURNS))
    for kind, found in costs.items():
        count = reads // TURNS * len(found)
        print(f"read by id            {name:26} {told(found, count)}, {kind}")


def steps(here: house.House, person: int, count: int) -> None:
    """From the open role to one person in sight and back, each with the smallest statement."""
    from sosuckhoe.base import db, wall

    def step(turn: int) -> None:
        with wall.standing(wall.sees([person]) if turn % 2 else wall.OPEN):
            db.value("select 1")

    print(f"a step and a select   {'':26} {spent(here, step, count)}")
    print(f"a select              {'':26} {spent(here, lambda _: db.value('select 1'), count)}")


def measured(here: house.House, ask: Callable[[int], object], count: int) -> Cost:
    """So many questions, each with its number."""
    with Cost(here) as cost:
        for turn in range(count):
            ask(turn)
    return cost


def spent(here: house.House, ask: Callable[[int], object], count: int) -> str:
    """The same in words, after one that warms up."""
    ask(0)
    return told([measured(here, ask, count)], count)


def told(costs: list[Cost], count: int) -> str:
    """CPU µs a question, and how many a second one connection asks."""
    mine, theirs = (sum(getattr(one, role) for one in costs) / count * 1e6 for role in ("mine", "theirs"))
    wall = sum(one.wall for one in costs)
    return f"{mine:7.1f} µs Python, {theirs:6.1f} µs PostgreSQL; {count / wall:,.0f}/s"
