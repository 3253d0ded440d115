"""Who is meant, asked of so many people in PostgreSQL: what a look-up reads, how long it takes, who stands first.

    python -m bench online_match [--people 200000] [--seed 61] [--keep DIR] [--warm]
        [--seconds 30] [--rate 300] [--writes 50]

First without the web: keys, candidates, blocks of PostgreSQL, the clock of `near.match` (database and scoring), the
place of the person who is meant. Then `Patient/$match` over HTTP at a steady rate, whether or not answers come back,
while new Patients are registered (`--seconds 0`: without). `--keep` leaves the register where it is, to be asked again
by the same command; `--warm` then reads its files into the machine's memory first, where those of a house that has
been running for a day are.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from bench import clients, house, register
from bench.register import Probe

COMMON = ("Nguyễn Văn Hùng", "Nguyễn Thị Lan", "Trần Văn Hùng", "Nguyễn Văn Nam", "Nguyễn Thị Hương")


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench online_match")
    options.add_argument("--people", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=61)
    options.add_argument("--keep", type=Path)
    options.add_argument("--warm", action="store_true")
    options.add_argument("--probes", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--rate", type=float, default=300, help="questions a second")
    options.add_argument("--writes", type=float, default=50, help="new Patients a second")
    options.add_argument("--connections", type=int, default=24)
    options.add_argument("--processes", type=int, default=3)
    asked = options.parse_args(words)
    with house.running(web=False, worker=False, keep=asked.keep) as here:
        probes = register.prepared(here, asked.people, asked.seed)
        sizes()
        if asked.warm:
            read_in(here)
        chosen = random.Random(7).sample(probes, min(asked.probes, len(probes)))
        plans(chosen[:400])
        for label in ("as a system asks", "the same again"):
            look_up(here, label, [one.claim for one in chosen])
        look_up(here, "a common name and a year", [common(chosen, turn) for turn in range(min(500, len(chosen)))])
        ranks(chosen)
        if asked.seconds:
            with house.serving(here, asked.processes):
                over_http(here, chosen, asked)


def sizes() -> None:
    """Rows and bytes of each table of the look-up."""
    from sosuckhoe.base import db

    for name, rows, heap, indexes in db.tuples(_SIZES, (register.TABLES,)):
        print(f"{name:22} {rows:>12,.0f} rows, {heap / 1e9:6.2f} GB and {indexes / 1e9:6.2f} GB of indexes")


_SIZES = """
select relname::text, reltuples, pg_table_size(oid), pg_indexes_size(oid) from pg_class
where oid = any (%s::regclass[]) order by 1
"""


def read_in(here: house.House) -> None:
    """Read the files of the tables and their indexes, so that PostgreSQL finds them in the machine's memory."""
    from sosuckhoe.base import db

    for (place,) in db.tuples(_FILES, {"tables": register.TABLES}):
        for file in here.folder.glob(f"**/{place}*"):
            with file.open("rb") as content:
                while content.read(1 << 24):
                    pass


_FILES = """
select pg_relation_filepath(coalesce(indexrelid, oid)) from pg_class left join pg_index on indrelid = oid
where oid = any (%(tables)s::regclass[])
union select pg_relation_filepath(oid) from pg_class where oid = any (%(tables)s::regclass[])
"""


def plans(probes: list[Probe]) -> None:
    """What PostgreSQL reads for a question: blocks of the statement."""
    from sosuckhoe.base import db
    from sosuckhoe.identity import at_rest, near
    from sosuckhoe.identity.compare import blocking

    told: dict[str, list[float]] = {}
    for claim, _ in probes:
        numbers = [n.system for n in claim.identifiers], [at_rest.blind(n) for n in claim.identifiers]
        bound = (sorted(blocking.keys(claim)), near.MOST_COUNTED, near.MOST_COMPARED, *numbers)
        plan = db.value(f"explain (analyze, buffers, timing off, format json) {near.MEANT}", bound)[0]
        whole = plan["Plan"]
        told.setdefault("blocks", []).append(whole["Shared Hit Blocks"] + whole["Shared Read Blocks"])
        told.setdefault("rows", []).append(whole["Actual Rows"])
        told.setdefault("ms", []).append(plan["Execution Time"])
    for name, values in told.items():
        ordered = sorted(values)
        marks = [ordered[int(len(ordered) * at)] for at in (0.5, 0.99)]
        print(f"{name:20} p50 {marks[0]:8.2f}, p99 {marks[1]:8.2f}, max {ordered[-1]:8.2f}")


def look_up(here: house.House, label: str, claims: list[Any]) -> None:
    """The clock and the CPU of `near.match`: one after the other, as an interface asks."""
    from sosuckhoe.identity import near

    for claim in claims[:200]:
        near.match(claim)
    seconds, mine, theirs, compared = [], time.process_time(), here.cpu()["postgres"], 0
    for claim in claims:
        began = time.perf_counter()
        compared += len(near.match(claim, most=10_000))
        seconds.append(time.perf_counter() - began)
    mine, theirs = time.process_time() - mine, here.cpu()["postgres"] - theirs
    each = f"CPU µs each: Python {mine / len(claims) * 1e6:.0f}, PostgreSQL {theirs / len(claims) * 1e6:.0f}"
    print(f"{label}: {compared / len(claims):.1f} candidates each; {house.percentiles(seconds)}; {each}")


def common(probes: list[Probe], turn: int) -> Any:
    """A question with a frequent name and no more than a year."""
    from sosuckhoe.identity.claim import Claim

    claim = probes[turn].claim
    return Claim(COMMON[turn % len(COMMON)], claim.birth[:4], "male", claim.facility)


def ranks(probes: list[Probe]) -> None:
    """At which place the person stands who is meant; what is wrong with those who are not first."""
    from sosuckhoe.identity import near

    places: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for claim, patient in probes:
        found = [one.person.ref.patient for one in near.match(claim)]
        place = found.index(patient) + 1 if patient in found else 0
        places["first" if place == 1 else "among ten" if place else "not found"] += 1
        if place != 1:
            missed[_kind(claim)] += 1
    share = places["first"] / len(probes)
    print(f"who is meant stands first {share:.5f} of {len(probes)}: {dict(places)}; not first: {dict(missed)}")


def _kind(claim: Any) -> str:
    """What a question lacks, in words."""
    numbers = "number" if {n.system for n in claim.identifiers} & {"cccd", "bhxh", "bhyt", "cmnd"} else "no number"
    return f"{numbers}, {'whole date' if len(claim.birth) == 10 else 'year'}{', mother' if claim.mother else ''}"


def over_http(here: house.House, probes: list[Probe], asked: argparse.Namespace) -> None:
    """Questions and registrations at a steady rate; time counts from when each was due."""
    tokens = _tokens()
    questions = [clients.request("POST", "Patient/$match", tokens["system"], body(claim)) for claim, _ in probes]
    clients.open_loop(here.port, {"match": (iter(questions * 9), asked.rate)}, 5, asked.connections)
    writes = (clients.request("POST", "Patient", tokens["program"], new_patient(turn)) for turn in range(10**7))
    streams = {"match": (iter(questions * 99), asked.rate), "register": (writes, asked.writes)}
    before = here.cpu()
    told = clients.open_loop(here.port, streams, asked.seconds, asked.connections)
    used = {role: spent - before[role] for role, spent in here.cpu().items()}
    for kind, reply in told.wrong.items():
        print(f"WRONG {kind}: {reply[:600].decode('utf-8', 'replace')}")
    for kind, times in sorted(told.times.items()):
        print(f"{kind:10} {len(times) / asked.seconds:6.1f}/s, from when it was due: {house.percentiles(times)}")
    said = ", ".join(f"{role} {spent / told.count * 1e6:.0f}" for role, spent in used.items())
    print(f"CPU µs a request: {said}; client {told.cpu / told.count * 1e6:.0f}")


def _tokens() -> dict[str, str]:
    from sosuckhoe.access import actions as access
    from sosuckhoe.access.actor import PROGRAM

    now, found = datetime.now(UTC), {}
    for role, more in (("system", {"facility": "79001"}), ("program", {})):
        account = access.open_account(PROGRAM, f"{role}{now:%Y%m%d%H%M%S}", name="Bench", role=role, **more)
        found[role] = access.issue_token(account, "bearer", now, timedelta(hours=1))
    return found


def body(claim: Any) -> bytes:
    """The question as FHIR has it."""
    from sosuckhoe.identity import identifiers

    systems = identifiers.systems()
    numbers = [{"system": systems[n.system].uri, "value": n.value} for n in claim.identifiers]
    patient = {
        "resourceType": "Patient", "identifier": numbers, "name": [{"text": claim.name}], "gender": claim.sex,
        "birthDate": claim.birth, "telecom": [{"system": "phone", "value": claim.phone}] if claim.phone else [],
    }  # fmt: skip
    told = {key: value for key, value in patient.items() if value} | _lives(claim)
    return orjson.dumps({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": told}]})


def _lives(claim: Any) -> dict[str, Any]:
    """The address with the codes of its places."""
    from sosuckhoe.identity import home

    codes = (("province", claim.province), ("district", claim.district), ("ward", claim.commune))
    parts = [{"url": url, "valueCoding": {"code": code}} for url, code in codes if code]
    return {"address": [{"extension": [{"url": home.EXTENSION, "extension": parts}]}]} if parts else {}


def new_patient(turn: int) -> bytes:
    """Somebody who is not there yet; so the registration looks around, writes a person and a Patient."""
    chance = random.Random(f"{time.time_ns()}.{turn}")
    given = "".join(chance.choice("bcdghklmnpqrstvx") + chance.choice("aeiouy") for _ in range(3))
    born = f"{chance.randrange(1940, 2025)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    name = [{"text": f"Nguyễn {given.title()}"}]
    return orjson.dumps({"resourceType": "Patient", "name": name, "gender": "female", "birthDate": born})
