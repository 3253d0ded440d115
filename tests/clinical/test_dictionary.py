from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in
from sosuckhoe.clinical import actions, codec, jobs, queries
from sosuckhoe.clinical.actions import dictionary
from tests.clinical.made import AT, PERSON, observation

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def _anew(monkeypatch):
    monkeypatch.setattr(dictionary, "ENOUGH", 100)
    codec.forget()
    yield
    codec.forget()


def codecs():
    return dict(db.tuples("select -1 - codec, count(*) from clinical_resource group by codec"))


def test_bodies_under_a_dictionary_are_small_and_come_back_whole():
    plain = [observation(f"p{i}", valueQuantity={"value": i, "unit": "g/dL"}) for i in range(150)]
    actions.put_many(plain, AT)
    before = queries.of_person(PERSON)
    assert actions.train_dictionary("Observation", AT) == 1
    codec.forget()
    assert queries.of_person(PERSON) == before, "what is stored stays as it is"
    packed = [observation(f"z{i}", valueQuantity={"value": i, "unit": "g/dL"}) for i in range(150)]
    actions.put_many(packed, AT)
    assert codecs() == {0: 150, 1: 150}
    sizes = dict(db.tuples("select -1 - codec, sum(length(body))::int8 from clinical_resource group by codec"))
    assert sizes[1] * 4 < sizes[0]
    for one in packed:
        assert queries.read("Observation", one.key).body.endswith(b"}")
    assert actions.put_many(packed, LATER).unchanged == 150
    assert actions.put_many([observation("z1", status="amended")], LATER).changed == [packed[1].key]
    kept = db.tuples(
        "select codec, rid, body from clinical_history where bucket = %s and rid = %s",
        (bucket_in(packed[1].key), packed[1].key),
        binary=True,
    )
    assert b'"status":"final"' in codec.unpacked(*kept[0])


def test_an_older_dictionary_stays_of_use():
    actions.put_many([observation(f"p{i}") for i in range(150)], AT)
    assert actions.train_dictionary("Observation", AT) == 1
    codec.forget()
    actions.put_many([observation(f"q{i}") for i in range(150)], AT)
    assert actions.train_dictionary("Observation", AT) == 2
    codec.forget()
    actions.put_many([observation("r")], AT)
    assert codecs() == {0: 150, 1: 150, 2: 1}
    assert len(queries.of_person(PERSON)) == 301
    rows = db.tuples("select codec, rid, body from clinical_resource", binary=True)
    assert codec.unpacked_many(rows) == [codec.unpacked(*one) for one in rows]


def test_a_round_learns_where_it_is_worth_it():
    actions.put_many([observation(f"p{i}") for i in range(150)], AT)
    assert [jobs.learn(AT), jobs.learn(AT)] == [1, 0]
    assert db.tuples("select codec from clinical_dictionary") == [(1,)]


def test_too_few_resources_make_no_dictionary():
    actions.put_many([observation(f"p{i}") for i in range(50)], AT)
    assert actions.train_dictionary("Observation", AT) is None
    assert jobs.learn(AT) == 0


def test_a_codec_without_its_dictionary_is_an_error():
    with pytest.raises(LookupError):
        codec.unpacked(99, uuid4(), b"x")


def test_a_type_that_has_nothing_in_common_keeps_no_other_from_learning(monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "types_without_dictionary", lambda: [f"T{n}" for n in range(20)])
    monkeypatch.setattr(jobs, "train_dictionary", lambda name, _at: asked.append(name) or (None if "1" in name else 1))
    assert jobs.learn(AT) == jobs.LEARNT_AT_ONCE
    assert asked == [f"T{n}" for n in range(7)], "T1 learns nothing, six others do"
