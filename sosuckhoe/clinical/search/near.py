"""Location.near: places within a distance along the great circle. https://hl7.org/fhir/R4/location.html#positional

A row of `clinical_number` has the latitude, and the longitude as its second number. A box of degrees is searched
first, then the distance is computed.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import ucum
from sosuckhoe.clinical.search import values
from sosuckhoe.clinical.search.condition import IsNear
from sosuckhoe.clinical.search.digest import number, path_number, prefix

PARAMETER = "near"
STEPS = "position"
FORM = "latitude|longitude[|distance|unit]"
EARTH = 6_371_008.8
"""The mean radius of the earth in metres (IUGG)."""

_USUAL = ("10", "km")
_QUARTER, _HALF = 90.0, 180.0


@cache
def kind() -> int:
    """What tells the second number of a position: keyed, so not before the process has its keys."""
    return number(prefix("Location", STEPS), "longitude")


class Box(NamedTuple):
    """Degrees within which everything near lies; longitudes as one or two ranges."""

    south: float
    north: float
    sides: tuple[tuple[float, float], ...]


def found_in(position: Any) -> tuple[float, float] | None:
    """Latitude and longitude in degrees."""
    latitude, longitude = position.get("latitude"), position.get("longitude")
    return None if latitude is None or longitude is None else (float(latitude), float(longitude))


def condition(name: str, text: str) -> IsNear:
    """What `near=10.77|106.7|5|km` asks; without a distance 10 km. Raises Problem SSK-3004."""
    wanted = tuple(_place(name, one) for one in values.alternatives(text))
    return IsNear(path_number("Location", STEPS), wanted)


def _place(name: str, text: str) -> tuple[float, float, float]:
    parts = values.parts(text)
    two, three = 2, 3
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
        distance = float(parts[2] if len(parts) > two and parts[2] else _USUAL[0])
    except (IndexError, ValueError):
        raise Problem("SSK-3004", name=name, form=FORM) from None
    scale = ucum.scale(parts[three] if len(parts) > three and parts[three] else _USUAL[1])
    is_length = scale is not None and scale.kind == "m1" and len(parts) <= three + 1
    if not (is_length and scale and abs(latitude) <= _QUARTER and abs(longitude) <= _HALF and distance >= 0):
        raise Problem("SSK-3004", name=name, form=FORM)
    return latitude, longitude, distance * float(scale.factor)


def box(latitude: float, longitude: float, metres: float) -> Box:
    """The degrees around a place, a little wider than the circle so that rounding loses nothing."""
    reach = math.degrees(metres / EARTH) * 1.000001 + 1e-9
    south, north = latitude - reach, latitude + reach
    if south <= -_QUARTER or north >= _QUARTER:
        return Box(south, north, ((-_HALF, _HALF),))
    width = math.degrees(math.asin(min(1.0, math.sin(math.radians(reach)) / math.cos(math.radians(latitude)))))
    west, east = longitude - width - 1e-9, longitude + width + 1e-9
    if west < -_HALF:
        return Box(south, north, ((-_HALF, east), (west + 2 * _HALF, _HALF)))
    if east > _HALF:
        return Box(south, north, ((west, _HALF), (-_HALF, east - 2 * _HALF)))
    return Box(south, north, ((west, east),))
