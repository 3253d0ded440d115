"""Whatever is there all along is on some page, once, while others insert, change and delete between the pages."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.clinical import actions, finding
from sosuckhoe.clinical.search import cursor
from sosuckhoe.clinical.search.query import parse
from tests.clinical.made import AT, draft
from tests.many import TIMES
from tests.undone import undone

pytestmark = pytest.mark.django_db
DATES = ["2026-05-01", "2026-05-02", "2026-05-03", None]
ORDERS = ["-date", "date", "-_lastUpdated", "_lastUpdated", "-value-quantity,date", "code,-date", "-code", "_id"]


def result(name, date, value, code):
    body = {"code": {"coding": [{"code": code}]}, "valueQuantity": {"value": value}}
    return draft("Observation", name, **body, **({"effectiveDateTime": date} if date else {}))


made = st.builds(
    lambda date, value, code: (date, value, code), st.sampled_from(DATES), st.integers(0, 2), st.sampled_from("AB")
)


@settings(max_examples=30 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(made, min_size=2, max_size=8),
    st.lists(made, min_size=2, max_size=8),
    st.sampled_from(ORDERS),
    st.integers(1, 3),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_nothing_that_stays_is_missing_or_doubled(staying, coming, order, count, is_back, chance: random.Random):
    with undone():
        kept = [result(f"kept{i}", *one) for i, one in enumerate(staying)]
        others = [result(f"other{i}", *one) for i, one in enumerate(coming)]
        actions.put_many([*kept, *others[::2]], AT - timedelta(hours=1))
        ids, page, turn = [], (last_page if is_back else page_at)(order, count), 0
        while True:
            ids += [one.key for one in page.found]
            place = page.before if is_back else page.after
            if place is None or turn > 40:
                break
            turn += 1
            disturb(others, chance, AT + timedelta(seconds=turn))
            page = page_at(order, count, place)
        seen_once = {one.key for one in kept}
        assert [ids.count(key) for key in seen_once] == [1] * len(seen_once), order


def page_at(order, count, place=None):
    asked = [("_sort", order), ("_count", str(count)), *([("_cursor", cursor.write(place))] if place else [])]
    return finding.search(PROGRAM, parse("Observation", asked, base="", now=AT), AT)


def last_page(order, count):
    page = page_at(order, count)
    while page.after:
        page = page_at(order, count, page.after)
    return page


def disturb(others, chance, at):
    """What another does between two pages: a new resource, a change, a deletion."""
    one = chance.choice(others)
    if chance.random() < 0.3:
        actions.put_many([], at, complete=[one.key])
    else:
        one.body["valueQuantity"] = {"value": chance.randint(0, 3)}
        one.body["effectiveDateTime"] = chance.choice(DATES[:3])
        actions.put_many([one], at)
