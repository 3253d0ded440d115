"""No hidden number can be computed: an attack by linear programming on small tables finds no range below the limit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosuckhoe.insight.reach.protect import Measure, protect
from tests.insight.reach.attack import Attack

LIMIT = 10
MEASURES = [Measure("created"), Measure("linked", "created"), Measure("opened", "linked"), Measure("filled", "created")]
"""A chain of three and one beside it: what the real measures are made of."""


def table(tree, leaves):
    """The tree of places that have somebody, and the counts of every place. `leaves`: place → numbers by measure."""
    alive = {place: numbers for place, numbers in leaves.items() if numbers[0]}
    counts = {measure.key: {} for measure in MEASURES}

    def add(place):
        inner = [part for part in tree.get(place, ()) if add(part)]
        kept[place] = inner
        for index, measure in enumerate(MEASURES):
            own = alive[place][index] if place in alive else sum(counts[measure.key][part] for part in inner)
            counts[measure.key][place] = own
        if not counts["created"][place]:
            for measure in MEASURES:
                del counts[measure.key][place]
        return place in counts["created"]

    kept: dict[str, list[str]] = {}
    add("")
    return {place: inner for place, inner in kept.items() if inner and place in counts["created"]}, counts


FLAT = {"": ["a", "b", "c"]}
CASES = [
    # created, linked, opened, filled of a, b, c; what is hidden of each measure
    ("nothing small", [(90, 40, 20, 30), (80, 40, 20, 30), (70, 40, 20, 30)], {}),
    ("nought and everybody are shown", [(90, 0, 0, 90), (80, 40, 20, 30), (70, 40, 20, 30)], {}),
    (
        "a small number and the smallest beside it",
        [(90, 4, 0, 30), (80, 40, 20, 30), (70, 50, 20, 30)],
        {"linked": "ab", "opened": "b"},
    ),
    ("few who are missing", [(90, 85, 40, 30), (80, 40, 20, 30), (70, 50, 20, 30)], {"linked": "ab"}),
    ("eleven whom others are counted of", [(90, 11, 0, 30), (80, 40, 20, 30), (70, 50, 20, 30)], {"linked": "ab"}),
]


@pytest.mark.parametrize(("leaves", "hidden"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cases(leaves, hidden):
    tree, counts = table(FLAT, dict(zip("abc", leaves, strict=True)))
    found = protect(tree, counts, MEASURES, LIMIT)
    assert found["created"] == frozenset(hidden.get("created", ""))
    assert found["linked"] == frozenset(hidden.get("linked", ""))
    assert found["filled"] == frozenset(hidden.get("filled", ""))


def test_a_place_with_hidden_books_is_hidden_in_every_column():
    tree, counts = table(FLAT, {"a": (5, 5, 5, 5), "b": (400, 200, 100, 50), "c": (500, 200, 100, 60)})
    found = protect(tree, counts, MEASURES, LIMIT)
    assert found["created"] == {"a", "b"}
    assert all({"a", "b"} <= places for places in found.values())


def test_what_was_hidden_in_an_earlier_print_stays_hidden():
    tree, counts = table(FLAT, {"a": (90, 40, 20, 30), "b": (80, 40, 20, 30), "c": (70, 40, 20, 30)})
    found = protect(tree, counts, MEASURES, LIMIT, {"filled": {"a"}})
    assert {"a"} < found["filled"]
    assert not found["linked"]


@st.composite
def leaves(draw, names="abcdef"):
    """Numbers about the limit, where it matters, and large ones."""
    out = {}
    for name in names:
        created = draw(st.one_of(st.integers(0, 40), st.integers(60, 300)))
        linked = draw(part_of(created))
        out[name] = (created, linked, draw(part_of(linked)), draw(part_of(created)))
    return out


def part_of(most):
    return st.one_of(st.integers(0, most), st.integers(0, min(most, 14)), st.integers(max(0, most - 14), most))


TREES = [
    {"": ["a", "b", "c", "d", "e", "f"]},
    {"": ["x", "y"], "x": ["a", "b", "c"], "y": ["d", "e", "f"]},
    {"": ["x", "y", "f"], "x": ["u", "v"], "u": ["a", "b"], "v": ["c"], "y": ["d", "e"]},
]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(TREES),
    leaves(),
    st.sets(st.tuples(st.sampled_from("abcde"), st.sampled_from(["linked", "filled"])), max_size=1),
)
def test_no_hidden_number_is_known_within_the_limit(tree, numbers, kept):
    tree, counts = table(tree, numbers)
    if not counts["created"]:
        return
    earlier = {
        measure: {place for place, own in kept if own == measure} & counts[measure].keys()
        for measure in ("linked", "filled")
    }
    hidden = protect(tree, counts, MEASURES, LIMIT, earlier)
    attack = Attack(tree, counts, MEASURES, hidden)
    for measure in MEASURES:
        base = counts.get(measure.base, {})
        for place, number in counts[measure.key].items():
            missing = base[place] - number if base else 0
            if 0 < number < LIMIT or 0 < missing < LIMIT:
                assert place in hidden[measure.key]
            if place in hidden[measure.key] and (not measure.base or base[place]):
                assert attack.width(place, measure.key) >= LIMIT - 1e-6 or is_nought(attack, counts, measure, place)


def is_nought(attack, counts, measure, place):
    """Hidden with its neighbours, of whom it is shown that they are nobody, or everybody, all together."""
    width = attack.width(place, measure.key)
    base = counts.get(measure.base, {})
    return width < 1e-6 and counts[measure.key][place] in {0, base.get(place)}
