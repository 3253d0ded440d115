"""Write what the house is made of as CycloneDX 1.6: every package of the lock files with its version and digests.

`python -m tools.sbom > sbom.json`. https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[1]
LOCKS = {
    "requirements.lock": "required",
    "requirements-uv.lock": "excluded",
    "requirements-dev.lock": "excluded",
    "requirements-learn.lock": "excluded",
}
"""`required`: it is there when the house runs; `excluded`: at set-up, at the bench or for learning only."""

NPM = TOP / "sosuckhoe" / "doors" / "look" / "package-lock.json"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def document() -> dict[str, Any]:
    """The whole document, in a fixed order."""
    found: dict[str, dict[str, Any]] = {}
    for name, scope in LOCKS.items():
        for one in of_python((TOP / name).read_text(encoding="utf-8"), scope):
            found.setdefault(one["purl"], one)
    for one in of_npm(json.loads(NPM.read_text(encoding="utf-8"))):
        found.setdefault(one["purl"], one)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "sosuckhoe", "bom-ref": "sosuckhoe"}},
        "components": [found[purl] for purl in sorted(found)],
    }


def of_python(lock: str, scope: str) -> Iterator[dict[str, Any]]:
    """The packages of a lock file of Python."""
    starts = list(_PINNED.finditer(lock))
    for at, start in enumerate(starts):
        name, version = start[1].lower().replace("_", "-"), start[2]
        end = starts[at + 1].start() if at + 1 < len(starts) else len(lock)
        digests = re.findall(r"--hash=sha256:([0-9a-f]{64})", lock[start.end() : end])
        yield _component("pypi", name, version, scope, [{"alg": "SHA-256", "content": one} for one in digests])


def of_npm(lock: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The packages of npm's lock file: at set-up only."""
    for place, entry in lock["packages"].items():
        if place:
            name = place.rpartition("node_modules/")[2].replace("@", "%40")
            digest = base64.b64decode(entry["integrity"].partition("-")[2]).hex()
            yield _component("npm", name, entry["version"], "excluded", [{"alg": "SHA-512", "content": digest}])


def _component(kind: str, name: str, version: str, scope: str, hashes: list[dict[str, str]]) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name}@{version}"
    told = {"type": "library", "bom-ref": purl, "name": name.replace("%40", "@"), "version": version}
    return {**told, "purl": purl, "scope": scope, "hashes": hashes}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), indent=1) + "\n")
