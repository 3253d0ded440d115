"""The list of what the house is made of names every package of the lock files, and nothing else."""

import json
import re
import subprocess
import sys
from importlib import metadata

from packaging.version import Version

from tools import sbom

MADE = sbom.document()
BY_NAME = {(one["purl"].partition(":")[2].partition("/")[0], one["name"]): one for one in MADE["components"]}


def lines(name):
    text = (sbom.TOP / name).read_text(encoding="utf-8")
    return [line.partition("==")[0].partition("[")[0] for line in text.splitlines() if "==" in line and line[0] != " "]


def test_every_line_of_every_lock_is_there_with_its_digests():
    locked = {("pypi", name.lower().replace("_", "-")) for lock in sbom.LOCKS for name in lines(lock)}
    npm = json.loads(sbom.NPM.read_text(encoding="utf-8"))["packages"]
    locked |= {("npm", place.rpartition("node_modules/")[2]) for place in npm if place}
    assert set(BY_NAME) == locked
    assert all(one["hashes"] for one in MADE["components"])


def test_what_runs_is_told_from_what_only_builds_and_tests():
    assert BY_NAME["pypi", "django"]["scope"] == "required"
    assert BY_NAME["pypi", "pytest"]["scope"] == "excluded"
    assert BY_NAME["npm", "sass"]["scope"] == "excluded"


def test_what_is_installed_is_what_the_list_names():
    """A package that came in past the lock files would be one that nobody watches."""
    here = {re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower(): one.version for one in metadata.distributions()}
    for own in ("sosuckhoe", "pip", "setuptools"):  # the house, and what a new environment of Python itself holds
        here.pop(own, None)
    listed = {name: Version(one["version"]) for (kind, name), one in BY_NAME.items() if kind == "pypi"}
    assert {name for name, version in here.items() if listed.get(name) != Version(version)} == set()


def test_the_command_writes_it():
    done = subprocess.run([sys.executable, "-m", "tools.sbom"], cwd=sbom.TOP, capture_output=True, check=True)
    assert json.loads(done.stdout) == MADE
