"""Remove from the shelf the files of other systems that tell of something that was erased by right.

Which file told what is written down of the newest word alone, so the files of the system are read through, in the
worker: begun again, it goes on. A file goes whole, also one that tells of several persons. What it says of the others
was filed, and stands in their books with its Provenance; to write it anew without one person would keep what could not
be read, for nobody knows whose that is, and break the digest by which a file that comes again is known. A file that a
hold of somebody else keeps is handed out to nobody, and goes when the hold ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from sosuckhoe.access import audit
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.feeds import memory, shelf
from sosuckhoe.exchange.feeds.deliver import Delivery, Reader

_BATCH = 500
_DUE = """
select s.delivery, d.source, d.kind, d.name, d.digest, d.received, s.found from exchange_sweep s
join exchange_delivery d on d.id = s.delivery
where d.ended is not null and not (s.found and {held}) order by s.delivery limit 1
"""
_HELD = """
exists (
  select from access_hold h where h.released is null and h.class in ('', 'delivery') and (h.person = 0 or (
    exists (select from exchange_word w where w.source = d.source and w.person = h.person)
    and not exists (
      select from exchange_told t where t.person = h.person and t.source = d.source and t.erased is not null
    )
  ))
)
"""


def look_through(source: str) -> None:
    """Have every file of a system that lies on the shelf looked through, in the caller's transaction."""
    db.execute(
        """
        insert into exchange_sweep (delivery) select id from exchange_delivery where source = %s and kept
        on conflict do nothing
        """,
        (source,),
    )


def is_due() -> bool:
    """Whether a file waits to be looked through."""
    return bool(_next())


def sweep(readers: dict[str, Reader]) -> int:
    """Look through what waits; how many files went."""
    gone = 0
    while due := _next():
        gone += _sweep(due[0], readers)
    return gone


def _next() -> list[Any]:
    return db.tuples(_DUE.format(held=_HELD))


def _sweep(row: Any, readers: dict[str, Reader]) -> bool:
    number, source, kind, name, digest, received, is_found = row
    delivery = Delivery(number, source, kind, name, bytes(digest), received, 0, received)
    if not is_found and not _tells(delivery, readers[kind]):
        db.execute("delete from exchange_sweep where delivery = %s", (number,))
        return False
    if not is_found and db.value(f"select {_HELD} from exchange_delivery d where d.id = %s", (number,)):  # noqa: S608 -- a constant
        db.execute("update exchange_sweep set found = true where delivery = %s", (number,))
        return False
    _remove(delivery)
    return True


def _tells(delivery: Delivery, reader: Reader) -> bool:
    """Whether a file tells of a record that was erased; false of one that is not there any more."""
    with suppress(Problem), shelf.opened(delivery.digest) as stream:
        pieces = reader(sources.sources()[delivery.source], delivery, stream)
        names = ((item.type, item.id) for piece in pieces for item in piece.items)
        return any(one.is_erased for batch in _batches(names) for one in memory.told(delivery.source, batch).values())
    return False


def _batches(names: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    while batch := list(islice(names, _BATCH)):
        yield batch


def _remove(delivery: Delivery) -> None:
    """The file first: a process that is killed between the two finds the row again, and nothing to remove."""
    shelf.remove(shelf.place_of(delivery.digest), clock.now())
    with db.atomic():
        db.execute("update exchange_delivery set kept = false where digest = %s", (delivery.digest,))
        db.execute("delete from exchange_sweep where delivery = %s", (delivery.id,))
        audit.record(PROGRAM, "retain", kind="delivery", person=NOBODY, detail=f"erased {delivery.id}", at=clock.now())
