"""What has no reason to lie on the shelf any more goes: files over their time, files of no delivery, and old drafts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sosuckhoe.access import audit, keeping, policy, retaining
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.exchange.feeds import shelf

SETTLED = timedelta(days=1)
"""A younger file may be one whose row is being written, a younger draft one that is."""

_NEVER = datetime.fromtimestamp(0, UTC)
_BATCH = 500


def over(at: datetime) -> Iterator[Path]:
    """Files that may go: every delivery of their content was emptied, or none was ever noted in the class's time.

    A file that no delivery names stays while anything of the class is held: whose records it has, nobody knows.
    """
    yield from shelf.drafts(at - SETTLED)
    forgotten = _NEVER if retaining.holds("delivery") else keeping.before("delivery", at)
    places = shelf.places(at - SETTLED)
    for start in range(0, len(places), _BATCH):
        yield from _over(places[start : start + _BATCH], forgotten)


def _over(places: Sequence[Path], forgotten: datetime) -> Iterator[Path]:
    digests = [bytes.fromhex(place.name) for place in places]
    found = db.tuples(
        "select digest, bool_or(kept) from exchange_delivery where digest = any (%s) group by digest", (digests,)
    )
    kept = {bytes(digest): is_kept for digest, is_kept in found}
    for place, digest in zip(places, digests, strict=True):
        if not kept.get(digest, not shelf.is_before(place, forgotten)):
            yield place


def clear(actor: Actor, at: datetime) -> int:
    """Remove them; how many. The trace is told first. Stopped and begun again, it removes the rest."""
    policy.check(actor, "retain", "retention")
    found = list(over(at))
    if found:
        audit.record(actor, "retain", kind="retention", person=NOBODY, detail=f"deliveries {len(found)}", at=at)
    return sum(shelf.remove(place, at - SETTLED) for place in found)
