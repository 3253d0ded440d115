"""What an app gets ends: what comes again is in the trace, nothing outlives its authorization or goes beyond it."""

from __future__ import annotations

import pytest

from sosuckhoe.access.smart import bounds
from sosuckhoe.base import db
from tests.doors.entrance.smart.asking import answer, exchange, question, refresh
from tests.doors.entrance.smart.test_launch import OFFLINE, tokens_of
from tests.smart import an_app

pytestmark = pytest.mark.django_db


def test_what_comes_again_is_in_the_trace(cast):
    app, first = tokens_of(cast)
    refresh(app, first["refresh_token"])
    refresh(app, first["refresh_token"])
    code = answer(cast.browser, question(app, OFFLINE))["code"]
    exchange(app, code)
    exchange(app, code)
    lines = "select person, detail from access_audit where action = 'authorize' and outcome = 'refused' order by id"
    assert db.tuples(lines) == [(cast.person, f"{app.id} refresh again"), (cast.person, f"{app.id} code again")]


def test_an_app_gets_no_more_than_it_was_registered_for(cast):
    app = an_app(scope="launch/patient patient/Condition.rs")
    asked = question(app, "launch/patient patient/Observation.rs patient/Condition.rs offline_access")
    got = exchange(app, answer(cast.browser, asked)["code"]).json()
    assert got["scope"] == "launch/patient patient/Condition.rs"
    assert "refresh_token" not in got


def test_no_refresh_outlives_the_authorization(cast):
    app, first = tokens_of(cast)
    db.execute("update access_app_family set until = now() - interval '1 second'")
    assert refresh(app, first["refresh_token"]).json()["error"] == "invalid_grant"


def test_codes_tokens_and_assertions_live_no_longer_than_their_standards_say():
    """RFC 6749, 4.1.2 (ten minutes, here one); SMART App Launch 2.2 (an hour; services and assertions five minutes)."""
    day = 86_400
    longest = {
        "code": 60,
        "access": 3600,
        "service": 300,
        "assertion": 300,
        "refresh": 30 * day,
        "authorization": 366 * day,
    }
    assert [kind for kind, most in longest.items() if bounds.lifetime(kind).total_seconds() > most] == []
