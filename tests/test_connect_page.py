"""The page *Connect your hospital system* works when it is followed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sosuckhoe.base import clock
from sosuckhoe.exchange.actions import file
from tests.exchange.qd831.samples import content, profile
from tests.exchange.samples import envelope, package
from tests.served import test_database_url as database_url

PAGE = Path(__file__).parent.parent / "docs" / "connect.md"
FILE_EVERYTHING = "from tests.test_connect_page import file_everything; file_everything()"


def steps():
    return re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def file_everything():
    while file.drain(clock.now()):
        pass


@pytest.mark.skipif(not any(Path(d, "curl").exists() for d in os.environ["PATH"].split(":")), reason="curl is missing")
def test_the_page_works_when_followed(server, tmp_path):
    sent = tmp_path / "file.xml"
    sent.write_bytes(envelope(package()))
    (tmp_path / "profile.xml").write_bytes(content(profile()))
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "sosuckhoe").write_text(f'#!/bin/sh\nexec {sys.executable} -m sosuckhoe.site.command_line "$@"\n')
    (commands / "sosuckhoe").chmod(0o755)
    filing = f"{sys.executable} -c '{FILING}'"
    script = "set -eu\n" + "\n".join(steps()).replace('sleep "${PATIENCE:-3}"', filing)
    subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=surroundings(server, commands, sent), check=True, timeout=120
    )
    assert json.loads((tmp_path / "reply.json").read_text())["maKetQua"] == "200"
    accepted = json.loads((tmp_path / "profile-reply.json").read_text())
    assert (accepted["code"], accepted["data"]["findings"]) == ("ACCEPTED", [])
    found = json.loads((tmp_path / "encounters.json").read_text())
    assert [entry["resource"]["resourceType"] for entry in found["entry"]] == ["Encounter"]
    assert "<MA_LK>LK0001</MA_LK>" in re.sub(r"\s", "", decoded(tmp_path / "back.xml"))


FILING = "import django; django.setup(); " + FILE_EVERYTHING


def surroundings(server, commands, sent):
    return {
        **os.environ,
        "PATH": f"{commands}:{os.environ['PATH']}",
        "DATABASE_URL": database_url(),
        "HOUSE": server.url,
        "FILE": str(sent),
        "PROFILE": str(sent.parent / "profile.xml"),
        "MA_LK": "LK0001",
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }


def decoded(place):
    """The text of an envelope's tables."""
    import base64

    inner = re.findall(r"<NOIDUNGFILE>(.*?)</NOIDUNGFILE>", place.read_text(encoding="utf-8"), re.DOTALL)
    return "".join(base64.b64decode(text).decode() for text in inner)
