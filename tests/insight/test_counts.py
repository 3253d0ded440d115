"""What insight has counted is what a recount from scratch finds, whatever was filed, corrected and interrupted."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.base import db as database
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.insight import jobs
from sosuckhoe.insight.actions import sent as sent_counts
from sosuckhoe.insight.actions.count import begin_again, count
from tests.insight.filed import NOW, Ledger, Sent, file

FACILITIES = ["01001", "79024", "08002", "99999"]
HOMES = {
    # province, commune, as written → (province, commune) of today, for a visit before and one after the reform
    ("01", "00001"): (("01", "00097"), ("01", "00097")),
    ("01", "00004"): (("01", "00004"), ("01", "00004")),
    ("01", "00007"): (("01", "divided"), ("01", "divided")),
    ("01", "99999"): (("01", "unknown"), ("01", "unknown")),
    ("02", ""): (("08", "unknown"), ("08", "unknown")),
    ("00", "00004"): (("unknown", None), ("unknown", None)),
    ("", ""): (("unknown", None), ("unknown", None)),
}
VISITS = [
    datetime(2025, 6, 30, 16, 59, tzinfo=UTC),
    datetime(2025, 6, 30, 17, 0, tzinfo=UTC),
    datetime(2025, 12, 31, 17, 0, tzinfo=UTC),
    datetime(2026, 11, 19, 2, 0, tzinfo=UTC),
    None,
]
FINDINGS = [
    ("noted", "XML1", 1, "CAN_NANG", "too-long", "too long"),
    ("refused", "XML2", 3, "SO_LUONG", "number", "text"),
]

packages = st.builds(
    lambda ma_lk, person, visit, kind, home, outcome, findings: {
        "ma_lk": ma_lk, "person": person, "visit": visit, "kind": kind, "province": home[0], "commune": home[1],
        "outcome": outcome, "findings": tuple(findings),
    },
    st.sampled_from("AB"), st.integers(1, 2), st.sampled_from(VISITS), st.sampled_from(["01", "03"]),
    st.sampled_from(list(HOMES)), st.sampled_from(["filed", "filed", "filed", "filed", "unchanged", "refused"]),
    st.lists(st.sampled_from(FINDINGS), max_size=2),
)  # fmt: skip
check_ins = st.builds(
    lambda ma_lk, person, hours: {"ma_lk": ma_lk, "person": person, "arrived": NOW + timedelta(hours=hours)},
    st.sampled_from("AB"),
    st.integers(1, 3),
    st.integers(-30, 2),
)
arrivals = st.tuples(
    st.sampled_from(["01001", *FACILITIES]), st.lists(packages | check_ins, min_size=1, max_size=3), st.integers(0, 40)
)
turns = st.sampled_from(["count", "count", "count one", "killed", "wait"])
steps = st.lists(st.tuples(arrivals, turns), min_size=2, max_size=8)


@given(steps)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_counts_are_a_recount_from_scratch(db, steps):
    ledger = Ledger()
    with transaction.atomic():
        for (facility, packages, days), turn in steps:
            file(ledger, facility, [Sent(facility, **one) for one in packages], NOW - timedelta(days=days))
            take(turn)
        while count(NOW):
            pass
        assert found() == expected(ledger)
        begin_again(NOW)
        while count(NOW, most=2):
            pass
        assert found() == expected(ledger)
        transaction.set_rollback(True)


def take(turn):
    match turn:
        case "count":
            count(NOW)
        case "count one":
            count(NOW, most=1)
        case "killed":
            with transaction.atomic():
                count(NOW, most=2)
                transaction.set_rollback(True)


def found():
    return {
        "cells": rows("select measure, parent, since, place, kind, count, people from insight_cell"),
        "hours": rows("select day, place, facility, hour, count from insight_hour"),
        "sent": rows(
            """
            select span, place, since, facility, arrivals, packages, filed, unchanged, refused, noted, newest
            from insight_sent
            """
        ),
        "broken": rows("select place, since, rule, tbl, field, level, count, example from insight_broken"),
    }


def rows(sql):
    return sorted(database.tuples(sql), key=repr)


def expected(ledger):
    """The same from the plain lists, the plain way."""
    return {
        "cells": expected_cells(ledger),
        "hours": expected_hours(ledger),
        "sent": expected_sent(ledger),
        "broken": expected_broken(ledger),
    }


def expected_cells(ledger):
    totals, people, newest = Counter(), defaultdict(set), {}
    born = {}
    for _, at, packages in ledger.filings:
        for one in packages:
            if one.outcome == "filed":
                born.setdefault((one.facility, one.ma_lk), at)
    for key, one in ledger.episodes.items():
        day = local(one.visit or first_heard(key)).date()
        province, commune = HOMES[one.province, one.commune][day >= date(2025, 7, 1)]
        for cell in visit_cells(day, one.kind, province, commune):
            totals[cell] += 1
            people[cell].add(one.person)
        home = (province != "unknown", day, province, commune or "unknown")
        newest[one.person] = max(newest.get(one.person, home), home)
    for person, (_, _, province, commune) in newest.items():
        for cell in place_cells("book", date(1, 1, 1), province, commune):
            totals[cell] += 1
            people[cell].add(person)
    return sorted(((*cell, totals[cell], len(people[cell])) for cell in totals), key=repr)


def first_heard(key):
    return database.value("select born from exchange_episode where facility = %s and ma_lk = %s", key)


def visit_cells(day, kind, province, commune):
    year, monday = date(day.year, 1, 1), day - timedelta(days=day.isoweekday() - 1)
    yield from place_cells("year", year, province, commune)
    for place in ("", province):
        yield ("week", "", monday, place, "")
        yield ("kind", "", year, place, kind)


def place_cells(measure, since, province, commune):
    yield (measure, "", since, "", "")
    yield (measure, "", since, province, "")
    if province != "unknown":
        yield (measure, province, since, commune, "")


PLACES = {"01001": "01", "79024": "79", "08002": "08", "99999": "unknown"}


def expected_hours(ledger):
    hours = Counter()
    for one in ledger.check_ins.values():
        arrived = local(one.arrived)
        for place, facility in (("", ""), (PLACES[one.facility], ""), (PLACES[one.facility], one.facility)):
            hours[arrived.date(), place, facility, arrived.hour] += 1
    return sorted(((*cell, number) for cell, number in hours.items()), key=repr)


def expected_sent(ledger):
    groups = defaultdict(list)
    for facility, at, packages in ledger.filings:
        day = local(at).date()
        for span, since in (("day", day), ("month", day.replace(day=1))):
            for place, who in ((PLACES[facility], facility), (PLACES[facility], ""), ("", "")):
                groups[span, place, since, who].append((at, packages))
    return sorted(((*cell, *summed(filings)) for cell, filings in groups.items()), key=repr)


def summed(filings):
    every = [one for _, packages in filings for one in packages]
    outcomes = [sum(one.outcome == name for one in every) for name in ("filed", "unchanged", "refused")]
    noted = sum(finding[0] == "noted" for one in every for finding in one.findings)
    return (len(filings), len(every), *outcomes, noted, max(at for at, _ in filings))


def expected_broken(ledger):
    broken = Counter()
    for facility, at, packages in ledger.filings:
        for one in packages:
            for level, table, _, field, rule, value in one.findings:
                for place in ("", PLACES[facility]):
                    broken[place, local(at).date().replace(day=1), rule, table, field, level, value] += 1
    return sorted(((*cell[:-1], number, cell[-1]) for cell, number in broken.items()), key=repr)


def local(moment):
    return moment.astimezone(VIETNAM)


def test_an_episode_that_moves_to_another_person_is_counted_once(db):
    ledger = Ledger()
    file(ledger, "01001", [Sent("01001", "A", 1, NOW), Sent("01001", "B", 2, NOW, province="79", commune="")])
    count(NOW)
    file(ledger, "01001", [Sent("01001", "A", 2, NOW, province="79", commune="")])
    count(NOW)
    books = database.tuples("select parent, place, count from insight_cell where measure = 'book' order by 1, 2")
    assert books == [("", "", 1), ("", "79", 1), ("79", "unknown", 1)]
    assert database.value("select count from insight_cell where measure = 'year' and parent = '' and place = ''") == 2


def test_a_filing_that_commits_late_is_not_passed_over(db):
    """Lanes file side by side: a smaller number may be filed after a larger one was counted."""
    ledger = Ledger()
    early = file(ledger, "01001", [Sent("01001", "A", 1, NOW)])
    late = database.one("delete from exchange_filing where arrival = %s returning *", (early,))
    file(ledger, "79024", [Sent("79024", "B", 2, NOW)])
    assert count(NOW) == 1
    marks = ", ".join(["%s"] * len(late))
    database.execute(f"insert into exchange_filing values ({marks})", [*late[:9], "{}", *late[10:]])
    assert count(NOW) == 1
    assert count(NOW) == 0
    assert database.value("select count from insight_cell where measure = 'book' and place = ''") == 2


@pytest.mark.parametrize(("most", "is_now"), [(1, False), (5, True)])
def test_as_of_is_the_newest_filing_while_more_wait(db, most, is_now):
    ledger = Ledger()
    before = NOW - timedelta(hours=5)
    for ma_lk in "AB":
        file(ledger, "01001", [Sent("01001", ma_lk, 1, NOW)], before)
    count(NOW, most=most)
    assert database.value("select as_of from insight_state") == (NOW if is_now else before)
    assert sent_counts.month_of(NOW.date()) == date(2026, 11, 1)


def test_the_worker_counts_at_once_and_then_a_batch_every_two_seconds(db, monkeypatch):
    ledger, clock = Ledger(), [NOW]
    monkeypatch.setattr("sosuckhoe.insight.jobs.clock.now", lambda: clock[0])
    assert jobs.drain() == 0
    file(ledger, "01001", [Sent("01001", "A", 1, NOW)])
    assert jobs.drain() == 1
    file(ledger, "01001", [Sent("01001", "B", 1, NOW)])
    assert jobs.drain() == 0
    clock[0] += jobs.PAUSE
    assert jobs.drain() == 1
