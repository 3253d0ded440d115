"""Reads the whole trace, its seals and the witness's file, and has them judged. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from sosuckhoe.access import sealing, witness
from sosuckhoe.access.seal.canonical import Row
from sosuckhoe.access.seal.head import SignedHead
from sosuckhoe.access.seal.judge import Finding, Judge, Seal, Stand
from sosuckhoe.access.seal.tree import unpacked
from sosuckhoe.base import db
from sosuckhoe.base.clock import VIETNAM

SEALS_AT_ONCE = 100
IDS_SHOWN = 20

_STATE = """
select state.*, told.number as told from access_seal_state state, access_seal_told told
"""
_ROWS = f"select {', '.join(Row._fields)} from access_audit where id = any(%s)"  # noqa: S608 -- names of our own tuple
_ADDED = """
with sealed as materialized (select unnest(ids) as id from access_seal)
select line.id, line.at from access_audit line
where line.id <= %s and not exists (select from sealed where sealed.id = line.id) order by line.id
"""


class Sentence(NamedTuple):
    """What a finding says in both languages."""

    vi: str
    en: str


@cache
def sentences() -> dict[str, Sentence]:
    """Every finding by its kind."""
    text = (Path(__file__).parent / "data" / "trace.yaml").read_text(encoding="utf-8")
    return {kind: Sentence(**entry) for kind, entry in yaml.safe_load(text).items()}


def said(finding: Finding) -> Sentence:
    """A finding as sentences."""
    days = " – ".join(dict.fromkeys(day.isoformat() for day in (finding.from_day, finding.to_day) if day))
    shown = ", ".join(map(str, finding.ids[:IDS_SHOWN])) + (" …" if len(finding.ids) > IDS_SHOWN else "")
    places = {**finding._asdict(), "ids": shown, "days": days or "?"}
    return Sentence(*(words.format(**places) for words in sentences()[finding.kind]))


class Kept(NamedTuple):
    """What the witness keeps, and how far it had answered before its file was read."""

    told: int
    key: bytes | None = None
    heads: tuple[SignedHead, ...] = ()
    is_readable: bool = True


def verify(key: bytes, heads: Path) -> Iterator[Finding]:
    """Everything that was done to the trace, against the witness's file of heads. One snapshot of the database.

    A house at work seals meanwhile. So the order is: up to where the witness has answered, then its file, then
    the snapshot: the file has at least the first, and the snapshot at least the file.
    """
    kept = _kept(heads)
    with db.atomic():
        db.execute("set transaction isolation level repeatable read, read only")
        yield from _found(key, kept)


def found(key: bytes, heads: Path) -> Iterator[Finding]:
    """As `verify`, in the transaction that is open."""
    yield from _found(key, _kept(heads))


def _kept(heads: Path) -> Kept:
    told = db.value("select number from access_seal_told")
    try:
        key, kept = witness.heads_in(heads) if heads.exists() else (None, [])
    except (OSError, KeyError, TypeError, ValueError):
        return Kept(told, is_readable=False)
    return Kept(told, key, tuple(kept))


def _found(key: bytes, kept: Kept) -> Iterator[Finding]:
    if not kept.is_readable:
        yield Finding("witness-unreadable")
    judge = Judge(key, kept.heads, kept.key)
    for seal in _seals():
        rows = map(Row._make, db.tuples(_ROWS, [list(seal.ids)], binary=True))
        yield from judge.see(seal, {row.id: row for row in rows})
    state = db.one(_STATE)
    tree = unpacked(state.size, state.frontier)
    yield from judge.end(Stand(state.number, state.size, tree.root(), kept.told))
    yield from _added(state.floor)


def _seals() -> Iterator[Seal]:
    last = 0
    while seals := db.rows(
        "select * from access_seal where number > %s order by number limit %s", (last, SEALS_AT_ONCE)
    ):
        for one in seals:
            yield Seal(sealing.signed_head(one), one.ids, one.leaves, one.highest)
        last = seals[-1].number


def _added(floor: int) -> Iterator[Finding]:
    """Lines at or below the floor that no seal holds."""
    lines = db.rows(_ADDED, [floor])
    if lines:
        days = [line.at.astimezone(VIETNAM).date() for line in lines]
        ids = tuple(line.id for line in lines)
        yield Finding("added", from_day=min(days), to_day=max(days), ids=ids, many=len(ids))


class Extent(NamedTuple):
    """How much there is."""

    seals: int
    sealed: int
    debt: int


def extent() -> Extent:
    """The number of seals, of sealed lines, and of heads that wait for the witness."""
    state = db.one(_STATE)
    return Extent(state.number, state.size, state.number - state.told)
