"""`sosuckhoe facilities`: the register of facilities. `sosuckhoe identity link`: records made into persons in bulk."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from sosuckhoe.access import audit
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.identity import queries
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.bulk import job
from sosuckhoe.identity.bulk.spark import link as link_on_spark
from sosuckhoe.identity.queries import Facility


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
def facilities(file: Path) -> None:
    """Ghi danh bạ cơ sở từ tệp CSV · enter facilities from a CSV file.

    Columns: facility, name, and if known kind, province, commune, vendor, certificate (a PEM file beside the CSV),
    signature_required (1 or 0).
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        entries = [_entry(row, file.parent) for row in csv.DictReader(lines)]
    register_facilities(entries)
    click.echo(f"{len(entries)} cơ sở · facilities")


def _entry(row: dict[str, str], folder: Path) -> Facility:
    certificate = row.get("certificate", "")
    return Facility(
        facility=row["facility"],
        name=row["name"],
        kind=row.get("kind", ""),
        province=row.get("province", ""),
        commune=row.get("commune", ""),
        vendor=row.get("vendor", ""),
        certificate=(folder / certificate).read_text(encoding="ascii") if certificate else "",
        signature_required=row.get("signature_required") == "1",
    )


@click.group()
def identity() -> None:
    """Ai là ai · who is who."""


@identity.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--database", is_flag=True, help="Cả những người đã có trong sổ · also the persons that identity knows.")
@click.option("--into", required=True, type=click.Path(path_type=Path), help="Tệp DuckDB · the job's DuckDB file.")
@click.option("--memory", default="3GB", show_default=True)
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1))
@click.option("--spark", envvar="SOSUCKHOE_SPARK", help="Chạy trên cụm Spark này · on this Spark cluster.")
def link(files: tuple[Path, ...], into: Path, memory: str, threads: int, spark: str | None, *, database: bool) -> None:
    """Nối hồ sơ của nhiều hệ thống thành người · make persons of records, from CSV or Parquet files.

    A file that is there already is gone on with: only pairs with a new record are compared. Nothing is written to
    identity's own tables; the file holds `decision` (each link and doubt with its bits and its levels as `pattern`)
    and `person_of`. Spark takes all files at once and writes both as Parquet into the folder.
    """
    if spark:
        if database or not files:
            raise click.UsageError("Spark: chỉ nối tệp · Spark links files only")
        link_on_spark(spark, files, into)
        return
    with job.opened(into, job.Bounds(memory, threads)) as connection:
        batches = [job.add_files(connection, files)] if files else []
        if database:
            audit.record(PROGRAM, "export", kind="person", person=None, detail="link", at=clock.now())
            batches.append(job.add_persons(connection, queries.everybody()))
        told = job.run(connection, since=min(batches, default=1))
    for name, count in told._asdict().items():
        click.echo(f"{name:8} {count:>12,}")
