"""Small files that a program keeps beside its data."""

from __future__ import annotations

import os
import tempfile
from hashlib import blake2b
from pathlib import Path

_LONGEST_SOCKET = 107


def write_once(place: Path, text: str) -> None:
    """Write a private file whole unless it is there: processes that start together end with the same content."""
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def socket_in(folder: Path, purpose: str) -> Path:
    """The place of a Unix socket in a folder, or in a short one of its own where the path would pass its 107 bytes."""
    beside = folder / "socket"
    if len(os.fsencode(beside)) <= _LONGEST_SOCKET:
        return beside
    digest = blake2b(os.fsencode(folder), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"sosuckhoe-{purpose}-{os.geteuid()}-{digest}" / "socket"
