"""What searches cost over HTTP among many resources: one kind for each type of search parameter, then the mix of six.

    python -m bench fhir_search [--size 100000] [--copies 0] [--keep DIR] [--seconds 5] [--mix 30] [--connections 4]
                                [--count 20] [--plans]

A hospital's system that has treated everybody asks; every page leaves its lines in the trace. `--keep` leaves the store
where it is, to be asked again. `--copies 9` multiplies it tenfold within PostgreSQL. `--plans` prints how many
statements, rows and blocks PostgreSQL reads for a page of each kind instead, to compare sizes.
"""

from __future__ import annotations

import argparse
import itertools
import random
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from bench import clients, house, search_store
from bench.search_store import FAMILIES, GIVEN, ROWS, START

TESTS = "https://example.invalid/dvkt"
MIX = ("string", "date", "token", "reference", "quantity", "composite")
"""One kind for each type of search parameter: what the goal of speed is of."""


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench fhir_search")
    options.add_argument("--size", type=int, default=100_000)
    options.add_argument("--copies", type=int, default=0)
    options.add_argument("--keep", type=Path)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--mix", type=float, default=30)
    options.add_argument("--connections", type=int, default=4)
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--count", type=int, default=20)
    options.add_argument("--plans", action="store_true")
    asked = options.parse_args(words)
    with house.running(worker=False, web=not asked.plans, processes=asked.processes, keep=asked.keep) as here:
        kinds = searches(search_store.prepare(asked.size, asked.copies), asked.count)
        if asked.plans:
            plans(kinds)
        else:
            measure(here, kinds, asked)


def measure(here: house.House, kinds, asked: argparse.Namespace) -> None:
    """A table by kind, then the mix of six."""
    token = search_store.token()
    mix = {kind: kinds[kind] for kind in MIX}
    clients.run(here.port, partial(ask, kinds, token), 5, asked.connections)
    print(f"{'CPU µs a search':16} {'server':>7} {'PostgreSQL':>10} {'together':>8}   ms")
    for kind, made in [*((kind, {kind: make}) for kind, make in kinds.items()), ("the mix of six", mix)]:
        seconds = asked.mix if made is mix else asked.seconds
        before = here.cpu()
        told = clients.run(here.port, partial(ask, made, token), seconds, asked.connections)
        used = {role: (spent - before[role]) / told.count * 1e6 for role, spent in here.cpu().items()}
        web, theirs = used["web"], used["postgres"]
        times = [one for each in told.times.values() for one in each]
        print(f"{kind:16} {web:7.0f} {theirs:10.0f} {web + theirs:8.0f}   {house.percentiles(times)}", flush=True)
        for name, body in told.wrong.items():
            print(f"WRONG {name}: {body[:600].decode('utf-8', 'replace')}")
    print(f"{1e6 / (web + theirs):.0f} searches a second and core of server and PostgreSQL")


def searches(patients: list[str], count: int):
    """For each kind what makes one search: type and parameters."""
    persons = len(patients)

    def day(chance: random.Random) -> datetime:
        return START + timedelta(days=730) * chance.random()

    def code(chance: random.Random) -> str:
        return f"{TESTS}|22.{chance.randrange(14, ROWS)}"

    found = {
        "string": lambda c: ("Patient", [("name", f"{c.choice(GIVEN)}"), ("family", c.choice(FAMILIES))]),
        "string, one": lambda c: ("Patient", [("name", f"K{c.randrange(1, persons)}")]),
        "date": lambda c: ("Encounter", [("date", f"ge{day(c):%Y-%m-%d}")]),
        "birthdate": lambda c: ("Patient", [("birthdate", f"{c.randrange(1930, 2020)}-{c.randrange(1, 13):02}")]),
        "token": lambda c: ("Observation", [("code", code(c))]),
        "token and date": lambda c: ("Observation", [("code", code(c)), ("date", f"lt{day(c):%Y-%m-%d}")]),
        "identifier": lambda c: ("Patient", [("identifier", f"0790V{c.randrange(1, persons)}.0")]),
        "reference": lambda c: ("Observation", [("subject", f"Patient/{c.choice(patients)}")]),
        "quantity": lambda c: ("Observation", [("value-quantity", f"gt{c.uniform(5, 8):.2f}")]),
        "composite": lambda c: ("Observation", [("code-value-quantity", f"{code(c)}$gt{c.uniform(6, 8):.2f}")]),
    }
    return {kind: lambda c, make=make: _counted(make(c), count) for kind, make in found.items()}


def _counted(made: tuple[str, list[tuple[str, str]]], count: int) -> tuple[str, list[tuple[str, str]]]:
    return made[0], [*made[1], ("_count", str(count))]


def ask(kinds, token: str, number: int) -> clients.Script:
    chance = random.Random(number)
    for kind, make in itertools.cycle(kinds.items()):
        type_name, pairs = make(chance)
        yield kind, clients.request("GET", f"{type_name}?{urlencode(pairs)}", token)


def plans(kinds, times: int = 10) -> None:
    """Of each kind the blocks and milliseconds of the statements that read its page: EXPLAIN (ANALYZE, BUFFERS)."""
    import orjson

    from sosuckhoe.access.actor import Actor
    from sosuckhoe.base import db
    from sosuckhoe.clinical import finding, paging, traced
    from sosuckhoe.clinical.search.query import parse

    actor = Actor(account=1, name="", role="system", facility="79001")
    seen: list[dict] = []

    def explained(statement, *_trace):
        told = db.value("explain (analyze, buffers, format json) " + statement.text, statement.values)
        seen.append((orjson.loads(told) if isinstance(told, str) else told)[0])
        return db.tuples(statement.text, statement.values, binary=True)

    paging._run = traced.tuples = explained  # noqa: SLF001 -- what they run is explained first
    for kind, make in kinds.items():
        chance = random.Random(11)
        seen.clear()
        for _ in range(times):
            type_name, pairs = make(chance)
            finding.search(actor, parse(type_name, pairs, base="", now=datetime.now(UTC)), datetime.now(UTC))
        blocks = sum(one["Plan"]["Shared Hit Blocks"] + one["Plan"]["Shared Read Blocks"] for one in seen) / times
        spent = sum(one["Execution Time"] + one["Planning Time"] for one in seen) / times
        print(f"{kind:16} {len(seen) / times:4.1f} statements, {blocks:8.0f} blocks, {spent:7.2f} ms")
