"""What a load says at its end."""

from __future__ import annotations

from collections.abc import Iterator

from sosuckhoe.clinical.bulk.lines import Refusal
from sosuckhoe.clinical.bulk.loader import Report
from sosuckhoe.clinical.structure import Invalid


def of_load(report: Report, seconds: float) -> Iterator[str]:
    """Lines of text: the counts, then every refused line by file, line and path."""
    done = report.done
    rate = report.stored / seconds if seconds else 0.0
    yield (
        f"{report.files} tệp, {seconds:.1f} giây: {done.created} mới, {done.changed} thay đổi, "
        f"{done.unchanged} như cũ, {len(done.refused)} bị từ chối"
    )
    yield (
        f"{report.files} files in {seconds:.1f} s: {done.created} new, {done.changed} changed, "
        f"{done.unchanged} unchanged, {len(done.refused)} refused; {rate:.0f} resources/s"
    )
    if report.skipped:
        yield f"{report.skipped} lô đã nạp từ lần trước · batches were stored by a run before"
    for refusal in done.refused:
        yield from of_refusal(refusal)


def of_refusal(refusal: Refusal) -> Iterator[str]:
    """A refused line: its place, the error, the path inside where there is one. Never a value."""
    problem = refusal.problem
    if not isinstance(problem, Invalid):
        yield f"{refusal.place}: {problem.number}: {problem.vi} · {problem.en}"
        return
    for issue in problem.issues:
        one = Invalid([issue])
        yield f"{refusal.place}: {one.number}: {one.vi} · {one.en}"
