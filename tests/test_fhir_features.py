"""docs/fhir-features.md names every feature of the list of a complete server, and only what is there."""

import ast
import re
from pathlib import Path

import pytest

from sosuckhoe.doors.fhir.operations import OPERATIONS

HOUSE = Path(__file__).parent.parent
TEXT = (HOUSE / "docs" / "fhir-features.md").read_text(encoding="utf-8")
LIST = (HOUSE / "docs" / "clinical.md").read_text(encoding="utf-8").partition("## Feature list of a complete server")[2]
ROWS = re.findall(r"^\| (.+?) \| `(.+?)` \| `(.+?)::(.+?)` \|$", TEXT, re.MULTILINE)
OWN = {"asked", "routing", "telling", "declared", "vocabularies", "unmerge"}
"""Files of no section: what operations share, and what no specification has."""

WORDS = {
    *re.findall(r"[$:_][a-z][\w-]*", LIST),
    *("read", "vread", "create", "update", "delete", "ETag", "If-Match", "If-None-Match", "JSON", "XML", "JSON Patch"),
    *("FHIRPath Patch", "batch", "transaction", "number", "date", "string", "token", "reference", "quantity", "uri"),
    *("composite", "prefixes", "chaining", "keyset paging", "compartments", "multi-type search", "POST _search"),
    *("history of an instance", "history of a type", "history of the system", ":[type]", "respond-async"),
    *(f"conditional {name}" for name in ("create", "read", "update", "delete", "patch")),
    *("CapabilityStatement", "explain of a search", "R5 backport topics", "rest-hook"),
}


def test_every_row_is_read():
    assert len(ROWS) == sum(line.startswith("| ") for line in TEXT.splitlines()) - 1


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_feature_has_a_row(word):
    bounded = re.compile(rf"(?<![\w$:-]){re.escape(word)}(?![\w-])")
    assert any(bounded.search(feature) for feature, *_ in ROWS)


def test_every_operation_has_a_row():
    named = {name for feature, *_ in ROWS for name in re.findall(r"\$([a-z-]+)", feature)}
    assert named == {operation.name for operation in OPERATIONS}


@pytest.mark.parametrize(("where", "file", "test"), sorted({row[1:] for row in ROWS}))
def test_what_it_names_is_there(where, file, test):
    assert (HOUSE / "sosuckhoe" / where).exists()
    assert f"def {test}(" in (HOUSE / "tests" / file).read_text(encoding="utf-8")


def test_every_file_of_an_interaction_or_operation_opens_with_the_address_of_its_section():
    folders = [HOUSE / "sosuckhoe" / "doors" / "fhir" / name for name in ("interactions", "operations")]
    files = [file for folder in folders for file in folder.glob("*.py") if not file.name.startswith("_")]
    openings = {file.stem: ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "" for file in files}
    assert {name for name, opening in openings.items() if "https://" not in opening} <= OWN
