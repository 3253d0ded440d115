"""Visits that social insurance tells: kept as told, set beside the book's, and nothing overwritten."""

from datetime import UTC, date, datetime

import pytest

from sosuckhoe.base import db
from sosuckhoe.exchange.bhxh import visits
from sosuckhoe.exchange.bhxh.messages import Visit
from sosuckhoe.exchange.bhxh.visits import BOTH, ENDS, OURS, THEIRS, Stay, Told

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
FIRST, SECOND = date(2026, 3, 2), date(2026, 3, 5)


@pytest.mark.parametrize(
    ("theirs", "ours", "states"),
    [
        ([], [], []),
        ([Stay("79001", FIRST, FIRST)], [Stay("79001", FIRST, FIRST)], [BOTH]),
        ([Stay("79001", FIRST, None)], [Stay("79001", FIRST, FIRST)], [BOTH]),
        ([Stay("79001", FIRST, SECOND)], [Stay("79001", FIRST, FIRST)], [ENDS]),
        ([Stay("79001", FIRST, FIRST)], [], [THEIRS]),
        ([], [Stay("79001", FIRST, FIRST)], [OURS]),
        ([Stay("79001", FIRST, FIRST)], [Stay("79002", FIRST, FIRST)], [OURS, THEIRS]),
        ([Stay("79001", FIRST, FIRST)], [Stay("79001", SECOND, SECOND)], [OURS, THEIRS]),
        ([Stay("79001", FIRST, FIRST)] * 2, [Stay("79001", FIRST, FIRST)], [THEIRS, BOTH]),
        ([Stay("79001", FIRST, FIRST), Stay("79001", FIRST, SECOND)], [Stay("79001", FIRST, SECOND)], [THEIRS, BOTH]),
        ([Stay("79001", FIRST, None)], [Stay("79001", FIRST, FIRST)] * 2, [OURS, BOTH]),
    ],
)
def test_two_lists_as_one_newest_first(theirs, ours, states):
    assert [line.state for line in visits.side_by_side(theirs, ours)] == states


@pytest.mark.django_db
def test_what_is_told_again_takes_the_place_of_what_was_told():
    told = [Visit("79001", "202603020815", "202603020945", "Bệnh", "2"), Visit("79002", "x", ""), Visit("", "20260302")]
    visits.keep(7, told, AT)
    visits.keep(8, told, AT)
    assert visits.of_person(7) == Told(AT, [Stay("79001", FIRST, FIRST)])
    visits.keep(7, [Visit("79003", "20260305")], AT)
    assert visits.of_person(7) == Told(AT, [Stay("79003", SECOND, None)])
    assert len(visits.of_person(8).stays) == 1
    visits.keep(7, [], AT)
    assert visits.of_person(7) is None


@pytest.mark.django_db
def test_what_for_somebody_was_there_is_not_kept():
    visits.keep(7, [Visit("79001", "202603020815", "202603020945", "Bệnh kín", "Khỏi")], AT)
    assert "kín" not in str(db.tuples("select * from exchange_insured_visit"))


@pytest.mark.parametrize("text", ["", "x", "2026", "20261399", "202603022561"])
def test_what_is_no_moment_is_none(text):
    assert visits.moment(text) is None
