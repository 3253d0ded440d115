"""Profile → findings: whether it can be said whose it is, and every field against the format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice

from sosuckhoe.exchange.qd831.findings import found
from sosuckhoe.exchange.qd831.format import ABOUT, EXAMS, LONGEST, TABLES, Field, containers, plain
from sosuckhoe.exchange.qd831.mapping.values import birth, day
from sosuckhoe.exchange.qd831.tree import ATTRIBUTE, TEXT
from sosuckhoe.exchange.xml130.mapping.values import number
from sosuckhoe.exchange.xml130.package import Finding, Package, Row

MOST_FINDINGS = 1000
"""A profile that is wrong everywhere is not described in full."""

_NUMBERS = ("MADINHDANH", "SOCMND", "MATHE", "MABHXH")
_OF_A_VISIT = ("MA_LK", "NGAYKHAM")
_LATER_ALLOWED = frozenset({"NGAYHENTIEM"})


def check(package: Package, on: date) -> list[Finding]:
    """What is not as it should be, the reasons to refuse first. `on` is the day of the check.

    A row is counted through the whole profile: the tests of the second examination go on where the first's ended.
    """
    return list(islice(_findings(package, on), MOST_FINDINGS))


def _findings(package: Package, on: date) -> Iterator[Finding]:
    yield from _about_person(package.tables.get(ABOUT, []))
    counted: Counter[str] = Counter()
    for numbered, rows in package.tables.items():
        path = plain(numbered)
        known = TABLES.get(path)
        yield from _strangers(path, rows, known.fields if known else {})
        for place, row in enumerate(rows, counted[path] + 1):
            for tag, field in known.fields.items() if known else ():
                if text := row.get(tag, "").strip():
                    yield from _about_value(path, place, tag, field, text, on)
            if path == EXAMS:
                yield from _about_visit(path, place, row)
        counted[path] += len(rows)


def _about_person(rows: list[Row]) -> Iterator[Finding]:
    if not rows:
        yield found("", 0, ABOUT, "profile-no-person", "absent")
        return
    if len(rows) > 1:
        yield found("", 0, ABOUT, "profile-several-persons", "several")
    row = rows[0]
    if not row.get("HOTEN", "").strip():
        yield found(ABOUT, 1, "HOTEN", "profile-no-name", "empty")
    if not row.get("NGAYSINH", "").strip():
        yield found(ABOUT, 1, "NGAYSINH", "profile-birth-missing", "empty")
    if not any(row.get(tag, "").strip() for tag in _NUMBERS):
        yield found(ABOUT, 1, "MADINHDANH", "profile-no-number", "empty")


def _about_visit(path: str, place: int, row: Row) -> Iterator[Finding]:
    for tag in _OF_A_VISIT:
        if not row.get(tag, "").strip():
            yield found(path, place, tag, "profile-visit-incomplete", "empty")


def _strangers(path: str, rows: list[Row], fields: dict[str, Field]) -> Iterator[Finding]:
    """What the format does not know, each name once a table."""
    if path and path not in _ELEMENTS:
        parent, _, name = path.rpartition("/")
        rule = "profile-repeated" if parent in TABLES and name in TABLES[parent].fields else "profile-element-unknown"
        yield found(parent, 0, name, rule, "unknown")
    named = dict.fromkeys(tag for row in rows for tag in row)
    for tag in named:
        if tag[:1] == ATTRIBUTE:
            yield found(path, 0, tag[1:], "profile-repeated", "attribute")
        elif tag != TEXT and tag not in fields and f"{path}/{tag}".lstrip("/") not in _ELEMENTS:
            yield found(path, 0, tag, "profile-element-unknown", "unknown")


_ELEMENTS = containers() | TABLES.keys()


def _about_value(path: str, place: int, tag: str, field: Field, text: str, on: date) -> Iterator[Finding]:
    if len(text) > LONGEST:
        yield found(path, place, tag, "profile-long", f"too long:{LONGEST}")
    if field.kind in {"date", "birth"}:
        told = birth(text) if field.kind == "birth" else day(text)
        if not told:
            yield found(path, place, tag, "profile-date", "not a date")
        elif told > on.isoformat() and tag not in _LATER_ALLOWED:
            yield found(path, place, tag, "profile-date-future", "in the future")
    elif not _is_amount(field.kind, text):
        yield found(path, place, tag, "profile-number", "not a number")
    elif field.codes and text not in field.codes:
        yield found(path, place, tag, "profile-code", "unknown code")


def _is_amount(kind: str, text: str) -> bool:
    """Whether a number is a number, and a count a whole one; everything else is not asked."""
    if kind == "count":
        return text.isascii() and text.isdigit()
    return kind != "number" or number(text) is not None
