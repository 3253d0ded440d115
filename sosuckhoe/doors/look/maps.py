"""Maps of the 34 provinces, or of one province's communes, drawn on the server from TopoJSON.

Hoàng Sa (commune 20333, Đà Nẵng) and Trường Sa (22736, Khánh Hoà) are on every map that their province is on. On
the country's map they stand in their place; on a province's map, in a frame below the mainland, since they
lie hundreds of kilometres out. Their outline is drawn stronger: most reefs are smaller than a pixel.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from sosuckhoe.doors.look import figures, tongue
from sosuckhoe.doors.look.steps import step_of

Level = Literal["province", "commune"]
Ring = list[tuple[float, float]]

WIDTH, TALLEST, FRAME_HEIGHT, MARGIN = 360, 400, 130, 6
_WORDS_HEIGHT = 24
"""Below the map: the name and figure of the area that is pointed at."""
_DATA = Path(__file__).parent / "data"
_OPEN_SEA = ((110.5, 90.0), (109.0, 10.0))
"""Degrees: a ring that lies wholly east of the first and south of the second of a pair is out at sea. This
holds for every ring of Hoàng Sa and Trường Sa and for no other (the western banks of Trường Sa begin at 109.5)."""

_ARCHIPELAGOS = {"48": (112.3, 17.55), "56": (114.6, 12.0)}
"""Province → where the name of its archipelago is written (degrees east, north)."""


class UnknownArea(Exception):  # noqa: N818 -- it names the area, not the failure
    """A map was asked for a province that does not exist, or for communes without a province."""


class Area(NamedTuple):
    """One province or commune: its outline on land and out at sea, as SVG paths in tenths of a unit."""

    code: str
    name: str
    name_en: str
    land: str
    sea: str


class Drawing(NamedTuple):
    """All areas of one map; `frame` is the y of the archipelago's frame (0 = none); `names` are written texts."""

    height: float
    areas: tuple[Area, ...]
    frame: float
    names: tuple[tuple[str, float, float], ...]


def map_svg(
    values: Mapping[str, float],
    level: Level = "province",
    province: str | None = None,
    *,
    title: str = "",
    limits: Sequence[float] = (),
    said: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
) -> SafeString:
    """An SVG where each area has the shade of its value; areas without a value are hatched grey.

    Each area is reached by the keyboard and says its name and figure, below the map and to a screen reader.
    `values`: code (two digits, or five for communes) → number. `level` "commune" needs `province`.
    `limits`: lower limits of the shades from the second on; without them the shades hold equally many areas.
    `said`: code → what is said of an area in place of its number. `links`: code → where an area leads.
    """
    drawing = drawing_of(level, province)
    shade = step_of(values, limits)
    words = {area.code: f"{_name(area)}: {_said(area.code, values, said or {})}" for area in drawing.areas}
    at = round((drawing.height + _WORDS_HEIGHT - MARGIN) * 10)
    leads = links or {}
    paths = [_area(area, words[area.code], shade.get(area.code), leads.get(area.code), at) for area in drawing.areas]
    texts = [f'<text x="{x:g}" y="{y:g}" text-anchor="middle">{escape(name)}</text>' for name, x, y in _names(drawing)]
    frame = _frame(drawing.frame) if drawing.frame else ""
    label = f' aria-label="{escape(title)}"' if title else ""
    size = f'viewBox="0 0 {WIDTH} {drawing.height + _WORDS_HEIGHT:g}"'
    inside = "".join([frame, '<g transform="scale(0.1)">', *paths, "</g>", *texts])
    return mark_safe(f'<svg class="look-map" {size} role="group"{label}>{inside}</svg>')  # noqa: S308 -- escaped above


def area_names(level: Level = "province", province: str | None = None) -> dict[str, str]:
    """Code → name in the reader's language, in the order of the map's file."""
    return {area.code: _name(area) for area in drawing_of(level, province).areas}


@lru_cache(maxsize=40)
def drawing_of(level: Level, province: str | None = None) -> Drawing:
    """The outlines of a map, made once for each. Raises UnknownArea."""
    if level == "province":
        return _country(_read("provinces_34.topo.json", "prov", None))
    communes = _communes_of().get(province or "")
    if communes is None:
        raise UnknownArea(f"no province {province!r}")
    return _one_province(str(province), _read("communes_34.topo.json", "ward", frozenset(communes)))


@lru_cache(maxsize=1)
def _communes_of() -> dict[str, list[str]]:
    return dict(json.loads((_DATA / "communes_by_province.json").read_text(encoding="utf-8")))


def _read(file: str, layer: str, codes: frozenset[str] | None) -> list[tuple[dict[str, str], list[Ring]]]:
    """Properties and rings (degrees) of the geometries with these codes. The file is not kept: it is large."""
    topology = json.loads((_DATA / file).read_text(encoding="utf-8"))
    found = [
        shape
        for shape in topology["objects"][layer]["geometries"]
        if codes is None or shape["properties"]["code"] in codes
    ]
    return [(shape["properties"], list(_rings(shape, topology))) for shape in found]


def _rings(shape: Mapping[str, Any], topology: Mapping[str, Any]) -> Iterator[Ring]:
    """Every ring of a (Multi)Polygon, its arcs joined (https://github.com/topojson/topojson-specification).

    A shape whose outline the file does not have (data/SOURCES.yaml names them) has no ring.
    """
    if shape["type"] is None:
        return
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    for polygon in polygons:
        for ring in polygon:
            points: Ring = []
            for index in ring:
                arc = _arc(topology, index)
                points.extend(arc[1:] if points else arc)
            yield points


def _arc(topology: Mapping[str, Any], index: int) -> Ring:
    """An arc in degrees; a negative index means the same arc backwards."""
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    deltas = topology["arcs"][index if index >= 0 else ~index]
    places = accumulate(deltas, lambda here, step: (here[0] + step[0], here[1] + step[1]))
    points = [(x * kx + x0, y * ky + y0) for x, y in places]
    return points if index >= 0 else points[::-1]


class _Fit:
    """Degrees → the drawing: the box of some rings, fitted into width × height from `top` on."""

    def __init__(self, rings: Iterable[Ring], height: float, top: float) -> None:
        points = [point for ring in rings for point in ring]
        self.west, self.north = min(x for x, _ in points), max(y for _, y in points)
        south, east = min(y for _, y in points), max(x for x, _ in points)
        self.squeeze = math.cos(math.radians((self.north + south) / 2))
        wide, tall = (east - self.west) * self.squeeze, self.north - south
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (height - 2 * MARGIN) / tall)
        self.left = (WIDTH - wide * self.scale) / 2
        self.top = top + MARGIN
        self.bottom = self.top + tall * self.scale + MARGIN

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Tenths of a unit of the drawing: whole numbers make short paths."""
        across = self.left + (x - self.west) * self.squeeze * self.scale
        return round(across * 10), round((self.top + (self.north - y) * self.scale) * 10)

    def path(self, rings: Iterable[Ring]) -> str:
        return "".join(self._ring(ring) for ring in rings)

    def _ring(self, ring: Ring) -> str:
        """One closed ring, its start and then steps; a ring smaller than a tenth still has one step."""
        places = [self.place(x, y) for x, y in ring]
        steps = [(x - ox, y - oy) for (ox, oy), (x, y) in pairwise(places) if (x, y) != (ox, oy)]
        return "M{} {}l".format(*places[0]) + " ".join(f"{x} {y}" for x, y in steps or [(1, 0)]) + "z"


def _country(shapes: list[tuple[dict[str, str], list[Ring]]]) -> Drawing:
    fit = _Fit([ring for _, rings in shapes for ring in rings], TALLEST, 0)
    places = {code: fit.place(*place) for code, place in _ARCHIPELAGOS.items()}
    names = tuple((code, x / 10, y / 10) for code, (x, y) in places.items())
    return Drawing(round(fit.bottom, 1), tuple(_shape(shape, fit, fit) for shape in shapes), 0, names)


def _one_province(province: str, shapes: list[tuple[dict[str, str], list[Ring]]]) -> Drawing:
    rings = [ring for _, own in shapes for ring in own]
    land = _Fit([ring for ring in rings if not _is_far_out(ring)], TALLEST, 0)
    if province not in _ARCHIPELAGOS:
        return Drawing(round(land.bottom, 1), tuple(_shape(shape, land, land) for shape in shapes), 0, ())
    frame = round(land.bottom + MARGIN, 1)
    sea = _Fit([ring for ring in rings if _is_far_out(ring)], FRAME_HEIGHT, frame + 18)
    names = ((province, WIDTH / 2, frame + 16),)
    return Drawing(round(sea.bottom + MARGIN, 1), tuple(_shape(s, land, sea) for s in shapes), frame, names)


def _shape(shape: tuple[dict[str, str], list[Ring]], land: _Fit, sea: _Fit) -> Area:
    properties, rings = shape
    return Area(
        properties["code"],
        properties["name"],
        properties.get("fullNameEn", ""),
        land.path(ring for ring in rings if not _is_far_out(ring)),
        sea.path(ring for ring in rings if _is_far_out(ring)),
    )


def _is_far_out(ring: Ring) -> bool:
    west, north = min(x for x, _ in ring), max(y for _, y in ring)
    return any(west > east_of and north < south_of for east_of, south_of in _OPEN_SEA)


def _said(code: str, values: Mapping[str, float], said: Mapping[str, str]) -> str:
    if code in said:
        return said[code]
    return figures.number(values[code]) if code in values else gettext("chưa có dữ liệu")


def _area(area: Area, words: str, step: int | None, link: str | None, at: int) -> str:
    """An area with its words, which stand at `at` (tenths from the top) while it is pointed at or has the focus."""
    shade = f"look-map__area look-map__area--{step or 'none'}"
    land = f'<path class="{shade}" d="{area.land}"/>' if area.land else ""
    sea = f'<path class="{shade} look-map__islands" d="{area.sea}"/>' if area.sea else ""
    below = f'<text class="look-map__words" x="{WIDTH * 5}" y="{at}" text-anchor="middle">{escape(words)}</text>'
    label = f'class="look-map__place" aria-label="{escape(words)}"'
    if link:
        return f'<a href="{escape(link)}" {label}><g data-code="{area.code}">{land}{sea}{below}</g></a>'
    return f'<g data-code="{area.code}" tabindex="0" role="img" {label}>{land}{sea}{below}</g>'


def _frame(top: float) -> str:
    size = f'x="1" y="{top:g}" width="{WIDTH - 2}" height="{FRAME_HEIGHT + 18}"'
    return f'<rect class="look-map__frame" {size} rx="4"/>'


def _names(drawing: Drawing) -> Iterator[tuple[str, float, float]]:
    texts = {"48": gettext("Quần đảo Hoàng Sa"), "56": gettext("Quần đảo Trường Sa")}
    for code, x, y in drawing.names:
        yield texts[code], x, y


def _name(area: Area) -> str:
    vietnamese = tongue.language() == "vi"
    return area.name if vietnamese or not area.name_en else area.name_en.removesuffix(" Province").removesuffix(" City")
