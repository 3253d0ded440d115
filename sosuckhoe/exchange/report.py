"""The report at the end of an import: what came of it, which packages were refused and why, what was noted most."""

from __future__ import annotations

from collections.abc import Sequence

import click
import orjson

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import findings
from sosuckhoe.exchange.parcels import Found
from sosuckhoe.exchange.xml130.package import Finding

MOST_LINES = 20


def print_report(arrivals: Sequence[int], unread: Sequence[Found], seconds: float) -> None:
    """Print the report of these arrivals."""
    known = list(set(arrivals))
    total = db.one(
        """
        select coalesce(sum(packages), 0) as packages, coalesce(sum(filed), 0) as filed,
          coalesce(sum(unchanged), 0) as unchanged, coalesce(sum(refused), 0) as refused,
          coalesce(sum(noted), 0) as noted
        from exchange_filing where arrival = any(%s)
        """,
        (known,),
    )
    click.echo(
        f"\n{len(known)} tệp, {total.packages} hồ sơ trong {seconds:.1f} giây "
        f"({total.packages / max(seconds, 0.001):.0f}/giây): {total.filed} vào sổ, {total.unchanged} đã có, "
        f"{total.refused} bị từ chối, {total.noted} ghi chú.\n"
        f"{len(known)} files, {total.packages} packages: {total.filed} filed, {total.unchanged} known already, "
        f"{total.refused} refused, {total.noted} notes."
    )
    _print_unread(unread)
    _print_problems(known)
    _print_refused(known)
    _print_noted(known)


def _print_unread(unread: Sequence[Found]) -> None:
    for found in unread[:MOST_LINES]:
        click.echo(f"  không đọc · not read: {found.place}: {found.why}")
    _print_rest(len(unread))


def _print_problems(arrivals: list[int]) -> None:
    rows = db.rows(
        """
        select facility, arrival, problem, places::text from exchange_filing
        where arrival = any(%s) and problem <> ''
        """,
        (arrivals,),
    )
    for row in rows[:MOST_LINES]:
        problem = Problem(row.problem, **orjson.loads(row.places))
        click.echo(f"  từ chối · refused: {row.facility}, số {row.arrival}: {problem} · {problem.en}")
    _print_rest(len(rows))


def _print_refused(arrivals: list[int]) -> None:
    rows = db.rows(
        """
        select facility, arrival, position, level, tbl, row, field, rule, value_class
        from exchange_finding where arrival = any(%s) and level = 'refused' order by arrival, position
        """,
        (arrivals,),
    )
    for row in rows[:MOST_LINES]:
        finding = Finding(*row[3:])
        click.echo(
            f"  từ chối · refused: {row.facility}, số {row.arrival}, hồ sơ {row.position}: "
            f"{findings.sentence(finding, 'vi')} · {findings.sentence(finding, 'en')}"
        )
    _print_rest(len(rows))


def _print_noted(arrivals: list[int]) -> None:
    rows = db.rows(
        """
        select rule, tbl, field, count(*) as count, min(level) as level, min(value_class) as value_class
        from exchange_finding where arrival = any(%s) and level = 'noted'
        group by rule, tbl, field order by count(*) desc
        """,
        (arrivals,),
    )
    for row in rows[:MOST_LINES]:
        finding = Finding(row.level, row.tbl, 0, row.field, row.rule, row.value_class)
        click.echo(f"  ghi chú · noted {row.count}×: {findings.sentence(finding, 'vi')}")
    _print_rest(len(rows))


def _print_rest(count: int) -> None:
    if count > MOST_LINES:
        click.echo(f"  … và {count - MOST_LINES} dòng nữa, xem trang của cơ sở · and more, on the facility's page")
