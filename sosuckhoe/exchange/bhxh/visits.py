"""The visits that social insurance tells of a person, kept as told, and set beside those of the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import zip_longest
from typing import NamedTuple

from sosuckhoe.base import db
from sosuckhoe.base.clock import VIETNAM, day_of
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.exchange.bhxh.messages import Visit

BOTH, THEIRS, OURS, ENDS = "both", "theirs", "ours", "ends"
"""In both · told by social insurance alone · in the book alone · in both, and it ended on different days."""

_WRITTEN = "%Y%m%d%H%M"


class Stay(NamedTuple):
    """Somebody at a facility (MA_CSKCB) from one day to another; `ended` None where nobody said."""

    facility: str
    began: date
    ended: date | None


class Told(NamedTuple):
    """The visits that were told last, newest first, and when."""

    at: datetime
    stays: list[Stay]

    @property
    def since(self) -> date:
        """The first day of the oldest: what was before it was not told."""
        return self.stays[-1].began


class Line(NamedTuple):
    """One visit side by side: the insurer's word and the book's, one of them None where that one is silent."""

    state: str
    facility: str
    began: date
    theirs: Stay | None
    ours: Stay | None

    @property
    def until(self) -> date | None:
        """The last day, where it is another than the first and both do not contradict each other."""
        days = {one.ended for one in (self.theirs, self.ours) if one and one.ended} - {self.began}
        return days.pop() if self.state != ENDS and days else None


def keep(person: int, told: Iterable[Visit], at: datetime) -> None:
    """Put what was told now in the place of what was told before, in the caller's transaction."""
    rows = {(one.facility, began): moment(one.ended) for one in told if one.facility and (began := moment(one.began))}
    db.execute("delete from exchange_insured_visit where bucket = %s and person = %s", (bucket_of(person), person))
    for (facility, began), ended in sorted(rows.items(), key=lambda row: row[0]):
        db.execute(
            """
            insert into exchange_insured_visit (bucket, person, facility, began, ended, told)
            values (%s, %s, %s, %s, %s, %s)
            """,
            (bucket_of(person), person, facility, began, ended, at),
        )


def of_person(person: int) -> Told | None:
    """What was told last, newest first; None when no visit was ever told."""
    found = db.tuples(
        """
        select facility, began, ended, told from exchange_insured_visit
        where bucket = %s and person = %s order by began desc, facility
        """,
        (bucket_of(person), person),
    )
    stays = [Stay(facility, day_of(began), day_of(ended) if ended else None) for facility, began, ended, _ in found]
    return Told(found[0][-1], stays) if found else None


def side_by_side(theirs: Iterable[Stay], ours: Iterable[Stay]) -> list[Line]:
    """Every visit of either, newest first; one is the same where facility and first day agree. Pure.

    Of several on one day those that end alike go together first, then the others; what is left has no other side.
    """
    told, kept = _by_start(theirs), _by_start(ours)
    lines = [
        _line(key, *pair) for key in told.keys() | kept.keys() for pair in _pairs(told.get(key, []), kept.get(key, []))
    ]
    return sorted(lines, key=lambda line: (line.began, line.facility, line.state), reverse=True)


def _by_start(stays: Iterable[Stay]) -> dict[tuple[str, date], list[Stay]]:
    found: dict[tuple[str, date], list[Stay]] = {}
    for one in stays:
        found.setdefault((one.facility, one.began), []).append(one)
    return found


def _pairs(theirs: list[Stay], ours: list[Stay]) -> Iterator[tuple[Stay | None, Stay | None]]:
    left = Counter(ours)
    alone = []
    for one in theirs:
        if left[one]:
            left[one] -= 1
            yield one, one
        else:
            alone.append(one)
    yield from zip_longest(alone, left.elements())


def _line(key: tuple[str, date], theirs: Stay | None, ours: Stay | None) -> Line:
    facility, began = key
    if theirs is None or ours is None:
        return Line(THEIRS if theirs else OURS, facility, began, theirs, ours)
    differs = theirs.ended and ours.ended and theirs.ended != ours.ended
    return Line(ENDS if differs else BOTH, facility, began, theirs, ours)


def moment(text: str) -> datetime | None:
    """YyyyMMddHHmm or yyyyMMdd in Viet Nam's time; None for anything else."""
    try:
        return datetime.strptime(text.strip()[:12].ljust(12, "0"), _WRITTEN).replace(tzinfo=VIETNAM)
    except ValueError:
        return None
