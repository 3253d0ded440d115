"""What a merge does to the book: remembered summaries go, codes on prints lead to the kept person's papers."""

from __future__ import annotations

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import moving
from sosuckhoe.identity.moving import Move

MOVED = frozenset({"book_summary", "book_paper"})
STAYS: dict[str, str] = {}


def move(move: Move) -> None:
    """A print says its bucket, so its row stays there and names another person; the id of its paper does not change."""
    _forget_summaries(move)
    changed = db.tuples(
        "update book_paper set person = %s where bucket = %s and person = %s returning bucket, encode(code, 'hex')",
        (move.keep.person, bucket_of(move.gone.person), move.gone.person),
    )
    moving.note(move, "book_paper", [{"bucket": bucket, "code": code} for bucket, code in changed])


def restore(move: Move) -> None:
    """Prints prove the papers of the person whose they were."""
    _forget_summaries(move)
    for row in moving.noted(move, "book_paper"):
        db.execute(
            "update book_paper set person = %s where bucket = %s and code = decode(%s, 'hex')",
            (move.gone.person, row["bucket"], row["code"]),
        )


def _forget_summaries(move: Move) -> None:
    for ref in (move.keep, move.gone):
        db.execute("delete from book_summary where bucket = %s and person = %s", (bucket_of(ref.person), ref.person))
