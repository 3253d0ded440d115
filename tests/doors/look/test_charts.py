"""Charts say the truth: in geometry and in words."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from sosuckhoe.doors.look import chart_words, charts
from sosuckhoe.doors.look.charts import Point

values = some.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
days = some.dates(date(1990, 1, 1), date(2030, 12, 31))
points = some.lists(some.builds(Point, days, values), min_size=1, max_size=60)
limit = some.none() | some.floats(-1e3, 1e3).map(lambda value: round(value, 1))


@given(values, values)
def test_ticks_are_round_evenly_spaced_and_reach_around(one, other):
    low, high = min(one, other), max(one, other)
    ticks = charts.nice_ticks(low, high)
    slack = (ticks[1] - ticks[0]) * 1e-6
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 8
    steps = [after - before for before, after in itertools.pairwise(ticks)]
    assert max(steps) - min(steps) <= slack + 1e-9


@given(points, limit, limit)
def test_every_mark_stands_inside_the_drawing_and_rises_with_its_value(measured, low, high):
    chart = charts.line_chart(measured, low, high)
    ordered = [point.value for _, point in charts.in_order(measured)]
    marks = [*chart.dots, *chart.rows, *chart.columns, chart.newest]
    assert all(0 <= mark.x <= charts.WIDTH and 0 <= mark.y <= charts.HEIGHT for mark in marks)
    if len(ordered) < 40:
        heights = [dot.y for dot in chart.dots]
        for (a, ya), (b, yb) in itertools.combinations(zip(ordered, heights, strict=True), 2):
            assert (a < b) <= (ya >= yb)


@given(points, limit, limit)
def test_a_dot_is_marked_when_and_only_when_it_is_outside_its_range(measured, low, high):
    chart = charts.line_chart(measured, low, high)
    outside = [
        charts.judge(point.value, low, high)
        for _, point in charts.in_order(measured)
        if (low is not None and point.value < low) or (high is not None and point.value > high)
    ]
    newest_counts_once = len(measured) >= 40 and bool(chart.dots[-1].kind)
    assert [dot.kind for dot in chart.dots if dot.kind][: len(outside)] == outside
    assert sum(bool(dot.kind) for dot in chart.dots) == len(outside) + newest_counts_once


@pytest.mark.parametrize(
    ("low", "high", "edges"), [(None, None, None), (1, None, 1), (None, 9, 1), (1, 9, 2), (0, 9, 2)]
)
def test_the_band_has_an_edge_for_each_limit(low, high, edges):
    band = charts.line_chart([Point("2026-01-01", 5), Point("2026-02-01", 6)], low, high).band
    assert (band and len(band.edges)) == edges


def test_points_come_in_the_order_of_time_and_unknown_days_are_left_out():
    measured = [Point("2026-03-01", 3), Point("2025", 9), Point("2026-01-01", 1), Point("2026-02-01T08:00:00+07:00", 2)]
    assert [point.value for _, point in charts.in_order(measured)] == [1, 2, 3]


def test_nothing_measured_draws_nothing():
    assert charts.line_chart([]).path == ""
    assert charts.sparkline([]) is None
    assert charts.column_chart([]).bars == charts.bar_chart([]).bars == ()


def test_the_longest_bar_is_the_largest_value_and_lengths_are_in_proportion():
    bars = charts.bar_chart([("a", 10), ("b", 5), ("c", 0)]).bars
    assert bars[1].width == pytest.approx(bars[0].width / 2, abs=0.1)
    assert bars[2].width == 0


@given(
    some.lists(
        some.tuples(some.text("0123456789/", min_size=1, max_size=8), some.integers(0, 1_000_000)),
        min_size=1,
        max_size=60,
    )
)
def test_labels_below_columns_never_overlap_and_the_last_is_kept(pairs):
    bars = charts.column_chart(pairs).bars
    assert bars[-1].label == pairs[-1][0]
    placed = [(bar.x + bar.width / 2, len(bar.label) * 8.5) for bar in bars if bar.label]
    for (x, width), (next_x, next_width) in itertools.pairwise(placed):
        assert next_x - x >= min(width, next_width) * 0.95


WORDS = """
6.2        | 3.9 6.4 | Lần mới nhất, ngày 01/01/2026: 6,2 mmol/L. Trong mức bình thường (3,9–6,4).
7.2        | 3.9 6.4 | Lần mới nhất, ngày 01/01/2026: 7,2 mmol/L. Cao hơn mức bình thường (3,9–6,4).
3          | 3.9 -   | Lần mới nhất, ngày 01/01/2026: 3 mmol/L. Thấp hơn mức bình thường (từ 3,9).
5 6.5      | - 6.4   | Lần mới nhất, ngày 02/01/2026: 6,5 mmol/L. Cao hơn mức bình thường (đến 6,4). Tăng 1,5 so với lần trước. 1 trong 2 lần đo nằm ngoài mức bình thường.
5 5        | - -     | Lần mới nhất, ngày 02/01/2026: 5 mmol/L. Không đổi so với lần trước. Có 2 lần đo.
0.3 0.1    | - -     | Lần mới nhất, ngày 02/01/2026: 0,1 mmol/L. Giảm 0,2 so với lần trước. Có 2 lần đo.
           | - -     | Chưa có kết quả nào.
"""  # noqa: E501 -- sentences stand on one line


@pytest.mark.parametrize("line", WORDS.strip().splitlines())
def test_a_line_in_words(line):
    numbers, limits, words = (part.strip() for part in line.split("|"))
    measured = [Point(f"2026-01-{i:02}", float(number)) for i, number in enumerate(numbers.split(), 1)]
    low, high = (None if part == "-" else float(part) for part in limits.split())
    with translation.override("vi"):
        assert chart_words.line_words(measured, low, high, "mmol/L") == words


def test_bars_and_maps_in_words():
    with translation.override("vi"):
        assert chart_words.bar_words([("A", 3), ("B", 1)], "lượt") == "Cao nhất: A (3 lượt). Thấp nhất: B (1 lượt)."
        assert chart_words.bar_words([("A", 3), ("B", 3)]) == "Tất cả bằng nhau: 3."
        assert chart_words.bar_words([]) == chart_words.map_words({}, {"01": "Hà Nội"}) == "Chưa có dữ liệu."
        words = chart_words.map_words({"01": 2, "48": 1}, {"01": "Hà Nội", "48": "Đà Nẵng", "56": "Khánh Hòa"})
        assert words == "Cao nhất: Hà Nội (2). Thấp nhất: Đà Nẵng (1). 1 nơi chưa có dữ liệu."
    with translation.override("en"):
        words = chart_words.map_words({"01": 2, "48": 1}, {"01": "Hanoi", "48": "Da Nang", "56": "Khanh Hoa"})
        assert words == "Highest: Hanoi (2). Lowest: Da Nang (1). 1 place has no data yet."
