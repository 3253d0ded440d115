"""Hospital files on a disk: in files, in folders, in zips. What a path holds, one content at a time."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.actions.receive import Parcel
from sosuckhoe.exchange.xml130 import read

MOST_BYTES = 64 * 1024 * 1024
"""A file that is larger is named in the report and not read; an envelope should be split long before."""

_FACILITY = re.compile(rb"<(?:\w+:)?MA_?CSKCB>\s*([0-9A-Za-z]{1,10})\s*<")
"""As whose file to store it: a first look, which filing holds against what the reader finds."""


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
    """What a file holds: itself, or the XML files of a zip."""
    if file.suffix.lower() != ".zip":
        yield _open(str(file), file.stat().st_size, file.read_bytes)
        return
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                if member.filename.lower().endswith(".xml"):
                    yield _open(f"{file}:{member.filename}", member.file_size, _reader(archive, member))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        yield Found(str(file), None, "not a readable zip")


def _reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    return lambda: archive.read(member)


def _open(place: str, size: int, content_of: Callable[[], bytes]) -> Found:
    if size > MOST_BYTES:
        return Found(place, None, f"larger than {MOST_BYTES // 1024 // 1024} MB")
    content = content_of()
    try:
        kind = "check-in" if read.kind_of(content) == "check_in" else "records"
    except Problem as problem:
        return Found(place, None, f"{problem.number}: {problem.vi}")
    facility = _FACILITY.search(content)
    if facility is None:
        return Found(place, None, "MACSKCB?")
    return Found(place, Parcel(facility[1].decode(), kind, content))
