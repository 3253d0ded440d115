"""Load files: read here, stored by some processes, batch by batch, with a bounded number of batches under way.

Killed and begun again it leaves out the batches that were stored whole; what waits for a patient or a practitioner
that comes later is tried again at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, collecting, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.bulk import lines, pool, sources
from sosuckhoe.clinical.bulk.lines import Line, Refusal
from sosuckhoe.clinical.bulk.load import Loaded, add, load
from sosuckhoe.clinical.bulk.sources import Piece
from sosuckhoe.clinical.bulk.spool import Spool

BATCH_BYTES = 2 * 1024 * 1024
BATCH_PIECES = 1_000
BATCH_LINES = 1_500
UNDER_WAY = 3
"""Batches a process, stored or waiting: so much is held in memory."""


class Batch(NamedTuple):
    """Pieces that go together. `run` and `number` name it for ever as long as the files stay the same."""

    run: bytes
    number: int
    pieces: list[Piece]
    lines: list[Line]


class Group(NamedTuple):
    """Pieces of one batch, and how many bytes of the files were read when it was full."""

    pieces: list[Piece]
    read: int


@dataclass(slots=True)
class Report:
    """What became of everything. `read` are bytes of the files, as they lie on the disk, for a bar of progress."""

    files: int = 0
    read: int = 0
    done: Loaded = field(default_factory=Loaded)
    skipped: int = 0

    @property
    def stored(self) -> int:
        return self.done.created + self.done.changed + self.done.unchanged


Progress = Callable[[Report], None]


def load_files(
    actor: Actor, paths: Sequence[Path], *, processes: int = 1, tell: Progress = lambda _report: None
) -> Report:
    """Load files, folders and zips; what was refused is in the report, in the order in which it was met."""
    stages = sources.files_in(paths)
    report = Report(files=sum(len(stage) for stage in stages))
    run = _name_of_run(stages)
    with collecting.seldom(), _Work(actor, processes, report, tell) as work, Spool() as later:
        number = 0
        for stage in stages:
            for group in _groups(stage):
                number += 1
                report.read += group.read
                work.give(Batch(run, number, group.pieces, []), later)
            work.finish(later)
        _try_again(work, later)
    db.execute("delete from clinical_loaded where run = %s", (run,))
    return report


def _try_again(work: _Work, later: Spool) -> None:
    """What was put off, for as long as some of it finds its place; then it is refused."""
    waiting = len(later)
    while waiting:
        with later.taken() as taken:
            for some in _grouped(taken):
                work.give(Batch(b"", 0, [], some), later)
            work.finish(later)
        if len(later) == waiting:
            break
        waiting = len(later)
    with later.taken() as taken:
        work.report.done.refused += [Refusal(line.place, problem) for line, problem in taken]


class _Work:
    """Batches given to processes; without processes they are stored at once, here.

    The first one always is: the processes are forked with what it has compiled and remembered.
    """

    def __init__(self, actor: Actor, processes: int, report: Report, tell: Progress) -> None:
        self.actor = actor
        self.report = report
        self.tell = tell
        self.most = processes * UNDER_WAY
        self.processes = processes
        self.pool: ProcessPoolExecutor | None = None
        self.under_way: set[Future[Loaded | None]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def give(self, batch: Batch, later: Spool) -> None:
        """Have a batch stored; wait while too many are under way."""
        if self.pool is None:
            self._take(store(self.actor, batch), later)
            self.pool = pool.of(self.processes) if self.processes > 1 else None
            return
        self.under_way.add(self.pool.submit(store, self.actor, batch))
        while len(self.under_way) >= self.most:
            self._collect(later)

    def finish(self, later: Spool) -> None:
        """Wait for everything under way."""
        while self.under_way:
            self._collect(later)

    def _collect(self, later: Spool) -> None:
        ended, self.under_way = wait(self.under_way, return_when=FIRST_COMPLETED)
        for one in ended:
            self._take(one.result(), later)

    def _take(self, done: Loaded | None, later: Spool) -> None:
        if done is None:
            self.report.skipped += 1
        else:
            later.add(done.later)
            done.later = []
            add(self.report.done, done)
        self.tell(self.report)


def store(actor: Actor, batch: Batch) -> Loaded | None:
    """Read and store one batch; None when an earlier run has stored it whole."""
    content = lines.Content(list(batch.lines), [])
    for piece in batch.pieces:
        made = _read(piece)
        content.lines.extend(made.lines)
        content.refused.extend(made.refused)
    total = Loaded(refused=content.refused)
    if batch.run and not content.lines and not content.refused:
        return total
    groups = [content.lines[at : at + BATCH_LINES] for at in range(0, len(content.lines), BATCH_LINES)]
    if batch.run and _is_stored(batch):
        return None
    for group in groups:
        done = load(actor, group, clock.now())
        if done is not None:
            add(total, done)
    if batch.run and not total.refused and not total.later:
        _note_stored(batch)
    return total


def _read(piece: Piece) -> lines.Content:
    if piece.problem is not None:
        return lines.Content([], [Refusal(piece.place, piece.problem)])
    return (lines.of_bundle if piece.is_bundle else lines.of_line)(piece.place, piece.raw)


def _is_stored(batch: Batch) -> bool:
    return bool(db.value("select true from clinical_loaded where run = %s and batch = %s", (batch.run, batch.number)))


def _note_stored(batch: Batch) -> None:
    """What is refused or put off is looked at again; so is what was stored when this line is lost: nothing changes."""
    db.execute(
        "insert into clinical_loaded (run, batch, at) values (%s, %s, %s) on conflict do nothing",
        (batch.run, batch.number, clock.now()),
    )


def bytes_of(paths: Sequence[Path]) -> int:
    """The size of all files to load."""
    return sum(file.stat().st_size for stage in sources.files_in(paths) for file in stage)


def _groups(files: Iterable[Path]) -> Iterator[Group]:
    """Pieces in groups of bounded number and size. A file counts as read when its last piece is."""
    held: list[Piece] = []
    size = read = 0
    for file in files:
        for piece in sources.pieces_of(file):
            held.append(piece)
            size += len(piece.raw)
            if size >= BATCH_BYTES or len(held) >= BATCH_PIECES:
                yield Group(held, read)
                held, size, read = [], 0, 0
        read += file.stat().st_size
    if held or read:
        yield Group(held, read)


def _grouped(found: Iterable[tuple[Line, Problem]]) -> Iterator[list[Line]]:
    held: list[Line] = []
    for line, _problem in found:
        held.append(line)
        if len(held) >= BATCH_PIECES:
            yield held
            held = []
    if held:
        yield held


def _name_of_run(stages: Sequence[Sequence[Path]]) -> bytes:
    """What files are loaded: their places, sizes and times."""
    told = sha256()
    for stage in stages:
        for file in stage:
            about = file.stat()
            told.update(f"{file.resolve()}\x1f{about.st_size}\x1f{about.st_mtime_ns}\x1e".encode())
    return told.digest()
