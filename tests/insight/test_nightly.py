"""When the analytical copy is renewed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sosuckhoe.base import db as database
from sosuckhoe.insight import nightly
from sosuckhoe.insight.copied import place
from sosuckhoe.insight.copied.place import Copy

MADE = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
"""Half past two in Vietnam."""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "one").mkdir()
    place.swap_in(tmp_path, Copy(tmp_path / "one", MADE, MADE, {}))
    return tmp_path


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        (MADE + timedelta(hours=1), False),
        (NIGHT - timedelta(hours=1), False),
        (NIGHT, True),
        (MADE + timedelta(hours=23), False),
        (MADE + timedelta(days=1), True),
    ],
)
def test_it_is_renewed_at_night_and_after_a_day_at_most(folder, now, is_due):
    assert nightly.is_due(folder, now) is is_due


def test_where_nobody_has_made_one_none_is_made(tmp_path):
    assert nightly.is_due(tmp_path / "nowhere", NIGHT) is False


def test_a_copy_that_was_just_made_at_night_is_not_made_again(tmp_path):
    (tmp_path / "one").mkdir()
    place.swap_in(tmp_path, Copy(tmp_path / "one", NIGHT, NIGHT, {}))
    assert nightly.is_due(tmp_path, NIGHT + timedelta(minutes=10)) is False


@pytest.mark.parametrize(
    ("printed", "now", "is_due"),
    [
        (False, NIGHT - timedelta(hours=8), True),
        (True, NIGHT, False),
        (True, NIGHT + timedelta(hours=1), True),
    ],
    ids=["the very first at once", "not before three", "after three"],
)
def test_reach_is_renewed_after_the_register_was_asked(db, printed, now, is_due):
    database.execute(
        "insert into identity_person (bucket, person, patient, claim, as_of, created) "
        "values (1, 1, gen_random_uuid(), '{}', now(), now())"
    )
    if printed:
        database.execute("insert into insight_reach values ('2026-11-13', '', '', 'created', 1)")
    assert nightly.is_reach_due(now) is is_due
    database.execute("insert into exchange_night (day, began) values ('2026-11-21', now())")
    assert nightly.is_reach_due(now) is False, "while the register is being asked"
