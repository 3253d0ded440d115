"""Statistics of a series of numbers. http://terminology.hl7.org/CodeSystem/observation-statistics

Percentiles are interpolated between neighbours, as spreadsheets do (R's type 7). Variance and deviation are those of a
sample; the quartile deviation is half of what lies between the quartiles; skew and kurtosis are of the series itself
(3 is normal). The regression is the slope of the line of least squares, a day.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

_SECONDS_OF_DAY = 86_400
_DIGITS = 12


class Point(NamedTuple):
    """A value and when it was measured."""

    at: datetime
    value: float


def measure(name: str, points: Sequence[Point]) -> float | None:
    """One statistic, to 12 digits; None when there are too few points for it or it is too large.

    Raises KeyError for an unknown name.
    """
    needed, of_values = MEASURES[name]
    values = sorted(point.value for point in points)
    if len(values) < needed:
        return None
    try:
        found = _slope(points) if name == "regression" else of_values(values)
    except OverflowError:  # of numbers near the end of what a double holds
        return None
    return None if found is None or not math.isfinite(found) else float(f"{found:.{_DIGITS}g}")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of sorted values lies."""
    place = (len(values) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _at(share: float) -> Callable[[Sequence[float]], float]:
    return lambda values: percentile(values, share)


def _moment(values: Sequence[float], power: int) -> float | None:
    """A central moment in units of the deviation; None when all values are the same."""
    middle = statistics.fmean(values)
    spread = math.sqrt(statistics.fmean((value - middle) ** 2 for value in values))
    if spread <= 0:
        return None
    return statistics.fmean(((value - middle) / spread) ** power for value in values)


def _slope(points: Sequence[Point]) -> float | None:
    days = [point.at.timestamp() / _SECONDS_OF_DAY for point in points]
    if len(set(days)) < 2:  # noqa: PLR2004 -- a line needs two places
        return None
    return statistics.linear_regression(days, [point.value for point in points]).slope


MEASURES: dict[str, tuple[int, Callable[[Sequence[float]], float | None]]] = {
    "average": (1, statistics.fmean),
    "maximum": (1, max),
    "minimum": (1, min),
    "count": (0, len),
    "median": (1, _at(0.5)),
    "std-dev": (2, statistics.stdev),
    "sum": (0, math.fsum),
    "variance": (2, statistics.variance),
    "20-percent": (1, _at(0.2)),
    "80-percent": (1, _at(0.8)),
    "4-lower": (1, _at(0.25)),
    "4-upper": (1, _at(0.75)),
    "4-dev": (1, lambda values: (percentile(values, 0.75) - percentile(values, 0.25)) / 2),
    "5-1": (1, _at(0.2)),
    "5-2": (1, _at(0.4)),
    "5-3": (1, _at(0.6)),
    "5-4": (1, _at(0.8)),
    "skew": (2, lambda values: _moment(values, 3)),
    "kurtosis": (2, lambda values: _moment(values, 4)),
    "regression": (2, lambda _: None),
}
"""Name → how many points it needs at least, and what computes it from sorted values."""
