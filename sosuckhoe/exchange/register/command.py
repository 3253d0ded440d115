"""`sosuckhoe register`: lists of facilities, practitioners and what ties them, as CSV files."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import click

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, sheet
from sosuckhoe.exchange.register import filing, importing, lists


@click.group()
def register() -> None:
    """Danh bạ cơ sở và người hành nghề · registers of facilities and practitioners."""


@register.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_lists(files: tuple[Path, ...]) -> None:
    """Nạp danh sách CSV; nạp lại không làm trùng · enter CSV lists; the same list again changes nothing.

    What a list is, its first row tells. Exit code 1 when a row was refused.
    """
    refused = 0
    for place in files:
        with place.open("rb") as stream:
            report = importing.take_in(PROGRAM, uuid4(), stream, clock.now())
        _tell(place.name, report)
        refused += report.refused
    raise SystemExit(1 if refused else 0)


@register.command("renew")
def renew() -> None:
    """Cập nhật mục vừa bắt đầu hoặc hết hiệu lực · bring entries up to date that have just begun or ended."""
    count = filing.renew(clock.today(), clock.now())
    click.echo(f"{count} mục · entries")


def _tell(name: str, report: importing.Report) -> None:
    kind = lists.lists()[report.kind]
    click.echo(f"{name}: {kind.vi} · {kind.en}")
    click.echo(
        f"  {report.created} mới · new, {report.changed} đổi · changed, {report.unchanged} như cũ · the same, "
        f"{report.refused} bị từ chối · refused"
    )
    for fault in report.faults:
        place = f"dòng · row {fault.row}" + (f", {fault.column}" if fault.column else "")
        vi, en = (sheet.said(fault, language, lists.rules()) for language in ("vi", "en"))
        click.echo(f"  {place}: {vi}\n    {en}", err=True)
