"""Files that other systems delivered go from the disk when their time is over, and not a second before."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings

from sosuckhoe.access import audit, keeping, retaining
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_in_sql, bucket_of
from sosuckhoe.exchange.feeds import clearing, readers, shelf
from sosuckhoe.identity import queries
from sosuckhoe.site import retention
from tests.exchange.feeds.vendor import CCCD, bundle, give, glucose, patient, send

NOW = datetime(2030, 3, 15, 20, 0, tzinfo=UTC)  # three in the morning of the 16th in Vietnam
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
EDGE = datetime(2028, 3, 15, 20, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen(monkeypatch, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(settings, "HOME", tmp_path)


def ran(at=NOW):
    retention.night(at)


def aged(file, at):
    os.utime(file, (at.timestamp(),) * 2)
    return file


def filed(at, *resources, name="b.json"):
    """A delivery that was filed at a moment: its number, and its file as old."""
    number = send(*(resources or (patient(),)), at=at, name=name).delivery
    return number, aged(file_of(number), at)


def file_of(number):
    return shelf.place_of(bytes(db.value("select digest from exchange_delivery where id = %s", (number,))))


def kept(number):
    return db.value("select kept from exchange_delivery where id = %s", (number,))


def files(home):
    return sorted(one for one in (home / "deliveries").rglob("*") if one.is_file())


def test_a_file_goes_when_its_time_is_over_and_not_a_second_before(tmp_path):
    assert keeping.before("delivery", NOW) == keeping.before("arrival", NOW) == EDGE
    gone, _ = filed(EDGE - SECOND)
    stays, place = filed(EDGE + SECOND, patient(), glucose())
    ran()
    assert files(tmp_path) == [place]
    assert (kept(gone), kept(stays)) == (False, True)
    lines = db.tuples("select person, detail from access_audit where action = 'retain' order by id")
    assert lines == [(NOBODY, "exchange_delivery 1"), (NOBODY, "deliveries 1")]


def test_a_file_that_waits_to_be_filed_stays(tmp_path):
    place = aged(file_of(give(bundle(patient()), at=EDGE - 400 * DAY).delivery), EDGE - 400 * DAY)
    ran()
    assert files(tmp_path) == [place]


def test_a_content_that_came_twice_stays_for_its_younger_delivery(tmp_path):
    old, _ = filed(EDGE - DAY)
    young, place = filed(EDGE + DAY, name="again.json")
    aged(place, EDGE - DAY)
    ran()
    assert (kept(old), kept(young)) == (False, True)
    assert files(tmp_path) == [place]


def test_a_content_that_just_came_again_goes_a_day_later(tmp_path):
    old, place = filed(EDGE - DAY)
    aged(place, NOW - DAY + SECOND)
    ran()
    assert not kept(old)
    assert files(tmp_path) == [place], "a row for it may be about to be written"
    ran(NOW + DAY)
    assert files(tmp_path) == []


def test_a_file_that_came_again_since_it_was_looked_at_is_not_removed(tmp_path):
    _, place = filed(EDGE - DAY)
    aged(place, NOW)
    assert not shelf.remove(place, NOW - DAY)
    assert files(tmp_path) == [place]


@pytest.mark.parametrize(("age", "stays"), [(DAY - SECOND, True), (DAY + SECOND, False)])
def test_a_draft_of_a_killed_process_goes_after_a_day(tmp_path, age, stays):
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "deliveries" / "draft-x1").write_bytes(b"half")
    aged(tmp_path / "deliveries" / "draft-x1", NOW - age)
    ran()
    assert bool(files(tmp_path)) is stays


@pytest.mark.parametrize(("at", "stays"), [(EDGE - SECOND, False), (EDGE + SECOND, True)])
def test_a_file_that_no_delivery_names_has_the_same_end(tmp_path, at, stays):
    aged(shelf.place_of(shelf.keep([b"of nobody"]).digest), at)
    ran()
    assert bool(files(tmp_path)) is stays


@pytest.mark.parametrize("name", ["delivery", ""])
def test_a_hold_of_somebody_keeps_the_files_that_tell_of_them(tmp_path, name):
    number, place = filed(EDGE - DAY)
    nameless = aged(shelf.place_of(shelf.keep([b"of nobody"]).digest), EDGE - DAY)
    person = queries.person_of(CCCD)
    key = retaining.hold(PROGRAM, retaining.Hold(person, name, "12/QĐ", "Tòa án"), NOW)
    ran()
    assert kept(number)
    assert files(tmp_path) == sorted([place, nameless])
    retaining.release(PROGRAM, key, NOW)
    ran(NOW + DAY)
    assert files(tmp_path) == []


def test_a_hold_of_somebody_else_keeps_no_file(tmp_path):
    filed(EDGE - DAY)
    retaining.hold(PROGRAM, retaining.Hold(queries.person_of(CCCD) + 1, "delivery", "12/QĐ", "Tòa án"), NOW)
    ran()
    assert files(tmp_path) == []


def test_a_round_that_was_killed_between_row_and_file_goes_on(tmp_path, monkeypatch):
    first, _ = filed(EDGE - DAY)
    second, _ = filed(EDGE - DAY, patient(), glucose(), name="c.json")
    remove, done = shelf.remove, []

    def killed(place, before):
        if done:
            raise KeyboardInterrupt
        done.append(place)
        return remove(place, before)

    monkeypatch.setattr(shelf, "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        ran()
    assert (kept(first), kept(second)) == (False, False)
    assert len(files(tmp_path)) == 1
    monkeypatch.setattr(shelf, "remove", remove)
    ran()
    assert files(tmp_path) == []


def test_what_cannot_be_written_down_is_not_removed(tmp_path, monkeypatch):
    number, place = filed(EDGE - DAY)
    db.execute("update exchange_delivery set kept = false where id = %s", (number,))

    def away(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(audit, "record", away)
    with pytest.raises(RuntimeError):
        clearing.clear(PROGRAM, NOW)
    assert files(tmp_path) == [place]


def test_an_emptied_delivery_that_is_sent_again_is_known_and_not_filed_again(tmp_path):
    number, _ = filed(EDGE - DAY)
    ran()
    again = give(bundle(patient()), kind=readers.BUNDLE, at=NOW)
    assert again == (number, True)
    assert not kept(number)


def test_a_dry_run_counts_and_removes_nothing(tmp_path):
    number, place = filed(EDGE - DAY)
    told = CliRunner().invoke(retention.retention, ["run", "--dry-run"]).output
    assert "       1  exchange_delivery" in told
    assert files(tmp_path) == [place]
    assert kept(number)


def test_nobody_who_signs_in_clears_the_shelf():
    for role in ("citizen", "doctor", "clerk", "admin", "officer", "steward", "system"):
        with pytest.raises(Problem):
            clearing.clear(Actor(1, "A", role), NOW)


def test_a_bucket_in_sql_is_the_bucket():
    for person in (0, 1, 4711, 2**31, 2**40 + 17, 2**62 + 3):
        assert db.value(f"select {bucket_in_sql('%s')}", (person,)) == bucket_of(person)
