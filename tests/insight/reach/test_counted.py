"""What SQL counts is what Python counts over plain dicts, at first and after every change; and what a print hides."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.base.keys import BUCKETS, bucket_in_sql, bucket_of
from sosuckhoe.exchange.actions import file as file_profiles
from sosuckhoe.exchange.actions import registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.bhxh import visits
from sosuckhoe.exchange.bhxh.messages import Visit
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.claim import Identifier
from sosuckhoe.identity.queries import Facility
from sosuckhoe.insight import queries
from sosuckhoe.insight.actions import reach
from sosuckhoe.insight.actions.count import count
from sosuckhoe.insight.reach import facts, grounds
from tests.exchange.feeds import vendor
from tests.exchange.qd831 import samples
from tests.insight.reach.crowd import NOW, TODAY, counted, people, write

pytestmark = pytest.mark.django_db


def found(day=TODAY):
    """Every number of the tables before anything is hidden."""
    inner = reach._counted(day)
    sums = {
        key: grounds.summed({place: row[index] for place, row in inner.items()})
        for index, key in enumerate(facts.counts())
    }
    return {
        place: {key: sums[key][place] for key in sums if sums[key][place]}
        for place in sums["created"]
        if grounds.read(place).kind not in {"former", "district", "several"}
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_the_counts_are_those_of_a_plain_recount(seed):
    crowd = people(random.Random(seed), 90)
    write(crowd)
    reach.renew(0, BUCKETS, TODAY)
    assert found() == {place: dict(numbers) for place, numbers in counted(crowd).items()}


def test_a_night_reads_and_writes_only_what_has_changed():
    crowd = people(random.Random(3), 60)
    write(crowd)
    reach.renew(0, BUCKETS, TODAY)
    before = dict(db.tuples("select person, xmin::text from insight_reached"))
    reach.renew(0, BUCKETS, TODAY)
    assert dict(db.tuples("select person, xmin::text from insight_reached")) == before
    assert db.tuples(db.statement(reach.__file__, "reach_changed"), (0, BUCKETS)) == []
    chosen = next(one for one in crowd if one["account"] == "own" and not one["dead"])
    Account.objects.filter(person=chosen["person"]).update(is_active=False)
    reach.renew(0, BUCKETS, TODAY)
    assert db.value("select is_linked from insight_reached where person = %s", (chosen["person"],)) is False
    chosen["account"] = "shut"
    assert found() == {place: dict(numbers) for place, numbers in counted(crowd).items()}


def test_what_another_system_the_insurer_and_a_profile_tell_of_visits_fills_a_book(settings, tmp_path):
    """A record of a feed, the newest examination of a health profile, and a visit that the insurer tells."""
    settings.HOME = tmp_path
    registers.forget()
    register_facilities([Facility(samples.FACILITY, "Trạm y tế", vendor="minh_an")])
    receive(PROGRAM, Parcel(samples.FACILITY, "profile", samples.content(samples.profile())), "import", NOW)
    while file_profiles.drain(NOW):
        pass
    other = vendor.patient(
        "p2", cccd="079188000008", name=[{"text": "Lê Văn Tám"}], birthDate="1988-07-07", gender="male"
    )
    vendor.send(other, vendor.encounter("e2", "p2"), at=NOW)
    count(NOW)
    persons = [identity.person_of(Identifier("cccd", number)) for number in ("079160000001", "079188000008")]
    visits.keep(persons[0], [Visit("25999", "202610010800", "202610011000")], NOW)
    reach.renew(0, BUCKETS, TODAY)
    found = dict(db.tuples("select person, visited::text || ' ' || heard::text from insight_reached"))
    assert found == {persons[0]: "2026-10-01 2026-11-20", persons[1]: "2026-01-31 2026-01-31"}
    visits.keep(persons[0], [], NOW)
    reach.renew(0, BUCKETS, TODAY)
    day = db.value("select visited from insight_reached where person = %s", (persons[0],))
    assert day == date(2026, 2, 20), "the newest examination of the profile"


def test_a_merged_book_is_dropped_and_days_pass():
    crowd = people(random.Random(4), 40)
    write(crowd)
    reach.renew(0, BUCKETS, TODAY)
    gone = next(one for one in crowd if not one["dead"])
    key = gone["person"]
    db.execute("update identity_person set merged_into = 1 where bucket = %s and person = %s", (bucket_of(key), key))
    later = TODAY + timedelta(days=400)
    reach.renew(0, BUCKETS, later)
    rest = [one for one in crowd if one is not gone]
    for one in rest:
        one["opened"] = None
        one["visit"] = None if one["visit"] is None else one["visit"] + 400
        one["fed"] = one["fed"] and tuple(None if since is None else since + 400 for since in one["fed"])
        one["insured"] = None if one["insured"] is None or one["insured"] < 0 else one["insured"] + 400
    assert found(later) == {place: dict(numbers) for place, numbers in counted(rest).items()}


def test_a_night_that_was_stopped_goes_on_where_it_stood(monkeypatch):
    crowd = people(random.Random(5), 30)
    write(crowd)
    done = []

    def stop(first, last, day):
        if first >= BUCKETS // 2:
            raise KeyboardInterrupt
        return note(first, last, day)

    def note(first, last, day):
        done.append((first, last))
        return real(first, last, day)

    real = reach.renew
    monkeypatch.setattr(reach, "renew", stop)
    with pytest.raises(KeyboardInterrupt):
        reach.run(NOW)
    monkeypatch.setattr(reach, "renew", note)
    left = BUCKETS - done[-1][1]
    assert reach.run(NOW) == left
    firsts, lasts = zip(*done, strict=True)
    assert (0, *lasts) == (*firsts, BUCKETS), "every bucket once, in order"
    assert reach.run(NOW) == 0, "this day's work is done"
    assert queries.reach_day() == TODAY


def test_slices_hold_so_many_books_however_many_there_are(monkeypatch):
    """What a night keeps in memory, and the length of its transactions, do not grow with the country."""
    write(people(random.Random(7), 120))
    monkeypatch.setattr(reach, "BOOKS", 12)
    real, books = reach.renew, []

    def note(first, last, day):
        books.append(real(first, last, day))
        return books[-1]

    monkeypatch.setattr(reach, "renew", note)
    reach.run(NOW)
    assert sum(books) == db.value("select count(*) from insight_reached")
    assert max(books) < 36
    assert [reach.next_width(*found) for found in [(16, 960), (64, 0), (2048, 10), (64, 8)]] == [1, 768, 2048, 96]


def visited(plan):
    """How many rows the parts of a plan brought or threw away, as PostgreSQL counted them."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Join Filter", 0) + plan.get("Rows Removed by Filter", 0)
    return own * plan["Actual Loops"] + sum(map(visited, plan.get("Plans", ())))


def test_a_nights_work_on_a_book_does_not_grow_with_the_books():
    """Also in the first night, when the planner has seen the table of books empty."""
    db.execute("analyze insight_reached")
    of_each = {}
    for books in (100, 800):
        db.execute(
            f"""
            insert into insight_reached (bucket, person, seen, province, commune, virtues, is_living)
            select {bucket_in_sql("n")}, n, 0, '25', '', 0, true from generate_series(1, {books}) n
            on conflict do nothing
            """
        )
        db.execute(
            """
            insert into insight_person (bucket, person, shares, visited, heard)
            select bucket, person, '[]', date '2026-11-01', date '2026-11-01' from insight_reached
            on conflict do nothing
            """
        )
        mine = db.tuples("select bucket, person from insight_reached")
        asked = reach._asked_of(mine, 0, BUCKETS, TODAY)
        statement = "explain (analyze, format json) " + db.statement(reach.__file__, "reach_refresh")
        of_each[books] = visited(db.value(statement, asked)[0]["Plan"]) / books
        db.execute("update insight_reached set visited = null")
    assert of_each[800] < 1.5 * of_each[100]


def test_every_table_of_a_persons_rows_is_read_within_the_slice():
    """Without bounds of its own a merge join reads such a table from its first row on, for every slice."""
    text = db.statement(reach.__file__, "reach_refresh")
    for name in ("line", "doubt", "ticket", "word", "told", "count", "standing"):
        assert f"{name}.bucket >= %(first)s and {name}.bucket < %(last)s" in text, name


def test_a_print_holds_no_small_number_and_keeps_its_pattern():
    crowd = people(random.Random(6), 120)
    write(crowd)
    reach.renew(0, BUCKETS, TODAY)
    reach.print_all(TODAY)
    printed = db.tuples("select place, measure, number from insight_reach")
    assert all(number is None or number == 0 or number >= 10 for _, _, number in printed)
    hidden = {(place, measure) for place, measure, number in printed if number is None}
    assert hidden
    more = people(random.Random(6), 700)[120:]
    write(more)
    week = TODAY + timedelta(days=7)
    assert queries.is_print_due(week)
    assert not queries.is_print_due(week - timedelta(days=1))
    reach.renew(0, BUCKETS, week)
    reach.print_all(week)
    again = db.tuples("select place, measure from insight_reach where day = %s and number is null", (week,))
    assert hidden <= set(again)
    spring = TODAY + timedelta(days=60)
    reach.print_all(spring)
    fresh = db.tuples("select place, measure from insight_reach where day = %s and number is null", (spring,))
    assert not hidden <= set(fresh), "a new quarter begins with a new pattern"
