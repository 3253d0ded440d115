"""`sosuckhoe rounds status`: when each round ran last, how it ended and when it comes again; `run`: one of them now."""

from __future__ import annotations

from datetime import datetime

import click

from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.site.rounds import plan, running
from sosuckhoe.site.rounds.plan import Last, Round


@click.group()
def rounds() -> None:
    """Việc định kỳ · what is done by the clock."""


@rounds.command("status")
def status() -> None:
    """Lần cuối, kết quả, lần tới của từng việc · of each the last run, its outcome and the next."""
    now, known = clock.now(), running.lasts()
    for one in running.rounds():
        click.echo(f"{one.name:<16} {one.vi} · {one.en}")
        click.echo(f"{'':<16} {_told(one, known.get(one.name), now)}")


@rounds.command("run")
@click.argument("name")
def run(name: str) -> None:
    """Chạy ngay một việc · do one now, unless somebody is at it."""
    if not running.run(running.named(name), clock.now(), is_asked_for=True):
        raise Problem("SSK-4592", name=name)


def _told(one: Round, last: Last | None, now: datetime) -> str:
    coming = f"lần tới · next {_moment(max(plan.next_time(one, last, now), now))}"
    if last is None:
        return f"chưa chạy · not yet; {coming}"
    began = f"lần cuối · last {_moment(last.began)}"
    if last.ended is None:
        return f"{began}, đang chạy hoặc bị ngắt · under way or cut off; {coming}"
    outcome = f"lỗi · failed ({last.problem})" if last.problem else f"xong · done ({last.done})"
    return f"{began}, {(last.ended - last.began).total_seconds():.1f} s, {outcome}; {coming}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.VIETNAM):%Y-%m-%d %H:%M}"
