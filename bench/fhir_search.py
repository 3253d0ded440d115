"""What searches cost over HTTP among many resources: one kind for each type of search parameter, asked in turn.

    python -m bench fhir_search [--size 100000] [--seconds 8] [--connections 8] [--count 20] [--plans]

A hospital's system that has treated everybody asks; every page leaves its lines in the trace. `--plans` prints how many
rows and blocks PostgreSQL reads for a page of each kind instead, to compare sizes.
"""

from __future__ import annotations

import argparse
import itertools
import random
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from bench import clients, house, visit

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hạnh", "Khai", "Lan", "Minh", "Nam", "Oanh", "Phúc", "Quân")
ROWS = 30
START = datetime(2024, 1, 1, 1, tzinfo=UTC)
TESTS = "https://example.invalid/dvkt"


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench fhir_search")
    options.add_argument("--size", type=int, default=100_000)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--connections", type=int, default=8)
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--count", type=int, default=20)
    options.add_argument("--plans", action="store_true")
    asked = options.parse_args(words)
    with house.running(worker=False, processes=asked.processes) as here:
        token, patients = fill(asked.size)
        kinds = searches(patients, asked.count)
        if asked.plans:
            plans(kinds)
        else:
            clients.measured(here, partial(ask, kinds, token), asked.seconds, asked.connections)


def fill(size: int) -> tuple[str, list[str]]:
    """So many resources of visits, spread over two years; the token of a system and the ids of the Patients."""
    from sosuckhoe.access import actions as access
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import db
    from sosuckhoe.clinical import actions

    now, chance, patients = datetime.now(UTC), random.Random(7), []
    for first in range(1, size // ROWS + 1, 50):
        drafts = [draft for person in range(first, first + 50) for draft in visit_of(person, chance, size)]
        with db.atomic():
            actions.put_many(drafts, now)
        patients += [one for one in drafts if one.type == "Patient"]
    access.tie([("79001", one.person) for one in patients], now)
    db.execute("vacuum analyze")
    account = access.open_account(PROGRAM, "bench", name="Bench", role="system", facility="79001")
    return access.issue_token(account, "bearer", now, timedelta(hours=3)), [str(one.key) for one in patients]


def visit_of(person: int, chance: random.Random, size: int):
    """One person's visit: names, days, codes and values differ."""
    from sosuckhoe.base.keys import bucket_of, derived_key
    from sosuckhoe.clinical.draft import Draft

    day = START + timedelta(days=730) * (person * ROWS / size)
    keys = [derived_key(bucket_of(person), day, "79001", f"V{person}", str(i)) for i in range(ROWS)]
    for i, key in enumerate(keys):
        content = visit.content(i, f"V{person}.{i}", str(keys[0]), str(keys[1]), day.isoformat())
        body = {"resourceType": content.pop("resourceType"), "id": str(key), **content}
        if body["resourceType"] == "Patient":
            family, given = chance.choice(FAMILIES), [*chance.sample(GIVEN, 2), f"K{person}"]
            body["name"] = [{"use": "official", "family": family, "given": given}]
            body["birthDate"] = (
                f"{chance.randrange(1930, 2020)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            )
        elif body["resourceType"] == "Observation":
            body["valueQuantity"] = {"value": round(chance.gauss(5, 1), 2), "unit": "T/L"}
        yield Draft(body["resourceType"], key, person, body)


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
    from sosuckhoe.clinical import finding, paging
    from sosuckhoe.clinical.search.query import parse

    actor = Actor(account=1, name="", role="system", facility="79001")
    seen: list[dict] = []

    def explained(statement):
        told = db.value("explain (analyze, buffers, format json) " + statement.text, statement.values)
        seen.append((orjson.loads(told) if isinstance(told, str) else told)[0])
        return db.tuples(statement.text, statement.values, binary=True)

    paging._run = explained  # noqa: SLF001 -- what it runs is explained first
    for kind, make in kinds.items():
        chance = random.Random(11)
        seen.clear()
        for _ in range(times):
            type_name, pairs = make(chance)
            finding.search(actor, parse(type_name, pairs, base="", now=datetime.now(UTC)), datetime.now(UTC))
        blocks = sum(one["Plan"]["Shared Hit Blocks"] + one["Plan"]["Shared Read Blocks"] for one in seen) / times
        spent = sum(one["Execution Time"] + one["Planning Time"] for one in seen) / times
        print(f"{kind:16} {len(seen) / times:4.1f} statements, {blocks:8.0f} blocks, {spent:7.2f} ms")
