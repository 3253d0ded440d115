"""A failure is written with its kind and places, never with its message."""

from __future__ import annotations

import logging
import sys

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
