"""Statistics agree with plain definitions, on any numbers."""

from __future__ import annotations

import math
import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.clinical.measures import MEASURES, Point, measure

START = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda one: round(one, 3)), min_size=2, max_size=30)


def points(values):
    return [Point(START + timedelta(days=day), value) for day, value in enumerate(values)]


@given(NUMBERS)
def test_they_agree_with_the_definitions(values):
    found = {name: measure(name, points(values)) for name in MEASURES}
    quarters = statistics.quantiles(values, n=4, method="inclusive")
    fifths = statistics.quantiles(values, n=5, method="inclusive")
    near = pytest.approx
    assert (found["count"], found["minimum"], found["maximum"]) == (len(values), min(values), max(values))
    assert found["average"] == near(sum(values) / len(values), abs=1e-3)
    assert found["sum"] == near(sum(values), abs=1e-3)
    assert found["median"] == near(statistics.median(values), abs=1e-3)
    assert found["std-dev"] == near(math.sqrt(found["variance"]), rel=1e-6, abs=1e-6)
    assert [found["4-lower"], found["4-upper"]] == near([quarters[0], quarters[2]], abs=1e-3)
    assert found["4-dev"] == near((quarters[2] - quarters[0]) / 2, abs=1e-3)
    assert [found[f"5-{n}"] for n in (1, 2, 3, 4)] == near(fifths, abs=1e-3)
    assert (found["20-percent"], found["80-percent"]) == (found["5-1"], found["5-4"])


def test_a_line_has_its_slope_and_a_symmetric_series_no_skew():
    values = [1.0, 3.0, 5.0, 7.0]
    assert measure("regression", points(values)) == pytest.approx(2)
    assert measure("skew", points(values)) == pytest.approx(0)
    assert measure("kurtosis", points([0.0, 1.0])) == pytest.approx(1)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_too_few_numbers_have_no_statistic(name):
    assert measure(name, []) in ({None, 0.0} if name in {"count", "sum"} else {None})
