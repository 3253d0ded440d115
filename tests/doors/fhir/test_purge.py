"""Patient/$purge: refused by default, whole when it is done, and written down either way."""

from __future__ import annotations

import pytest

from sosuckhoe.base import db as database
from sosuckhoe.clinical import actions
from tests.clinical.made import AT, PERSON, observation, patient

GOOD = {"purpose": "erasure", "ground": "test-data"}


def ask(client, who, **given):
    values = [{"name": name, "valueCode": value} for name, value in given.items()]
    body = {"resourceType": "Parameters", "parameter": values}
    return client.ask(who, "POST", f"/Patient/{patient().key}/$purge", body).status_code


def rows(table, column="person"):
    return database.value(f"select count(*) from {table} where {column} = %s", (PERSON,))


def outcomes():
    return [row[0] for row in database.tuples("select outcome from access_audit where action = 'purge' order by id")]


@pytest.mark.parametrize("given", [{}, {"purpose": "operation", "ground": "test-data"}, {**GOOD, "ground": "wish"}])
def test_purpose_and_ground_must_be_named(client, stored, given):
    assert ask(client, "program", **given) == 400
    assert rows("clinical_resource") == 2


@pytest.mark.parametrize("who", ["alice", "hospital", "charlie", "stranger"])
def test_it_is_refused_to_everybody_else(client, stored, who):
    assert ask(client, who, **GOOD) == 404
    assert rows("clinical_resource") == 2
    assert outcomes() == (["refused"] if who in {"alice", "hospital"} else [])


def test_everything_goes_and_the_trace_stays(client, stored):
    actions.put_many([observation("a", valueQuantity={"value": 1, "unit": "g/dL"}), patient(4712)], AT)
    assert rows("clinical_history") == 1
    assert client.ask("program", "GET", f"/Patient/{patient().key}/$purge").status_code == 405
    assert ask(client, "program", **GOOD) == 200
    assert (rows("clinical_resource"), rows("clinical_history")) == (0, 0)
    assert database.value("select count(*) from clinical_resource where person = 4712") == 1
    for table in ("clinical_date", "clinical_text", "clinical_number"):
        left = f"select count(*) from {table} v where not exists (select from clinical_resource r where r.rid = v.rid)"
        assert database.value(left) == 0
    assert outcomes() == ["done"]
    assert client.ask("alice", "GET", f"/Patient/{patient().key}").status_code == 404
