"""The documents say what the code does."""

import re
from pathlib import Path

from sosuckhoe.exchange.xml130.format import TABLES
from tests.exchange.xml130.mapping import sample

ROOT = Path(sample.__file__).parents[4]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
STORY = (ROOT / "docs" / "formats" / "qd130-to-fhir.md").read_text(encoding="utf-8")


def test_the_story_names_every_table_and_every_type():
    made = {draft.type for draft in sample.mapped(sample.full_package()).drafts}
    made |= {draft.type for draft in sample.mapped(sample.full_package()).registers}
    assert [table for table in TABLES if f"| {table} " not in STORY] == []
    assert [kind for kind in sorted(made) if kind not in STORY] == []


def test_the_storys_figure_is_true():
    made = sample.mapped(sample.outpatient_package(drugs=5, tests=6)).drafts
    assert f"becomes {len(made)} resources" in STORY


def test_every_identifier_of_the_glossary_is_in_the_code():
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for kind in ("*.py", "*.yaml")
        for path in (ROOT / "sosuckhoe").rglob(kind)
        if "node_modules" not in path.parts
    )
    rows = [line.split("|") for line in GLOSSARY.splitlines() if line.startswith("| ") and "---" not in line]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row[2])}
    assert len(named) > 80
    assert [name for name in sorted(named) if not re.search(rf"\b{re.escape(name.rpartition('.')[2])}\b", code)] == []
