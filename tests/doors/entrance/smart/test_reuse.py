"""A code or token that is good once and comes again is a sign of theft: the trace says so."""

from __future__ import annotations

import pytest

from sosuckhoe.base import db
from tests.doors.entrance.smart.asking import answer, exchange, question, refresh
from tests.doors.entrance.smart.test_launch import OFFLINE, tokens_of

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
