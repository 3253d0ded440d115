"""The house's own folder: where its data lies, and what the environment says about it."""

from __future__ import annotations

import os
import secrets
import stat
from hashlib import blake2b
from pathlib import Path

from sosuckhoe.base import keyring
from sosuckhoe.base.files import write_once

SOURCES = Path(__file__).resolve().parents[2]
"""The folder that holds the package."""


def home() -> Path:
    """The data folder: `SOSUCKHOE_HOME`, or `var` beside the package.

    Started as root from a folder that only root may enter, the database could not run there (PostgreSQL
    refuses to be root), so the default moves to /var/lib.
    """
    if named := os.environ.get("SOSUCKHOE_HOME"):
        return Path(named).absolute()
    beside = SOURCES / "var"
    if os.geteuid() != 0 or is_reachable(SOURCES):
        return beside
    digest = blake2b(bytes(beside), digest_size=4).hexdigest()
    return Path("/var/lib/sosuckhoe") / digest


def is_reachable(folder: Path) -> bool:
    """Whether every user may enter the folder and all folders above it (those that exist)."""
    return all(
        stat.S_IMODE(place.stat().st_mode) & stat.S_IXOTH for place in (folder, *folder.parents) if place.exists()
    )


def make_home(folder: Path) -> Path:
    """Make the data folder and the folders above it that are missing.

    Their owner alone writes, others may only pass through to what is theirs, whatever the umask says.
    """
    for place in (*reversed(folder.parents), folder):
        if not place.exists():
            place.mkdir(exist_ok=True)
            place.chmod(0o711)
    return folder


def secret_key() -> str:
    """The key that signs sessions: `SECRET_KEY`, or one made at the first start and kept in the data folder."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    place = make_home(home()) / "secret-key"
    if not place.exists():
        write_once(place, secrets.token_urlsafe(48))
    return place.read_text(encoding="ascii")


def key_ring() -> keyring.Ring:
    """The keys of what is kept: `SOSUCKHOE_DATA_KEYS` and `SOSUCKHOE_INDEX_KEY`, or made at the first start.

    Problem SSK-2300 when they are no keys.
    """
    sealing = os.environ.get("SOSUCKHOE_DATA_KEYS") or _kept("data-keys", "1:")
    return keyring.read(sealing, os.environ.get("SOSUCKHOE_INDEX_KEY") or _kept("index-key"))


def _kept(name: str, before: str = "") -> str:
    place = make_home(home()) / name
    if not place.exists():
        write_once(place, before + secrets.token_hex(keyring.KEY_BYTES))
    return place.read_text(encoding="ascii")
