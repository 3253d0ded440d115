"""Empty the files in which something came that was erased by right, as soon as nothing needs them any more.

A file is emptied whole, also one that tells of several persons: what it says of the others was filed, and stands in
their books and with their visits as written. To cut one person out of it would leave what could not be read, for
nobody knows whose that is. What somebody else's hold keeps waits for its end.
"""

from __future__ import annotations

from collections.abc import Collection

from sosuckhoe.base import db
from sosuckhoe.exchange.at_rest import EMPTIED

_FREE = """
a.body <> ''::bytea and not exists (select from exchange_waiting w where w.arrival = a.id)
and not exists (
  select from access_hold h where h.released is null and h.class in ('', 'arrival') and h.person <> e.person
    and (h.person = 0 or h.person in (select q.person from exchange_package q where q.arrival = a.id))
)
"""
_FROM = """
from exchange_episode e join exchange_package p on p.facility = e.facility and p.ma_lk = e.ma_lk
where (e.erased is not null or e.cut is not null) and a.id = p.arrival
"""


def empty_of(facility: str, visits: Collection[str]) -> int:
    """Those in which these visits came; how many."""
    which = "and e.facility = %(facility)s and e.ma_lk = any (%(visits)s)"
    return _empty(which, {"facility": facility, "visits": list(visits)})


def empty_arrived(arrivals: Collection[int]) -> int:
    """Those of these arrivals that tell of something erased; how many."""
    return _empty("and a.id = any (%(arrivals)s)", {"arrivals": list(arrivals)})


def empty_all() -> int:
    """What had to wait, for a hold, a lane, or because it could not be filed; how many."""
    return _empty("", {})


def _empty(which: str, values: dict[str, object]) -> int:
    return db.execute(f"update exchange_arrival a set body = {EMPTIED} {_FROM} and {_FREE} {which}", values)  # noqa: S608 -- constants
