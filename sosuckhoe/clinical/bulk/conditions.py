"""Searches inside of what is loaded: If-None-Exist, and references such as `Practitioner?identifier=…`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import finding
from sosuckhoe.clinical.actions import conditional
from sosuckhoe.clinical.actions.conditional import Criteria
from sosuckhoe.clinical.bulk.lines import Line
from sosuckhoe.clinical.search.query import parse

NOT_FOUND = "SSK-3145"


@dataclass(slots=True)
class Answers:
    """`existing`: line (its place) → the reference of what stands for it. `links`: reference → what it found.

    `problems`: line → what it asks for and does not find.
    """

    existing: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)


def answers(actor: Actor, lines: Sequence[Line], at: datetime) -> Answers:
    """Every condition of a batch answered once, in one order, so that two batches cannot lock each other out."""
    made = Answers()
    found: dict[str, str | Problem] = {}
    asked = {f"{line.type}?{line.condition}" for line in lines if line.condition}
    conditional.lock(one for text in asked if isinstance(one := _criteria(text), Criteria))
    for text in sorted(asked | {text for line in lines for text in line.asks}):
        found[text] = _answer(actor, text, at)
    for line in lines:
        _note(made, line, found)
    return made


def _note(made: Answers, line: Line, found: dict[str, str | Problem]) -> None:
    if line.condition:
        known = found[f"{line.type}?{line.condition}"]
        if isinstance(known, str):
            if known != f"{line.type}/{line.name}":
                made.existing[line.place] = known
                return
        elif known.number != NOT_FOUND:
            made.problems[line.place] = known
    for text in line.asks:
        answer = found[text]
        if isinstance(answer, str):
            made.links[text] = answer
        else:
            made.problems[line.place] = answer


def _criteria(text: str) -> Criteria | Problem:
    type_name, _, condition = text.partition("?")
    try:
        return conditional.read(type_name, condition)
    except Problem as problem:
        return problem


def _answer(actor: Actor, text: str, at: datetime) -> str | Problem:
    """The reference of the one resource that a search finds; NOT_FOUND for none, SSK-3413 for more."""
    criteria = _criteria(text)
    if isinstance(criteria, Problem):
        return criteria
    try:
        query = parse(criteria.type, [*criteria.pairs, ("_count", "2")], base="", now=at)
        found = finding.search(actor, query, at).found
    except Problem as problem:
        return problem
    if len(found) != 1:
        return Problem("SSK-3413" if found else NOT_FOUND)
    return f"{criteria.type}/{bodies.name_in(criteria.type, found[0].body)}"
