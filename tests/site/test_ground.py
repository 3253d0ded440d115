"""The ground that every other test stands on: rows that go away, a served house, a browser."""

from __future__ import annotations

import http.client

import pytest

from sosuckhoe.base import db as database

LEFTOVER = "insert into django_session (session_key, session_data, expire_date) values ('left', '', now())"
COUNT = "select count(*) from django_session"


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_is_rolled_back(db, turn):
    database.execute(LEFTOVER)
    assert database.value(COUNT) == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_removed(transactional_db, turn):
    database.execute(LEFTOVER)
    assert database.value(COUNT) == 1


def test_rows_of_migrations_stay_after_a_commit(transactional_db):
    assert database.value("select count(*) from django_migrations") > 0


def test_raw_cursors_prepare_their_statements_on_the_server(db):
    for _ in range(7):
        database.value("select %s::int + 1", [41])
    assert database.connection().prepare_threshold == 5
    prepared = database.value("select count(*) from pg_prepared_statements where statement like '%%::int + 1%%'")
    assert prepared == 1


def get(server, path, **headers):
    asked = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    asked.request("GET", path, headers=headers)
    answer = asked.getresponse()
    body = answer.read()
    asked.close()
    return answer, body


def test_the_house_answers(server):
    answer, body = get(server, "/song")
    assert (answer.status, body) == (200, b"ok")


def test_every_answer_has_the_safe_headers(server):
    answer, _ = get(server, "/song")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_stranger_host_name_is_refused(server):
    answer, _ = get(server, "/khong-co", Host="attacker.example")
    assert answer.status == 400


def test_the_language_is_vietnamese_unless_chosen(server):
    unasked, _ = get(server, "/song", **{"Accept-Language": "en-US"})
    chosen, _ = get(server, "/song", Cookie="ngon_ngu=en")
    made_up, _ = get(server, "/song", Cookie="ngon_ngu=xx")
    assert [answer.headers["Content-Language"] for answer in (unasked, chosen, made_up)] == ["vi", "en", "vi"]


@pytest.mark.browser
def test_a_page_opens_in_the_browser(server, page):
    page.goto(f"{server.url}/song")
    assert page.inner_text("body") == "ok"
