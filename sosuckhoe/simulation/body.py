"""What is measured of a body: consistent for one person over the years, moved by illness, age and treatment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sin
from typing import TYPE_CHECKING

from sosuckhoe.simulation import facts
from sosuckhoe.simulation.chance import mix, standing
from sosuckhoe.simulation.moments import DAY, YEAR

if TYPE_CHECKING:
    from random import Random

    from sosuckhoe.simulation.facts import Indicator, Longterm
    from sosuckhoe.simulation.people import Person

_BODY, _WEIGHT, _PRESSURE = 41, 42, 43
_CHILD_YEARS = 15
_WAVE_DAYS = 410.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """Signs at one moment. `temperature` in °C, pressures in mmHg."""

    pulse: int
    temperature: float
    systolic: int
    diastolic: int
    breaths: int
    saturation: int


def weight(seed: int, person: Person, at: int) -> float:
    """Weight in kg."""
    age = person.age(at)
    place = standing(seed, person.number, _WEIGHT)
    column = 1 if person.is_male else 2
    grown = _growth()[-1]
    if age >= grown[0]:
        mean, spread = facts.table("population")["adult_weight"][person.sex]
        blend = min(1.0, (age - grown[0]) / 12)
        middle = grown[column] + (mean - grown[column]) * blend
        return float(max(34.0, middle + spread * place * (0.6 + 0.4 * blend)))
    return max(1.4, _median(age, column) * (1 + 0.11 * place))


def _median(age: float, column: int) -> float:
    for (younger, *low), (older, *high) in pairwise(_growth()):
        if age < older:
            share = (age - younger) / (older - younger)
            return low[column - 1] + (high[column - 1] - low[column - 1]) * share
    return _growth()[-1][column]


@cache
def _growth() -> list[tuple[float, float, float]]:
    """Age in years, median weight of boys, of girls."""
    return [(age, boys, girls) for age, boys, girls in facts.table("population")["growth"]]


def vitals(rng: Random, seed: int, person: Person, at: int, start: int, *, fever: float, ill: float) -> Vitals:
    """Signs at a visit. `fever` is degrees above normal, `ill` from 0 (well) to 1 (very ill)."""
    age = person.age(at)
    systolic = _systolic(seed, person, at, start) + rng.gauss(0, 5)
    young = max(0.0, 1 - age / 12)
    return Vitals(
        pulse=round(74 + 62 * young + 9 * fever + 14 * ill + rng.gauss(0, 5)),
        temperature=round(36.7 + fever + rng.gauss(0, 0.12), 1),
        systolic=round(systolic / 5) * 5,
        diastolic=round((systolic * 0.54 + 11 + rng.gauss(0, 3)) / 5) * 5,
        breaths=round(18 + 20 * young + 5 * ill + rng.gauss(0, 1)),
        saturation=min(99, round(98 - 5 * ill + rng.gauss(0, 0.6))),
    )


def _systolic(seed: int, person: Person, at: int, start: int) -> float:
    age = person.age(at)
    base = 92 + 2.0 * age if age < _CHILD_YEARS else 108 + 0.28 * age + (3 if person.is_male else 0)
    value = min(base, 132.0) + 6 * standing(seed, person.number, _PRESSURE)
    for illness in _longterm_of(person):
        mean, spread, change = illness.pressure
        place = standing(seed, person.number, _PRESSURE, illness.number)
        value += mean + spread * place + change * (at - start) / YEAR + 0.4 * spread * _wave(seed, person, at)
    return value


def result(rng: Random, seed: int, person: Person, indicator: Indicator, at: int, start: int, shift: float) -> float:
    """A measured value. `shift` is what the illness of the day adds, already scaled to how ill the person is."""
    sex = 0 if person.is_male else 1
    place = standing(seed, person.number, _BODY, mix(*indicator.key.encode()))
    value = indicator.mean[sex] + indicator.between * place + shift + _for_age(indicator.key, person.age(at))
    for illness in _longterm_of(person):
        value += _level(seed, person, illness, indicator.key, at, start)
    value += indicator.within * rng.gauss(0, 1)
    return round(max(indicator.least, value), indicator.decimals)


def agreeing(key: str, value: float, measured: dict[str, float]) -> float:
    """A value that agrees with those measured before it: what is computed from others, and shares of a whole."""
    if key == "hct" and "hgb" in measured:
        return round(measured["hgb"] * 0.00295 + 0.003 * (value % 0.01 - 0.005) / 0.005, 3)
    if key == "mcv" and "hct" in measured:
        return round(measured["hct"] / measured["rbc"] * 1000, 1)
    if key == "ldl" and {"cholesterol", "hdl", "triglyceride"} <= measured.keys():
        rest = measured["hdl"] + measured["triglyceride"] / 2.2
        return round(max(0.6, measured["cholesterol"] - rest), 2)
    if key == "lym" and "neu" in measured:
        return round(min(value, 97 - measured["neu"]), 1)
    return value


def _level(seed: int, person: Person, illness: Longterm, key: str, at: int, start: int) -> float:
    """What a long-term illness adds: a person's own mean, a slow wave, and the course under treatment."""
    if key not in illness.level:
        return 0.0
    mean, spread, change = illness.level[key]
    place = standing(seed, person.number, _BODY, illness.number)
    course = change * (at - start) / YEAR
    return float(mean + spread * place + course + 0.35 * abs(spread) * _wave(seed, person, at))


def _for_age(key: str, age: float) -> float:
    """Children are not small adults: fewer red cells, more white ones, more lymphocytes, less creatinine."""
    if age >= _CHILD_YEARS:
        return 0.0
    young = 1 - age / _CHILD_YEARS
    moves = {
        "hgb": -22.0,
        "hct": -0.06,
        "rbc": -0.2,
        "mcv": -9.0,
        "wbc": 2.6,
        "lym": 20.0,
        "neu": -22.0,
        "plt": 60.0,
        "creatinine": -42.0,
    }
    return moves.get(key, 0.0) * young


def _wave(seed: int, person: Person, at: int) -> float:
    phase = mix(seed, person.number, _BODY) % 628 / 100
    return sin(at / DAY / _WAVE_DAYS * 6.2832 + phase)


def _longterm_of(person: Person) -> list[Longterm]:
    known = facts.longterm()
    return [known[key] for key in person.illnesses]
