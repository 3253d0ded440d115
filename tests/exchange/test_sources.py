"""The systems whose books flow in: named once, for good."""

from __future__ import annotations

from datetime import date

import pytest

from sosuckhoe.base.facts import BadFact
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.sources import Source


def test_every_source_is_found_again_by_the_uri_that_its_facts_carry():
    for source in sources.sources().values():
        assert source.uri == f"urn:sosuckhoe:source:{source.id}"
        assert sources.of_uri(source.uri) is source


@pytest.mark.parametrize("uri", ["", "urn:sosuckhoe:source:nobody", "urn:other:source:minh-an", "minh-an"])
def test_another_uri_names_no_source(uri):
    assert sources.of_uri(uri) is None


def test_a_source_may_send_between_its_first_and_its_last_day():
    one = Source("one", "Một", "One", "csv", date(2024, 1, 1), date(2024, 12, 31))
    days = {date(2023, 12, 31): False, date(2024, 1, 1): True, date(2024, 12, 31): True, date(2025, 1, 1): False}
    assert {on: one.may_send(on) for on in days} == days
    assert one._replace(valid_to=None).may_send(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("Big", {}),
        ("two--hyphens", {}),
        ("one", {"kind": "fax"}),
        ("one", {"vi": ""}),
        ("one", {"valid_from": "yesterday"}),
        ("one", {"colour": "red"}),
    ],
)
def test_a_list_that_cannot_be_trusted_is_refused_with_the_place(key, change):
    entry = {"vi": "Một", "en": "One", "kind": "csv", "valid_from": date(2024, 1, 1)} | change
    with pytest.raises(BadFact, match=rf"sources\.{key}"):
        sources._source(key, entry)
