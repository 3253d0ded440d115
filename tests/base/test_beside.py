"""Work beside the worker: one at a time, and what fails is named by its kind alone."""

from __future__ import annotations

import logging
import threading

from sosuckhoe.base.beside import Beside


def test_it_runs_beside_and_is_known_to_be_under_way():
    run, hold, done = Beside("a look"), threading.Event(), []
    assert not run.is_under_way
    run.begin(lambda: (hold.wait(10), done.append(threading.current_thread() is not threading.main_thread())))
    assert run.is_under_way
    hold.set()
    run.wait()
    assert done == [True]
    assert not run.is_under_way


def test_a_fault_is_named_by_its_kind_and_never_by_what_it_says(caplog):
    run = Beside("a look")

    def fail():
        raise ValueError("Nguyễn Thị Lan")

    with caplog.at_level(logging.ERROR):
        run.begin(fail)
        run.wait()
    assert caplog.messages == ["a look ended (ValueError)"]
    assert not run.is_under_way
