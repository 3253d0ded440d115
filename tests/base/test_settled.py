"""Values packed by hand come back as they were, alone and in a transaction, however many statements there have been."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.base import db, prepared, settled

pytestmark = pytest.mark.django_db
KINDS = {
    "int8": st.integers(-(2**63), 2**63 - 1),
    "float8": st.floats(allow_nan=False),
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    "bool": st.booleans(),
    "timestamptz": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 -- hypothesis wants them bare
    "uuid": st.uuids(),
}
LISTS = {f"{kind}[]": st.lists(KINDS[kind], min_size=1, max_size=5) for kind in ("int8", "text", "uuid")}
TEXT = "select " + ", ".join(f"(select %(v{i})s::{kind})" for i, kind in enumerate([*KINDS, *LISTS]))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.tuples(*KINDS.values(), *LISTS.values()))
def test_values_come_back_as_they_were(values):
    assert settled.tuples(TEXT, {f"v{i}": value for i, value in enumerate(values)}) == [values]


def test_infinite_ends_and_empty_lists():
    text = "select (select %(a)s::float8), (select %(b)s)::int8[], (select %(b)s)::text[]"
    assert settled.tuples(text, {"a": -math.inf, "b": []}) == [(-math.inf, [], [])]


def test_other_types_are_refused():
    with pytest.raises(TypeError, match="tuple"):
        settled.tuples("select %(a)s::int8[]", {"a": (1, 2)})


@pytest.mark.django_db(transaction=True)
def test_a_connection_does_not_keep_statements_without_end(monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 5)
    for round_ in range(2):
        for n in range(12):
            assert settled.tuples(f"select (select %(a)s::int8) + {n}", {"a": round_}) == [(n + round_,)]
    assert db.value("select count(*) from pg_prepared_statements where name like 'house_%%'") <= 5
    assert settled.tuples("select (select %(a)s::uuid)", {"a": UUID(int=7)}) == [(UUID(int=7),)]
