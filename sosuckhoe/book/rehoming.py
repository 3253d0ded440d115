"""What a merge does to the book: remembered summaries go, codes on prints and links lead to the kept person."""

from __future__ import annotations

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import moving
from sosuckhoe.identity.moving import Move

MOVED = frozenset({"book_summary", "book_paper", "book_link"})
STAYS: dict[str, str] = {}
_CODED = ("book_paper", "book_link")


def move(move: Move) -> None:
    """A code says its bucket, so its row stays there and names another person; the id of its paper does not change."""
    _forget_summaries(move)
    for table in _CODED:
        changed = db.tuples(
            f"update {table} set person = %s where bucket = %s and person = %s returning bucket, encode(code, 'hex')",  # noqa: S608 -- one of _CODED
            (move.keep.person, bucket_of(move.gone.person), move.gone.person),
        )
        moving.note(move, table, [{"bucket": bucket, "code": code} for bucket, code in changed])


def restore(move: Move) -> None:
    """Codes prove the papers and open the summary of the person whose they were."""
    _forget_summaries(move)
    for table in _CODED:
        for row in moving.noted(move, table):
            db.execute(
                f"update {table} set person = %s where bucket = %s and code = decode(%s, 'hex')",  # noqa: S608 -- as above
                (move.gone.person, row["bucket"], row["code"]),
            )


def _forget_summaries(move: Move) -> None:
    for ref in (move.keep, move.gone):
        db.execute("delete from book_summary where bucket = %s and person = %s", (bucket_of(ref.person), ref.person))
