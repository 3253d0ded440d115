from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in
from sosuckhoe.clinical import actions, codec, queries
from tests.clinical.made import AT, PERSON, draft, observation, patient

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


def versions(one):
    return db.tuples(
        "select version, body is null from clinical_history where bucket = %s and rid = %s order by version",
        (bucket_in(one.key), one.key),
    )


def test_a_new_resource_is_version_1_with_the_store_s_word_on_it():
    one = observation("a")
    written = actions.put_many([one], AT, 7)
    assert written == ([one.key], [], [], 0)
    stored = queries.read("Observation", one.key)
    body = orjson.loads(stored.body)
    assert body.pop("meta") == {"versionId": "1", "lastUpdated": "2026-11-03T02:15:30.123Z"}
    assert body == one.body
    assert stored.updated.isoformat() == "2026-11-03T02:15:30.123000+00:00"
    assert (stored.person, stored.version) == (PERSON, 1)


def test_the_same_content_again_changes_nothing():
    one = observation("a")
    actions.put_many([one], AT, 7)
    before = queries.read("Observation", one.key)
    assert actions.put_many([one], LATER, 8) == ([], [], [], 1)
    assert queries.read("Observation", one.key) == before
    assert versions(one) == []


def test_a_change_is_a_new_version_and_the_old_one_stays_readable():
    one = observation("a")
    actions.put_many([one], AT)
    before = queries.read("Observation", one.key)
    assert actions.put_many([observation("a", status="amended")], LATER).changed == [one.key]
    assert queries.read("Observation", one.key).version == 2
    assert versions(one) == [(1, False)]
    ((packing, kept),) = db.tuples("select codec, body from clinical_history", binary=True)
    assert codec.unpacked(packing, one.key, kept) == before.body


def test_a_row_that_is_gone_becomes_a_deletion_and_can_come_back():
    one, two = observation("a"), observation("b")
    actions.put_many([one, two], AT)
    written = actions.put_many([one], LATER, complete=[one.key, two.key])
    assert (written.removed, written.unchanged) == ([two.key], 1)
    assert queries.read("Observation", two.key) is None
    assert actions.remove_many([two.key], LATER) == ([], [], [], 0)
    actions.put_many([two], LATER)
    assert queries.read("Observation", two.key).version == 3
    assert versions(two) == [(1, False), (2, True)]


def test_of_drafts_with_one_key_the_last_counts():
    assert len(actions.put_many([observation("a"), observation("a", status="amended")], AT).created) == 1
    assert orjson.loads(queries.of_person(PERSON)[0].body)["status"] == "amended"


def test_a_book_is_read_newest_first_and_without_what_is_hidden():
    label = {"meta": {"security": [{"code": "HIV", "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode"}]}}
    old = observation("old", effectiveDateTime="2019")
    new = observation("new", effectiveDateTime="2026-10")
    secret = observation("secret", **label)
    bare = patient()
    actions.put_many([old, new, secret, bare, observation("x", person=99)], AT)
    assert [s.key for s in queries.of_person(PERSON)] == [new.key, secret.key, old.key, bare.key]
    hidden = queries.of_person(PERSON, ["Observation"], hidden_labels=0x7FFF, limit=1)
    assert [s.key for s in hidden] == [new.key]


def test_a_key_must_carry_the_bucket_of_its_person():
    with pytest.raises(ValueError, match="bucket"):
        actions.put_many([observation("a")._replace(person=1)], AT)


def test_other_dates_follow_their_resource():
    one = draft("Condition", "c", onsetDateTime="2020", recordedDate="2021-05")
    actions.put_many([one], AT)
    assert db.value("select count(*) from clinical_date") == 2
    actions.put_many([one._replace(body={**one.body, "onsetDateTime": "2019"})], LATER)
    lows = db.tuples("select low at time zone 'UTC' from clinical_date order by low")
    assert [low.isoformat() for (low,) in lows] == ["2018-12-31T17:00:00", "2021-04-30T17:00:00"]
    actions.remove_many([one.key], LATER)
    assert db.value("select count(*) from clinical_date") == 0
