"""Where the marks of a chart stand. Pure geometry: numbers in, positions in a drawing 360 units wide out.

The drawings are SVG made on the server: no script, no style attribute, readable on an old phone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sosuckhoe.doors.look import dates, figures

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 346, 26, 182
_SPARK_WIDTH, _SPARK_HEIGHT = 96, 26
_MANY = 40
"""From this number of points on, only those out of range and the newest have a dot."""

_LONG_SPAN = 90
"""Days from which an axis shows months instead of days."""


class Point(NamedTuple):
    """One measurement."""

    when: dates.When
    value: float
    source: str = ""


class Mark(NamedTuple):
    """Something drawn at x, y: a text, or a dot whose `kind` is '', 'low' or 'high'."""

    x: float
    y: float
    text: str = ""
    kind: str = ""
    anchor: str = "middle"


class Bar(NamedTuple):
    """One bar with its label, the written value, and whether it is picked out."""

    x: float
    y: float
    width: float
    height: float
    label: str
    text: str
    marked: bool = False


class Band(NamedTuple):
    """The normal range as a rectangle; `edges` are the y of the limits that exist."""

    y: float
    height: float
    edges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line over time, ready to draw."""

    path: str = ""
    dots: tuple[Mark, ...] = ()
    newest: Mark | None = None
    band: Band | None = None
    rows: tuple[Mark, ...] = ()
    columns: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars, ready to draw; `height` is the drawing's."""

    height: int
    bars: tuple[Bar, ...] = ()
    rows: tuple[Mark, ...] = field(default=())


def judge(value: float, low: float | None, high: float | None) -> str:
    """'low', 'high' or '' (within the range, or no range)."""
    if low is not None and value < low:
        return "low"
    return "high" if high is not None and value > high else ""


def line_chart(points: Sequence[Point], low: float | None = None, high: float | None = None) -> LineChart:
    """The geometry of measurements over time, in time's order, against a normal range (either limit may be open)."""
    dated = in_order(points)
    if not dated:
        return LineChart()
    limits = [limit for limit in (low, high) if limit is not None]
    ticks = nice_ticks(*_spread([point.value for _, point in dated] + limits))
    rise = _scale(ticks[0], ticks[-1], BOTTOM, TOP)
    run = _time_scale(dated[0][0], dated[-1][0])
    dots = tuple(Mark(run(day), rise(p.value), kind=judge(p.value, low, high)) for day, p in dated)
    shown = dots if len(dots) < _MANY else (*(dot for dot in dots if dot.kind), dots[-1])
    return LineChart(
        path=_path(dots),
        dots=shown,
        newest=_newest(dots, dated[-1][1]),
        band=_band(low, high, rise),
        rows=tuple(Mark(LEFT - 6, rise(tick), figures.number(tick), anchor="end") for tick in ticks),
        columns=_time_labels(dated[0][0], dated[-1][0]),
    )


def in_order(points: Sequence[Point]) -> list[tuple[date, Point]]:
    """The points whose day is known, oldest first, with that day."""
    known = [(dates.parsed(point.when), point) for point in points]
    dated = [(day.date() if isinstance(day, datetime) else day, day, point) for day, point in known if day]
    dated.sort(key=lambda entry: (entry[0], str(entry[1])))
    return [(day, point) for day, _, point in dated]


def bar_chart(values: Sequence[tuple[str, float]], marked: str = "") -> BarChart:
    """Lying bars, one a row with its label above: for things with names."""
    row, top, room = 46, 18, WIDTH - 76
    longest = max((value for _, value in values), default=0) or 1
    bars = tuple(
        Bar(
            0,
            top + 6 + row * i,
            round(room * max(value, 0) / longest, 1),
            16,
            label,
            figures.number(value),
            label == marked,
        )
        for i, (label, value) in enumerate(values)
    )
    return BarChart(height=row * len(values) + 4, bars=bars)


def column_chart(values: Sequence[tuple[str, float]], marked: str = "") -> BarChart:
    """Standing bars: for things in order, such as months. Labels that would not fit are left out, never the last."""
    if not values:
        return BarChart(height=HEIGHT)
    ticks = nice_ticks(0, max(value for _, value in values))
    rise = _scale(0, ticks[-1], BOTTOM, TOP)
    step = (RIGHT - LEFT) / len(values)
    every = math.ceil(max(len(label) for label, _ in values) * 8.5 / step)
    last = len(values) - 1
    bars = tuple(
        Bar(
            round(LEFT + step * i + step * 0.12, 1),
            rise(value),
            round(step * 0.76, 1),
            round(BOTTOM - rise(value), 1),
            label if (last - i) % every == 0 else "",
            figures.number(value),
            label == marked,
        )
        for i, (label, value) in enumerate(values)
    )
    rows = tuple(Mark(LEFT - 6, rise(tick), figures.number(tick), anchor="end") for tick in ticks)
    return BarChart(height=HEIGHT, bars=bars, rows=rows)


def sparkline(values: Sequence[float]) -> tuple[str, Mark] | None:
    """The path of a small line 96 × 26 and its end; None when there is nothing to draw."""
    if not values:
        return None
    low, high = _spread(values)
    rise = _scale(low, high, _SPARK_HEIGHT - 4, 4)
    step = (_SPARK_WIDTH - 10) / max(len(values) - 1, 1)
    dots = tuple(Mark(round(4 + step * i, 1), rise(value)) for i, value in enumerate(values))
    return _path(dots), dots[-1]


def nice_ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers (steps of 1, 2, 2.5 or 5 × 10ⁿ) that reach from below `low` to above `high`."""
    raw = (high - low) / about or 1.0
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * part for part in (1, 2, 2.5, 5, 10) if size * part >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * i, 10) for i in range(first, max(last, first + 1) + 1)]


def _spread(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest; when they are one, some room around it."""
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1))


class _scale:  # noqa: N801 -- it is used as a function
    """A straight line from values to positions."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.start = low, start
        self.per_unit = (end - start) / (high - low)

    def __call__(self, value: float) -> float:
        return round(self.start + (value - self.low) * self.per_unit, 1)


class _time_scale:  # noqa: N801 -- it is used as a function
    """From days to positions; a single day stands in the middle."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.span = first, (last - first).days

    def __call__(self, day: date) -> float:
        share = (day - self.first).days / self.span if self.span else 0.5
        return round(LEFT + 10 + (RIGHT - LEFT - 20) * share, 1)


def _time_labels(first: date, last: date) -> tuple[Mark, ...]:
    pattern = "%m/%Y" if (last - first).days > _LONG_SPAN else "%d/%m"
    run, y = _time_scale(first, last), BOTTOM + 22
    if first == last:
        return (Mark(run(first), y, dates.day(first)),)
    middle = first + (last - first) / 2
    marks = (
        Mark(run(first), y, first.strftime(pattern), anchor="start"),
        Mark(run(middle), y, middle.strftime(pattern)),
        Mark(run(last), y, last.strftime(pattern), anchor="end"),
    )
    return marks if len({mark.text for mark in marks}) == len(marks) else (marks[0], marks[-1])


def _path(dots: Sequence[Mark]) -> str:
    return "M" + "L".join(f"{dot.x:g} {dot.y:g}" for dot in dots)


def _newest(dots: Sequence[Mark], point: Point) -> Mark:
    """The written value of the newest dot, above it, or below it where the line comes from above."""
    dot = dots[-1]
    from_above = len(dots) > 1 and dots[-2].y < dot.y and dot.y < BOTTOM - 24
    y = dot.y + 22 if from_above else max(dot.y - 12, 14)
    at_right = dot.x > WIDTH - 60
    return Mark(
        RIGHT if at_right else dot.x,
        round(y, 1),
        figures.number(point.value),
        dot.kind,
        "end" if at_right else "middle",
    )


def _band(low: float | None, high: float | None, rise: _scale) -> Band | None:
    if low is None and high is None:
        return None
    top = TOP if high is None else rise(high)
    bottom = BOTTOM if low is None else rise(low)
    edges = tuple(rise(limit) for limit in (high, low) if limit is not None)
    return Band(top, round(bottom - top, 1), edges)
