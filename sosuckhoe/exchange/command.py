"""`sosuckhoe import PATH…` and `sosuckhoe export xml130`."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import UUID

import click

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import filer, formats, parcels, queries, report
from sosuckhoe.exchange.actions.profile import write_profile
from sosuckhoe.exchange.actions.receive import receive_all
from sosuckhoe.exchange.feeds import bringing, deliver
from sosuckhoe.exchange.parcels import Found

PARCELS_A_BATCH, BYTES_A_BATCH = 100, 8 * 1024 * 1024

_FILERS = (os.cpu_count() or 1) + 1
"""One more than there are cores: now and then one waits for the disk, or for another's new person."""


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--processes", type=click.IntRange(1), default=_FILERS, help="Số tiến trình · processes.")
@click.option("--source", default=None, help="Hệ thống gửi (FHIR, CSV) · the sending system's id in sources.yaml.")
def import_files(paths: Sequence[Path], processes: int, source: str | None) -> None:
    """Đưa tệp, thư mục, tệp zip QĐ 130, QĐ 831 vào sổ · bring hospital files and health profiles into the books."""
    if source is not None:
        bringing.bring(deliver.source_of(source, clock.now()), paths)
        return
    files = parcels.files_in(paths)
    unread: list[Found] = []
    arrivals: list[int] = []
    began = time.monotonic()
    with _filing(processes), click.progressbar(files, label="Nhận tệp · receiving") as bar:
        for batch in _batches(bar, unread):
            receipts = receive_all(PROGRAM, [found.parcel for found in batch if found.parcel], "import", clock.now())
            arrivals += [receipt.arrival for receipt in receipts]
    _wait_until_filed(arrivals)
    report.print_report(arrivals, unread, time.monotonic() - began)


@click.group()
def export() -> None:
    """Xuất dữ liệu · write data out."""


@export.command("xml130")
@click.option("--facility", required=True, help="MA_CSKCB.")
@click.option("--ma-lk", required=True, help="MA_LK: mã đợt điều trị · the facility's code of the visit.")
@click.option("--version", type=int, default=None, help="Bản cũ; mặc định: bản hiện hành · default: the current one.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Tệp; mặc định: màn hình · default: stdout.")
def export_xml130(facility: str, ma_lk: str, version: int | None, out: Path | None) -> None:
    """Ghi lại một đợt điều trị thành tệp QĐ 130 · write an episode back as a hospital file."""
    _put(written_back(facility, ma_lk, version), out)


@export.command("qd831")
@click.option(
    "--patient", type=click.UUID, required=True, help="Mã của Patient trên /fhir · the Patient's id on /fhir."
)
@click.option("--facility", required=True, help="Mã đơn vị gửi (SENDER_CODE) · as which facility.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Tệp; mặc định: màn hình · default: stdout.")
def export_qd831(patient: UUID, facility: str, out: Path | None) -> None:
    """Ghi sổ của một người thành hồ sơ QĐ 831 · write a person's book as a health profile."""
    _put(write_profile(PROGRAM, patient, facility, clock.now()), out)


def _put(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)


def written_back(facility: str, ma_lk: str, version: int | None = None) -> bytes:
    """An episode as an envelope with the fields and values that came in. Raises Problem when it is not known."""
    package = queries.package(facility, ma_lk, version)
    if package is None:
        raise Problem("SSK-1002")
    return formats.write_content(package, facility, clock.now().astimezone(clock.VIETNAM))


def _batches(files: Iterator[Path], unread: list[Found]) -> Iterator[list[Found]]:
    """Contents in groups of bounded number and size; what cannot be a hospital file goes to `unread`."""
    batch: list[Found] = []
    size = 0
    for path in files:
        for found in parcels.contents_of(path):
            if found.parcel is None:
                unread.append(found)
                continue
            batch.append(found)
            size += len(found.parcel.content)
            if len(batch) >= PARCELS_A_BATCH or size >= BYTES_A_BATCH:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


@contextlib.contextmanager
def _filing(processes: int) -> Iterator[None]:
    """Processes that file what waits, beside this one and beside a running worker, until everything is filed."""
    spawn = multiprocessing.get_context("spawn")
    all_received = spawn.Event()
    filers: list[BaseProcess] = [
        spawn.Process(target=filer.file_until_done, args=(all_received,), daemon=True) for _ in range(processes)
    ]
    for process in filers:
        process.start()
    try:
        yield
    finally:
        all_received.set()
        for process in filers:
            process.join()


def _wait_until_filed(arrivals: Sequence[int]) -> None:
    """A running worker may hold the last lanes: wait for it."""
    while db.value("select true from exchange_waiting where arrival = any(%s) limit 1", (list(arrivals),)):
        time.sleep(filer.PAUSE_SECONDS)
