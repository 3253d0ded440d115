"""What access knows: accounts, relations between persons, ties between facilities and persons, the log."""

from __future__ import annotations

from typing import Any

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of


def dependants(person: int | None) -> frozenset[int]:
    """The persons whose books this person holds today: children, and those who named them."""
    if person is None:
        return frozenset()
    found = db.tuples(
        """
        select dependant from access_relation
        where bucket = %s and holder = %s and (until is null or until > current_date)
        """,
        (bucket_of(person), person),
    )
    return frozenset(row[0] for row in found)


def is_tied(facility: str | None, person: int) -> bool:
    """Whether the facility has treated or received the person."""
    if not facility:
        return False
    return bool(
        db.value(
            "select true from access_tie where bucket = %s and person = %s and facility = %s",
            (bucket_of(person), person, facility),
        )
    )


def lookers(person: int, *, apart_from: int, limit: int = 50) -> list[Any]:
    """Who looked into the person's book, newest first, for the owner; the looks of one account are left out."""
    return db.rows(
        """
        select audit.at, account.display_name as name, audit.role, audit.facility, audit.purpose, audit.action,
            audit.kind
        from access_audit audit left join access_account account on account.id = audit.account
        where audit.bucket = %s and audit.person = %s and audit.outcome = 'done' and audit.account <> %s
        order by audit.at desc limit %s
        """,
        (bucket_of(person), person, apart_from, limit),
    )


def looks_of(person: int, account: int) -> Any:
    """How often (`count`) and when last (`last`) an account looked into the person's book."""
    return db.one(
        """
        select count(*) as count, max(at) as last from access_audit
        where bucket = %s and person = %s and account = %s and outcome = 'done'
        """,
        (bucket_of(person), person, account),
    )
