"""Number parameters. https://hl7.org/fhir/R4/search.html#number

`eq`, `ne` mean every number that is written so when it is rounded: `100` is [99.5, 100.5), `100.00` [99.995, 100.005),
and `1e2` is [95, 105), as the specification's example has it. All other prefixes take the number as it stands; `ap`
is a tenth on both sides. A value that is a range stands in a relation as a date does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import values
from sosuckhoe.clinical.search.condition import Comparison, HasNumber, Interval
from sosuckhoe.clinical.search.digest import path_number
from sosuckhoe.clinical.search.parameters import Parameter, Path

PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})
FORM = "[eq|ne|gt|lt|ge|le|sa|eb|ap]number"
_OPEN = float("inf")
_WRITTEN = re.compile(r"([a-z]{2})?([+ -]?[0-9]{1,40}(?:\.[0-9]{1,40})?)(?:[eE]([+ -]?[0-9]{1,2}))?")
_TENTH = Decimal("0.1")
_HALF = Decimal("0.5")


def indexed(parameter: Parameter) -> tuple[Path, ...]:
    """The paths of a parameter that end in numbers."""
    return tuple(path for path in parameter.paths if path.leaf in _READERS) if parameter.kind == "number" else ()


def interval(leaf: str, value: Any) -> Interval | None:
    """What one value of a data type is found by."""
    return _READERS[leaf](value)


def condition(parameter: Parameter, text: str) -> HasNumber:
    """What `probability=gt0.8,0.5` asks."""
    wanted = (values.unescaped(one) for one in values.alternatives(text))
    paths = tuple(path_number(parameter.type, path.steps) for path in indexed(parameter))
    return HasNumber(paths, tuple(comparison(parameter.code, one, FORM) for one in wanted))


def comparison(name: str, text: str, form: str) -> Comparison:
    """The prefix and the number of `ge5.40`. `name` and `form` are for the error, SSK-3004."""
    found = _WRITTEN.fullmatch(text)
    prefix = (found.group(1) or "eq") if found else ""
    if found is None or prefix not in PREFIXES:
        raise Problem("SSK-3004", name=name, form=form)
    written, power = found.group(2).strip(), found.group(3)
    value = Decimal(written if power is None else f"{written}e{power.strip()}")
    return _compared(prefix, value, is_scientific=power is not None)


def _compared(prefix: str, value: Decimal, *, is_scientific: bool) -> Comparison:
    if prefix == "ap":
        margin = abs(value) * _TENTH
    else:
        exponent = value.as_tuple().exponent
        margin = _HALF.scaleb(int(exponent) - is_scientific)
    return Comparison(prefix, float(value), float(value - margin), float(value + margin))


def _point(value: Any) -> Interval:
    return Interval(float(value), float(value))


def _range(value: Any) -> Interval | None:
    """None also where low is above high, which R4 forbids (rng-2): such a range holds nothing."""
    low, high = ((value.get(end) or {}).get("value") for end in ("low", "high"))
    found = Interval(-_OPEN if low is None else float(low), _OPEN if high is None else float(high))
    return found if (low, high) != (None, None) and found.low <= found.high else None


_READERS: dict[str, Callable[[Any], Interval | None]] = {"decimal": _point, "integer": _point, "Range": _range}
