"""Files to load: NDJSON, bundles, packed by gzip, in folders and zips. One piece at a time, of bounded size."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import jsontext

MOST_BUNDLE_BYTES = 256 * 1024 * 1024
MOST_FILE_BYTES = 1 << 40
"""A file unpacks to no more: a terabyte, over which a line is read at a time."""

MOST_IN_ZIP = 100_000
NDJSON = (".ndjson", ".jsonl")
SUFFIXES = (*NDJSON, ".json")
_REGISTERS = ("organization", "practitioner", "hospital", "location", "group", "medication.", "substance", "device.")
_MEGABYTE = 1024 * 1024


class Piece(NamedTuple):
    """A line of NDJSON, or a whole bundle. `problem` stands in the place of what cannot be read."""

    place: str
    raw: bytes
    is_bundle: bool
    problem: Problem | None = None


def files_in(paths: Iterable[Path]) -> list[list[Path]]:
    """The files at or under the paths in stages: registers, then patients, then everything else."""
    stages: list[list[Path]] = [[], [], []]
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.is_file() and (file == path or _is_wanted(file.name)):
                stages[_stage(file.name)].append(file)
    return [stage for stage in stages if stage]


def _is_wanted(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith(".zip") or lowered.removesuffix(".gz").endswith(SUFFIXES)


def _stage(name: str) -> int:
    lowered = name.lower()
    if lowered.startswith(_REGISTERS):
        return 0
    return 1 if lowered.startswith("patient.") else 2


def pieces_of(file: Path) -> Iterator[Piece]:
    """What a file holds. A fault of the file ends it with a piece that has the problem."""
    if file.name.lower().endswith(".zip"):
        yield from _of_zip(file)
        return
    try:
        with file.open("rb") as stream:
            yield from pieces_in(str(file), stream, MOST_FILE_BYTES)
    except OSError:
        yield Piece(str(file), b"", is_bundle=False, problem=Problem("SSK-3226"))


def pieces_in(place: str, stream: IO[bytes], limit: int) -> Iterator[Piece]:
    """What a stream holds, unpacked when its name or its first bytes say gzip; `limit` bounds the unpacked bytes."""
    held = io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream
    name = place.lower()
    if name.endswith(".gz"):
        held = gzip.GzipFile(fileobj=held)  # type: ignore[assignment]  # it reads as any other stream
        name = name.removesuffix(".gz")
    try:
        if name.endswith(NDJSON):
            yield from _lines(place, held, limit)
        else:
            yield _whole(place, held, min(limit, MOST_BUNDLE_BYTES))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        yield Piece(place, b"", is_bundle=False, problem=Problem("SSK-3226"))


def _lines(place: str, stream: IO[bytes], limit: int) -> Iterator[Piece]:
    read = 0
    number = 0
    while raw := stream.readline(jsontext.MOST_BYTES + 2):
        number += 1
        here = f"{place}:{number}"
        read += len(raw)
        if read > limit:
            yield Piece(here, b"", is_bundle=False, problem=Problem("SSK-3227", limit=limit // _MEGABYTE))
            return
        if len(raw) > jsontext.MOST_BYTES and not raw.endswith(b"\n"):
            yield Piece(here, b"", is_bundle=False, problem=Problem("SSK-3010", limit=jsontext.MOST_BYTES))
            read += _skip_line(stream, limit - read)
        elif text := raw.strip():
            yield Piece(here, text, is_bundle=False)


def _skip_line(stream: IO[bytes], limit: int) -> int:
    """Read on to the end of a line that is too long; how many bytes."""
    skipped = 0
    while skipped <= limit and (raw := stream.readline(_MEGABYTE)):
        skipped += len(raw)
        if raw.endswith(b"\n"):
            break
    return skipped


def _whole(place: str, stream: IO[bytes], limit: int) -> Piece:
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        return Piece(place, b"", is_bundle=False, problem=Problem("SSK-3227", limit=limit // _MEGABYTE))
    return Piece(place, raw, is_bundle=True)


def _of_zip(file: Path) -> Iterator[Piece]:
    try:
        with zipfile.ZipFile(file) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir() and _is_inside(one.filename)]
            for one in sorted(
                inside[:MOST_IN_ZIP], key=lambda one: (_stage(one.filename.rpartition("/")[2]), one.filename)
            ):
                with archive.open(one) as stream:
                    yield from pieces_in(f"{file} / {one.filename}", stream, MOST_FILE_BYTES)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        yield Piece(str(file), b"", is_bundle=False, problem=Problem("SSK-3226"))


def _is_inside(name: str) -> bool:
    return _is_wanted(name) and not name.lower().endswith(".zip")
