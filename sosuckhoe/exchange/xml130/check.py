"""Package → findings: every field against the decision and the portal's rules, every table against the others.

The rules are data: fields.json and readings.yaml say what is asked, rules.yaml how grave it is and in which words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import islice
from typing import NamedTuple

from sosuckhoe.exchange.xml130 import field_rules, package_rules, row_rules
from sosuckhoe.exchange.xml130.field_rules import Acceptor, Complaint
from sosuckhoe.exchange.xml130.findings import found
from sosuckhoe.exchange.xml130.format import ALWAYS, EDITIONS, READINGS, TABLES, Field
from sosuckhoe.exchange.xml130.package import Finding, Package, Row

MOST_FINDINGS = 1000
"""A package that is wrong everywhere is not described in full."""


def check(package: Package, on: date) -> list[Finding]:
    """What is not as it should be, the reasons to refuse first. `on` is the day of the check.

    Which edition's obligations and lengths hold is decided by the day on which the visit ends.
    """
    era = era_of(min(row_rules.day(package.summary.get("NGAY_RA", "")) or on, on))
    findings = list(islice(_findings(package, on, era), MOST_FINDINGS + 1))
    if len(findings) > MOST_FINDINGS:
        findings[MOST_FINDINGS:] = [found("", 0, "", "more-findings", f"more:{MOST_FINDINGS}")]
    return findings


def is_refused(findings: list[Finding]) -> bool:
    """Whether any finding says that the package cannot be trusted."""
    return any(finding.level == "refused" for finding in findings)


_ERAS = sorted(
    {edition.valid_from for edition in EDITIONS.values()} | {*READINGS["not_needed_from"], *READINGS["length_from"]}
)


def era_of(on: date) -> date:
    """The day since which the obligations and lengths of that day hold."""
    return max((start for start in _ERAS if start <= on), default=_ERAS[0])


def _findings(package: Package, on: date, era: date) -> Iterator[Finding]:
    yield from package_rules.refusals(package)
    yield from package_rules.remarks(package)
    for name, rows in package.tables.items():
        if name in TABLES:
            yield from _about_rows(_checker(name, era), name, rows, on)


class Checker(NamedTuple):
    """What is asked of one table in one era."""

    era: date
    known: Mapping[str, Acceptor | None]
    fields: Mapping[str, Field]
    needed: frozenset[str]
    rules: tuple[row_rules.RowRule, ...]


@cache
def _checker(name: str, era: date) -> Checker:
    table = TABLES[name]
    return Checker(
        era=era,
        known={tag: field_rules.acceptor(field, era) for tag, field in table.by_name.items()},
        fields=table.by_name,
        needed=frozenset(field.name for field in table.fields if field.needed_on(era) is ALWAYS),
        rules=row_rules.rules_of(table, era),
    )


def _about_rows(checker: Checker, name: str, rows: list[Row], on: date) -> Iterator[Finding]:
    strangers: set[str] = set()
    for place, row in enumerate(rows, 1):
        for tag, complaint in _complaints(checker, row, on, strangers):
            value_class = f"{complaint.value_class}:{complaint.limit}" if complaint.limit else complaint.value_class
            yield found(name, place, tag, complaint.rule, value_class)


_UNKNOWN = Complaint("tag-unknown", "unknown")
_ABSENT = Complaint("missing", "absent")


def _complaints(checker: Checker, row: Row, on: date, strangers: set[str]) -> Iterator[tuple[str, Complaint]]:
    """What is wrong with a row. An unknown tag is named once a table, in the first row that has it."""
    known, fields = checker.known, checker.fields
    for tag, text in row.items():
        if tag not in known:
            if tag not in strangers:
                strangers.add(tag)
                yield tag, _UNKNOWN
            continue
        accepts = known[tag]
        if accepts is not None and not accepts(text):
            for complaint in field_rules.complaints(fields[tag], text, checker.era):
                yield tag, complaint
    for tag in sorted(checker.needed - row.keys()):
        yield tag, _ABSENT
    for rule in checker.rules:
        yield from rule(row, on)
