"""The search parameters of every resource type. https://hl7.org/fhir/R4/searchparameter-registry.html

`data/search_parameters.json` has them as JSON paths, each with the data type at its end, compiled from HL7's
expressions by tools/derive_search_parameters.py. Everything is indexed by **path**, not by parameter: `patient`
and `subject` of an Observation read the same path, and `combo-code` is the union of two.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path as FilePath
from typing import NamedTuple

from sosuckhoe.access import addresses
from sosuckhoe.base import facts

DATA = FilePath(__file__).parent.parent / "data"


class Path(NamedTuple):
    """Where values stand: `subject` ending in a Reference, of which only those to `only` count ("" = all).

    `systems` are those of a bare code; `bound` the elements that it may be (`Address.use`), where `steps` does not say.
    """

    steps: str
    leaf: str
    only: str = ""
    systems: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()


class Part(NamedTuple):
    """One component of a composite parameter: its kind, and where its values stand from the element it belongs to.

    A path that starts with a slash starts at the resource.
    """

    kind: str
    paths: tuple[Path, ...]


class Group(NamedTuple):
    """An element that a composite parameter looks into ("" is the resource itself), and its parts there."""

    where: str
    parts: tuple[Part, ...]


class Parameter(NamedTuple):
    """One search parameter of one resource type. A composite one has groups instead of paths."""

    type: str
    code: str
    kind: str
    paths: tuple[Path, ...]
    targets: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


def parse_path(text: str) -> Path:
    """`subject:Reference>Patient`, `status:code@http://hl7.org/fhir/observation-status` … as written in the data."""
    steps, _, leaf = text.partition(":")
    leaf, _, only = leaf.partition(">")
    leaf, _, systems = leaf.partition("@")
    return Path(steps, leaf, only, tuple(systems.split()))


@cache
def types() -> tuple[str, ...]:
    """The resource types of R4, in the order of their names."""
    return tuple(name for name in facts.read_json(DATA / "search_parameters.json") if name != "Resource")


@cache
def number_of() -> dict[str, int]:
    """The number that stands for a type in the database: its place among R4's types, which are final."""
    return {name: number for number, name in enumerate(types(), start=1)}


@cache
def name_of() -> dict[int, str]:
    """The inverse of `number_of`."""
    return {number: name for name, number in number_of().items()}


@cache
def of(type_name: str) -> dict[str, Parameter]:
    """The parameters of a type by code, those of every resource included."""
    entries = facts.read_json(DATA / "search_parameters.json")
    return {
        code: Parameter(
            type_name,
            code,
            entry["kind"],
            tuple(parse_path(path) for path in entry.get("paths", ())),
            tuple(entry.get("targets", ())),
            tuple(_group(*group) for group in entry.get("groups", ())),
        )
        for owner in ("Resource", type_name)
        for code, entry in entries[owner].items()
    }


def _group(where: str, *parts: tuple[str, list[str]]) -> Group:
    return Group(where, tuple(Part(kind, tuple(parse_path(path) for path in paths)) for kind, paths in parts))


@cache
def is_personal(type_name: str) -> bool:
    """Whether resources of a type are a person's; all others are registers (facilities, practitioners, codes)."""
    return addresses.kinds()[type_name] == "record"


@cache
def main_date(type_name: str) -> tuple[Path, ...]:
    """Where the main clinical date of a type stands; the first that is present counts."""
    chosen = facts.read_yaml(DATA / "main_dates.yaml")["main_dates"].get(type_name)
    if chosen is not None:
        return tuple(parse_path(path) for path in chosen)
    date = of(type_name).get("date")
    return date.paths if date else ()


def targets_of(parameter: Parameter, target: str = "") -> frozenset[str]:
    """The types that a parameter may refer to, or only the one that is named."""
    if target:
        return frozenset({target})
    return frozenset(types() if "*" in parameter.targets else parameter.targets)
