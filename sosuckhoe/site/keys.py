"""`sosuckhoe keys`: how far the newest key has sealed, and sealing what older keys have sealed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import click

from sosuckhoe.access import audit
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db, keyring, resealing
from sosuckhoe.base.resealing import Column
from sosuckhoe.exchange.feeds import shelf
from sosuckhoe.identity import kept_rows
from sosuckhoe.site.owner import as_owner

ROOMS = ("access", "identity", "clinical", "exchange", "book")


def columns() -> Iterator[Column]:
    """Every sealed column of every room."""
    for room in ROOMS:
        yield from import_module(f"sosuckhoe.{room}.at_rest").COLUMNS


@click.group()
def keys() -> None:
    """Khóa niêm phong dữ liệu · the keys that seal data."""


@keys.command("status")
def status() -> None:
    """Còn bao nhiêu chỗ chưa dùng khóa mới nhất · how much the newest key has not sealed yet, file by file too."""
    with as_owner():
        for name, count in left().items():
            click.echo(f"{name}: {count}")


@keys.command("rotate")
def rotate() -> None:
    """Niêm phong lại bằng khóa mới nhất · seal anew with the newest key; begun again, it goes on."""
    with as_owner():
        sealed = seal_everything()
    click.echo(f"khóa {keyring.ring().newest}: {sealed} · key {keyring.ring().newest}: {sealed}")


def left() -> dict[str, int]:
    """How many contents the newest key has not sealed: of each column, of rows that merges keep, of files."""
    known = list(columns())
    found = {f"{column.table}.{column.column}": resealing.left(column) for column in known}
    return {**found, "identity_merge_row": kept_rows.left(known), "deliveries/": shelf.left()}


def seal_everything() -> int:
    """Seal every column anew, then the rows that merges keep; how many contents."""
    known = list(columns())
    sealed = sum(done for column in known for done in resealing.seal_again(column))
    sealed += shelf.seal_again()
    with db.atomic():
        sealed += kept_rows.seal_again(known)
        audit.record(PROGRAM, "update", kind="keys", person=None, detail=f"key {keyring.ring().newest}", at=clock.now())
    return sealed
