"""`sosuckhoe insight copy` and `sosuckhoe insight run`."""

from __future__ import annotations

import math
import shutil
import sys
import tempfile
from itertools import islice
from pathlib import Path

import click
import orjson
from django.conf import settings

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import admission
from sosuckhoe.clinical.fhirpath import Outside
from sosuckhoe.insight.actions.copy import copy
from sosuckhoe.insight.copied import engine, run, shipped
from sosuckhoe.insight.views import definition, formats, rows


@click.group()
def insight() -> None:
    """Bản sao phân tích và các bảng nhìn · the analytical copy and its views."""


@insight.command("copy")
@click.option("--whole", is_flag=True, help="Đọc lại tất cả · read everything anew.")
def make_copy(*, whole: bool) -> None:
    """Làm mới bản sao phân tích, không có tên người · renew the analytical copy, which holds no names."""
    made = copy(PROGRAM, Path(settings.ANALYTICS_FOLDER), clock.now(), whole=whole)
    for type_name, count in sorted(made.counts.items()):
        click.echo(f"{type_name}: {count}")


@insight.command("run")
@click.argument("view")
@click.option("--format", "form", type=click.Choice(list(formats.MEDIA)), default="csv", help="Dạng · format.")
@click.option("--limit", type=click.IntRange(1), help="Số dòng nhiều nhất · most rows.")
def run_view(view: str, form: str, limit: int | None) -> None:
    """Chạy một ViewDefinition (tên có sẵn hoặc tệp JSON) · run a shipped view or a JSON file over the copy."""
    ready = rows.plan(definition.read(_read(view)))
    found = islice(run.run(Path(settings.ANALYTICS_FOLDER), ready, _outside), limit)
    out = sys.stdout.buffer
    if form == "parquet":
        with (
            tempfile.TemporaryDirectory() as folder,
            engine.write_parquet(ready.columns, found, Path(folder)).open("rb") as made,
        ):
            shutil.copyfileobj(made, out)
        return
    out.writelines(formats.WRITERS[form](ready.columns, found))


def _outside() -> Outside:
    """What is stored of value sets and profiles, as the program sees it; its own views may take their time."""
    return admission.outside(admission.told_of(PROGRAM, clock.now(), math.inf))


def _read(view: str) -> object:
    """A shipped view by its name, or a file. SSK-5020 for a file that is no JSON."""
    if view in shipped.names():
        return shipped.body(view)
    try:
        return orjson.loads(Path(view).read_bytes())
    except (OSError, ValueError):
        raise Problem("SSK-5020") from None
