"""Three vendors' books of one province, in any order: the same people and the same books."""

from __future__ import annotations

from functools import cache
from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.base import db
from tests.exchange.feeds import province as sent

FEEDS = ("profiles", "fhir", "tables")


@pytest.fixture
def shelf(settings, tmp_path, db):
    settings.HOME = tmp_path


def after(files):
    """People, resources and pages after these files have come, in a transaction that is taken back."""
    with db.atomic():
        sent.bring(files)
        found = sent.people(), sent.resources(), sent.shown()
        transaction.set_rollback(True)
    return found


def by_feed(order):
    files = sent.province()[0]
    return [one for feed in order for one in files if one.feed == feed]


@cache
def expected():
    return after(by_feed(FEEDS))


@pytest.mark.parametrize("order", list(permutations(FEEDS))[1:], ids="-".join)
def test_the_order_of_the_feeds_does_not_matter(shelf, order):
    people, resources, pages = after(by_feed(order))
    assert people == expected()[0]
    assert resources == expected()[1]
    assert pages == expected()[2]


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(order=st.permutations(range(len(sent.province()[0]))))
def test_the_order_of_single_files_does_not_matter(shelf, order):
    files = sent.province()[0]
    people, resources, pages = after([files[place] for place in order])
    assert people == expected()[0]
    assert resources == expected()[1]
    assert pages == expected()[2]


def test_the_province_says_what_the_test_needs(shelf):
    """Feeds share people; something is told twice and something contradicted."""
    people, _resources, pages = expected()
    sources = [{record.split("/")[0] for record in records} for records in people]
    assert sum(len(one) == len(FEEDS) for one in sources) >= 2
    assert sum(len(one) > 1 for one in sources) >= 6
    told_twice = [page for page in pages.values() if "'also': [{" in str(page)]
    assert told_twice
    assert any(page[0]["contradictions"] for page in pages.values())


def test_the_same_seed_writes_the_same_bytes():
    first = sent.province()[0]
    sent.province.cache_clear()
    assert sent.province()[0] == first
