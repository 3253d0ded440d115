"""docs/asvs.md answers every line of levels 1 and 2 of OWASP ASVS 5.0.0 once, and names only what is there."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \|(.*)\|$", re.MULTILINE)
ROWS = [(number, *(cell.strip() for cell in rest.split("|"))) for number, rest in ROW.findall(PAGE)]
ANSWERS = ("met", "not applicable", "not met")
NODE = re.compile(r"`([\w/]+\.py)::(\w+)`")
LINK = re.compile(r"\]\(([\w./-]*)(?:#([\w-]+))?\)")


def asked():
    with (Path(__file__).parent / "asvs-5.0.0.csv").open(encoding="ascii", newline="") as lines:
        return [(row["number"], row["level"]) for row in csv.DictReader(lines)]


@cache
def named_in(place):
    tree = ast.parse((TOP / "tests" / place).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@cache
def headings_of(page):
    text = PAGE if not page else (TOP / "docs" / page).read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_number_of_levels_1_and_2_stands_here_once_with_its_level():
    assert len(asked()) == 253
    assert [(row[0], row[1]) for row in ROWS] == asked()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_line_is_answered(row):
    assert len(row) == 6, "a cell too many or too few"
    _, _, words, answer, how, shown = row
    assert words
    assert answer in ANSWERS
    assert NODE.sub("", shown).strip(" ,") == ""
    if answer == "met":
        assert shown or LINK.search(how) or how.startswith("`access/policy.yaml`")
    else:
        assert len(how.split()) >= 2
        assert not shown


def test_every_test_that_is_named_exists():
    named = NODE.findall(PAGE)
    assert len(named) > 300
    assert [f"{place}::{name}" for place, name in named if name not in named_in(place)] == []


def test_every_section_that_is_named_exists():
    missing = [
        f"{page}#{part}" for page, part in LINK.findall(PAGE) if part and not page.startswith("http")
        and part not in headings_of(page)
    ]  # fmt: skip
    assert missing == []


def test_no_sentence_of_the_standard_was_copied():
    """Its sentences begin so."""
    assert "Verify that" not in PAGE


def test_documented_lines_alone_are_met_without_a_test():
    """Where the standard asks for code, a paragraph is no answer."""
    bare = [row[0] for row in ROWS if row[3] == "met" and not row[5]]
    assert [number for number in bare if number.split(".")[1] != "1"] == []
