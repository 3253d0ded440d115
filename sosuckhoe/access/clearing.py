"""Old rows of codes, news and failures go: nobody needs them, and they say who asked for what from which number."""

from __future__ import annotations

from datetime import datetime

from sosuckhoe.access import bounds
from sosuckhoe.base import db

_OLD = (
    "delete from access_code where ends < %s",
    "delete from access_notice where made < %s",
    "delete from access_desk_code where expires < %s",
    "delete from access_failure where last < %s",
)


def clear(at: datetime) -> int:
    """Remove what ended before the days of `data/sign_in.yaml`; how many rows. Bounds of sending look back one day."""
    before = at - bounds.cleared_after()
    with db.atomic():
        return sum(db.execute(statement, (before,)) for statement in _OLD)
