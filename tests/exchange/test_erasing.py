"""For how long a law keeps a visit: a table of cases."""

from datetime import date

import pytest

from sosuckhoe.access import requests
from sosuckhoe.exchange.erasing import kept_until


@pytest.mark.parametrize(
    ("row", "visit", "until"),
    [
        ({"MA_BENH_CHINH": "I10"}, "2016-05-04", "2026-05-04"),
        ({}, "2016-05-04", "2026-05-04"),
        ({"MA_BENH_CHINH": "S72.0"}, "2016-05-04", "2031-05-04"),
        ({"MA_BENH_CHINH": "I10", "MA_BENH_KT": "E11.9; w19"}, "2016-05-04", "2031-05-04"),
        ({"MA_BENH_CHINH": "F32.1"}, "2016-05-04", "2036-05-04"),
        ({"MA_BENH_CHINH": "S72.0", "MA_BENH_KT": "F32"}, "2016-05-04", "2036-05-04"),
        ({"MA_BENH_CHINH": "I21", "KET_QUA_DTRI": "5"}, "2016-05-04", "2036-05-04"),
        ({"MA_BENH_CHINH": "I21", "KET_QUA_DTRI": "1"}, "2016-02-29", "2026-03-01"),
    ],
)
def test_the_longest_time_that_meets_a_visit_holds(row, visit, until):
    assert kept_until(row, date.fromisoformat(visit)) == date.fromisoformat(until)


def test_every_ground_names_exceptions_that_there_are_and_one_period_meets_every_visit():
    told = requests.erasing()
    assert {name for one in told["grounds"].values() for name in one["stopped_by"]} == {*told["exceptions"]}
    assert sum("icd10" not in one for one in told["kept"]) == 1
