"""Bulk export: resources a second, and CPU of the exporting process and of PostgreSQL for each resource.

python -m bench fhir_export [--copies 3]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import fhir_load, house


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench fhir_export")
    options.add_argument("--copies", type=int, default=3)
    asked = options.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="ssk-bench-files-"))
    try:
        fhir_load.write_files(folder, asked.copies, "ndjson")
        with house.running(web=False, worker=False) as here:
            fill(folder)
            for label in ("first", "again"):
                run(here, label)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path) -> None:
    """Load everything, learn dictionaries, and load it again under other content, so that bodies are packed."""
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import db
    from sosuckhoe.clinical import actions, codec
    from sosuckhoe.clinical.bulk import loader

    loader.load_files(PROGRAM, [folder])
    for type_name in actions.types_without_dictionary():
        actions.train_dictionary(type_name, datetime.now(UTC))
    codec.forget()
    for place in folder.iterdir():
        place.write_bytes(place.read_bytes().replace(b'"resourceType":', b'"language":"vi","resourceType":'))
    loader.load_files(PROGRAM, [folder])
    packed = db.value("select avg((codec not in (0, -1))::int) from clinical_resource")
    print(f"{float(packed):.0%} of the bodies are packed")


def run(here: house.House, label: str) -> None:
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.clinical.bulk import export
    from sosuckhoe.clinical.bulk.wanted import Wanted

    folder = Path(tempfile.mkdtemp(prefix="ssk-bench-files-"))
    began, mine, theirs = time.perf_counter(), time.process_time(), here.cpu()["postgres"]
    made = export.write(PROGRAM, Wanted(), folder, datetime.now(UTC), going=lambda _count: None)
    wall, mine, theirs = time.perf_counter() - began, time.process_time() - mine, here.cpu()["postgres"] - theirs
    shutil.rmtree(folder)
    count = sum(one.lines for one in made.files)
    each = [1e6 * seconds / count for seconds in (mine, theirs)]
    print(
        f"{label}: {count} resources, {count / wall:.0f}/s; each {each[0]:.1f} µs of Python and {each[1]:.1f} µs of "
        f"PostgreSQL CPU: {1e6 / sum(each):.0f}/s per core of the whole machine"
    )
