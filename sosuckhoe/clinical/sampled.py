"""How much there is, from PostgreSQL's own sample: of a type, with a token. Believed for some minutes."""

from __future__ import annotations

import time
from functools import lru_cache

from sosuckhoe.base import db
from sosuckhoe.clinical.search.parameters import number_of

_KEPT = 300.0
"""Seconds that a sample is believed."""

_SHARES = """
select {values}::text::int8[] as held, {shares} as shares, greatest(reltuples, 0) as rows
from pg_stats, pg_class
where schemaname = current_schema() and tablename = %(table)s and attname = %(column)s
  and pg_class.oid = %(table)s::regclass
"""


def of_type(type_name: str) -> float:
    """About how many resources of a type there are; 0 when that is not known, or few."""
    return _types(_period()).get(number_of()[type_name], 0.0)


def with_token(token: int) -> float:
    """About how many resources have a token; 0 for what is rarer than the rarest of the sample."""
    return _tokens(_period()).get(token, 0.0)


def with_value(table: str, column: str, value: int) -> float:
    """About how many rows of a table of values have this in a column; 0 for what is rarer than the sample has."""
    return _values(table, column, _period()).get(value, 0.0)


def forget() -> None:
    """Look again."""
    _types.cache_clear()
    _tokens.cache_clear()
    _values.cache_clear()


def _period() -> int:
    return int(time.monotonic() / _KEPT)


@lru_cache(maxsize=1)
def _types(_period: int) -> dict[int, float]:
    return _counts("clinical_resource", "type", _PLAIN)


@lru_cache(maxsize=1)
def _tokens(_period: int) -> dict[int, float]:
    return _counts("clinical_resource", "tokens", _ELEMENTS)


@lru_cache(maxsize=8)
def _values(table: str, column: str, _period: int) -> dict[int, float]:
    return _counts(table, column, _PLAIN)


def _counts(table: str, column: str, asking: str) -> dict[int, float]:
    found = db.one(asking, {"table": table, "column": column})
    if found is None or found.held is None:
        return {}
    return {value: share * found.rows for value, share in zip(found.held, found.shares, strict=False)}


_PLAIN = _SHARES.format(values="most_common_vals", shares="most_common_freqs")
_ELEMENTS = _SHARES.format(values="most_common_elems", shares="most_common_elem_freqs")
