"""What a resource costs that comes in a transaction bundle over HTTP.

    python -m bench fhir_transaction [--seconds 8] [--connections 4] [--entries 30] [--processes 1]

Bundles of Synthea's resources: a new Patient with what is theirs (sent by the program), or results of a person who is
there (sent by a hospital's system), in turn.
"""

from __future__ import annotations

import argparse
import itertools
import random
from functools import partial
from typing import Any

import orjson

from bench import clients, fhir_crud, house

PERSONAL = ("Encounter", "Condition", "Observation", "Procedure", "MedicationRequest", "ExplanationOfBenefit")


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench fhir_transaction")
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--connections", type=int, default=4)
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--entries", type=int, default=30)
    asked = options.parse_args(words)
    with house.running(worker=False, processes=asked.processes) as here:
        tokens, patients = fhir_crud.prepare(3000)
        samples = fhir_crud.resources(("Patient", *PERSONAL))
        make = partial(bundles, samples, tokens, patients, asked.entries)
        told = clients.measured(here, make, asked.seconds, asked.connections)
    print(f"{asked.entries} resources a bundle: {told.count * asked.entries / asked.seconds:.0f} resources/s")


def bundles(
    samples: dict[str, list[dict[str, Any]]], tokens: dict[bool, str], patients: list[str], entries: int, number: int
) -> clients.Script:
    """One client that sends bundle after bundle."""
    chance = random.Random(number)
    for turn in itertools.count():
        is_new = turn % 2 == 0
        made = [_entry(samples, chance, chance.choice(patients), is_new=is_new) for _ in range(entries - is_new)]
        if is_new:
            who = fhir_crud.about(dict(chance.choice(samples["Patient"])), "", f"{number:03}{turn:09}")
            del who["id"]
            made.insert(0, {"fullUrl": "urn:uuid:patient", **_posted(who)})
        body = orjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": made})
        kind = "a new Patient's" if is_new else "of one who is there"
        yield kind, clients.request("POST", "", tokens[is_new], body)


def _entry(
    samples: dict[str, list[dict[str, Any]]], chance: random.Random, patient: str, *, is_new: bool
) -> dict[str, Any]:
    body = fhir_crud.about(dict(chance.choice(samples[chance.choice(PERSONAL)])), patient, "")
    del body["id"]
    if is_new:
        for name in body.keys() & {"subject", "patient"}:
            body[name] = {"reference": "urn:uuid:patient"}
    return _posted(body)


def _posted(body: dict[str, Any]) -> dict[str, Any]:
    return {"resource": body, "request": {"method": "POST", "url": body["resourceType"]}}
