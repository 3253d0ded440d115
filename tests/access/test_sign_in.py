"""From a token or a session to an actor; and the line that each attempt leaves."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.conf import settings

from sosuckhoe.access import actions, audit, passwords, sessions, sign_in
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def system():
    return actions.open_account(PROGRAM, "79001_BV", name="Bệnh viện", role="system", password="ABC", facility="79001")


def test_a_token_gives_its_accounts_actor(system):
    token = actions.issue_token(system, "bearer", clock.now(), HOUR)
    actor = sign_in.actor_of(token, {})
    assert (actor.role, actor.facility, actor.person, actor.purpose) == ("system", "79001", None, "treatment")


def test_only_the_digest_of_a_token_is_kept(system):
    token = actions.issue_token(system, "bearer", clock.now(), HOUR)
    kept = db.one("select digest, kind from access_token")
    assert token.encode() not in bytes(kept.digest)


def test_only_the_digest_of_a_sessions_token_is_kept(system):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions.begin(session, system, "password", clock.now())
    assert session[sign_in.TOKEN_KEY].encode() not in bytes(db.value("select id from access_session"))


def test_an_expired_a_wrong_and_a_disabled_ones_token_answer_none(system):
    late = actions.issue_token(system, "bearer", clock.now() - 2 * HOUR, HOUR)
    good = actions.issue_token(system, "bearer", clock.now(), HOUR)
    assert sign_in.actor_of_token(late) is None
    assert sign_in.actor_of_token(good + "x") is None
    db.execute("update access_account set is_active = false")
    assert sign_in.actor_of_token(good) is None


def test_a_session_gives_its_accounts_actor(system):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions.begin(session, system, "demo", clock.now())
    session.save()
    assert sign_in.actor_of(None, {settings.SESSION_COOKIE_NAME: session.session_key}).account == system.pk
    assert sign_in.actor_of(None, {settings.SESSION_COOKIE_NAME: "forged"}) is None
    assert sign_in.actor_of(None, {}) is None


@pytest.mark.parametrize(("username", "password"), [("79001_BV", "wrong"), ("nobody", "ABC"), ("79001_BV", "")])
def test_every_wrong_sign_in_is_answered_alike(system, username, password):
    with pytest.raises(Problem) as refused:
        passwords.enter(username, password, ("system",), "10.0.0.1", clock.now())
    assert refused.value.number == "SSK-1001"


def test_an_account_without_a_password_cannot_use_one():
    actions.open_account(PROGRAM, "lan", name="Lan", role="citizen", person=1)
    assert actions.of_password("lan", "") is None


def test_a_line_says_who_what_and_on_whose_record(system):
    at = datetime(2026, 3, 2, tzinfo=UTC)
    actor = sign_in.actor_for(system)
    lines = [audit.Line(actor, "read", "record", person) for person in (7, 8)]
    audit.record_all(lines, at)
    audit.record(actor, "read", kind="record", person=9, outcome="refused", at=at)
    audit.record_all([], at)
    assert db.tuples(
        "select person, account, role, facility, purpose, action, kind, outcome from access_audit"
        " where person > 0 order by person"
    ) == [
        (person, system.pk, "system", "79001", "treatment", "read", "record", outcome)
        for person, outcome in ((7, "done"), (8, "done"), (9, "refused"))
    ]
