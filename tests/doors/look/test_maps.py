"""Maps: every area is there, every shade is right, and Hoàng Sa and Trường Sa are always seen."""

from __future__ import annotations

import itertools
import json
import re

import pytest
import yaml
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from sosuckhoe.doors.look import maps, steps

DATA = maps._DATA
COMMUNES = json.loads((DATA / "communes_by_province.json").read_text(encoding="utf-8"))
ISLANDS = {"48": ("20333", "Quần đảo Hoàng Sa"), "56": ("22736", "Quần đảo Trường Sa")}
REEFS = {"20333": 46, "22736": 140}
"""Rings of each archipelago in the communes' geometry."""


def rings_of(file, layer, code):
    return dict_of(maps._read(file, layer, frozenset([code])))[code]


def dict_of(shapes):
    return {properties["code"]: rings for properties, rings in shapes}


def group_of(svg, code):
    return re.search(rf'<g data-code="{code}"[^>]*>(.*?)</g>', svg)[1]


def boxes(path):
    """(left, top, right, bottom) in the drawing's units of every ring of a path."""
    found = []
    for ring in path.split("M")[1:]:
        start, moves = ring.rstrip("z").split("l")
        x, y = map(int, start.split())
        xs, ys = [x], [y]
        numbers = list(map(int, moves.split()))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            xs.append(x)
            ys.append(y)
        found.append((min(xs) / 10, min(ys) / 10, max(xs) / 10, max(ys) / 10))
    return found


def test_all_provinces_and_all_communes_are_drawn():
    assert {area.code for area in maps.drawing_of("province").areas} == set(COMMUNES)
    assert len(COMMUNES) == 34
    drawn = {code: {area.code for area in maps.drawing_of("commune", code).areas} for code in COMMUNES}
    assert drawn == {code: set(communes) for code, communes in COMMUNES.items()}
    assert sum(map(len, drawn.values())) == 3321


def test_only_two_communes_have_no_outline():
    """The geometry has lost them; the note in SOURCES.yaml says so, and the tables still have them."""
    areas = [area for code in COMMUNES for area in maps.drawing_of("commune", code).areas]
    assert [area.code for area in areas if not area.land and not area.sea] == ["04402", "04423"]
    assert "Phong Dụ Hạ" in maps.area_names("commune", "15").values()


@pytest.mark.parametrize("province", ISLANDS)
def test_the_archipelagos_are_on_the_countrys_map(province):
    commune, name = ISLANDS[province]
    with translation.override("vi"):
        svg = maps.map_svg({})
    assert f">{name}</text>" in svg
    sea = re.search(r'class="[^"]*look-map__islands" d="([^"]+)"', group_of(svg, province))[1]
    reefs = boxes(sea)
    assert len(reefs) >= REEFS[commune] * 0.9
    assert all(0 <= left <= right <= maps.WIDTH for left, _, right, _ in reefs)
    spread = max(box[2] for box in reefs) - min(box[0] for box in reefs)
    assert spread > maps.WIDTH * 0.06, "seen as a group, not as one speck"


@pytest.mark.parametrize("province", ISLANDS)
def test_the_archipelagos_are_on_their_provinces_map_whatever_the_values(province):
    commune, name = ISLANDS[province]
    for values in ({}, {commune: 5}, {COMMUNES[province][0]: 7}):
        with translation.override("vi"):
            svg = maps.map_svg(values, "commune", province)
        assert f">{name}</text>" in svg
        assert svg.count('class="look-map__frame"') == 1
        group = group_of(svg, commune)
        assert "look-map__islands" in group
        assert len(boxes(re.findall(r' d="([^"]+)"', group)[-1])) == REEFS[commune]


def test_the_frame_holds_every_reef_and_no_mainland():
    for province, (commune, _) in ISLANDS.items():
        drawing = maps.drawing_of("commune", province)
        for area in drawing.areas:
            for _, top, _, bottom in boxes(area.sea):
                assert area.code == commune
                assert drawing.frame < top <= bottom < drawing.height
            assert all(bottom <= drawing.frame for _, _, _, bottom in boxes(area.land))


def test_out_at_sea_is_every_ring_of_the_two_archipelagos_and_no_other():
    for commune, reefs in REEFS.items():
        rings = rings_of("communes_34.topo.json", "ward", commune)
        assert len(rings) == reefs
        assert all(map(maps._is_far_out, rings))
    everything = dict_of(maps._read("communes_34.topo.json", "ward", None))
    others = [code for code, rings in everything.items() if code not in REEFS and any(map(maps._is_far_out, rings))]
    assert others == []


def test_the_archipelagos_lie_where_they_lie():
    """Their middle, to a degree: Hoàng Sa 16.5° N 112° E, Trường Sa 9.5° N 113.5° E."""
    for commune, (east, north) in {"20333": (112, 16.5), "22736": (113.7, 9.5)}.items():
        points = [point for ring in rings_of("communes_34.topo.json", "ward", commune) for point in ring]
        middle = [(min(p[axis] for p in points) + max(p[axis] for p in points)) / 2 for axis in (0, 1)]
        assert middle == pytest.approx([east, north], abs=1)


def test_an_area_has_the_shade_of_its_value_and_says_it():
    with translation.override("vi"):
        svg = maps.map_svg({"01": 1234.5, "79": 9}, title="Lượt khám & <sổ>")
    assert '<g data-code="01" tabindex="0" role="img" class="look-map__place" aria-label="Hà Nội: 1.234,5">' in svg
    assert ">Hà Nội: 1.234,5</text>" in group_of(svg, "01")
    assert "look-map__area--none" in group_of(svg, "04")
    assert "chưa có dữ liệu" in group_of(svg, "04")
    assert "look-map__area--none" not in group_of(svg, "79")
    assert "Lượt khám &amp; &lt;sổ&gt;" in svg
    assert "style=" not in svg


def test_an_area_may_lead_somewhere_and_say_something_else():
    with translation.override("vi"):
        svg = maps.map_svg({"01": 50}, said={"01": "50 %", "04": "ẩn & <kín>"}, links={"04": "/a?b=1&c=2"})
    assert 'aria-label="Hà Nội: 50 %"' in svg
    assert '<a href="/a?b=1&amp;c=2" class="look-map__place" aria-label="Cao Bằng: ẩn &amp; &lt;kín&gt;">' in svg


def test_names_are_in_the_readers_language():
    with translation.override("en"):
        assert maps.area_names()["01"] == "Hanoi"
    with translation.override("vi"):
        assert maps.area_names()["01"] == "Hà Nội"


@pytest.mark.parametrize("province", [None, "", "99", "0"])
def test_a_province_that_does_not_exist_is_refused(province):
    with pytest.raises(maps.UnknownArea):
        maps.map_svg({}, "commune", province)


def test_every_data_file_names_its_source():
    sources = yaml.safe_load((DATA / "SOURCES.yaml").read_text(encoding="utf-8"))
    assert set(sources) == {file.name for file in DATA.glob("*.json")}
    assert all(entry["source"] and entry["valid_from"] for entry in sources.values())


some_values = some.dictionaries(some.text("0123456789", min_size=2, max_size=2), some.integers(0, 500), min_size=1)


@given(some_values)
def test_shades_rise_with_values_and_equal_values_share_one(values):
    shade = steps.step_of(values)
    assert set(shade) == set(values)
    assert all(1 <= step <= steps.STEPS for step in shade.values())
    pairs = sorted((values[code], shade[code]) for code in values)
    assert [step for _, step in pairs] == sorted(step for _, step in pairs)
    assert all(a != b or s == t for a, s in pairs for b, t in pairs)


@given(some_values)
def test_the_key_of_a_map_holds_every_area_once(values):
    key = steps.key_of(values)
    assert sum(shade.areas for shade in key) == len(values)
    assert min(shade.low for shade in key) == min(values.values())
    assert max(shade.high for shade in key) == max(values.values())
    assert all(before.high < after.low for before, after in itertools.pairwise(key))


def test_given_limits_decide_the_shades():
    assert steps.step_of({"a": 79.9, "b": 80, "c": 95}, [80, 90, 95]) == {"a": 1, "b": 2, "c": 4}
    with pytest.raises(ValueError, match="limits"):
        steps.step_of({"a": 1}, [1, 2, 3, 4, 5, 6])
