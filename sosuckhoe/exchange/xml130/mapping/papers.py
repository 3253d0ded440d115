"""Giấy tờ: a paper of a visit as a Composition, its words in sections that are named by their fields.

A section's code is `<table>.<field>`; its text is what the paper says there, a code replaced by its Vietnamese word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import Concept, word
from sosuckhoe.exchange.xml130.mapping.values import day, moment, said, several, text_div
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

_DATED = ("NGAY", "TU_NGAY", "DEN_NGAY", "THOIGIAN", "NGOAITRU")


class Line(NamedTuple):
    """A field of a paper: its tag, what stands before it on the paper, and the code list that its value is of."""

    tag: str
    title: str
    codes: str = ""


class Kind(NamedTuple):
    """A kind of paper: its table, its Vietnamese title, its LOINC code and name where there is one, its fields."""

    table: str
    title: str
    loinc: tuple[str, str] | None
    lines: tuple[Line, ...]


class Signed(NamedTuple):
    """Who wrote a paper and who answers for it, and when: codes and names as the file has them."""

    writer: str = ""
    name: str = ""
    head: str = ""
    on: str | None = None
    numbers: tuple[str, ...] = ()


def map_paper(
    visit: Visit, kind: Kind, row: Row, signed: Signed, about: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Draft a paper. `about`: resources that the same paper became, as entries of its first section."""
    writer = visit.practitioner(signed.writer, signed.name)
    author = writer or ({"type": "Practitioner", "display": signed.name} if signed.name else visit.provider)
    body: dict[str, Any] = {
        "status": "final",
        "type": _type(kind),
        "subject": visit.patient,
        "date": signed.on or visit.ended or visit.started or visit.received.isoformat(timespec="seconds"),
        "author": [author or {"display": "Cơ sở khám chữa bệnh"}],
        "title": kind.title,
    }
    if not visit.scope:  # a newborn's paper is of the mother's visit, which stays in her book
        body["encounter"] = visit.encounter
    if signed.numbers:
        body["identifier"] = {"system": systems.PAPER, "value": "/".join(signed.numbers)}
    if head := visit.practitioner(signed.head):
        body["attester"] = [{"mode": "legal", "party": head}]
    if visit.provider:
        body["custodian"] = visit.provider
    if sections := _sections(kind, row, about):
        body["section"] = sections
    return visit.add_text("Composition", kind.table, "", body)


def paper_date(row: Row, *tags: str) -> str | None:
    """The first date that a paper gives in these fields."""
    return next((at for tag in tags if (at := moment(row.get(tag)))), None)


def _sections(kind: Kind, row: Row, about: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    sections = list(_lines(kind, row))
    if about:
        sections.append({"title": kind.title, "entry": list(about)})
    return sections


def _lines(kind: Kind, row: Row) -> Iterable[dict[str, Any]]:
    for line in kind.lines:
        if text := _text(line, row):
            yield {
                "title": line.title,
                "code": _section_code(kind.table, line.tag),
                "text": {"status": "generated", "div": text_div(text)},
            }


def _text(line: Line, row: Row) -> str:
    if line.codes:
        return "; ".join(word(line.codes, value) for value in several(row, line.tag))
    text = said(row, line.tag)
    if not line.tag.startswith(_DATED):
        return text
    return _reader_date(text)


def _reader_date(text: str) -> str:
    """A date as it stands on paper: '09:05 31/03/2025'; what is no date stays as written."""
    at, on = moment(text), day(text)
    if not at or not on:
        return text
    clock = at[11:16] if "T" in at else ""
    return f"{clock} {on[8:10]}/{on[5:7]}/{on[:4]}".strip()


@lru_cache(maxsize=512)
def _section_code(table: str, tag: str) -> Concept:
    return {"coding": [{"system": systems.FIELD, "code": f"{table}.{tag}"}]}


@lru_cache(maxsize=64)
def _type(kind: Kind) -> Concept:
    codings = [{"system": systems.LOINC, "code": kind.loinc[0], "display": kind.loinc[1]}] if kind.loinc else []
    codings.append({"system": systems.DOCUMENT, "code": kind.table, "display": kind.title})
    return {"coding": codings, "text": kind.title}
