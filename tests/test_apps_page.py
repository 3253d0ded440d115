"""The page *Connect an app* works when it is followed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import test_database_url as database_url

PAGE = Path(__file__).parent.parent / "docs" / "apps.md"


@pytest.mark.skipif(not any(Path(d, "curl").exists() for d in os.environ["PATH"].split(":")), reason="curl is missing")
def test_the_page_works_when_followed(server, tmp_path):
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, words in (("sosuckhoe", "-m sosuckhoe.site.command_line"), ("python3", "")):
        (commands / name).write_text(f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n')
        (commands / name).chmod(0o755)
    steps = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    surroundings = {
        **os.environ,
        "PATH": f"{commands}:{os.environ['PATH']}",
        "DATABASE_URL": database_url(),
        "HOUSE": server.url,
        "PYTHONPATH": str(PAGE.parent.parent),
    }
    script = "set -eu\n" + "\n".join(steps)
    subprocess.run(["sh", "-c", script], cwd=tmp_path, env=surroundings, check=True, timeout=120)
    assert (tmp_path / "status.txt").read_text().strip() == "302", "to the page of signing in"
    token = json.loads((tmp_path / "token.json").read_text())
    assert token["scope"] == "system/Patient.rs system/Observation.rs"
    assert json.loads((tmp_path / "patients.json").read_text())["total"] == 0, "that hospital has treated nobody yet"
    assert "202" in (tmp_path / "export.txt").read_text().partition("\n")[0]
