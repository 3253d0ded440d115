"""Links and entries are spliced from bytes: they are what the library and a parser make of them."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.doors.fhir import answering

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(st.lists(st.tuples(st.sampled_from(["name", "name:exact", "patient.name", "_filter"]), TEXTS), max_size=4))
def test_a_link_has_its_parameters_as_the_library_writes_them(pairs):
    made = answering.address("http://here/fhir", "Patient", pairs)
    assert made == "http://here/fhir/Patient" + (f"?{urlencode(pairs)}" if pairs else "")
    assert parse_qsl(made.partition("?")[2], keep_blank_values=True) == pairs


def stored(type_name, **content):
    key = uuid4()
    head = bodies.head_of(type_name, str(key), 1, AT)
    return Stored(
        type_name, key, 1, 1, AT, head + bodies.tail_of({"resourceType": type_name, "id": str(key), **content})
    )


def test_every_entry_has_its_address_and_its_resource():
    base = 'http://here"/fhir'
    found = [stored("Patient", gender="female"), stored("Observation"), stored("Patient", name=[{"text": 'Lê "Ba"'}])]
    entries = orjson.loads(answering.matches(found, base))["entry"]
    assert [one["fullUrl"] for one in entries] == [f"{base}/{one.type}/{one.key}" for one in found]
    assert [one["resource"] for one in entries] == [orjson.loads(one.body) for one in found]
    assert {one["search"]["mode"] for one in entries} == {"match"}
