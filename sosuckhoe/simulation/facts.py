"""The facts of the simulation, read once from `data/` into small values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.simulation.chance import Choice

DATA = Path(__file__).parent / "data"
BANDS = (1, 5, 15, 40, 60)
"""The ages at which the age bands of illness rates part."""

Chances = tuple[tuple[str, float], ...]


class Drug(NamedTuple):
    """One product. `take` units, `times` a day for an adult; `child` is the key of the form for children."""

    key: str
    code: str
    name: str
    strength: str
    unit: str
    form: str
    route: str
    registration: str
    price: int
    take: float
    times: int
    how: str
    child: str
    mg_unit: float
    mg_kg_take: float


class Service(NamedTuple):
    """One service of the price list. `minutes` is how long until it is done or its result is there."""

    key: str
    code: str
    name: str
    unit: str
    group: str
    kind: str
    price: int
    machine: str
    minutes: int
    procedure: str


class Indicator(NamedTuple):
    """One line of a result. Pairs are for men and women; `decimals` is -1 for words, `low` is then the usual word."""

    key: str
    name: str
    unit: str
    decimals: int
    low: tuple[Any, Any]
    high: tuple[float, float]
    mean: tuple[float, float]
    between: float
    within: float
    least: float


@dataclass(frozen=True, slots=True)
class Illness:
    """What brings somebody to a facility, and what is done then. See the head of `data/illnesses/infections.yaml`."""

    key: str
    codes: Choice[str]
    reasons: tuple[str, ...]
    signs: str
    advice: str
    companions: Chances = ()
    exam: str = "exam_medicine"
    rate: tuple[float, ...] = ()
    season: tuple[float, ...] = (1.0,) * 12
    sexes: tuple[float, float] = (1.0, 1.0)
    where: Choice[str] = field(default_factory=lambda: Choice({"district": 1.0}))
    care: str = ""
    days: tuple[int, int] = (5, 7)
    fever: float = 0.0
    admit: float = 0.0
    stay: tuple[int, int] = (3, 5)
    refer: float = 0.0
    follow: int = 0
    deadly: float = 0.0
    drugs: Chances = ()
    course: str = ""
    first_drugs: Chances = ()
    ward_drugs: Chances = ()
    ward_services: tuple[str, ...] = ()
    ward_once: tuple[str, ...] = ()
    surgery: str = ""
    services: Chances = ()
    sessions: tuple[str, ...] = ()
    tests: Chances = ()
    pictures: Chances = ()
    finding: dict[str, list[str]] = field(default_factory=dict)
    positive: dict[str, list[str]] = field(default_factory=dict)
    shift: dict[str, float] = field(default_factory=dict)
    accident: str = ""
    traditional: str = ""
    leads_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Longterm:
    """An illness of years (see `data/illnesses/longterm.yaml`). Tests are (service, chance, each n-th visit)."""

    key: str
    number: int
    codes: Choice[str]
    share: tuple[float, ...]
    every: int
    where: Choice[str]
    reasons: tuple[str, ...]
    signs: str
    advice: str
    regimens: tuple[tuple[str, ...], ...]
    extras: Chances = ()
    child_regimen: tuple[str, ...] = ()
    later_regimen: tuple[str, ...] = ()
    companions: Chances = ()
    exam: str = "exam_medicine"
    sexes: tuple[float, float] = (1.0, 1.0)
    visits: int = 0
    care: str = ""
    programme: str = ""
    sessions: tuple[str, ...] = ()
    session_drugs: tuple[str, ...] = ()
    tests: tuple[tuple[str, float, int], ...] = ()
    pictures: tuple[tuple[str, float, int], ...] = ()
    finding: dict[str, list[str]] = field(default_factory=dict)
    positive: dict[str, list[str]] = field(default_factory=dict)
    level: dict[str, list[float]] = field(default_factory=dict)
    pressure: tuple[float, float, float] = (0.0, 0.0, 0.0)


@cache
def table(name: str) -> dict[str, Any]:
    """A YAML file of `data/`, as written."""
    return facts.read_yaml(DATA / f"{name}.yaml")


@cache
def drugs() -> dict[str, Drug]:
    rows = facts.read_csv(DATA / "drugs.csv")
    return {row["key"]: _drug(row) for row in rows}


def _drug(row: dict[str, str]) -> Drug:
    numbers: dict[str, Any] = {name: int(row[name]) for name in ("price", "times")}
    numbers |= {name: float(row[name] or 0) for name in ("take", "mg_unit", "mg_kg_take")}
    return Drug(**{**row, **numbers})


@cache
def services() -> dict[str, Service]:
    rows = facts.read_csv(DATA / "services.csv")
    return {row["key"]: _service(row) for row in rows}


def _service(row: dict[str, str]) -> Service:
    fields: dict[str, Any] = {**row, "price": int(row["price"]), "minutes": int(row["minutes"])}
    return Service(**fields)


@cache
def indicators() -> dict[str, tuple[Indicator, ...]]:
    """The lines of each laboratory service."""
    found: dict[str, tuple[Indicator, ...]] = {}
    for row in facts.read_csv(DATA / "indicators.csv"):
        found[row["service"]] = (*found.get(row["service"], ()), _indicator(row))
    return found


def _indicator(row: dict[str, str]) -> Indicator:
    words = row["decimals"] == "text"

    def pair(name: str) -> tuple[float, float]:
        return float(row[f"{name}_m"] or 0), float(row[f"{name}_f"] or 0)

    low: tuple[Any, Any] = (row["low_m"], row["low_m"]) if words else pair("low")
    spread = (float(row["between"] or 0), float(row["within"] or 0), float(row["least"] or 0))
    places = -1 if words else int(row["decimals"])
    high, mean = ((0.0, 0.0), (0.0, 0.0)) if words else (pair("high"), pair("mean"))
    return Indicator(row["key"], row["name"], row["unit"], places, low, high, mean, *spread)


@cache
def diagnosis_names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in facts.read_csv(DATA / "diagnoses.csv")}


@cache
def illnesses() -> dict[str, Illness]:
    """Illnesses of a few days, and injuries."""
    files = (table("illnesses/infections"), table("illnesses/complaints"))
    return {key: illness(key, entry) for file in files for key, entry in file["illnesses"].items()}


@cache
def longterm() -> dict[str, Longterm]:
    """Illnesses of months and years, in the order in which they are the main diagnosis."""
    entries = table("illnesses/longterm")["illnesses"].items()
    return {key: _longterm(key, number, entry) for number, (key, entry) in enumerate(entries)}


_CHANCES = {
    "with": "companions",
    "also": "companions",
    "drugs": "drugs",
    "services": "services",
    "tests": "tests",
    "pictures": "pictures",
}
_CHOICES = ("codes", "where")


def illness(key: str, entry: dict[str, Any]) -> Illness:
    """An illness from its entry in a file of `data/illnesses`."""
    ward = entry.get("ward", {})
    values: dict[str, Any] = {
        "first_drugs": tuple(ward.get("first", {}).items()),
        "ward_drugs": tuple(ward.get("drugs", {}).items()),
        "ward_services": tuple(ward.get("services", ())),
        "ward_once": tuple(ward.get("once", ())),
        "surgery": ward.get("surgery", ""),
    }
    return Illness(key=key, **values, **_values(Illness, entry, chances=_CHANCES))


def _longterm(key: str, number: int, entry: dict[str, Any]) -> Longterm:
    values = _values(Longterm, entry, chances={"also": "companions", "extras": "extras"})
    for name in ("tests", "pictures"):
        values[name] = tuple((service, *how) for service, how in entry.get(name, {}).items())
    values["regimens"] = tuple(tuple(regimen) for regimen in entry["regimens"])
    return Longterm(key=key, number=number, **values)


def _values(shape: type, entry: dict[str, Any], chances: dict[str, str]) -> dict[str, Any]:
    """The fields of a dataclass from an entry: weights become choices, chances pairs, lists tuples."""
    values: dict[str, Any] = {"sexes": _sexes(entry)}
    for name, value in entry.items():
        if name in _CHOICES:
            values[name] = Choice(value)
        elif name in chances:
            values[chances[name]] = tuple(value.items())
        elif name in shape.__dataclass_fields__:  # type: ignore[attr-defined]  # every shape here is a dataclass
            values[name] = tuple(value) if isinstance(value, list) else value
    return values


def _sexes(entry: dict[str, Any]) -> tuple[float, float]:
    """By how much the rate of men and of women differs from the mean of both."""
    if "sex" in entry:
        return (1.0, 0.0) if entry["sex"] == "M" else (0.0, 1.0)
    men = entry.get("male", 1.0) / entry.get("female", 1.0)
    return 2 * men / (1 + men), 2 / (1 + men)
