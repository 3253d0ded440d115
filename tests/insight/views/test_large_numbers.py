"""Numbers at the end of what tables hold: kept, rounded or left out, never a failure of the whole view."""

from __future__ import annotations

import orjson
import pytest

from sosuckhoe.insight.copied import engine
from sosuckhoe.insight.views import definition, formats, rows

LARGE = {"resourceType": "Observation", "valueQuantity": {"value": 1e300}}
VALUE = "value.ofType(Quantity).value"


def cell(path, kind, resource=LARGE):
    column = {"name": "c", "path": path, **({"type": kind} if kind else {})}
    ready = rows.plan(definition.read({"resource": "Observation", "select": [{"column": [column]}]}))
    return ready, next(rows.rows(ready, [resource]))


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [
        ("100000000000000000000000.5", "", float("1e23") + 2**24),
        ("'99999999999999999999999999999999999'.toDecimal()", "", 1e35),
        ("1.0 / 3", "", 0.33333333),
        ("9007199254740991.123456789 + 0", "decimal", 9007199254740991.0),
        (VALUE, "decimal", 1e300),
        (f"{VALUE} * {VALUE}", "decimal", None),
        (VALUE, "integer", None),
        ("9223372036854775808.0", "integer", None),
        ("4611686018427387904.0", "integer", 1 << 62),
    ],
)
def test_a_large_number_is_kept_rounded_or_left_out(tmp_path, path, kind, expected):
    ready, found = cell(path, kind)
    assert found == (expected,)
    assert orjson.loads(b"".join(formats.as_json(ready.columns, [found]))) == [{"c": expected}]
    assert engine.write_parquet(ready.columns, iter([found]), tmp_path).exists()
