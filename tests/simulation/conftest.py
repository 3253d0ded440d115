"""One lived province for the tests of a worker: 1,200 people, one year."""

from datetime import date
from types import SimpleNamespace

import pytest

from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan

UNTIL = date(2026, 6, 30)


@pytest.fixture(scope="session")
def province():
    life = Life(Plan(1200, 1, 11, UNTIL))
    packages = list(life.packages())
    return SimpleNamespace(life=life, packages=packages, people={one.number: one for one in life.people})


@pytest.fixture(scope="session")
def visits(province):
    """(person, XML1 row, package) of every package."""
    return [(province.people[sent.truth[0].person], sent.package.summary, sent) for sent in province.packages]
