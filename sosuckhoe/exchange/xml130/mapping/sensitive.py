"""Which labels of sensitivity a visit's records carry (`data/sensitive.yaml`)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.clinical.coding import icd10_code
from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.package import Package

OUR_OWN = frozenset({"TB"})
"""Labels for which HL7's InformationSensitivityPolicy has no code."""

_SEPARATORS = re.compile(r"[;,\s]+")
_CATEGORY = 3
_TOLD_BY = ("XML1", "XML3", "XML13", "XML14")
_CODE_FIELDS = ("MA_BENH_CHINH", "MA_BENH_KT", "MA_BENH")


class Labels(NamedTuple):
    """The labels of every clinical record of a visit, and those of the records that name an illness."""

    everywhere: tuple[str, ...]
    named: tuple[str, ...]


class Rule(NamedTuple):
    """One label and what brings it."""

    label: str
    everywhere: bool
    ranges: tuple[tuple[str, str], ...]
    tables: frozenset[str]
    fields: tuple[tuple[str, str, str], ...]


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order of the file."""
    entries = facts.read_yaml(Path(__file__).parent / "data" / "sensitive.yaml")["rules"]
    return tuple(
        Rule(
            entry["label"],
            entry["reach"] == "everywhere",
            tuple(_range(text) for text in entry["icd"]),
            frozenset(entry.get("tables", ())),
            tuple(_condition(text) for text in entry.get("fields", ())),
        )
        for entry in entries
    )


def labels_of(package: Package) -> Labels:
    """The labels of a package's records: those that reach everywhere, and those of records in free text."""
    found = set(_labels_by_code(package))
    for rule in rules():
        if rule.label not in found and (_has_table(rule, package) or _has_field(rule, package)):
            found.add(rule.label)
    if not found:
        return Labels((), ())
    ordered = [rule for rule in rules() if rule.label in found]
    return Labels(
        tuple(rule.label for rule in ordered if rule.everywhere),
        tuple(rule.label for rule in ordered if not rule.everywhere),
    )


@lru_cache(maxsize=8192)
def labels_of_code(code: str) -> tuple[str, ...]:
    """The labels of one ICD-10 code, by every rule that names it."""
    written = icd10_code(code)
    return tuple(rule.label for rule in rules() if any(_is_within(written, *ends) for ends in rule.ranges))


@lru_cache(maxsize=256)
def security(labels: tuple[str, ...]) -> list[dict[str, str]]:
    """`meta.security` of labels, each once."""
    return [
        {"system": systems.SENSITIVITY if label in OUR_OWN else systems.ACT_CODE, "code": label}
        for label in dict.fromkeys(labels)
    ]


def _labels_by_code(package: Package) -> set[str]:
    texts = {
        row[tag] for table in _TOLD_BY for row in package.tables.get(table, ()) for tag in _CODE_FIELDS if row.get(tag)
    }
    return {label for text in texts for label in _labels_of_codes(text)}


@lru_cache(maxsize=8192)
def _labels_of_codes(text: str) -> tuple[str, ...]:
    return tuple({label for code in _SEPARATORS.split(text) if code for label in labels_of_code(code)})


def _has_table(rule: Rule, package: Package) -> bool:
    return any(package.tables.get(table) for table in rule.tables)


def _has_field(rule: Rule, package: Package) -> bool:
    return any(
        (row.get(tag) or "").strip() == value
        for table, tag, value in rule.fields
        for row in package.tables.get(table, ())
    )


def _range(text: str) -> tuple[str, str]:
    first, _, last = text.partition("-")
    return first, last or first


def _condition(text: str) -> tuple[str, str, str]:
    place, _, value = text.partition("=")
    table, _, tag = place.partition(".")
    return table, tag, value


def _is_within(code: str, first: str, last: str) -> bool:
    """Whether a code lies in a range of categories ('B20'–'B24' holds B20.1) or of subcategories ('O98.1'–'O98.3')."""
    width = _CATEGORY if len(last) == _CATEGORY else len(last)
    return first <= code[:width] <= last
