"""Papers: what a paper of a visit says, from its Composition. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from sosuckhoe.base import facts
from sosuckhoe.book.record import Entry, Record, Source
from sosuckhoe.book.words import Words, code_in, place, target, words
from sosuckhoe.exchange.xml130.mapping import systems

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>")
_KEY = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Kind(NamedTuple):
    """A kind of paper (`data/papers.yaml`): its table, its name, its print template and how its form is known."""

    table: str
    name: Words
    template: str
    form: str
    signer: str


class Line(NamedTuple):
    """One field of a paper: the tag of the circular, its title and its text."""

    tag: str
    title: str
    text: str


class Paper(NamedTuple):
    """A paper. `numbers` are its own numbers; `to` is the MA_CSKCB that a referral goes to, `to_name` its name."""

    key: str
    kind: Kind
    numbers: str
    date: str
    lines: list[Line]
    author: str
    to: str
    to_name: str
    label: int
    version: int
    source: Source

    def line(self, tag: str) -> str:
        """The text of a field; '' when the paper does not have it."""
        return next((line.text for line in self.lines if line.tag == tag), "")


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of paper that a hospital's file brings, by its table."""
    entries = facts.read_yaml(Path(__file__).parent / "data" / "papers.yaml")["papers"]
    return {
        table: Kind(table, Words(entry["vi"], entry["en"], table), entry["template"], entry["form"], entry["signer"])
        for table, entry in entries.items()
    }


def papers(record: Record) -> list[Paper]:
    """Every paper, newest first."""
    found = [paper(record, entry) for entry in record.of("Composition") if kind_of(entry)]
    return sorted(found, key=lambda each: (each.date, each.kind.table), reverse=True)


def kind_of(entry: Entry) -> Kind | None:
    """The kind of a Composition; None when it is no paper of ours, which has a key of ours."""
    if not _KEY.fullmatch(entry.key):
        return None
    return kinds().get(code_in(entry.body.get("type"), systems.DOCUMENT))


def paper(record: Record, entry: Entry) -> Paper:
    """A Composition as a paper."""
    body = entry.body
    kind = kind_of(entry)
    assert kind is not None, "asked before"
    to = _destination(record, body)
    return Paper(
        key=entry.key,
        kind=kind,
        numbers=str((body.get("identifier") or {}).get("value", "")),
        date=str(body.get("date", "")),
        lines=list(_lines(body)),
        author=next((person.get("display", "") for person in body.get("author", ())), ""),
        to=to,
        to_name=record.names.get(to, ""),
        label=entry.label,
        version=entry.version,
        source=record.source(entry, str(body.get("date", ""))),
    )


def digest(found: Paper) -> bytes:
    """A digest of everything that the facility wrote on a paper: equal digests, equal papers."""
    told = (found.kind.table, found.numbers, found.date, found.author, found.to, found.source.facility, found.lines)
    return sha256(orjson.dumps(told, default=list)).digest()


def _lines(body: dict[str, Any]) -> Iterable[Line]:
    for section in body.get("section", ()):
        tag = code_in(section.get("code"), systems.FIELD).rpartition(".")[2]
        if tag:
            yield Line(tag, section.get("title", ""), plain((section.get("text") or {}).get("div", "")))


def plain(div: str) -> str:
    """The text of a narrative that our mapping wrote."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", div))).strip()


def _destination(record: Record, body: dict[str, Any]) -> str:
    """The MA_CSKCB that the referral of a paper goes to; '' when there is none."""
    for section in body.get("section", ()):
        for reference in section.get("entry", ()):
            entry = record.by_place.get(place(reference))
            for performer in entry.body.get("performer", ()) if entry else ():
                if code := record.organizations.get(target(performer)):
                    return code
    return ""


def reason(found: Paper) -> Words:
    """What a list of papers says beside the kind: the diagnosis in the facility's words."""
    return words({"text": found.line("CHAN_DOAN_RV") or found.line("CHAN_DOAN")})
