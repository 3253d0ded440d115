"""Conditions as SQL over the row `r`.

A hop of a chain is a sub-select whose own row is `r` too, so that the same clauses serve at every depth; what it needs
of the row outside is handed in as `above`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sosuckhoe.base.keys import bucket_in
from sosuckhoe.clinical.search import date_sql, near_sql, number_sql, seen, text_sql, together_sql
from sosuckhoe.clinical.search.condition import (
    MOMENT,
    PRESENT,
    AllOf,
    AnyOf,
    Condition,
    HasDate,
    HasKey,
    HasNumber,
    HasText,
    HasToken,
    IsMissing,
    IsNear,
    Linked,
    Negated,
    Together,
)
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.search.statement import Statement


def of(made: Statement, condition: Condition, *, fenced: bool) -> str:
    """A condition. Fenced it can neither choose the index nor become a join, which would lose the order."""
    return _WRITERS[type(condition)](made, condition, fenced=fenced)


def inner(
    made: Statement, type_name: str, whose: seen.Seen, conditions: Sequence[Condition], *, is_led: bool = False
) -> str:
    """What the rows of a hop must meet, rights included. Led by the row outside it looks for nothing by itself."""
    return "\n    and ".join(_inner(made, type_name, whose, conditions, is_led=is_led))


def how_many(condition: Linked, at_most: int) -> Statement:
    """How many resources a hop finds, counted up to a limit."""
    made = Statement()
    where = inner(made, condition.type, condition.seen, condition.inner)
    made.text = f"select count(*) from (select from clinical_resource r where {where} limit {made.bind(at_most)}) r"  # noqa: S608 -- values are bound
    return made


def some(condition: Linked, at_most: int) -> Statement:
    """The first resources that a hop finds: what references to them carry, and whose they are."""
    made = Statement()
    where = inner(made, condition.type, condition.seen, condition.inner)
    made.text = f"select r.self, r.person from clinical_resource r where {where} limit {made.bind(at_most)}"  # noqa: S608 -- values are bound
    return made


def _inner(
    made: Statement, type_name: str, whose: seen.Seen, conditions: Sequence[Condition], *, is_led: bool
) -> Iterator[str]:
    of_type = f"r.type = {made.bind(number_of()[type_name])}"
    yield f"{_fenced(of_type, fenced=is_led)} and r.body is not null"
    yield from seen.clauses(made, whose, by_tie=not is_led)
    yield from seen.clauses_within(made, whose)
    for condition in conditions:
        yield of(made, condition, fenced=is_led)


def _tree(made: Statement, condition: AllOf | AnyOf, *, fenced: bool) -> str:
    word = " or " if isinstance(condition, AnyOf) else " and "
    each = [of(made, one, fenced=fenced) for one in condition.each]
    return f"({word.join(each)})" if each else ("false" if isinstance(condition, AnyOf) else "true")


def _linked(made: Statement, condition: Linked, *, fenced: bool) -> str:
    """A hop: from what it finds to the row when that is little, otherwise from the row to what it refers to.

    What a row refers to is an array, and every condition of the hop is fenced: so PostgreSQL can do nothing but look
    each of a row's targets up, at any depth, where it would hash a whole type for each row.
    """
    masks = f"unnest({made.bind(list(condition.masks))}::int8[]) mask"
    is_start = condition.is_rare and not fenced
    where = inner(made, condition.type, condition.seen, condition.inner, is_led=not is_start)
    if is_start:
        if condition.is_reverse:
            hop = "select token # mask from clinical_resource r, unnest(r.tokens) token"
            return f"r.self in ({hop}, {masks}\n  where {where})"
        hop = f"select distinct r.self # mask as token from clinical_resource r, {masks}\n  where {where}"  # noqa: S608 -- values are bound
        return (
            "(r.bucket, r.rid) in (select o.bucket, o.rid"  # noqa: S608 -- values are bound
            f" from ({hop}) hop, clinical_resource o where o.tokens @> array[hop.token])"
        )
    if condition.is_reverse:
        above = "(select r.self) above"
        link = f"r.tokens && array(select above.self # mask from {masks})::int8[]"  # noqa: S608 -- values are bound
    else:
        above = "(select r.tokens) above"
        link = f"r.self = any (array(select token # mask from unnest(above.tokens) token, {masks}))"  # noqa: S608 -- values are bound
    return f"(exists (select from {above}, clinical_resource r\n  where {link}\n    and {where})) is true"


def _token(made: Statement, condition: HasToken, *, fenced: bool) -> str:
    if not condition.any_of:
        return "true" if condition.negated else "false"
    overlap = f"r.tokens && {made.bind(list(condition.any_of))}::int8[]"
    if condition.negated:
        return f"not {overlap}"
    return _fenced(overlap, fenced=fenced)


def _missing(made: Statement, condition: IsMissing, *, fenced: bool) -> str:
    if condition.where == MOMENT:
        return f"r.moment is {'' if condition.missing else 'not '}null"
    if condition.where == PRESENT:
        bits = made.bind(condition.paths[0])
        return _fenced(f"r.present & {bits} {'=' if condition.missing else '<>'} 0", fenced=fenced)
    exists = (
        f"exists (select from {condition.where} t where t.bucket = r.bucket"
        f" and t.rid = r.rid and t.path = any ({made.bind(list(condition.paths))}::int8[]))"
    )
    return _fenced(f"not {exists}" if condition.missing else exists, fenced=fenced)


def _fenced(clause: str, *, fenced: bool) -> str:
    return f"({clause}) is true" if fenced else clause


def _negated(made: Statement, condition: Negated, *, fenced: bool) -> str:  # noqa: ARG001 -- what is negated chooses no index
    return f"({of(made, condition.inner, fenced=True)}) is not true"


def _date(made: Statement, condition: HasDate, *, fenced: bool) -> str:
    return _fenced(date_sql.has_date(made, condition), fenced=fenced and isinstance(condition.where, tuple))


def _text(made: Statement, condition: HasText, *, fenced: bool) -> str:
    return _fenced(text_sql.has_text(made, condition), fenced=fenced)


def _number(made: Statement, condition: HasNumber, *, fenced: bool) -> str:
    return _fenced(number_sql.has_number(made, condition, fenced=fenced), fenced=fenced)


def _near(made: Statement, condition: IsNear, *, fenced: bool) -> str:
    return _fenced(near_sql.is_near(made, condition), fenced=fenced)


def _together(made: Statement, condition: Together, *, fenced: bool) -> str:
    return _fenced(together_sql.stand_together(made, condition), fenced=fenced)


def _key(made: Statement, condition: HasKey, *, fenced: bool) -> str:  # noqa: ARG001 -- a key is its own index
    return seen.among(made, "r.rid", condition.any_of, bucket_in)


_WRITERS: dict[type, Callable[..., str]] = {
    AllOf: _tree,
    AnyOf: _tree,
    HasDate: _date,
    HasKey: _key,
    HasNumber: _number,
    HasText: _text,
    HasToken: _token,
    IsMissing: _missing,
    IsNear: _near,
    Linked: _linked,
    Negated: _negated,
    Together: _together,
}
"""All others are grounded before (clinical/grounding.py)."""
