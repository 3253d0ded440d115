"""What people read of a section: a small table, Vietnamese first and English beside it. Pure.

https://hl7.org/fhir/R4/narrative.html
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sosuckhoe.book.ips.choosing import Fact
from sosuckhoe.book.ips.sections import Section, said
from sosuckhoe.book.record import day_of
from sosuckhoe.book.words import Words

_COLUMNS = ("name", "detail", "date", "facility")


def narrative(section: Section, facts: Sequence[Fact]) -> dict[str, str]:
    """The Narrative of a section; of an empty one, the sentence that nothing is known."""
    inside = _table(facts) if facts else f"<p>{_both(section.empty)}</p>"
    start = '<div xmlns="http://www.w3.org/1999/xhtml" lang="vi" xml:lang="vi">'
    return {"status": "generated", "div": f"{start}<h3>{_both(section.title)}</h3>{inside}</div>"}


def _table(facts: Sequence[Fact]) -> str:
    head = "".join(f"<th>{_both(said(column))}</th>" for column in _COLUMNS)
    rows = "".join(f"<tr>{_row(fact)}</tr>" for fact in facts)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(fact: Fact) -> str:
    day = day_of(fact.source.told)
    told = f"{day:%d/%m/%Y}" if day else fact.source.told
    cells = (_both(fact.name), _both(fact.detail), escape(told), escape(fact.source.name or fact.source.facility))
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _both(words: Words) -> str:
    """A thing's name in both languages, once when they are the same."""
    if not words.en or words.en == words.vi:
        return escape(words.vi or words.code)
    return f'{escape(words.vi)} <span lang="en" xml:lang="en">{escape(words.en)}</span>'
