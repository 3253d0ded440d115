"""`sosuckhoe stub`: stand-ins of outside systems, so that the demo shows what they bring. `run` starts them itself."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from sosuckhoe.base import clock
from sosuckhoe.exchange.bhxh.stub import Cards
from sosuckhoe.exchange.bhxh.stub import stub as bhxh_stub
from sosuckhoe.exchange.outside.stub import serve
from sosuckhoe.exchange.population.stub.book import Book
from sosuckhoe.exchange.population.stub.server import stub as population_stub
from sosuckhoe.site import processes

PEOPLE = "people.csv"
SETTINGS = {"population": "SOSUCKHOE_POPULATION", "bhxh": "SOSUCKHOE_BHXH"}
"""Each stand-in, and the setting that names the system whose place it takes."""

_PEOPLE = click.option(
    "--people",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="people.csv của một tỉnh mô phỏng · of a simulated province.",
)
_PORT = click.option("--port", type=click.IntRange(1, 65_535), required=True)


class StandIn(NamedTuple):
    """One stand-in as a process: its name and the words that start it."""

    name: str
    words: list[str]


@click.group()
def stub() -> None:
    """Hệ thống bên ngoài giả lập · stand-ins of outside systems."""


@stub.command()
@_PEOPLE
@_PORT
def population(people: Path, port: int) -> None:
    """Cơ sở dữ liệu dân cư giả lập · a stand-in of the population database."""
    processes.die_with_parent()
    serve(population_stub(port, Book.of_province(people)))


@stub.command()
@_PEOPLE
@_PORT
def bhxh(people: Path, port: int) -> None:
    """Bảo hiểm xã hội giả lập · a stand-in of social insurance."""
    processes.die_with_parent()
    serve(bhxh_stub(port, Cards.of_province(people, clock.today())))


def stand_ins(folder: Path) -> Iterator[StandIn]:
    """A stand-in for each system that no setting names; its address is left in the environment for our children."""
    for name, setting in SETTINGS.items():
        if setting in os.environ:
            continue
        port = _free_port()
        os.environ[setting] = f"http://127.0.0.1:{port}"
        yield StandIn(name, ["stub", name, "--people", str(folder / PEOPLE), "--port", str(port)])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
