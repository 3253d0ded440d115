"""What of the book has an end (`access/data/retention.yaml`), and to which class its other tables belong."""

from __future__ import annotations

from sosuckhoe.access.keeping import Kept
from sosuckhoe.base.keys import bucket_in_sql

_GRANT_ENDED = (
    "(select least(g.until, e.at) from access_grant g left join access_grant e on e.bucket = g.bucket and e.ends = g.id"
    ' where g.bucket = r.bucket and g.id = r."grant")'
)
_OF_LINK = (
    "coalesce((select l.person from book_link l where l.bucket = r.bucket and l.code = r.code),"  # noqa: S608 -- expressions of the code
    f" case when r.bucket = {bucket_in_sql('h.person')} then h.person end)"
)
"""An opening lives longer than its link: then a hold `h` keeps those of the few who share the bucket too."""

KEPT = (
    Kept("link", "book_link", ("bucket", "code"), _GRANT_ENDED, "r.person"),
    Kept("opening", "book_link_opening", ("bucket", "code", "at"), "r.at", _OF_LINK),
)
STAYS = {"book_paper": "care", "book_summary": "made-anew"}
