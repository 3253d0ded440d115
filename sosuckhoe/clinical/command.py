"""`sosuckhoe fhir load`, `sosuckhoe fhir export` and `sosuckhoe fhir reindex`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.bulk import export, loader, report, sources
from sosuckhoe.clinical.bulk.wanted import Wanted, types_in
from sosuckhoe.clinical.reindexing import foreground

FILE_BYTES = 1024 * 1024 * 1024


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


@fhir.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--type", "types", multiple=True, help="Loại tài nguyên; mặc định: tất cả · resource type; default: all.")
def export_to(folder: Path, types: Sequence[str]) -> None:
    """Xuất tất cả thành tệp NDJSON vào một thư mục trống · write everything as NDJSON into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Problem("SSK-5011")
    began = time.monotonic()
    wanted = Wanted(types=types_in(list(types)))
    made = export.write(PROGRAM, wanted, folder, clock.now(), going=lambda _count: None, file_bytes=FILE_BYTES)
    count = sum(one.lines for one in made.files)
    rate = count / (time.monotonic() - began)
    click.echo(f"{count} tài nguyên, {len(made.files)} tệp · resources, files; {rate:.0f}/s; {made.moment.isoformat()}")


@fhir.command("reindex")
@click.option("--type", "types", multiple=True, help="Loại tài nguyên; mặc định: tất cả · resource type; default: all.")
def reindex(types: Sequence[str]) -> None:
    """Tính lại chỉ mục tìm kiếm; bị ngắt thì làm tiếp · compute anew what resources are found by; goes on when cut."""
    began = time.monotonic()
    done = foreground.run(PROGRAM, types_in(list(types)), lambda told: click.echo(f"\r{told.rows}", nl=False, err=True))
    click.echo("", err=True)
    for line in done.lines():
        click.echo(line)
    click.echo(f"{time.monotonic() - began:.1f} s")
