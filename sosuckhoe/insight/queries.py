"""What insight has counted. Every read is by the leading columns of a key; none touches a live table's rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sosuckhoe.base import db
from sosuckhoe.insight.reach import facts


class Number(NamedTuple):
    """One cell: how many books or visits, of how many people."""

    total: int
    people: int


def as_of() -> datetime | None:
    """Every filing committed before this moment is counted; None when nothing has been counted yet."""
    moment: datetime | None = db.value("select as_of from insight_state")
    return moment


def has_uncounted() -> bool:
    """Whether a filing, or a merge of two persons, waits to be counted."""
    return bool(
        db.value(
            """
            select exists (select from exchange_filing where not counted)
              or exists (select from identity_merge where not counted)
            """
        )
    )


def parts(measure: str, parent: str, since: date) -> dict[str, Number]:
    """The parts of a place for books or a year's visits: place → number. The country ('') holds itself too."""
    rows = db.tuples(
        "select place, count, people from insight_cell where measure = %s and parent = %s and since = %s",
        (measure, parent, since),
    )
    return {place: Number(count, people) for place, count, people in rows}


def years() -> list[int]:
    """The years that have visits, newest first."""
    rows = db.tuples(
        """
        select distinct extract(year from since)::int from insight_cell
        where measure = 'year' and parent = '' and place = '' order by 1 desc
        """
    )
    return [row[0] for row in rows]


def weeks(first: date, last: date) -> dict[tuple[str, date], Number]:
    """Visits by (place, Monday) from one week to another: the country ('') and its parts."""
    rows = db.tuples(
        """
        select place, since, count, people from insight_cell
        where measure = 'week' and parent = '' and since between %s and %s
        """,
        (first, last),
    )
    return {(place, since): Number(count, people) for place, since, count, people in rows}


def kinds(since: date) -> dict[tuple[str, str], Number]:
    """A year's visits by (place, MA_LOAI_KCB): the country ('') and its parts."""
    rows = db.tuples(
        """
        select place, kind, count, people from insight_cell
        where measure = 'kind' and parent = '' and since = %s
        """,
        (since,),
    )
    return {(place, kind): Number(count, people) for place, kind, count, people in rows}


def hours(day: date, place: str) -> dict[tuple[str, int], int]:
    """Check-ins of a day by (facility, hour) in a place; facility '' is the whole place."""
    rows = db.tuples("select facility, hour, count from insight_hour where day = %s and place = %s", (day, place))
    return {(facility, hour): count for facility, hour, count in rows}


def arrivals_by_place(day: date) -> dict[str, int]:
    """Check-ins of a day by place of the facility; '' is the country."""
    rows = db.tuples(
        "select place, sum(count)::int8 from insight_hour where day = %s and facility = '' group by place", (day,)
    )
    return dict(rows)


def sent_by_facility(place: str, month: date) -> Sequence[Any]:
    """What each facility of a place sent in a month; the row of facility '' is the whole place."""
    return db.rows(
        "select * from insight_sent where span = 'month' and place = %s and since = %s order by facility",
        (place, month),
    )


def sent_by_place(places: Collection[str], month: date) -> Sequence[Any]:
    """What whole places sent in a month; '' is the country."""
    return db.rows(
        """
        select * from insight_sent
        where span = 'month' and place = any(%s) and since = %s and facility = '' order by place
        """,
        (list(places), month),
    )


def sent_by_day(place: str, facility: str, first: date, last: date) -> Sequence[Any]:
    """What a place (facility '') or one facility sent, day by day."""
    return db.rows(
        """
        select * from insight_sent
        where span = 'day' and place = %s and since between %s and %s and facility = %s order by since
        """,
        (place, first, last, facility),
    )


def sent_by_facility_daily(facility: str, first: date, last: date) -> Sequence[Any]:
    """What one facility sent, day by day, wherever it lies."""
    return db.rows(
        """
        select * from insight_sent where facility = %s and span = 'day' and since between %s and %s order by since
        """,
        (facility, first, last),
    )


def broken(place: str, month: date, most: int = 20) -> Sequence[Any]:
    """The rules that a place's facilities broke most in a month: rule, tbl, field, level, count, example."""
    return db.rows(
        """
        select rule, tbl, field, level, count, example from insight_broken
        where place = %s and since = %s order by count desc, rule, tbl, field limit %s
        """,
        (place, month, most),
    )


def examples(rows: Sequence[Any], months: Sequence[date]) -> dict[tuple[str, str, str], str]:
    """(rule, tbl, field) → a value class that was found anywhere in the country in these months."""
    if not rows:
        return {}
    asked = sorted({(row.rule, row.tbl, row.field) for row in rows})
    found = db.tuples(
        """
        select rule, tbl, field, min(example)
        from insight_broken join unnest(%s::text[], %s::text[], %s::text[]) as asked (rule, tbl, field)
          using (rule, tbl, field)
        where place = '' and since = any(%s) group by rule, tbl, field
        """,
        (*(list(column) for column in zip(*asked, strict=True)), list(months)),
    )
    return {(rule, tbl, field): example for rule, tbl, field, example in found}


def is_print_due(day: date) -> bool:
    """Whether the newest print of reach is so old that another one may be made."""
    newest = reach_day()
    return newest is None or (day - newest).days >= facts.pace().print_days


def reach_day(before: date = date.max) -> date | None:
    """The day of the newest print of reach."""
    day: date | None = db.value("select max(day) from insight_reach where day < %s", (before,))
    return day


def reach(day: date, province: str) -> dict[str, dict[str, int | None]]:
    """A page of a print: place → measure → number, None where hidden. '' is the country's: itself and its provinces."""
    found: dict[str, dict[str, int | None]] = {}
    for place, measure, number in db.tuples(
        "select place, measure, number from insight_reach where day = %s and province = %s", (day, province)
    ):
        found.setdefault(place, {})[measure] = number
    return found


def reach_of_kind(day: date, kind: str) -> dict[str, dict[str, int | None]]:
    """The places of one kind in the whole country, as `reach` gives them."""
    found: dict[str, dict[str, int | None]] = {}
    for place, measure, number in db.tuples(
        "select place, measure, number from insight_reach where day = %s and split_part(place, '/', 2) = %s",
        (day, kind),
    ):
        found.setdefault(place, {})[measure] = number
    return found


def hidden_since(first: date, before: date) -> list[tuple[str, str]]:
    """(place, measure) of every number that a print from one day on and before another has hidden."""
    rows = db.tuples(
        "select distinct place, measure from insight_reach where day >= %s and day < %s and number is null",
        (first, before),
    )
    return [(place, measure) for place, measure in rows]


def has_books() -> bool:
    """Whether anybody has a book yet."""
    return bool(db.value("select exists (select from identity_person)"))
