"""The page *The FHIR interface by examples* works when it is followed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sosuckhoe.clinical.fhirxml import reading
from sosuckhoe.clinical.search.current import lists
from sosuckhoe.doors.fhir.operations import OPERATIONS
from tests.exchange.samples import envelope, package
from tests.test_connect_page import surroundings

PAGE = Path(__file__).parent.parent / "docs" / "fhir.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture
def followed(server, tmp_path):
    """The folder in which the commands of the page were run."""
    sent = tmp_path / "file.xml"
    sent.write_bytes(envelope(package()))
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "sosuckhoe").write_text(f'#!/bin/sh\nexec {sys.executable} -m sosuckhoe.site.command_line "$@"\n')
    (commands / "sosuckhoe").chmod(0o755)
    script = "set -eu\n" + "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))
    environment = surroundings(server, commands, sent)
    subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, check=True, timeout=120)
    return tmp_path


@pytest.mark.skipif(not any(Path(d, "curl").exists() for d in os.environ["PATH"].split(":")), reason="curl is missing")
def test_the_page_works_when_followed(followed):
    def answer(name):
        return json.loads((followed / f"{name}.json").read_text(encoding="utf-8"))

    def types(name):
        return {entry["resource"]["resourceType"] for entry in answer(name)["entry"]}

    def number(name):
        return answer(name)["issue"][0]["details"]["coding"][0]["code"]

    assert answer("metadata")["fhirVersion"] == "4.0.1"
    assert answer("openapi")["openapi"] == "3.1.0"
    assert types("patients") == {"Patient"}
    assert types("encounters") == {"Encounter"}
    assert types("conditions") == {"Condition"}
    assert number("unknown") == "SSK-3001"
    assert "OperationOutcome" in types("lenient")
    assert types("included") == {"Encounter", "Patient", "Condition"}
    assert len(answer("page")["entry"]) == 1
    assert '"value":13.50' in (followed / "read.json").read_text(encoding="utf-8")
    assert 'etag: w/"1"' in (followed / "headers.txt").read_text(encoding="utf-8").lower()
    assert (answer("updated")["status"], answer("updated")["meta"]["versionId"]) == ("final", "2")
    assert number("stale") == "SSK-3412"
    assert (answer("patched")["status"], answer("patched")["meta"]["versionId"]) == ("amended", "3")
    assert answer("existing")["id"] == answer("created")["id"]
    result, report = (entry["resource"] for entry in answer("transaction")["entry"])
    assert report["result"] == [{"reference": f"Observation/{result['id']}"}]
    assert len(answer("history")["entry"]) == 3
    assert answer("first")["status"] == "preliminary"
    assert number("gone") == "SSK-3410"
    assert reading.read((followed / "new-created.xml").read_bytes())["identifier"][0]["value"] == "B-18"
    assert types("everything") >= {"Patient", "Encounter", "Observation"}
    assert answer("summary")["type"] == "document"
    assert types("lastn") == {"Observation"}
    assert answer("problems")["type"] == "searchset"
    assert (answer("medications")["resourceType"], answer("medications")["mode"]) == ("List", "snapshot")
    assert (followed / "paper-again.pdf").read_bytes() == (followed / "paper.pdf").read_bytes() != b""
    assert "I10" in {one["code"] for one in answer("expand")["expansion"]["contains"]}
    assert {"name": "result", "valueBoolean": False} in answer("no-code")["parameter"]
    assert answer("subsumes")["parameter"] == [{"name": "outcome", "valueCode": "subsumes"}]
    assert [one["valueString"] for one in answer("lookup")["parameter"] if one["name"] == "display"]
    assert answer("stats")["resourceType"] in {"Observation", "Parameters"}
    assert {"Observation.status", "Observation.code"} <= {
        place for issue in answer("verdict")["issue"] for place in issue["expression"]
    }
    assert "202" in (followed / "kicked.txt").read_text().splitlines()[0]
    assert "202" in (followed / "asked.txt").read_text().splitlines()[0]
    assert [{"name": "status", "valueCode": "accepted"} in answer(name)["parameter"] for name in ("begun", "far")] == [
        True
    ] * 2
    assert answer("invalid")["issue"][0]["expression"]
    assert number("stranger") == "SSK-1001"


def test_what_it_says_of_operations_stands_in_the_registry():
    named = set(re.findall(r"\\\$([a-z-]+)", TEXT))
    assert named
    assert named <= {one.name for one in OPERATIONS} | {name.removeprefix("$") for name in lists()}
