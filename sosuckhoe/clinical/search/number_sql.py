"""Conditions on `clinical_number` as SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sosuckhoe.clinical.search.condition import Comparison, HasNumber
from sosuckhoe.clinical.search.statement import Statement

_ARMS = {
    "eq": ("{low} >= {a} and {low} < {b} and {high} < {b}",),
    "ne": ("({low} < {a} or {high} >= {b})",),
    "gt": (
        "{low} > {v} and {low} <= 'Infinity'",
        "n.low < n.high and {low} <= {v} and {high} > {v} and {high} <= 'Infinity'",
    ),
    "lt": ("{low} < {v} and {low} >= '-Infinity'",),
    "ge": (
        "{low} >= {v} and {low} <= 'Infinity'",
        "n.low < n.high and {low} < {v} and {high} >= {v} and {high} <= 'Infinity'",
    ),
    "le": ("{low} <= {v} and {low} >= '-Infinity'",),
    "sa": ("{low} > {v} and {low} <= 'Infinity'",),
    "eb": ("{low} < {v} and {high} < {v}",),
    "ap": (
        "{low} >= {a} and {low} <= {b}",
        "n.low < n.high and {low} < {a} and {high} >= {a} and {high} <= 'Infinity'",
    ),
}
"""What a prefix demands, as alternatives that exclude each other, each the range of an index: of all numbers, or of
the few that are no point. Every range has two ends: of one without PostgreSQL expects a third of all rows."""
_RELATIONS = {
    "eq": "{low} >= {a} and {high} < {b}",
    "ne": "({low} < {a} or {high} >= {b})",
    "gt": "{high} > {v}",
    "lt": "{low} < {v}",
    "ge": "{high} >= {v}",
    "le": "{low} <= {v}",
    "sa": "{low} > {v}",
    "eb": "{high} < {v}",
    "ap": "{low} <= {b} and {high} >= {a}",
}
"""The same of a row that is there already, asked in as few words as can be: no lower end is above its upper one."""
_WITHOUT_INDEX = "ne"


def has_number(made: Statement, condition: HasNumber, *, fenced: bool) -> str:
    """Whether the row `r` has such a value; each alternative reads its own range where it may choose the index."""
    arms = (
        []
        if fenced
        else [f"{_path(made, condition, one)}{arm}" for one in condition.any_of for arm in _arms(made, one)]
    )
    if len(arms) > 1:
        each = " union all ".join(f"select n.bucket, n.rid from clinical_number n where {arm}" for arm in arms)  # noqa: S608 -- values are bound
        return f"(r.bucket, r.rid) in ({each})"
    return (
        "exists (select from clinical_number n where n.bucket = r.bucket and n.rid = r.rid"
        f" and {_matching(made, condition)})"
    )


def is_in_order(condition: HasNumber) -> bool:
    """Whether one range of an index has everything that may match in the order of the answer."""
    return pair_of(condition) != 0 or len(condition.paths) == 1


def in_order(made: Statement, condition: HasNumber) -> tuple[str, str]:
    """That range of `clinical_number n`, and what its rows must meet."""
    any_of = of_row(made, condition)
    if pair := pair_of(condition):
        return f"n.pair <> 0 and n.pair = {made.bind(pair)}", any_of
    return f"n.path = {made.bind(condition.paths[0])}", any_of


def of_row(made: Statement, condition: HasNumber) -> str:
    """Whether a row of `clinical_number n` is such a number, whatever its path."""
    return " or ".join(f"({_walked(made, one)})" for one in condition.any_of)


def found(made: Statement, condition: HasNumber) -> str:
    """The rows of `clinical_number` that match; each alternative reads its own range."""
    return " union all ".join(
        f"select n.bucket, n.rid, n.moment from clinical_number n where {_path(made, condition, one)}{arm}"  # noqa: S608 -- values are bound
        for one in condition.any_of
        for arm in _arms(made, one)
    )


def pair_of(condition: HasNumber) -> int:
    """The coding that stands with the number in every alternative; 0 when there is none, or not always the same."""
    pairs = {one.pair for one in condition.any_of}
    return pairs.pop() if len(pairs) == 1 else 0


def how_many(condition: HasNumber, at_most: int) -> Statement | None:
    """How many such values there are over everybody, up to a limit; None when no index counts them.

    The system of a coding, which no index has, is not looked at: few codes are of two systems.
    """
    if any(one.prefix == _WITHOUT_INDEX for one in condition.any_of):
        return None
    made = Statement(is_settled=True)
    paths = made.bind(list(condition.paths))
    counts = [
        f"(select from clinical_number n where n.path = any ({paths}::int8[]) and {arm} limit {at_most})"
        for one in condition.any_of
        for arm in _arms(made, one._replace(system=0))
    ]
    made.text = f"select count(*) from ({' union all '.join(counts)}) n"  # noqa: S608 -- values are bound
    return made


def _path(made: Statement, condition: HasNumber, wanted: Comparison) -> str:
    """A pair and a kind are hashes of the path too: naming it again would only tempt the planner to another index."""
    return "" if wanted.pair or wanted.kind else f"n.path = any ({made.bind(list(condition.paths))}::int8[]) and "


def _matching(made: Statement, condition: HasNumber) -> str:
    paths = made.bind(list(condition.paths))
    any_of = " or ".join(f"({arm})" for one in condition.any_of for arm in _arms(made, one))
    return f"n.path = any ({paths}::int8[]) and ({any_of})"


def _arms(made: Statement, wanted: Comparison) -> list[str]:
    """What a comparison demands of a row, as alternatives."""
    rest = "".join(f" and {one}" for one in _rest(made, wanted))
    return [f"{arm}{rest}" for arm in _relations(made, wanted)]


def _relations(made: Statement, wanted: Comparison) -> list[str]:
    return _written(made, wanted, _ARMS[wanted.prefix])


def _written(made: Statement, wanted: Comparison, arms: Sequence[str]) -> list[str]:
    """Relations with the columns and the marks of the values that they name."""
    values = {"v": wanted.value, "a": wanted.low, "b": wanted.high}
    marks = {name: made.bind(value) for name, value in values.items() if any(f"{{{name}}}" in arm for arm in arms)}
    low, high = ("n.second_low", "n.second_high") if wanted.kind else ("n.low", "n.high")
    return [arm.format(low=low, high=high, **marks) for arm in arms]


def _walked(made: Statement, wanted: Comparison) -> str:
    """What a comparison demands of a row of the range that is walked, which has the coding already."""
    relation = _written(made, wanted, [_RELATIONS[wanted.prefix]])[0]
    return " and ".join([relation, *_rest(made, wanted._replace(pair=0))])


def _rest(made: Statement, wanted: Comparison) -> Iterator[str]:
    """Unit, coding and the second number; what a partial index demands stands there in letters."""
    if wanted.kind:
        yield f"n.kind <> 0 and n.kind = {made.bind(wanted.kind)}"
    if wanted.coded:
        yield f"n.coded = {made.bind(wanted.coded)}"
    if wanted.named:
        name = made.bind(wanted.named)
        yield f"(n.code = {name} or n.unit = {name})"
    if wanted.pair:
        yield f"n.pair <> 0 and n.pair = {made.bind(wanted.pair)}"
    if wanted.system:
        yield f"n.system = {made.bind(wanted.system)}"
    if wanted.also:
        any_of = " or ".join(f"({arm})" for arm in _arms(made, wanted.also))
        yield f"({any_of})"
