"""How far the books reach: what is known of every book is renewed at night, and printed once a week.

The night goes through the buckets in slices of so many books, a transaction each, and notes how far it has come: one
that was stopped goes on there. Of a book only what has changed is read and written: the claim when its digest is
another one, the rest by one statement a slice. A print is one pass over these narrow rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from sosuckhoe.base import clock, db
from sosuckhoe.base.keys import BUCKETS, bucket_of
from sosuckhoe.clinical.search import digest, parameters
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.exchange.feeds import happening
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity import tickets
from sosuckhoe.identity.queries import Known
from sosuckhoe.insight import queries
from sosuckhoe.insight.reach import facts, grounds, quality
from sosuckhoe.insight.reach.protect import ROOT, protect
from sosuckhoe.insight.residence import residence
from sosuckhoe.insight.suppression import smallest_shown

BOOKS = 30_000
"""About so many books a transaction, however many there are in the country: what a slice holds in memory is bounded."""

FIRST, MOST = 16, 2048
"""Buckets of a night's first slice, at a hundred million people 24,000 books; and of any."""

PAGE = 5000
"""Claims that are read at once."""


def run(at: datetime) -> int:
    """Renew what is known of every book, and print if a print is due; the buckets done. 0: this day's work is done."""
    day = clock.day_of(at)
    first = _begin(day, at)
    if first is None:
        return 0
    done, width = first, FIRST
    while done < BUCKETS:
        last = min(done + width, BUCKETS)
        with db.atomic():
            books = renew(done, last, day)
            db.execute("update insight_reach_night set bucket = %s where day = %s", (last, day))
        done, width = last, next_width(last - done, books)
    with db.atomic():
        if queries.is_print_due(day):
            print_all(day)
        db.execute("update insight_reach_night set ended = %s where day = %s", (at, day))
    return BUCKETS - first


def next_width(width: int, books: int) -> int:
    """How many buckets hold about `BOOKS` books, where `width` buckets hold so many."""
    return min(max(width * BOOKS // max(books, 1), 1), MOST)


def renew(first: int, last: int, day: date) -> int:
    """Bring what is known of the books of these buckets (`last` not among them) up to date; how many there are."""
    changed = db.tuples(db.statement(__file__, "reach_changed"), (first, last))
    for start in range(0, len(changed), PAGE):
        _read_claims(dict(changed[start : start + PAGE]))
    db.execute(db.statement(__file__, "reach_gone"), (first, last))
    mine = db.tuples("select bucket, person from insight_reached where bucket >= %s and bucket < %s", (first, last))
    db.execute(db.statement(__file__, "reach_refresh"), _asked_of(mine, first, last, day))
    return len(mine)


def _asked_of(mine: Sequence[tuple[int, int]], first: int, last: int, day: date) -> dict[str, object]:
    """What the renewal of these books, (bucket, person), of a slice asks for."""
    return {
        "first": first,
        "last": last,
        "buckets": [bucket for bucket, _ in mine],
        "persons": [person for _, person in mine],
        "day": day,
        "since": _midnight(day - timedelta(days=facts.pace().opened_days)),
        "told_dead": [ticket.person for ticket in tickets.open_within(first, last) if "deceased" in ticket.theirs],
        "encounter": number_of()["Encounter"],
        "counting": _midnight(_counting_since(day)),
        "not_happened": not_happened(),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), clock.VIETNAM)


def print_all(day: date) -> None:
    """Write the tables of a day as everybody may see them. What the quarter's prints have hidden stays hidden."""
    inner = _counted(day)
    tree = grounds.grown(inner)
    counts = {
        key: grounds.summed({place: numbers[index] for place, numbers in inner.items()})
        for index, key in enumerate(facts.counts())
    }
    hidden = protect(tree, counts, facts.measures(), smallest_shown(), _kept(day, tree, inner)) if inner else {}
    rows = [
        (day, grounds.read(place).province, place, key, None if place in hidden[key] else number)
        for key, numbers in counts.items()
        for place, number in numbers.items()
    ]
    db.execute("delete from insight_reach where day = %s", (day,))
    db.copy(
        "insight_reach",
        ("day", "province", "place", "measure", "number"),
        ("date", "text", "text", "text", "int8"),
        rows,
    )


def _begin(day: date, at: datetime) -> int | None:
    """The bucket to go on from; None when this day's work is done."""
    db.execute(
        "insert into insight_reach_night (day, bucket, began) values (%s, 0, %s) on conflict do nothing", (day, at)
    )
    found = db.one("select bucket, ended from insight_reach_night where day = %s", (day,))
    return None if found.ended else found.bucket


def _read_claims(digests: Mapping[int, int]) -> None:
    known = identity.known_all(digests)
    rows = [_row(person, digests[person], known[person]) for person in digests if person in known]
    if rows:
        db.execute(db.statement(__file__, "reach_write"), [list(column) for column in zip(*rows, strict=True)])


def _row(person: int, digest: int, known: Known) -> tuple[object, ...]:
    claim = known.claim
    home = residence(claim.province, claim.commune, clock.day_of(known.as_of))
    is_living = not claim.extra.get("deceased")
    return bucket_of(person), person, digest, *home, quality.virtues(claim), is_living


def _counting_since(day: date) -> date:
    """The first day of which a visit still fills a book, or keeps one alive."""
    days = [facts.pace().filled_days, *(quality.newest_days(pillar) or 0 for pillar in quality.PILLARS)]
    return day - timedelta(days=max(days))


@cache
def not_happened() -> list[int]:
    """The tokens of visits that were planned, or did not happen, as `clinical_resource.tokens` holds them."""
    (path,) = parameters.of("Encounter")["status"].paths
    start = digest.prefix("Encounter", path.steps)
    return [digest.number(start, digest.ANY + status) for status in sorted(happening.not_happened())]


def _counted(day: date) -> dict[str, Sequence[int]]:
    """Innermost place → its counts, in the order of `facts.counts()`."""
    rows = db.tuples(db.statement(__file__, "reach_counts"), _asked(day))
    out: dict[str, list[int]] = {}
    for province, commune, *numbers in rows:
        key = grounds.commune_key(province, commune)
        out[key] = [one + other for one, other in zip(out.get(key, [0] * len(numbers)), numbers, strict=True)]
    return dict(out)


def _asked(day: date) -> dict[str, object]:
    pace = facts.pace()
    asked: dict[str, object] = {
        "opened": day - timedelta(days=pace.opened_days),
        "filled": day - timedelta(days=pace.filled_days),
    }
    for pillar in quality.PILLARS:
        days = quality.newest_days(pillar)
        asked[pillar] = quality.states_of(pillar)
        asked[f"{pillar}_since"] = "-infinity" if days is None else day - timedelta(days=days)
    return asked


def _kept(day: date, tree: Mapping[str, Sequence[str]], inner: Mapping[str, object]) -> dict[str, set[str]]:
    """Measure → places that a print of this quarter has hidden and that still have somebody."""
    months = facts.pace().pattern_months
    quarter = date(day.year, (day.month - 1) // months * months + 1, 1)
    kept: dict[str, set[str]] = {}
    for place, measure in queries.hidden_since(quarter, day):
        if place in tree or place in inner or place == ROOT:
            kept.setdefault(measure, set()).add(place)
    return kept
