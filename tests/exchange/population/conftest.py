"""A stand-in of the population database in this process, spoken to by real HTTP."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest

from sosuckhoe.exchange.outside.line import Line
from sosuckhoe.exchange.outside.pace import Pace
from sosuckhoe.exchange.population.client import Register
from sosuckhoe.exchange.population.stub.book import Book
from sosuckhoe.exchange.population.stub.server import stub


@contextmanager
def served(server):
    """A stub that answers until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def line_to(server, **more):
    """A line that waits for nothing between tries."""
    facts = {"seconds": 5.0, "wait": lambda _: None, "pace": Pace(1e6, 1e6, 1e6), **more}
    return Line("Dân cư", f"http://127.0.0.1:{server.server_port}", **facts)


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def stand_in(book):
    with served(stub(0, book)) as server:
        yield server


@pytest.fixture
def register(stand_in):
    return Register(line_to(stand_in))
