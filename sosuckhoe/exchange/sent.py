"""What a facility sees of what it sent: arrivals, packages, findings, uploads, who came. Reads only.

Lists page by key: each takes the last row seen and gives the next rows, so that a page costs the same at any depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.clock import VIETNAM

OUTCOMES = ("waiting", "refused", "noted", "filed")
CHANNELS = ("gateway", "upload", "import")


class Filter(NamedTuple):
    """Which arrivals: of one day, with an outcome of `OUTCOMES`, by a channel of `CHANNELS`; '' and None: all."""

    day: date | None = None
    outcome: str = ""
    channel: str = ""


def arrivals(facility: str, wanted: Filter, before: int | None, most: int) -> Sequence[Any]:
    """A facility's arrivals, newest first, with what came of each; `at` is None while one waits."""
    first, last = _bounds(wanted.day)
    return db.rows(
        db.statement(__file__, "arrivals"),
        {
            "facility": facility,
            "first": first,
            "last": last,
            "outcome": wanted.outcome,
            "channel": wanted.channel,
            "before": before,
            "most": most,
        },
    )


def arrival(facility: str, number: int) -> Any:
    """One arrival of a facility with what came of it, or None: also for another facility's."""
    return db.one(db.statement(__file__, "one_arrival"), {"facility": facility, "number": number})


def packages(number: int, after: tuple[int, int] | None, most: int) -> Sequence[Any]:
    """The packages of an arrival, refused ones first; `rank` and `position` are the key of the next page."""
    rank, position = after or (-1, -1)
    return db.rows(
        db.statement(__file__, "packages"), {"number": number, "rank": rank, "position": position, "most": most}
    )


def package(facility: str, number: int, position: int) -> Any:
    """One package of a facility's arrival, or None."""
    return db.one(
        """
        select arrival, position, facility, ma_lk, outcome, person, version from exchange_package
        where arrival = %s and position = %s and facility = %s
        """,
        (number, position, facility),
    )


def findings(number: int, positions: Sequence[int], most: int) -> Sequence[Any]:
    """The findings of packages of an arrival, refused ones first."""
    return db.rows(
        """
        select position, level, tbl, row, field, rule, value_class from exchange_finding
        where arrival = %s and position = any(%s)
        order by position, level desc, tbl, row, field, rule limit %s
        """,
        (number, list(positions), most),
    )


def refusals(numbers: Sequence[int], most: int) -> Sequence[Any]:
    """Every refused row of these arrivals, in order."""
    return db.rows(
        """
        select arrival, position, level, tbl, row, field, rule, value_class from exchange_finding
        where arrival = any(%s) and level = 'refused' order by arrival, position, tbl, row, field limit %s
        """,
        (list(numbers), most),
    )


def versions(facility: str, ma_lk: str) -> Sequence[Any]:
    """Every filed version of an episode, newest first, by the package that brought it; version 0 is a check-in."""
    return db.rows(
        """
        select package.version, package.arrival, package.position, package.person, filing.at,
          package.version = episode.version as is_current
        from exchange_package package
        join exchange_filing filing using (arrival)
        join exchange_episode episode on episode.facility = package.facility and episode.ma_lk = package.ma_lk
        where package.facility = %s and package.ma_lk = %s and package.outcome = 'filed'
        order by package.version desc, package.arrival desc
        """,
        (facility, ma_lk),
    )


def persons_in(number: int) -> list[int]:
    """Everybody whose package an arrival brought."""
    rows = db.tuples(
        "select distinct person from exchange_package where arrival = %s and person <> 0 order by person", (number,)
    )
    return [row[0] for row in rows]


def waiting(facility: str, lane: int) -> int:
    """How many arrivals of a facility still wait in its lane."""
    number: int = db.value(
        """
        select count(*) from exchange_waiting join exchange_arrival arrival on arrival.id = exchange_waiting.arrival
        where lane = %s and facility = %s
        """,
        (lane, facility),
    )
    return number


def came(facility: str, day: date, after: tuple[int, int] | None, most: int) -> Sequence[Any]:
    """Who checked in on a day, in order of time; `after` is arrival and position of the last row seen."""
    first, last = _bounds(day)
    number, position = after or (0, 0)
    return db.rows(
        db.statement(__file__, "came"),
        {
            "facility": facility,
            "first": first,
            "last": last,
            "number": number,
            "position": position,
            "most": most,
        },
    )


def number_came(facility: str, day: date) -> int:
    """How many checked in on a day."""
    number: int = db.value(
        "select count(*) from exchange_check_in where facility = %s and arrived >= %s and arrived < %s",
        (facility, *_bounds(day)),
    )
    return number


def broken(facility: str, first: date, last: date) -> Sequence[Any]:
    """The rules that a facility broke between two days (both counted), most often first."""
    return db.rows(
        """
        select rule, tbl, field, level, sum(count)::int8 as count, max(day) as newest from exchange_tally
        where facility = %s and day between %s and %s
        group by rule, tbl, field, level order by sum(count) desc, rule, tbl, field
        """,
        (facility, first, last),
    )


def uploads(facility: str, most: int) -> Sequence[Any]:
    """A facility's newest uploads, with how many files each has and how many still wait."""
    return db.rows(db.statement(__file__, "uploads"), {"facility": facility, "key": None, "most": most})


def upload(facility: str, key: UUID) -> Any:
    """One upload of a facility, or None."""
    return db.one(db.statement(__file__, "uploads"), {"facility": facility, "key": key, "most": 1})


def upload_files(key: UUID) -> Sequence[Any]:
    """The files of an upload in order, with what came of each; `at` is None while one waits."""
    return db.rows(
        """
        select file.position, file.name, file.bytes, file.arrival, file.known, file.problem, file.places,
          filing.at, filing.packages, filing.filed, filing.unchanged, filing.refused, filing.noted,
          filing.problem as whole_problem, filing.places as whole_places
        from exchange_upload_file file left join exchange_filing filing on filing.arrival = file.arrival
        where file.upload = %s order by file.position
        """,
        (key,),
    )


def _bounds(day: date | None) -> tuple[datetime, datetime]:
    """The moments between which a day lies in Vietnam; all of time for None."""
    if day is None:
        return datetime(1970, 1, 1, tzinfo=VIETNAM), datetime(9999, 1, 1, tzinfo=VIETNAM)
    first = datetime.combine(day, time(), VIETNAM)
    return first, first + timedelta(days=1)
