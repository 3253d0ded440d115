"""Bulk load: resources a second, and CPU of the loading processes and of PostgreSQL for each resource.

python -m bench fhir_load [--copies 4] [--processes 2] [--form bundles|ndjson]

The Synthea bundles of the tests, copied under other ids, so that every copy is other people.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import shutil
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import orjson

from bench import house

CASES = Path(__file__).parents[1] / "tests" / "cases" / "synthea"


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench fhir_load")
    options.add_argument("--copies", type=int, default=4)
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--form", choices=["bundles", "ndjson"], default="ndjson")
    asked = options.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="ssk-bench-files-"))
    try:
        write_files(folder, asked.copies, asked.form)
        with house.running(web=False, worker=False) as here:
            run(here, "new", folder, asked.processes)
            run(here, "again", folder, asked.processes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_files(folder: Path, copies: int, form: str) -> None:
    """The copies as bundles, or as one NDJSON file a type. Ids of copy n end in n; its people are others."""
    places = sorted(CASES.glob("*.json.gz"))
    bundles = [orjson.loads(gzip.decompress(place.read_bytes())) for place in places]
    names = [entry["resource"]["name"][0] for bundle in bundles for entry in patients(bundle)]
    for number in range(copies):
        for at, (place, bundle) in enumerate(zip(places, bundles, strict=True)):
            for entry in patients(bundle):
                entry["resource"] = somebody_else(entry["resource"], number, names[(at + 7 * number) % len(names)])
            text = orjson.dumps(bundle)
            for entry in bundle["entry"]:
                old = entry["resource"]["id"].encode()
                text = text.replace(old, old[:-3] + b"%03d" % number)
            if form == "bundles":
                (folder / f"{number:03d}-{place.stem}").write_bytes(text)
            else:
                write_lines(folder, orjson.loads(text))


def patients(bundle: dict) -> list[dict]:
    return [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient"]


def somebody_else(patient: dict, number: int, name: dict) -> dict:
    """A Patient with the name of another one, born so many days later as identity takes nobody for the same."""
    born = date.fromisoformat(patient["birthDate"]) + timedelta(days=977 if number else 0)
    told = [{**one, "value": f"{one['value']}-{number}"} for one in patient["identifier"]]
    kept = {key: value for key, value in patient.items() if key != "telecom"}
    return kept | {"name": [name], "birthDate": born.isoformat(), "identifier": told}


def write_lines(folder: Path, bundle: dict) -> None:
    text = orjson.dumps(bundle)
    for entry in bundle["entry"]:
        kept = entry["resource"]
        text = text.replace(f"urn:uuid:{kept['id']}".encode(), f"{kept['resourceType']}/{kept['id']}".encode())
    for entry in orjson.loads(text)["entry"]:
        with (folder / f"{entry['resource']['resourceType']}.ndjson").open("ab") as out:
            out.write(orjson.dumps(entry["resource"]) + b"\n")


def run(here: house.House, label: str, folder: Path, processes: int) -> None:
    """Load the folder, and print what it cost."""
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import db
    from sosuckhoe.clinical.bulk import loader

    began, mine, theirs = time.perf_counter(), cpu_of_clients(), here.cpu()["postgres"]
    done = loader.load_files(PROGRAM, [folder], processes=processes)
    wall, mine, theirs = time.perf_counter() - began, cpu_of_clients() - mine, here.cpu()["postgres"] - theirs
    each = [1e6 * seconds / done.stored for seconds in (mine, theirs)]
    people = db.value("select count(*) from identity_person")
    print(
        f"{label}: {done.stored} resources of {people} people, {len(done.done.refused)} refused, "
        f"{done.stored / wall:.0f}/s; "
        f"each {each[0]:.0f} µs of client and {each[1]:.0f} µs of PostgreSQL CPU: "
        f"{1e6 / sum(each):.0f}/s per core of the whole machine"
    )


def cpu_of_clients() -> float:
    """CPU seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
