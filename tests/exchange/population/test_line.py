"""What the line does when the other side fails, in every way that the stand-in knows."""

from __future__ import annotations

import socket

import pytest

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.outside.breaker import Breaker
from sosuckhoe.exchange.outside.hearing import hear, understood
from sosuckhoe.exchange.outside.line import Away, Declined, Garbled
from sosuckhoe.exchange.outside.pace import Pace
from sosuckhoe.exchange.outside.stub import FAILURES
from sosuckhoe.exchange.population.messages import read_answer
from tests.exchange.population.conftest import line_to
from tests.exchange.population.people import AT, LAN, enter, word

ASK = b'{"number": "025160001234"}'
PASSING = {"slow", "broken", "busy", "closed"}
PERMANENT = {"refused"}
UNREADABLE = {"malformed"}


def test_every_failure_of_the_stand_in_is_met_here():
    assert set(FAILURES) == PASSING | PERMANENT | UNREADABLE


@pytest.mark.parametrize("mode", sorted(PASSING))
def test_a_passing_failure_is_tried_again(stand_in, book, mode):
    enter(book, word())
    stand_in.set_mode(mode, 1)
    answer = line_to(stand_in, seconds=0.3).ask("/verify", ASK)
    assert read_answer(answer).word.name == "Nguyễn Thị Lan"
    assert stand_in.asked == {"/verify": 1}


@pytest.mark.parametrize("mode", sorted(PASSING))
def test_a_failure_that_stays_is_away(stand_in, mode):
    stand_in.set_mode(mode, 0)
    with pytest.raises(Away):
        line_to(stand_in, seconds=0.1).ask("/verify", ASK)


def test_nobody_there_is_away(stand_in):
    line = line_to(stand_in)
    line.url = f"http://127.0.0.1:{unused_port()}"
    with pytest.raises(Away):
        line.ask("/verify", ASK)


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("mode", sorted(PERMANENT))
def test_a_permanent_failure_is_another_error_and_is_not_repeated(stand_in, mode):
    stand_in.set_mode(mode, 1)
    line = line_to(stand_in)
    with pytest.raises(Declined):
        line.ask("/verify", ASK)
    assert stand_in.mode == "well"
    assert line.breaker.failures == 0
    assert not issubclass(Declined, Away)


@pytest.mark.django_db
def test_half_an_answer_is_kept_and_garbled(stand_in, register):
    stand_in.set_mode("malformed", 1)
    said = hear("verify", register.line.ask("/verify", ASK), AT)
    with pytest.raises(Garbled):
        understood(said, read_answer, "Dân cư")
    assert db.tuples("select kind, state from exchange_heard") == [("verify", "garbled")]


def test_a_pause_is_as_long_as_the_busy_system_asks(stand_in):
    waited = []
    stand_in.set_mode("busy", 1)
    line_to(stand_in, wait=waited.append).ask("/verify", ASK)
    assert max(waited) >= 1.0


def test_a_broken_system_is_left_in_peace_and_tried_once_after_a_rest(stand_in, book):
    enter(book, word())
    now = [0.0]
    line = line_to(stand_in, tries=1, breaker=Breaker(3, 30.0), clock=lambda: now[0])
    stand_in.set_mode("broken", 3)
    for _ in range(3):
        with pytest.raises(Away):
            line.ask("/verify", ASK)
    with pytest.raises(Away):
        line.ask("/verify", ASK)
    assert stand_in.asked == {}
    now[0] = 31.0
    assert read_answer(line.ask("/verify", ASK)).number == LAN
    assert not line.breaker.is_open


def test_a_trial_that_fails_begins_the_rest_anew():
    breaker = Breaker(1, 10.0)
    breaker.failed(0.0)
    assert [breaker.allows(now) for now in (9.0, 10.0, 11.0)] == [False, True, False]


def test_the_pace_lets_a_burst_through_and_then_spreads():
    pace = Pace(2.0, 2.0, 2.0)
    assert [pace.take(0.0) for _ in range(4)] == [0.0, 0.0, 0.5, 1.0]
    assert pace.take(10.0) == 0.0


def test_the_same_message_has_the_same_key_and_no_number_stands_in_an_address(stand_in, monkeypatch):
    seen = []
    monkeypatch.setattr(
        stand_in.RequestHandlerClass,
        "log_request",
        lambda self, *_: seen.append((self.path, self.headers["Idempotency-Key"], self.headers["Authorization"])),
    )
    line = line_to(stand_in, token="of-tests")
    for message in (ASK, ASK, b'{"number": "1"}'):
        line.ask("/verify", message)
    (path, first, token), (_, again, _), (_, other, _) = seen
    assert (path, token) == ("/verify", "Bearer of-tests")
    assert first == again != other


def test_errors_name_the_system_and_no_value():
    assert "Dân cư" in Away("Dân cư").vi
    assert isinstance(Declined("Dân cư", 403), Problem)
