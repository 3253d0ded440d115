"""What a view costs: shaping resources for the analytical copy, and rows by DuckDB and by the plain engine.

python -m bench views [--resources 100000]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

VIEW = "observations"
KEY = bytes(32)
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
UCUM = "http://unitsofmeasure.org"


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench views")
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--plain", type=int, default=5_000, help="resources for the plain engine")
    asked = parser.parse_args(words)
    from sosuckhoe.insight.copied import engine, shape, shipped
    from sosuckhoe.insight.views import definition, rows, statement

    ready = rows.plan(definition.read(shipped.body(VIEW)))
    made = statement.compiled(ready)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        bodies = [observation(number) for number in range(asked.resources)]
        kept = measured("shape", asked.resources, lambda: [shape.shaped(orjson.loads(one), KEY) for one in bodies])
        lines = folder / "lines.ndjson"
        lines.write_bytes(b"".join(orjson.dumps({"body": one}) + b"\n" for one in kept))
        file = folder / "Observation.parquet"
        with engine.connect(folder) as database:
            columns = "columns = {body: 'JSON'}, format = 'newline_delimited'"
            copied = (
                f"copy (select * from read_json('{lines}', {columns})) to '{file}' (format parquet, compression zstd)"
            )
            measured("parquet", asked.resources, lambda: database.execute(copied))
            print(f"{'':10} {file.stat().st_size / asked.resources:.0f} bytes a resource")
            engine.open_files(database, [file])
            found = measured("DuckDB", asked.resources, lambda: sum(1 for _ in engine.rows(database, ready, made)))
            count = f"select count(*), count(code), sum(value) from ({made.sql})"
            measured("grouped", asked.resources, lambda: database.execute(count, made.values).fetchone())
        assert found == asked.resources
        few = kept[: asked.plain]
        measured("plain", len(few), lambda: sum(1 for _ in rows.rows(ready, few)))


def measured(what: str, count: int, run: Callable[[], Any]) -> Any:
    """Run once; print what it took for each of a count."""
    began, used = time.perf_counter(), time.process_time()
    found = run()
    wall, used = time.perf_counter() - began, time.process_time() - used
    print(f"{what:10} {count / wall:9.0f}/s, {used / count * 1e6:6.1f} µs of CPU each ({count} in {wall:.2f} s)")
    return found


def observation(number: int) -> bytes:
    """A result as a hospital's file becomes one."""
    return json.dumps(
        {
            "resourceType": "Observation",
            "id": f"53846955-b900-8e8b-95bc-{number:012d}",
            "status": "final",
            "category": [{"coding": [{"system": CATEGORY, "code": "laboratory"}]}],
            "code": {"coding": [{"system": "urn:vn:lis", "code": f"{number % 97}"}], "text": "Hb"},
            "subject": {"reference": f"Patient/00000000-0000-0000-0000-{number % 9973:012d}"},
            "encounter": {"reference": f"Encounter/00000000-0000-0000-0001-{number % 49999:012d}"},
            "effectiveDateTime": f"2026-0{number % 9 + 1}-{number % 28 + 1:02d}T10:44:00+07:00",
            "valueQuantity": {"value": number % 1000 / 10, "unit": "g/L", "system": UCUM, "code": "g/L"},
        }
    ).encode()  # fmt: skip
