"""The summary, remembered: making it reads the thousand rows of a long life, of which little changes between two looks.

A memory is good while its stamp is: the same day, the same state of the person's resources, the same rules.
The names of facilities are those of the day.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from sosuckhoe.base import db, sealing
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.book import queries
from sosuckhoe.book.owner import Owner
from sosuckhoe.book.summary import Summary
from sosuckhoe.clinical import queries as clinical

SUMMARY = "book summary"
"""The purpose of `book_summary.body`, bound to its row and its stamp."""

_HERE = Path(__file__).parent
_read = msgspec.json.Decoder(Summary).decode
_write = msgspec.json.Encoder().encode


def summary_of(whose: Owner, on: date, hidden: int = 0) -> Summary:
    """The first page of a book: what is remembered, else made now and remembered."""
    stamp = f"{on} {clinical.state_of(whose.person)} {whose.claim.sex} {whose.claim.birth} {_program()}"
    place = (bucket_of(whose.person), whose.person, hidden)
    known = db.tuples(
        "select body from book_summary where bucket = %s and person = %s and hidden = %s and stamp = %s",
        (*place, _digest(stamp)),
        binary=True,
    )
    if known:
        return _read(sealing.unseal(SUMMARY, sealing.place(*place, _digest(stamp)), known[0][0]))
    made = queries.summary_of(whose, on, hidden)
    _keep(place, _digest(stamp), made)
    return made


def _keep(place: tuple[int, int, int], stamp: str, made: Summary) -> None:
    db.execute(
        """
        insert into book_summary (bucket, person, hidden, stamp, body) values (%s, %s, %s, %s, %s)
        on conflict (bucket, person, hidden) do update set stamp = excluded.stamp, body = excluded.body
        """,
        (*place, stamp, sealing.seal(SUMMARY, sealing.place(*place, stamp), _write(made))),
    )


def _digest(stamp: str) -> str:
    return blake2b(stamp.encode(), digest_size=16).hexdigest()


@cache
def _program() -> str:
    """A digest of the rules and facts that make a summary: a new edition remembers nothing of the old."""
    made = blake2b(digest_size=8)
    for path in sorted([*_HERE.glob("*.py"), *(_HERE / "data").glob("*.yaml")]):
        made.update(path.read_bytes())
    return made.hexdigest()
