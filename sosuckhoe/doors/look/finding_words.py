"""What filing found, in the reader's language: findings, stored errors, kinds of visit."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

from django.utils.translation import gettext

from sosuckhoe.base import facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import tongue
from sosuckhoe.exchange import findings
from sosuckhoe.exchange.xml130.format import DATA
from sosuckhoe.exchange.xml130.package import Finding


class Tag(NamedTuple):
    """A word with the colour of its tag."""

    word: str
    colour: str


class Told(NamedTuple):
    """A finding as people read it: where it is, what is wrong and how to mend it, what kind of value stood there."""

    level: Tag
    place: str
    field: str
    sentence: str
    value: str
    rule: str


def level(word: str) -> Tag:
    """How grave a finding is."""
    return Tag(gettext("Từ chối"), "red") if word == "refused" else Tag(gettext("Ghi chú"), "yellow")


def told(row: Any) -> Told:
    """A row of findings in words."""
    finding = Finding(row.level, row.tbl, row.row, row.field, row.rule, row.value_class)
    return Told(
        level(row.level),
        _place(row.tbl, row.row),
        row.field,
        findings.sentence(finding, tongue.language()),
        findings.value_words(finding, tongue.language()),
        row.rule,
    )


def rule_told(row: Any, example: str = "") -> str:
    """The sentence of a rule for a field, wherever it was broken. `example`: a value class that names what is asked.

    Of a refused rule no example helps: it would name the line of one file.
    """
    value_class = example if row.level == "noted" else ""
    return findings.sentence(Finding(row.level, row.tbl, 0, row.field, row.rule, value_class), tongue.language())


def problem_told(problem: Problem) -> str:
    """An error's sentence in the reader's language."""
    return tongue.said(problem)


def stored_problem_told(number: str, places: str) -> str:
    """The sentence of a stored error and the JSON of its places; its number alone where they no longer fit."""
    try:
        return problem_told(Problem(number, **json.loads(places)))
    except (KeyError, IndexError):
        return number


def kind_of_visit(code: str) -> str:
    """MA_LOAI_KCB in words (codes_kcb.json); an unknown code as it is."""
    return _kinds().get(code, code)


def _place(table: str, row: int) -> str:
    if not table:
        return gettext("cả hồ sơ")
    return gettext("bảng %(table)s, dòng %(row)d") % {"table": table, "row": row} if row else gettext("bảng %s") % table


@cache
def _kinds() -> dict[str, str]:
    codes: dict[str, str] = facts.read_json(DATA / "codes_kcb.json")["MA_LOAI_KCB"]["codes"]
    return codes
