"""Dates and numbers as people read them: the tables are the documentation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from sosuckhoe.doors.look import dates, figures

ON = date(2026, 3, 15)

AGO = """
2026-03-15 | hôm nay        | today
2026-03-14 | hôm qua        | yesterday
2026-03-16 | ngày mai       | tomorrow
2026-03-13 | 2 ngày trước   | 2 days ago
2026-03-02 | 13 ngày trước  | 13 days ago
2026-03-01 | 2 tuần trước   | 2 weeks ago
2026-01-14 | 8 tuần trước   | 8 weeks ago
2026-01-13 | 2 tháng trước  | 2 months ago
2024-03-16 | 23 tháng trước | 23 months ago
2024-03-14 | 2 năm trước    | 2 years ago
1961-05-02 | 64 năm trước   | 64 years ago
2026-03-20 | 5 ngày nữa     | in 5 days
2026-04-15 | 4 tuần nữa     | in 4 weeks
2026-09-15 | 6 tháng nữa    | in 6 months
2029-03-15 | 3 năm nữa      | in 3 years
1961       |                |
2026-03    |                |
không rõ   |                |
"""

DAYS = """
2026-03-12                | 12/03/2026 | Thứ Năm, 12/03/2026  | 12/03/2026
2026-03-12T09:12:00+07:00 | 12/03/2026 | Thứ Năm, 12/03/2026  | 9:12, 12/03/2026
2026-03-12T23:30:00Z      | 13/03/2026 | Thứ Sáu, 13/03/2026  | 6:30, 13/03/2026
2026-03-15                | 15/03/2026 | Chủ nhật, 15/03/2026 | 15/03/2026
2026-03                   | 03/2026    | 03/2026              | 03/2026
1961                      | 1961       | 1961                 | 1961
không rõ                  | không rõ   | không rõ             | không rõ
"""

NUMBERS = """
1234.5   | 1.234,5  | 1,234.5
0        | 0        | 0
5.40     | 5,4      | 5.4
-0.25    | -0,25    | -0.25
1E+3     | 1.000    | 1,000
<0,5     | <0,5     | <0,5
âm tính  | âm tính  | âm tính
NaN      | NaN      | NaN
"""


def cases(table):
    return [tuple(part.strip() for part in line.split("|")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("when", "vi", "en"), cases(AGO))
def test_how_long_ago(when, vi, en):
    with translation.override("vi"):
        assert dates.ago(when, ON) == vi
    with translation.override("en"):
        assert dates.ago(when, ON) == en


@pytest.mark.parametrize(("when", "day", "long_day", "moment"), cases(DAYS))
def test_days(when, day, long_day, moment):
    with translation.override("vi"):
        assert (dates.day(when), dates.long_day(when), dates.moment(when)) == (day, long_day, moment)


@pytest.mark.parametrize(("value", "vi", "en"), cases(NUMBERS))
def test_numbers(value, vi, en):
    with translation.override("vi"):
        assert figures.number(value) == vi
    with translation.override("en"):
        assert figures.number(value) == en


def test_nothing_is_shown_as_nothing():
    assert (
        dates.day(None) == dates.moment("") == dates.ago(None, ON) == figures.number(None) == figures.number("") == ""
    )


def test_decimals_can_be_fixed():
    with translation.override("vi"):
        assert figures.number(5, 1) == "5,0"


def test_a_moment_is_told_in_vietnams_time():
    assert dates.day(datetime(2026, 3, 12, 17, tzinfo=UTC)) == "13/03/2026"


@given(some.integers(-40_000, 40_000))
def test_every_day_has_words_and_order_is_kept(days):
    with translation.override("vi"):
        words = dates.ago(ON - timedelta(days=days), ON)
    assert words.endswith(("trước", "nữa", "hôm nay", "hôm qua", "ngày mai"))
    assert words.endswith("trước") == (days > 1)
    assert words.endswith("nữa") == (days < -1)
