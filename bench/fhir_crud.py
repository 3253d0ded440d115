"""What single changes cost over HTTP: create, read, update, read and delete of resources of nine types.

    python -m bench fhir_crud [--seconds 8] [--connections 8] [--size 3000] [--keep DIR]

The mix of the Health Samurai suite. Synthea's resources, each about one of the persons who are there; records are
written by a hospital's system that has treated them, Patients and entries of registers by the program itself.
`--keep` measures in a store that is there already, as `bench fhir_search --keep` fills one.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from bench import clients, house
from bench.put_many import packages

CASES = Path(__file__).parents[1] / "tests" / "cases" / "synthea"
TYPES = (
    "Patient", "Practitioner", "Organization", "Encounter", "Condition", "Observation", "Procedure",
    "MedicationRequest", "ExplanationOfBenefit",
)  # fmt: skip
OF_THE_PROGRAM = frozenset({"Patient", "Practitioner", "Organization"})


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench fhir_crud")
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--connections", type=int, default=8)
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--size", type=int, default=3000)
    options.add_argument("--types", nargs="*", default=TYPES)
    options.add_argument("--keep", type=Path)
    asked = options.parse_args(words)
    with house.running(worker=False, processes=asked.processes, keep=asked.keep) as here:
        tokens, patients = prepare(asked.size)
        samples = resources(asked.types)
        clients.measured(here, partial(crud, samples, tokens, patients), asked.seconds, asked.connections)


def prepare(size: int) -> tuple[dict[bool, str], list[str]]:
    """Tokens of a hospital's system (False) and of the program (True), and the ids of those whom it has treated."""
    from sosuckhoe.access import actions as access
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import db
    from sosuckhoe.clinical import actions

    now, patients = datetime.now(UTC), []
    for batch in range(max(size // 1500, 1)):
        drafts = packages(batch, 50, 30)
        with db.atomic():
            actions.put_many(drafts, now)
        patients += [draft for draft in drafts if draft.type == "Patient"]
    access.tie([("79001", one.person) for one in patients], now)
    system = access.open_account(PROGRAM, f"bench{now:%y%m%d%H%M%S}", name="Bench", role="system", facility="79001")
    program = access.open_account(PROGRAM, f"loader{now:%y%m%d%H%M%S}", name="Loader", role="program")
    lasting = timedelta(hours=1)
    tokens = {
        is_program: access.issue_token(account, "bearer", now, lasting)
        for is_program, account in ((False, system), (True, program))
    }
    return tokens, [str(one.key) for one in patients]


def resources(types: tuple[str, ...], most: int = 40) -> dict[str, list[dict[str, Any]]]:
    """Up to so many resources of each type from Synthea's bundles, with references by id."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in types}
    for place in sorted(CASES.glob("*.json.gz"))[:8]:
        text = gzip.decompress(place.read_bytes())
        entries = orjson.loads(text)["entry"]
        for entry in entries:
            kept = entry["resource"]
            text = text.replace(f"urn:uuid:{kept['id']}".encode(), f"{kept['resourceType']}/{kept['id']}".encode())
        for entry in orjson.loads(text)["entry"]:
            of_type = found.get(entry["resource"]["resourceType"])
            if of_type is not None and len(of_type) < most:
                of_type.append(entry["resource"])
    return found


def crud(
    samples: dict[str, list[dict[str, Any]]], tokens: dict[bool, str], patients: list[str], number: int
) -> clients.Script:
    """One client: type after type, a resource of each from its creation to its end."""
    chance = random.Random(number)
    for turn, type_name in zip(itertools.count(), itertools.cycle(samples), strict=False):
        body = dict(chance.choice(samples[type_name]))
        del body["id"]
        body = about(body, chance.choice(patients), f"{number:03}{turn:09}")
        yield from _life(type_name, body, tokens[type_name in OF_THE_PROGRAM])


def about(body: dict[str, Any], patient: str, number: str) -> dict[str, Any]:
    """The resource of another person: who it is about is replaced, a Patient is somebody who is not there yet."""
    for name in ("subject", "patient"):
        if name in body:
            body[name] = {"reference": f"Patient/{patient}"}
    if body["resourceType"] == "Patient":
        other = random.Random(number)
        body["name"] = [{"use": "official", "family": "".join(other.choices("abcdeghiklmnopqrstuvxy", k=7)).title()}]
        body["birthDate"] = f"{other.randrange(1930, 2025)}-{other.randrange(1, 13):02}-{other.randrange(1, 29):02}"
        body["telecom"] = [{"system": "phone", "value": f"09{other.randrange(10**8):08}"}]
        body["identifier"] = [{"system": "urn:bench", "value": number}]
    return body


def _life(type_name: str, body: dict[str, Any], token: str) -> Iterator[tuple[str, bytes]]:
    made = yield f"create {type_name}", clients.request("POST", type_name, token, orjson.dumps(body))
    place = made.headers[b"location"].decode().split("/fhir/")[1].split("/_history")[0]
    read = yield "read", clients.request("GET", place, token)
    changed = read.body.replace(b'{"resourceType"', b'{"language":"vi","resourceType"', 1)
    yield f"update {type_name}", clients.request("PUT", place, token, changed)
    yield "read", clients.request("GET", place, token)
    yield "delete", clients.request("DELETE", place, token)
