"""`sosuckhoe run`, whole: it starts, answers, mends itself, stops cleanly and leaves nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import psutil
import pytest

from sosuckhoe.site import home, postgres, serve
from tests import served, traces


@contextmanager
def running(folder, port, *, patience=90):
    """The house in a process of its own, answering; killed when the test leaves it running."""
    log = folder.parent / "log"
    with log.open("wb") as out, start(folder, port, out) as process:
        try:
            served.wait_until_it_answers(port, process, log, patience)
            yield process
        finally:
            process.kill()
            traces.wait_until_none(folder)


def start(folder, port, out=subprocess.PIPE):
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    told = {"SOSUCKHOE_HOME": str(folder), "PORT": str(port), "SOSUCKHOE_DEMO": "0", "PYTHONPATH": str(home.SOURCES)}
    return subprocess.Popen(serve.own_command("run"), env={**surroundings, **told}, stdout=out, stderr=out, text=True)


def children(process, word):
    """The living children of the supervisor whose words hold this one."""
    return [found for found in psutil.Process(process.pid).children() if word in words_of(found)]


def words_of(process):
    try:
        return process.cmdline()
    except psutil.Error:  # it has just ended, or nobody has waited for it yet
        return []


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return met


@pytest.mark.crash
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_stops_cleanly_when_told_to(data_folder, how):
    port = served.free_port()
    with running(data_folder, port) as process:
        process.send_signal(how)
        assert process.wait(30) == 0
        assert traces.wait_until_none(data_folder, 5) == []
        assert list((data_folder / "postgres" / "run").iterdir()) == []
        assert not served.answers(port)


@pytest.mark.crash
def test_nothing_outlives_a_killed_supervisor_and_the_next_start_works(data_folder):
    port = served.free_port()
    with running(data_folder, port) as process:
        process.kill()
        assert traces.wait_until_none(data_folder) == []
    with running(data_folder, port) as process:
        process.terminate()
        assert process.wait(30) == 0


@pytest.mark.crash
def test_after_everything_was_killed_at_once_the_next_start_works(data_folder):
    port = served.free_port()
    with running(data_folder, port):
        assert traces.kill_all(data_folder) == []
    with running(data_folder, port):
        pass


@pytest.mark.crash
def test_what_dies_is_started_again(data_folder):
    port = served.free_port()
    with running(data_folder, port) as process:
        [web], [worker] = children(process, "web"), children(process, "worker")
        server = postgres.Cluster(data_folder).server()
        for victim in (server, worker, web):
            victim.kill()
        assert wait_for(lambda: is_replaced(process, "web", web) and is_replaced(process, "worker", worker))
        assert wait_for(lambda: postgres.Cluster(data_folder).server() not in {None, server})
        assert wait_for(lambda: served.answers(port))
        assert process.poll() is None


def is_replaced(process, word, former):
    return any(found != former for found in children(process, word))


@pytest.mark.crash
def test_a_second_start_of_the_same_folder_is_refused(data_folder):
    port = served.free_port()
    with running(data_folder, port):
        second = start(data_folder, served.free_port())
        _, said = second.communicate(timeout=60)
        assert second.returncode == 1
        assert said.startswith("SSK-5001: ")
        assert "already running" in said
        assert "Traceback" not in said
        assert served.answers(port)


def test_a_port_that_is_taken_is_named_and_nothing_is_started(data_folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        second = start(data_folder, port)
        _, said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert said.splitlines() == [
        f"SSK-5007: Cổng {port} đang có chương trình khác dùng; hãy đặt PORT khác.",
        f"Port {port} is in use by another program; set another PORT.",
    ]
    assert traces.processes_of(data_folder) == []
    assert not (data_folder / "postgres").exists()
