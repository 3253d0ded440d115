"""`sosuckhoe population`: reconciliation on demand, and how it stands."""

from __future__ import annotations

import click

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.exchange.population import changes, client, night


@click.group()
def population() -> None:
    """Cơ sở dữ liệu dân cư · the population database."""


@population.command("reconcile")
@click.option(
    "--most", type=click.IntRange(1), default=None, help="Nhiều nhất bao nhiêu người · at most so many people."
)
@click.option("--again-days", type=click.IntRange(0), default=None, help="Hỏi lại sau · ask again after so many days.")
def reconcile(most: int | None, again_days: int | None) -> None:
    """Nhận thay đổi và đối chiếu ngay · take changes and reconcile now."""
    register, at = client.register(), clock.now()
    taken = changes.take_changes(PROGRAM, register, at)
    days = night.plan().again_days if again_days is None else again_days
    tally = night.everybody(register, at, days, most)
    click.echo(f"{taken.total()} thay đổi · changes: {_counted(taken)}")
    click.echo(
        f"{tally.asked} người: {tally.verified} khớp, {tally.differs} khác, {tally.unknown} không có số, "
        f"{tally.silent} chưa trả lời"
    )
    click.echo(
        f"{tally.asked} people: {tally.verified} verified, {tally.differs} differ, {tally.unknown} unknown, "
        f"{tally.silent} not answered"
    )


@population.command("status")
def status() -> None:
    """Các đêm gần đây và số việc còn mở · the last nights and what is open."""
    for row in db.rows("select * from exchange_night order by day desc limit 7"):
        click.echo(
            f"{row.day}: {row.asked} hỏi · asked, {row.verified} khớp · verified, {row.differs} khác · differ, "
            f"{row.unknown} không có số · unknown, {row.changes} thay đổi · changes {row.problem}"
        )
    for row in db.rows(
        "select heard, kind, problem, tries, at from exchange_change where outcome = 'failed' order by turn limit 100"
    ):
        click.echo(
            f"để riêng · set aside: câu trả lời · answer {row.heard}, {row.kind}, {row.problem}, "
            f"{row.tries} lần · tries, {clock.day_of(row.at)}"
        )
    counts = db.tuples("select state, count(*) from identity_standing group by state order by state")
    click.echo(", ".join(f"{state}: {count}" for state, count in counts) or "–")
    waiting = db.value("select count(*) from identity_ticket where state = 'open'")
    click.echo(f"{waiting} việc còn mở · open tickets")


def _counted(outcomes: dict[str, int]) -> str:
    return ", ".join(f"{word} {count}" for word, count in sorted(outcomes.items())) or "–"
