"""What share of the newest texts or numbers of a range meets a condition: what is frequent need not be counted.

A page is read from the newest on, so it is they who say how far it reads. Of what few of them meet nothing is said:
that is counted (`text_sql.how_many`, `number_sql.how_many`).
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import inf, nextafter
from typing import Any

from sosuckhoe.base import settled
from sosuckhoe.clinical.search import number_sql, text_sql
from sosuckhoe.clinical.search.condition import Comparison, HasNumber, HasText

SAMPLE = 4_000
"""So many values are looked at, in one range of an index."""

_FEWEST = 8
"""Of what fewer of them meet nothing can be said."""

SURE = 0.004
"""A smaller share tells that walking finds a page, and not that what is older has as few: who sorts all counts them."""

_KEPT = 300.0
"""Seconds that a sample is believed."""

_SAMPLES_KEPT = 256
_LAST = chr(0x10FFFF)

_TEXTS = f"""
select t.start from clinical_text t where t.path = %(of)s::int8 order by t.moment desc nulls last, t.rid limit {SAMPLE}
"""  # noqa: S608 -- the limit above
_NUMBERS = f"""
select n.low from clinical_number n where n.path = %(of)s::int8 order by n.moment desc nulls last, n.rid limit {SAMPLE}
"""  # noqa: S608 -- the limit above
_PAIRED = f"""
select n.low from clinical_number n where n.pair <> 0 and n.pair = %(of)s::int8
order by n.moment desc nulls last, n.rid limit {SAMPLE}
"""  # noqa: S608 -- the limit above

_SPANS: dict[str, Callable[[Comparison], tuple[float, float]]] = {
    "eq": lambda one: (one.low, one.high),
    "ap": lambda one: (one.low, one.high),
    "gt": lambda one: (nextafter(one.value, inf), inf),
    "sa": lambda one: (nextafter(one.value, inf), inf),
    "ge": lambda one: (one.value, inf),
    "lt": lambda one: (-inf, one.value),
    "eb": lambda one: (-inf, one.value),
    "le": lambda one: (-inf, nextafter(one.value, inf)),
}
"""About which lower ends a prefix means, from the first to what comes behind the last. `ne` is not said."""


def share(condition: HasText | HasNumber) -> float | None:
    """The share of the newest that meets a condition; None when nothing can be said."""
    asked = _of_text(condition) if isinstance(condition, HasText) else _of_number(condition)
    if asked is None:
        return None
    text, of, spans = asked
    values = _newest(text, of, int(time.monotonic() / _KEPT))
    if len(values) < SAMPLE:
        return None
    met = sum(bisect_left(values, end) - bisect_left(values, start) for start, end in spans)
    return min(met / SAMPLE, 1.0) if met >= _FEWEST else None


def forget() -> None:
    """Look again."""
    _newest.cache_clear()


@lru_cache(maxsize=_SAMPLES_KEPT)
def _newest(text: str, of: int, _period: int) -> Sequence[Any]:
    """Numbers packed: of many codings together they are 8 MB, not 32."""
    values = sorted(row[0] for row in settled.tuples(text, {"of": of}))
    return values if text is _TEXTS else array("d", values)


def _of_text(condition: HasText) -> tuple[str, int, list[tuple[Any, Any]]] | None:
    """Texts that start so; what only the whole text says is not told by its start."""
    if condition.how != "starts" or not text_sql.is_in_order(condition):
        return None
    return _TEXTS, condition.paths[0], [(one.folded, one.folded + _LAST) for one in condition.any_of]


def _of_number(condition: HasNumber) -> tuple[str, int, list[tuple[Any, Any]]] | None:
    """Numbers as they are written, of whatever unit: where a unit is asked for nothing is said."""
    is_plain = all(_is_plain(one) for one in condition.any_of)
    if not is_plain or not number_sql.is_in_order(condition):
        return None
    spans = [_SPANS[one.prefix](one) for one in condition.any_of]
    pair = number_sql.pair_of(condition)
    return (_PAIRED, pair, spans) if pair else (_NUMBERS, condition.paths[0], spans)


def _is_plain(wanted: Comparison) -> bool:
    return wanted.prefix in _SPANS and not (wanted.coded or wanted.named or wanted.kind or wanted.also)
