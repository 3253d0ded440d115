"""A failure is written with its kind and places, never with its message."""

from __future__ import annotations

import logging
import sys

import pytest

from sosuckhoe.site.journal import PlacesOnly


def fail_with(message):
    raise ValueError(message)


def failure_with(message):
    try:
        fail_with(message)
    except ValueError:
        return sys.exc_info()


def test_the_message_of_a_failure_is_not_written():
    line = logging.LogRecord("room", logging.ERROR, __file__, 1, "filing failed", (), failure_with("Nguyễn Thị Bí Mật"))
    text = PlacesOnly().format(line)
    assert "Bí Mật" not in text
    assert "filing failed" in text
    assert "ValueError" in text
    assert "test_journal.py" in text
    assert "fail_with" in text


def test_causes_are_not_written_either():
    try:
        try:
            fail_with("Bí Mật")
        except ValueError as cause:
            raise RuntimeError("cũng Bí Mật") from cause
    except RuntimeError:
        failure = sys.exc_info()
    text = PlacesOnly().formatException(failure)
    assert "Bí Mật" not in text
    assert text.endswith("RuntimeError")


def test_a_page_that_fails_leaves_no_value_in_the_servers_log(capfd, monkeypatch):
    from sosuckhoe.site import wsgi

    monkeypatch.setattr(wsgi, "_pages", lambda _environ, _start: fail_with("Bí Mật"))
    monkeypatch.setattr(wsgi.db, "forget_broken_connection", lambda: None)
    said = []
    answer = b"".join(wsgi.application({"PATH_INFO": "/"}, lambda status, _headers: said.append(status)))
    assert said == ["500 Internal Server Error"]
    assert "Bí Mật" not in answer.decode()
    log = capfd.readouterr().err
    assert "a request failed" in log
    assert "Bí Mật" not in log


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x85", "\u2028", "\x1b[2K\r"])
def test_nobody_makes_a_line_of_the_log(end):
    words = f"/api/x{end}2026-11-22T00:00:00Z INFO sosuckhoe all is well"
    record = logging.LogRecord("sosuckhoe", logging.WARNING, __file__, 1, "gateway %s", (words,), None)
    written = PlacesOnly().format(record)
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written


def test_a_line_says_when_in_utc_how_grave_and_where_from():
    record = logging.LogRecord("sosuckhoe.site", logging.WARNING, __file__, 1, "it rains", (), None)
    record.created = 1_795_305_600.25
    assert PlacesOnly().format(record) == "2026-11-22T00:00:00Z WARNING sosuckhoe.site it rains"
