"""Files of another system from a disk: which are taken, in which order, and what came of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import orjson

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.feeds import deliver
from sosuckhoe.exchange.feeds.deliver import Parcel
from sosuckhoe.exchange.feeds.readers import BUNDLE, CSV, NDJSON, readers
from sosuckhoe.exchange.sources import Source

KINDS = {
    "fhir": {".json": BUNDLE, ".ndjson": NDJSON},
    "csv": {".csv": CSV},
}
"""Of each kind of source: the ends of file names, and what such a file is."""

MOST_LINES = 20
_PAUSE_SECONDS = 0.2


def bring(source: Source, paths: Iterable[Path]) -> None:
    """Take in every file below the paths that a source of this kind sends, file them, and print what came of it."""
    kinds = KINDS.get(source.kind)
    if kinds is None:
        raise Problem("SSK-2191")
    files = [file for path in paths for file in _below(path) if file.suffix.lower() in kinds]
    deliveries = []
    with click.progressbar(files, label="Nhận tệp · receiving") as bar:
        for file in bar:
            parcel = Parcel(source.id, kinds[file.suffix.lower()], file.name)
            with file.open("rb") as stream:
                deliveries.append(deliver.receive(PROGRAM, parcel, stream, "import", clock.now()).delivery)
    while _are_waiting(deliveries):
        if not deliver.drain(readers()):
            time.sleep(_PAUSE_SECONDS)  # a running worker is at them
    _print(deliveries)


def _below(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _are_waiting(deliveries: Sequence[int]) -> bool:
    return bool(
        db.value("select true from exchange_delivery where id = any(%s) and ended is null limit 1", (list(deliveries),))
    )


def _print(deliveries: Sequence[int]) -> None:
    known = sorted(set(deliveries))
    total = db.one(
        """
        select coalesce(sum(filed), 0) as filed, coalesce(sum(unchanged), 0) as unchanged,
          coalesce(sum(older), 0) as older, coalesce(sum(put_off), 0) as put_off, coalesce(sum(refused), 0) as refused
        from exchange_delivery where id = any(%s)
        """,
        (known,),
    )
    click.echo(
        f"{len(known)} tệp: {total.filed} mục vào sổ, {total.unchanged} đã có, {total.older} cũ hơn bản đang có, "
        f"{total.put_off} chờ người bệnh, {total.refused} bị từ chối.\n"
        f"{len(known)} files: {total.filed} records filed, {total.unchanged} known already, {total.older} older than "
        f"what stands, {total.put_off} waiting for their patient, {total.refused} refused."
    )
    _print_problems(known)
    _print_findings(known)


def _print_problems(deliveries: list[int]) -> None:
    found = db.tuples(
        "select name, problem, places::text from exchange_delivery where id = any(%s) and problem <> '' order by id",
        (deliveries,),
    )
    for name, number, places in found[:MOST_LINES]:
        _say(name, Problem(number, **orjson.loads(places)))


def _print_findings(deliveries: list[int]) -> None:
    found = db.tuples(
        """
        select delivery.name, found.place, found.problem, found.places::text
        from exchange_delivery_finding found join exchange_delivery delivery on delivery.id = found.delivery
        where found.delivery = any(%s) order by found.delivery, found.piece, found.part limit %s
        """,
        (deliveries, MOST_LINES),
    )
    for name, place, number, places in found:
        _say(f"{name}, {place}", Problem(number, **orjson.loads(places)))


def _say(where: str, problem: Problem) -> None:
    click.echo(f"  {where}: {problem} · {problem.en}")
