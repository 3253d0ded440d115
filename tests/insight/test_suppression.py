"""Hidden cells cannot be computed from what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.insight.suppression import hidden, smallest_shown

CASES = [
    # people in each part, what is hidden
    ("nothing small", {"a": 10, "b": 20}, set()),
    ("zero says nothing of anybody", {"a": 0, "b": 20}, set()),
    ("one small cell drags the next smallest", {"a": 3, "b": 20, "c": 30}, {"a", "b"}),
    ("two that hold ten together may stay", {"a": 4, "b": 6, "c": 30}, {"a", "b"}),
    ("two that hold fewer drag a third", {"a": 1, "b": 2, "c": 30, "d": 40}, {"a", "b", "c"}),
    ("a single small part hides its total", {"a": 7}, {"a", "total"}),
    ("parts that are too few together hide the total", {"a": 2, "b": 3}, {"a", "b", "total"}),
]


@pytest.mark.parametrize(("name", "parts", "gone"), CASES, ids=[case[0] for case in CASES])
def test_cases(name, parts, gone):
    people = {**parts, "total": sum(parts.values())}
    assert hidden(people, [("total", list(parts))]) == gone


def test_a_total_that_another_table_hides_hides_a_part():
    people = {"total": 42, "a": 30, "b": 12}
    assert hidden(people, [("total", ["a", "b"])], also={"total"}) == {"total", "b"}


tables = st.lists(st.lists(st.integers(0, 25), min_size=3, max_size=3), min_size=1, max_size=5)


@given(tables)
def test_in_a_table_with_both_margins_no_sum_gives_a_small_cell_away(table):
    """Rows and columns with their totals: in every sum the unknowns are none, or at least two that hold ten."""
    people, sums = table_of(table)
    gone = hidden(people, sums)
    assert {key for key, number in people.items() if 0 < number < smallest_shown()} <= gone
    assert all(people[key] for key in gone), "an empty cell is never hidden: that would say that it is not empty"
    for total, parts in sums:
        unknown = [part for part in parts if part in gone]
        if total in gone:
            assert unknown
        elif unknown:
            assert len(unknown) > 1
            assert sum(people[part] for part in unknown) >= smallest_shown()


def table_of(table):
    columns = range(3)
    people = {(row, column): number for row, line in enumerate(table) for column, number in enumerate(line)}
    people |= {(row, "all"): sum(line) for row, line in enumerate(table)}
    people |= {("all", column): sum(line[column] for line in table) for column in columns}
    people["all", "all"] = sum(map(sum, table))
    names = [*range(len(table)), "all"]
    sums = [((row, "all"), [(row, column) for column in columns]) for row in names]
    sums += [(("all", column), [(row, column) for row in range(len(table))]) for column in [*columns, "all"]]
    return people, sums
