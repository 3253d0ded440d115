"""Where the analytical copy lies: a folder for each time it was made, and `current` that leads to the newest.

analytics/
key                     the key of the pseudonyms
current -> 20261122T…   swapped in one step
20261122T…/manifest.json
20261122T…/Encounter.parquet
"""

from __future__ import annotations

import json
import secrets
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base.files import write_once
from sosuckhoe.insight.copied.shape import KEY_BYTES

CURRENT = "current"


class Copy(NamedTuple):
    """A whole copy. `moment`: all that was stored before it is in. `whole`: when everything was last read anew."""

    folder: Path
    moment: datetime
    whole: datetime
    counts: dict[str, int]

    def file(self, type_name: str) -> Path | None:
        """The file of a type; None when nothing of it was copied."""
        found = self.folder / f"{type_name}.parquet"
        return found if found.exists() else None


def key_in(folder: Path) -> bytes:
    """The key of the pseudonyms, made at the first copy; whoever has it can tell whose rows are whose."""
    place = folder / "key"
    if not place.exists():
        write_once(place, secrets.token_bytes(KEY_BYTES).hex())
    return bytes.fromhex(place.read_text(encoding="ascii"))


def current(folder: Path) -> Copy | None:
    """The newest whole copy."""
    try:
        place = (folder / CURRENT).resolve(strict=True)
        told = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    moment, whole = datetime.fromisoformat(told["moment"]), datetime.fromisoformat(told["whole"])
    return Copy(place, moment, whole, told["counts"])


def swap_in(folder: Path, made: Copy) -> None:
    """Make a finished copy the current one, and take older ones away. A reader keeps the files that it has open."""
    told = {"moment": made.moment.isoformat(), "whole": made.whole.isoformat(), "counts": made.counts}
    (made.folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    link = folder / f"{CURRENT}.next"
    link.unlink(missing_ok=True)
    link.symlink_to(made.folder.name)
    link.replace(folder / CURRENT)
    kept = sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())[-2:]
    for old in folder.iterdir():
        if old.is_dir() and not old.is_symlink() and old not in {*kept, made.folder}:
            shutil.rmtree(old, ignore_errors=True)
