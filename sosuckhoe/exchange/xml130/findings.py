"""The sentences of findings. The words stand in data/rules.yaml; a finding brings the place, never a value."""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.exchange.xml130.format import DATA, READINGS
from sosuckhoe.exchange.xml130.package import Finding

_FILE = facts.read_yaml(DATA / "rules.yaml")


class Rule(NamedTuple):
    """How grave it is to break a rule, and the sentence with its places in both languages."""

    level: str
    vi: str
    en: str


RULES: dict[str, Rule] = {key: Rule(**entry) for key, entry in _FILE["rules"].items()}
VALUE_CLASSES: dict[str, dict[str, str]] = _FILE["value_classes"]
_ROW = {"vi": ", dòng {row}", "en": ", row {row}"}
_WHOLE = {"vi": "hồ sơ", "en": "record"}
_PATTERNS = READINGS["patterns"]


def found(table: str, row: int, field: str, rule: str, value_class: str) -> Finding:
    """A finding, as grave as data/rules.yaml says."""
    return Finding(RULES[rule].level, table, row, field, rule, value_class)


def program_fault() -> Finding:
    """A package that is as it should be, on which our own code failed."""
    return found("", 0, "", "program-fault", "no value")


def erased() -> Finding:
    """A package of a visit that was erased by right: it does not come back."""
    return found("", 0, "", "visit-erased", "no value")


def entry_erased() -> Finding:
    """A package that tells of an entry that was erased by right: that is left out, the rest is filed."""
    return found("", 0, "", "entry-erased", "no value")


def sentence(finding: Finding, language: str = "vi") -> str:
    """What the facility reads, in 'vi' or 'en'.

    A finding without a row or without a limit (one that stands for many) is told without them.
    """
    rule = RULES[finding.rule]
    template = rule.vi if language == "vi" else rule.en
    if not finding.row:
        template = template.replace(_ROW[language], "")
    return template.format(
        table=finding.table or _WHOLE[language],
        row=finding.row,
        field=finding.field,
        limit=_limit(finding, language),
    )


def value_words(finding: Finding, language: str = "vi") -> str:
    """What kind of value stood there, in 'vi' or 'en'."""
    return VALUE_CLASSES[finding.value_class.partition(":")[0]][language]


def _limit(finding: Finding, language: str) -> str:
    """What the rule asks for: the name of a pattern is told in words, anything else is the same in both languages."""
    limit = finding.value_class.partition(":")[2] or "…"
    return _PATTERNS[limit][language] if limit in _PATTERNS else limit
