"""The province as a stream of packages: what benches and tests draw from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sosuckhoe.simulation.sending import SimulatedPackage

LONG_AGO = date(2026, 6, 30)
"""The end of a stream for which nobody asks another: benches compare runs of different days."""


def packages(
    people: int, years: float, seed: int, *, until: date = LONG_AGO, province: str = "25"
) -> Iterator[SimulatedPackage]:
    """What the hospitals of a province of so many people send in so many years, in the order of sending.

    Memory grows with the number of people (about 1 kB each), not with years. The same arguments give the same packages.
    """
    return Life(Plan(people, years, seed, until, province)).packages()
