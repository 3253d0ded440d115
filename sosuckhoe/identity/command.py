"""`sosuckhoe facilities`: the register of facilities."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from sosuckhoe.identity.actions import register_facilities
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
