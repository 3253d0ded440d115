"""Seals the trace: adds its new lines to the tree, signs the head, tells the witness.

A line's id is taken when it is written and seen when it is committed, so a lower id may appear later. The sealer
gives every line a place of its own (its place in `access_seal.ids`) and keeps a floor under which nothing can appear
any more: it notes the last id that was given and who is writing; when all of those have ended, that id is the floor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sosuckhoe.access.seal.canonical import Row, leaf_of
from sosuckhoe.access.seal.head import Head, SignedHead, signed
from sosuckhoe.access.seal.submission import Submission
from sosuckhoe.access.seal.tree import Frontier, hashes_in, unpacked
from sosuckhoe.base import db

MOST_LINES = 20_000
MOST_HEADS = 200
_log = logging.getLogger(__name__)

Witness = Callable[[Submission], str]
"""Keeps a head. Answers "" when it is kept, otherwise why it is refused; OSError when it is away."""


def seal(key: Ed25519PrivateKey, at: datetime, most: int = MOST_LINES) -> int:
    """Seal what is new, in one transaction; the number of lines. Nothing when another sealer is at work."""
    with db.atomic():
        state = db.one("select * from access_seal_state for update skip locked")
        if state is None:
            return 0
        last_id = db.value("select case when is_called then last_value else 0 end from access_audit_id_seq")
        writers = db.value(db.statement(__file__, "writers"))
        rows = _unsealed(state.floor, most)
        is_settled = not set(state.writers) & set(writers)
        if not rows and (not is_settled or state.floor == last_id):
            return 0
        number, tree = state.number, unpacked(state.size, state.frontier)
        if rows:
            number, tree = number + 1, _add_seal(number + 1, tree, rows, at, key)
        _move(number, tree)
        if is_settled:
            _set_floor(_floor(state.mark, rows, most), last_id, writers)
    return len(rows)


def _unsealed(floor: int, most: int) -> list[Row]:
    found = db.tuples(db.statement(__file__, "unsealed"), (floor, floor, most), binary=True)
    return list(map(Row._make, found))


def _floor(mark: int, rows: Sequence[Row], most: int) -> int:
    """The new floor: the mark, but not above the last line of a seal that could not take all."""
    return min(mark, rows[-1].id) if len(rows) == most else mark


def _add_seal(number: int, before: Frontier, rows: Sequence[Row], at: datetime, key: Ed25519PrivateKey) -> Frontier:
    leaves = [leaf_of(row) for row in rows]
    tree = before.extended(leaves)
    head, signature = signed(Head(number, at, tree.size, tree.root(), Frontier().extended(leaves).root()), key)
    ids = [row.id for row in rows]
    db.execute(
        """
        insert into access_seal (number, at, size, root, part, signature, highest, ids, leaves)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %b)
        """,
        (number, at, head.size, head.root, head.part, signature, ids[-1], ids, b"".join(leaves)),
    )
    return tree


def _move(number: int, tree: Frontier) -> None:
    db.execute("update access_seal_state set number = %s, size = %s, frontier = %s", (number, tree.size, tree.packed()))


def _set_floor(floor: int, mark: int, writers: list[str]) -> None:
    db.execute(
        "update access_seal_state set floor = greatest(floor, %s), mark = %s, writers = %s", (floor, mark, writers)
    )


def tell(witness: Witness, key: bytes, most: int = MOST_HEADS) -> int:
    """Tell the witness the heads that it has not been told, in order; the number told. What it misses stays a debt."""
    told = 0
    while told < most and _tell_next(witness, key):
        told += 1
    return told


def debt() -> int:
    """The number of heads that the witness has not kept."""
    return int(db.value("select state.number - told.number from access_seal_state state, access_seal_told told"))


def _tell_next(witness: Witness, key: bytes) -> bool:
    with db.atomic():
        told = db.one("select * from access_seal_told for update skip locked")
        found = told and db.one("select * from access_seal where number = %s", [told.number + 1])
        if not found:
            return False
        before, leaves = unpacked(told.size, told.frontier), hashes_in(found.leaves)
        refused = _ask(witness, Submission(key, signed_head(found), before, tuple(leaves)))
        if refused == "":
            _set_told(found.number, before.extended(leaves))
        elif refused and refused != told.refused:
            _log.error("the witness refuses head %d: %s", found.number, refused)
            db.execute("update access_seal_told set refused = %s", [refused])
        return refused == ""


def _ask(witness: Witness, submission: Submission) -> str | None:
    """The witness's answer; None while it is away."""
    try:
        return witness(submission)
    except OSError as error:
        _log.info("the witness is away (%s), head %d waits", type(error).__name__, submission.head.head.number)
        return None


def _set_told(number: int, tree: Frontier) -> None:
    db.execute(
        "update access_seal_told set number = %s, size = %s, frontier = %s, refused = ''",
        (number, tree.size, tree.packed()),
    )


def signed_head(found: Any) -> SignedHead:
    """The signed head of a row of `access_seal`."""
    return SignedHead(Head(found.number, found.at, found.size, found.root, found.part), found.signature)
