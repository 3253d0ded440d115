"""`sosuckhoe register`: lists of facilities, practitioners and what ties them, as CSV files."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO
from uuid import uuid4

import click

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, sheet
from sosuckhoe.exchange.register import filing, importing, lists, provisioning


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


@register.command("staff")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--disable-unlisted", is_flag=True, help="Khóa ai không có trong danh sách · end those not listed.")
@click.option(
    "--carry-out",
    type=click.Path(exists=False, path_type=Path),
    help="Thực hiện, ghi mã vào tệp CSV mới này · do it, and write the codes to this new CSV file.",
)
def staff(file: Path, carry_out: Path | None, *, disable_unlisted: bool) -> None:
    """Cấp tài khoản cho nhân viên theo danh sách · give staff their accounts; a preview without --carry-out."""
    content = io.BytesIO(file.read_bytes())
    wanted = provisioning.plan(PROGRAM, content, ends_unlisted=disable_unlisted)
    for step in wanted.steps:
        click.echo(f"{step.what:9} {step.facility} {step.username} {step.role}")
    _tell_faults(wanted.faults, lists.rules() | provisioning.rules())
    if wanted.faults:
        raise SystemExit(1)
    if carry_out is not None:
        content.seek(0)
        with os.fdopen(_new_private(carry_out), "w", encoding="utf-8-sig", newline="") as out:
            papers = provisioning.carry_out(PROGRAM, content, wanted.seal, clock.now(), ends_unlisted=disable_unlisted)
            _write_papers(out, papers)


def _new_private(place: Path) -> int:
    """A new file that its owner alone can read; one that is there already is left alone."""
    try:
        return os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.FileError(str(place), error.strerror) from error


def _write_papers(out: TextIO, papers: Sequence[provisioning.Paper]) -> None:
    """The codes; no cell is run by a spreadsheet."""
    rows = csv.writer(out)
    rows.writerow(["facility", "username", "name", "code"])
    for step, code in papers:
        rows.writerow([sheet.safe(cell) for cell in (step.facility, step.username, step.name, code)])


def _tell(name: str, report: importing.Report) -> None:
    kind = lists.lists()[report.kind]
    click.echo(f"{name}: {kind.vi} · {kind.en}")
    click.echo(
        f"  {report.created} mới · new, {report.changed} đổi · changed, {report.unchanged} như cũ · the same, "
        f"{report.refused} bị từ chối · refused"
    )
    _tell_faults(report.faults, lists.rules())


def _tell_faults(faults: Sequence[sheet.Fault], rules: dict[str, dict[str, str]]) -> None:
    for fault in faults:
        place = f"dòng · row {fault.row}" + (f", {fault.column}" if fault.column else "")
        vi, en = (sheet.said(fault, language, rules) for language in ("vi", "en"))
        click.echo(f"  {place}: {vi}\n    {en}", err=True)
