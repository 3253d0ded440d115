"""Two at once: real connections, real commits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_in
from sosuckhoe.clinical import actions, queries
from sosuckhoe.clinical.actions import Answer
from tests.clinical.made import AT, draft, observation, patient

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """What each call returned or raised, all begun together, each on its own connection."""
    start = Barrier(len(calls))

    def run(call):
        try:
            start.wait(10)
            return call()
        except Problem as problem:
            return problem.number
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def put(drafts):
    with db.atomic():
        return actions.put_many(drafts, AT)


def test_of_two_first_writers_one_is_told_to_run_again():
    drafts = [observation(f"r{i}") for i in range(200)]
    found = at_once(lambda: put(drafts), lambda: put(drafts[::-1]))
    kinds = sorted("raced" if one == "SSK-3409" else "stored" for one in found)
    assert kinds in (["raced", "stored"], ["stored", "stored"])
    assert len(queries.of_person(drafts[0].person)) == 200
    assert put(drafts).unchanged == 200


def test_two_changes_at_once_lose_no_version():
    one = observation("a")
    put([one])
    texts = [f"version {i}" for i in range(6)]
    at_once(*(lambda t=t: _until_done([draft("Observation", "a", status="final", code={"text": t})]) for t in texts))
    assert queries.read("Observation", one.key).version == 7
    versions = db.tuples(
        "select version from clinical_history where bucket = %s and rid = %s order by 1", (bucket_in(one.key), one.key)
    )
    assert versions == [(n,) for n in range(1, 7)]


def _until_done(drafts):
    while True:
        try:
            return put(drafts)
        except Problem as problem:
            assert problem.number == "SSK-3409"  # noqa: PT017 -- any other would not end


def test_of_two_updates_with_one_if_match_one_wins():
    put([patient(), observation("a")])
    one = observation("a")

    def update(status):
        return actions.update(PROGRAM, "Observation", str(one.key), {**one.body, "status": status}, AT, if_match=1)

    found = at_once(lambda: update("amended"), lambda: update("corrected"))
    assert sorted(isinstance(answer, str) for answer in found) == [False, True]
    assert set(found) & {"SSK-3409", "SSK-3412"}
    assert queries.read("Observation", one.key).version == 2


def test_two_conditional_creates_make_one():
    put([patient()])
    body = {key: value for key, value in observation("a").body.items() if key != "id"}

    def create():
        return actions.create(PROGRAM, "Observation", body, AT, if_none_exist="identifier=urn:test:lis|a")

    found = at_once(*[create] * 4)
    assert sorted(done.status for done in found) == [200, 200, 200, 201]
    assert len({done.name for done in found}) == 1


def test_a_request_sent_twice_at_once_is_done_once():
    done = []

    def do():
        done.append(1)
        return Answer(201, {"ETag": 'W/"1"'}, b"made")

    found = at_once(*[lambda: actions.once(PROGRAM, "k", b"digest", AT, do)] * 3)
    assert found == [Answer(201, {"ETag": 'W/"1"'}, b"made")] * 3
    assert done == [1]


def test_two_clients_that_choose_one_id_make_one():
    put([patient()])
    body = {**observation("a").body, "id": "lab-1"}
    found = at_once(*[lambda: actions.update(PROGRAM, "Observation", "lab-1", body, AT)] * 2)
    assert "SSK-3409" in found or sorted(done.status for done in found) == [200, 201]
    assert db.value("select count(*) from clinical_address") == 1


def test_answers_are_forgotten_in_time():
    actions.once(PROGRAM, "k", b"digest", AT, lambda: Answer(204, {}, b""))
    assert actions.forget_answers(AT) == 0
    assert actions.forget_answers(AT.replace(year=AT.year + 1)) == 1
