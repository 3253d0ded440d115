"""What of the book has an end (`access/data/retention.yaml`), and to which class its other tables belong."""

from __future__ import annotations

from sosuckhoe.access.keeping import Kept

_GRANT_ENDED = (
    "(select least(g.until, e.at) from access_grant g left join access_grant e on e.bucket = g.bucket and e.ends = g.id"
    ' where g.bucket = r.bucket and g.id = r."grant")'
)

KEPT = (
    Kept("link", "book_link", ("bucket", "code"), _GRANT_ENDED, "r.person"),
    Kept("opening", "book_link_opening", ("bucket", "code", "at"), "r.at"),
)
STAYS = {"book_paper": "care", "book_summary": "made-anew"}
