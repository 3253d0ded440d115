"""The sentences of what is found of profiles (data/rules.yaml)."""

from __future__ import annotations

from sosuckhoe.base import facts
from sosuckhoe.exchange.qd831.format import ABOUT, DATA
from sosuckhoe.exchange.xml130.findings import Rule
from sosuckhoe.exchange.xml130.package import Finding

RULES: dict[str, Rule] = {key: Rule(**entry) for key, entry in facts.read_yaml(DATA / "rules.yaml")["rules"].items()}
_ROW = {"vi": ", dòng {row}", "en": ", row {row}"}
_LONGEST_NAME, _LONGEST_PATH = 100, 400
"""Characters of an element's name and of a table's path: what the format does not know may be as long as the file."""


def found(table: str, row: int, field: str, rule: str, value_class: str) -> Finding:
    """A finding, as grave as data/rules.yaml says."""
    return Finding(RULES[rule].level, table[:_LONGEST_PATH], row, field[:_LONGEST_NAME], rule, value_class)


def older() -> Finding:
    """A profile that was written before the one that stands."""
    return found(ABOUT, 0, "", "profile-older", "earlier")


def sentence(finding: Finding, language: str = "vi") -> str:
    """What the sender reads, in 'vi' or 'en'; without the row where the finding stands for many."""
    rule = RULES[finding.rule]
    template = rule.vi if language == "vi" else rule.en
    if not finding.row:
        template = template.replace(_ROW[language], "")
    limit = finding.value_class.partition(":")[2] or "…"
    return template.format(table=finding.table, row=finding.row, field=finding.field, limit=limit)
