"""`sosuckhoe fhir load` and `sosuckhoe fhir export`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.bulk import loader, report, sources


@click.group()
def fhir() -> None:
    """Nạp và xuất tài nguyên FHIR theo lô · load and export FHIR resources in bulk."""


@fhir.command("load")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--processes", type=click.IntRange(1), default=os.cpu_count() or 1, help="Số tiến trình · processes.")
def load(paths: Sequence[Path], processes: int) -> None:
    """Nạp tệp NDJSON, Bundle, .gz, thư mục, zip; nạp lại không đổi gì · load files; again: nothing changes."""
    if not any(stage for stage in sources.files_in(paths)):
        raise Problem("SSK-5010")
    began = time.monotonic()
    with click.progressbar(length=loader.bytes_of(paths), label="Nạp · loading", file=sys.stderr) as bar:
        done = loader.load_files(PROGRAM, paths, processes=processes, tell=lambda told: bar.update(told.read - bar.pos))
    for line in report.of_load(done, time.monotonic() - began):
        click.echo(line)
