"""The condition on positions as SQL: a box of degrees by the index of numbers, then the great circle."""

from __future__ import annotations

from sosuckhoe.clinical.search import near
from sosuckhoe.clinical.search.condition import IsNear
from sosuckhoe.clinical.search.statement import Statement

_HAVERSINE = """
2 * {radius} * asin(least(1, sqrt(
  sin(radians(n.low - {latitude}) / 2) ^ 2
  + cos(radians({latitude})) * cos(radians(n.low)) * sin(radians(n.second_low - {longitude}) / 2) ^ 2)))
"""


def is_near(made: Statement, condition: IsNear) -> str:
    """Whether the row `r` has a position within one of the circles."""
    circles = " or ".join(_circle(made, *one) for one in condition.any_of)
    return (
        "exists (select from clinical_number n where n.bucket = r.bucket and n.rid = r.rid"
        f" and n.path = {made.bind(condition.path)} and ({circles}))"
    )


def _circle(made: Statement, latitude: float, longitude: float, metres: float) -> str:
    box = near.box(latitude, longitude, metres)
    sides = " or ".join(f"n.second_low between {made.bind(west)} and {made.bind(east)}" for west, east in box.sides)
    marks = {"latitude": made.bind(latitude), "longitude": made.bind(longitude), "radius": made.bind(near.EARTH)}
    return (
        f"(n.low between {made.bind(box.south)} and {made.bind(box.north)} and ({sides})"
        f" and {_HAVERSINE.format(**marks)} <= {made.bind(metres)})"
    )
