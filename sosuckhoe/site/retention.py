"""`sosuckhoe retention`, and the round of every night: what is over its time in every room and in the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from uuid import UUID

import click
from django.conf import settings

from sosuckhoe.access import audit, keeping, retaining
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.keeping import Kept
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.base.rounds import Work
from sosuckhoe.clinical import queries
from sosuckhoe.exchange.actions import sweep
from sosuckhoe.exchange.feeds import clearing

ROOMS = ("access", "identity", "clinical", "exchange", "book", "insight")
_LOGS = "postgres/server.log.*"


def kept() -> list[Kept]:
    """The rows of every room that have an end."""
    return [one for room in ROOMS for one in import_module(f"sosuckhoe.{room}.keeping").KEPT]


def stays() -> dict[str, str]:
    """Every other table, with its class."""
    return {table: name for room in ROOMS for table, name in import_module(f"sosuckhoe.{room}.keeping").STAYS.items()}


def old_logs(home: Path, at: datetime) -> list[Path]:
    """Logs of the embedded database that were put aside and are over their time."""
    before = keeping.before("log", at).timestamp()
    return sorted(file for file in home.glob(_LOGS) if file.stat().st_mtime < before)


def night(at: datetime) -> int:
    """The round of this day, from where it stood; how many rows went. Then files: logs, and what deliveries left."""
    done = 0
    while (count := step(at)) >= 0:
        done += count
    _clear_logs(at)
    clearing.clear(PROGRAM, at)
    sweep.empty_all()
    return done


def step(at: datetime) -> int:
    """One transaction of the round of this day; how many rows went, -1 when it is done."""
    return retaining.night(PROGRAM, kept(), at)


ROUNDS = (Work("retention", night),)


def _clear_logs(at: datetime) -> None:
    logs = old_logs(settings.HOME, at)
    if logs:
        audit.record(PROGRAM, "retain", kind="retention", person=None, detail=f"files {len(logs)}", at=at)
    for file in logs:
        file.unlink(missing_ok=True)


@click.group()
def retention() -> None:
    """Xóa dữ liệu đã hết thời hạn lưu · remove what is over its time."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Chỉ đếm · count, and change nothing.")
def run(*, dry_run: bool) -> None:
    """Chạy lượt của hôm nay, tiếp tục chỗ đã dừng · do today's round, from where it stood."""
    at = clock.now()
    if dry_run:
        for line in _counted(at):
            click.echo(line)
        return
    click.echo(f"{night(at)} dòng · rows")


@retention.command("hold")
@click.option("--patient", type=click.UUID, help="Mã Patient; không có: mọi người · none: everybody.")
@click.option("--class", "name", default="", help="Lớp dữ liệu; không có: mọi lớp · none: every class.")
@click.option("--document", required=True, help="Số quyết định · the number of the order.")
@click.option("--authority", required=True, help="Cơ quan ra quyết định · who ordered it.")
def hold(patient: UUID | None, name: str, document: str, authority: str) -> None:
    """Giữ lại theo quyết định, kể cả khi hết thời hạn · keep by an order, whatever its age."""
    person = queries.whose(patient) if patient else NOBODY
    if person is None or (patient and person == NOBODY):
        raise Problem("SSK-1002")
    click.echo(retaining.hold(PROGRAM, retaining.Hold(person, name, document, authority), clock.now()))


@retention.command("release")
@click.argument("key", type=click.UUID)
def release(key: UUID) -> None:
    """Thôi giữ · end a hold."""
    retaining.release(PROGRAM, key, clock.now())


@retention.command("status")
def status() -> None:
    """Các lượt gần đây, và những gì đang được giữ · the last rounds, and what is held."""
    for day, classes, waiting, removed in db.tuples(
        """
        select day, count(*), count(*) filter (where ended is null), sum(removed)
        from access_retention_night group by day order by day desc limit 14
        """
    ):
        click.echo(f"{day}  {classes} lớp · classes, {waiting} chưa xong · unfinished, {removed} dòng · rows")
    for key, name, document, authority in db.tuples(
        "select id, class, document, authority from access_hold where released is null order by at"
    ):
        click.echo(f"{key}  {name or '*'}  {document}  {authority}")


def _counted(at: datetime) -> Iterator[str]:
    for one in kept():
        entry = keeping.words()["classes"][one.name]
        yield f"{retaining.over(one, at):>8}  {one.table}  {entry['then']}  {entry['vi']} · {entry['en']}"
    yield f"{len(old_logs(settings.HOME, at)):>8}  {_LOGS}"
    yield f"{sum(1 for _ in clearing.over(at)):>8}  deliveries/*"
