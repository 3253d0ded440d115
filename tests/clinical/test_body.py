"""The bytes of a resource are its content, in one order whatever the order that it came in."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.clinical import body
from tests.clinical.made import AT

SET_BY_STORE = {"versionId": "9", "lastUpdated": "2020-01-01T00:00:00Z"}
METAS = st.fixed_dictionaries(
    {}, optional={"profile": st.just(["urn:p"]), **{key: st.just(value) for key, value in SET_BY_STORE.items()}}
)
PARTS = st.fixed_dictionaries(
    {"resourceType": st.just("Basic"), "id": st.just("b-1")},
    optional={
        "meta": METAS,
        "note": st.just("x"),
        "contained": st.just([{"resourceType": "Basic", "id": "c", "meta": {"versionId": "7"}}]),
        "value": st.just(body.Number("1.10")),
    },
)


@given(PARTS.flatmap(lambda made: st.permutations(list(made.items())).map(dict)))
def test_head_and_tail_are_the_resource(resource):
    meta = {key: value for key, value in resource.get("meta", {}).items() if key not in SET_BY_STORE}
    told = {"versionId": "3", "lastUpdated": AT.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    first = {"resourceType": "Basic", "id": "b-1", "meta": {**told, **meta}}
    rest = {key: value for key, value in resource.items() if key not in first}
    wanted = orjson.dumps({**first, **rest}, default=lambda number: orjson.Fragment(number.digits))
    assert body.head_of("Basic", "b-1", 3, AT) + body.tail_of(resource) == wanted
    assert body.head_length("Basic", "b-1", 3) == len(body.head_of("Basic", "b-1", 3, AT))
