"""What a book changes: opening it leaves a trace, printing a paper gives it a code that proves it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sosuckhoe.access import audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.book import queries
from sosuckhoe.book.owner import Owner
from sosuckhoe.book.papers import code as codes
from sosuckhoe.book.papers import reading


def open_book(actor: Actor, person: int, page: str, at: datetime, action: str = "read") -> Owner:
    """Check that the actor may open the book, and note it. `page` is the page's name, never a value.

    A refusal is noted too, and answered as if there were no such book (Problem SSK-1002).
    """
    is_allowed = policy.can(actor, action, "book", person=person)
    with db.atomic():
        outcome = "done" if is_allowed else "refused"
        audit.record(actor, action, kind="book", person=person, outcome=outcome, detail=page, at=at)
        whose = queries.owner(person) if is_allowed else None
    if whose is None:
        raise Problem("SSK-1002")
    return whose


def hidden_from(actor: Actor, person: int) -> int:
    """The labels of the rows of a person's book that the actor may not see."""
    return policy.hidden_labels(actor, "read", "book", person)


def issue(whose: Owner, paper: reading.Paper, at: datetime) -> str:
    """The code of a paper's print, as written. One version of a paper has one code, however often it is printed."""
    bucket, key = bucket_of(whose.person), UUID(paper.key)
    known = "select code from book_paper where bucket = %s and key = %s and version = %s"
    with db.atomic():
        db.execute(
            """
            insert into book_paper (bucket, code, person, key, version, kind, digest, issued_at)
            values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (bucket, key, version) do nothing
            """,
            (
                bucket, codes.new_code(bucket), whose.person, key, paper.version, paper.kind.table,
                reading.digest(paper), at,
            ),
        )  # fmt: skip
        return codes.written(bytes(db.value(known, (bucket, key, paper.version))))


def forget_summaries(person: int) -> None:
    """Drop the remembered summaries of a person: they hold what is not there any more."""
    db.execute("delete from book_summary where bucket = %s and person = %s", (bucket_of(person), person))


def forget(person: int) -> None:
    """Drop what the book keeps of a person: the remembered summary, the codes of prints, the links."""
    for table in ("book_summary", "book_paper", "book_link"):
        db.execute(f"delete from {table} where bucket = %s and person = %s", (bucket_of(person), person))  # noqa: S608 -- names from above
