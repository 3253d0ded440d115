"""Conditions on `clinical_text` as SQL."""

from __future__ import annotations

from sosuckhoe.clinical.search.condition import HasText, Text
from sosuckhoe.clinical.search.statement import Statement

_INDEXED_LETTERS = 40
_LETTERS = 2
"""So many letters lead `clinical_text_lettered`."""

_OF_WHOLE = frozenset({"contains", "ends"})
_LAST = chr(0x10FFFF) * _INDEXED_LETTERS
"""Behind everything that starts with some letters, in the order of code points."""


def has_text(made: Statement, condition: HasText) -> str:
    """Whether the row `r` has such a text."""
    return (
        "exists (select from clinical_text t where t.bucket = r.bucket and t.rid = r.rid"
        f" and {_matching(made, condition)})"
    )


def how_many(condition: HasText, at_most: int) -> Statement:
    """How many such texts there are over everybody, counted up to a limit."""
    made = Statement(is_settled=True)
    where = _matching(made, condition)
    made.text = f"select count(*) from (select from clinical_text t where {where} limit {at_most}) t"  # noqa: S608 -- values are bound
    return made


def is_in_order(condition: HasText) -> bool:
    """Whether one range of an index has everything that may match in the order of the answer."""
    return len(condition.paths) == 1


def in_order(made: Statement, condition: HasText) -> tuple[str, str]:
    """That range of `clinical_text t`, and what its rows must meet."""
    any_of = " or ".join(_one(made, condition.how, wanted, is_range=False) for wanted in condition.any_of)
    path = f"t.path = {made.bind(condition.paths[0])}"
    if first := letters(condition):
        path += f" and left(t.start, {_LETTERS}) = {made.bind(first)}"
    return path, any_of


def letters(condition: HasText) -> str:
    """The first letters of every text that may match: those of other letters are not passed over. '' for several."""
    if condition.how in _OF_WHOLE:
        return ""
    firsts = {wanted.folded[:_LETTERS] for wanted in condition.any_of}
    first = firsts.pop() if len(firsts) == 1 else ""
    return first if len(first) == _LETTERS else ""


def beside(made: Statement, condition: HasText) -> str:
    """Whether a resource whose key and main date stand in the row `v` has such a text: asked of the index in order.

    `offset 0`: of each row by itself; all texts of the path would be read otherwise.
    """
    path, matching = in_order(made, condition)
    texts = f"from clinical_text t where t.bucket = v.bucket and t.rid = v.rid and {path} and ({matching})"
    return (
        f"case when v.moment is null then exists (select {texts} offset 0)"
        f" else exists (select {texts} and t.moment = v.moment offset 0) end"
    )


def found(made: Statement, condition: HasText) -> str:
    """The rows of `clinical_text` that match, by the start of their letters."""
    return f"select t.bucket, t.rid, t.moment from clinical_text t where {_matching(made, condition)}"  # noqa: S608 -- values are bound


def of_row(made: Statement, condition: HasText) -> str:
    """Whether a row of `clinical_text t` is such a text, whatever its path."""
    return " or ".join(_one(made, condition.how, wanted) for wanted in condition.any_of)


def _matching(made: Statement, condition: HasText) -> str:
    paths = made.bind(list(condition.paths))
    return f"t.path = any ({paths}::int8[]) and ({of_row(made, condition)})"


def _one(made: Statement, how: str, wanted: Text, *, is_range: bool = True) -> str:
    """What a text must meet. Whatever the first letters decide is asked of them alone, which indexes have.

    `is_range`: as the range of an index by letters.
    """
    is_cut = len(wanted.folded) >= _INDEXED_LETTERS
    folded = made.bind(wanted.folded) if is_cut or how in _OF_WHOLE else ""
    if how == "contains":
        return f"strpos(t.folded, {folded}) > 0"
    if how == "ends":
        return f"right(t.folded, length({folded})) = {folded}"
    start = made.bind(wanted.folded[:_INDEXED_LETTERS])
    if how == "exact":
        return f"(t.start = {start} and t.exact = {made.bind(wanted.exact)})"
    if how == "equals":
        return f"(t.start = {start} and t.folded = {folded})" if folded else f"t.start = {start}"
    rest = f" and starts_with(t.folded, {folded})" if folded else ""
    if not is_range:
        return f"(starts_with(t.start, {start}){rest})"
    end = made.bind(wanted.folded[:_INDEXED_LETTERS] + _LAST)
    return f"(t.start >= {start} and t.start <= {end}{rest})"
