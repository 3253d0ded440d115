"""How fast an account may ask: pages, reads and searches draw from one bucket, each app of an account from its own."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sosuckhoe.access import pace
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart.scopes import Narrowing
from sosuckhoe.base.errors import Problem
from tests.doors.citizen.cast import cast, sign_in
from tests.doors.fhir import cast as fhir

LAN = Actor(1, "Lan", "citizen", person=901, purpose="own")
PACES = {"citizen": pace.Pace(3, 0.5), "staff": pace.Pace(3, 0.5), "system": pace.Pace(5, 5), "app": pace.Pace(2, 1)}


@pytest.fixture
def now(monkeypatch, settings):
    """A clock that stands still until it is told to go on."""
    settings.PACE = 1.0
    told = [1000.0]
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: told[0]))
    monkeypatch.setattr(pace, "paces", lambda: PACES)
    monkeypatch.setattr(pace, "_buckets", {})
    return told


def refused(actor, count=1):
    try:
        pace.spend(actor, count)
    except Problem as problem:
        return problem.places["seconds"]
    return None


def test_what_is_left_comes_back_with_time(now):
    assert [refused(LAN) for _ in range(5)] == [None, None, None, 2, 2]
    now[0] += 2
    assert [refused(LAN), refused(LAN)] == [None, 2]
    now[0] += 3600
    assert [refused(LAN) for _ in range(4)] == [None, None, None, 2]


def test_each_account_and_each_of_its_apps_has_its_own(now):
    app = replace(LAN, narrowing=Narrowing("app-1", "f", (), 901, 0))
    assert [refused(LAN) for _ in range(4)][-1] == 2
    assert refused(replace(LAN, account=2)) is None
    assert [refused(app) for _ in range(3)] == [None, None, 1]
    assert refused(replace(app, narrowing=app.narrowing._replace(app="app-2"))) is None
    assert [refused(replace(LAN, account=3, role="system")) for _ in range(6)] == [None] * 5 + [1]


def test_a_request_that_holds_many_questions_costs_as_many(now):
    assert refused(LAN, 11) is None
    assert refused(LAN) == 18
    now[0] += 18
    assert refused(LAN) is None


def test_the_settings_multiply_and_nobody_is_kept_for_ever(now, settings, monkeypatch):
    settings.PACE = 2.0
    assert [refused(LAN) for _ in range(7)] == [None] * 6 + [1]
    monkeypatch.setattr(pace, "_MOST_KEPT", 1)
    now[0] += 3600
    refused(replace(LAN, account=2))
    assert list(pace._buckets) == [(2, "")]


def test_the_figures_are_those_of_people_and_of_systems():
    pace.paces.cache_clear()
    found = pace.paces()
    assert set(found) == {"citizen", "staff", "system", "app"}
    assert found["citizen"].at_once <= 240
    assert found["citizen"].a_second <= 2
    assert found["app"].a_second <= 5
    assert found["system"].a_second >= 5000, "a night's delivery is never slower than the house"


@pytest.mark.django_db
def test_a_page_says_how_long_to_wait_and_asks_the_database_nothing_more(now, client):
    sign_in(client, cast().grandmother)
    where = reverse("entrance:account")
    with CaptureQueriesContext(connection) as first:
        assert client.get(where).status_code == 200
    answers = [client.get(where) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "2"
    assert "Hãy đợi 2 giây" in answers[-1].content.decode()
    now[0] += 2
    with CaptureQueriesContext(connection) as again:
        assert client.get(where).status_code == 200
    assert len(again) == len(first)
    client.cookies.clear()
    assert client.get(reverse("citizen:sign-in")).status_code == 200


@pytest.mark.django_db
def test_reads_searches_and_entries_of_a_bundle_are_counted_once_each(now):
    asking = fhir.signed_in()
    assert [asking.ask("hospital", "GET", "/Observation?code=x").status_code for _ in range(3)] == [200] * 3
    entries = [{"request": {"method": "GET", "url": f"Patient/{number}"}} for number in range(6)]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    assert asking.ask("hospital", "POST", "", bundle).status_code == 200
    late = asking.ask("hospital", "GET", "/Observation?code=x")
    assert late.status_code == 429
    assert late.headers["Retry-After"] == "2"
    assert late.json["issue"][0]["code"] == "throttled"
