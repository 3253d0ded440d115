"""Hospital files on a disk: in files, in folders, in zips. What a path holds, one content at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import formats, unpack
from sosuckhoe.exchange.actions.receive import Parcel

ON_DISK = unpack.Limits(all_bytes=1 << 40, files=10_000_000)
"""A file on a disk may be a whole archive of years; each content has the limit of any other."""


class Found(NamedTuple):
    """A content and where it lies; `parcel` is None when it cannot be a hospital file, `why` then says why."""

    place: str
    parcel: Parcel | None
    why: str = ""


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Every XML file and zip at or under the paths, in order of name: older first, as systems name them."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [file for file in inside if file.is_file() and file.suffix.lower() in {".xml", ".zip"}]
    return found


def contents_of(file: Path) -> Iterator[Found]:
    """What a file holds: itself, or the files of a zip."""
    with file.open("rb") as stream:
        for piece in unpack.pieces([unpack.Chosen(str(file), file.stat().st_size, stream)], ON_DISK):
            yield _unread(piece.name, piece.problem) if piece.problem else _open(piece.name, piece.content)


def _open(place: str, content: bytes) -> Found:
    try:
        kind = formats.kind_of(content)
        facility = formats.facility_of(content, kind)
    except Problem as problem:
        return _unread(place, problem)
    return Found(place, Parcel(facility, kind, content))


def _unread(place: str, problem: Problem) -> Found:
    return Found(place, None, f"{problem.number}: {problem.vi}")
