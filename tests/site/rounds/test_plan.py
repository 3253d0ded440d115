"""When a round is next begun: the table is the documentation. Moments are of Vietnam, in March 2026."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base import facts
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.rounds import Work
from sosuckhoe.site.rounds import plan
from sosuckhoe.site.rounds.plan import Last, Round

AT_TWO = Round(
    "x", Work("x", lambda _: 0), 2, timedelta(), timedelta(hours=5), timedelta(hours=1), timedelta(minutes=30),
    "x", plan.THREAD, "", "",
)  # fmt: skip
HOURLY = AT_TWO._replace(hour=None, every=timedelta(hours=1))


def at(text):
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-03-{day}T{clock}:00").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("why", "began", "ended", "problem", "now", "due"),
    [
        ("never begun, before its hour, too late for yesterday's", None, None, "", "03 01:59", "03 02:00"),
        ("never begun, its hour is here", None, None, "", "03 02:00", "03 02:00"),
        ("missed, and made good", None, None, "", "03 07:00", "03 02:00"),
        ("missed for too long: the next night", None, None, "", "03 07:01", "04 02:00"),
        ("done tonight", "03 02:01", "03 02:20", "", "03 09:00", "04 02:00"),
        ("done last night", "02 02:01", "02 02:20", "", "03 02:00", "03 02:00"),
        ("done last night, the hour was missed for too long", "02 02:01", "02 02:20", "", "03 12:00", "04 02:00"),
        ("asked for by hand in the day: tonight all the same", "02 15:00", "02 15:20", "", "03 02:00", "03 02:00"),
        ("failed: half an hour after its end", "03 02:01", "03 03:00", "SSK-4530", "03 03:10", "03 03:30"),
        ("failed late in its time: the next night", "03 06:00", "03 06:50", "KeyError", "03 07:30", "04 02:00"),
        ("killed: half an hour after its begin", "03 02:01", None, "", "03 02:10", "03 02:31"),
        ("killed, and nobody was there for days", "01 02:01", None, "", "03 12:00", "01 02:31"),
    ],
)  # fmt: skip
def test_once_a_night(why, began, ended, problem, now, due):
    last = Last(at(began), at(ended) if ended else None, problem, 0) if began else None
    assert plan.next_time(AT_TWO, last, at(now)) == at(due), why


@pytest.mark.parametrize(
    ("began", "ended", "problem", "due"),
    [
        (None, None, "", "03 12:00"),
        ("03 11:10", "03 11:50", "", "03 12:10"),
        ("03 11:10", "03 11:50", "KeyError", "03 12:20"),
        ("03 11:10", None, "", "03 11:40"),
    ],
)
def test_every_hour(began, ended, problem, due):
    last = Last(at(began), at(ended) if ended else None, problem, 0) if began else None
    assert plan.next_time(HOURLY, last, at("03 12:00")) == at(due)


@given(st.integers(0, 23), st.integers(0, 24), st.integers(0, 10_000), st.integers(1, 700))
def test_what_was_done_is_not_begun_again_before_its_hour_comes(hour, late, minute, took):
    """One run a day, whatever the hour: from the end of a run on there is exactly one hour that is next."""
    one = AT_TWO._replace(hour=hour, late=timedelta(hours=late))
    began = at("01 00:00") + timedelta(minutes=minute)
    ended = began + timedelta(minutes=took)
    due = plan.next_time(one, Last(began, ended, "", 0), ended)
    assert began < due <= ended + timedelta(days=1)
    assert (due.astimezone(VIETNAM).hour, due.minute) == (hour, 0)


def test_parts_are_rounds_of_their_own_and_an_hour_of_their_own_is_theirs():
    work = Work("pull", lambda at, part: 0, parts=lambda: {"a": None, "b": 5})
    first, second = plan.rounds_of(work)
    assert (first.name, first.part, first.hour) == ("pull/a", "a", plan.times()["pull"]["hour"])
    assert (second.name, second.hour, second.lock) == ("pull/b", 5, first.lock)
    assert plan.rounds_of(work._replace(wanted=lambda: False)) == []


@pytest.mark.parametrize(
    "entry",
    [
        {"hour": 1, "beside": "thread"},
        {"every_minutes": 1, "hour": 1, "late_hours": 1, "beside": "thread"},
        {"every_minutes": 1, "beside": "cloud"},
    ],
)
def test_a_table_that_cannot_be_kept_is_refused(monkeypatch, entry):
    monkeypatch.setattr(facts, "read_yaml", lambda _: {"rounds": {"x": entry}})
    with pytest.raises(facts.BadFact, match="'x' needs"):
        plan.times.__wrapped__()
