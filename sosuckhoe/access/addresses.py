"""What may be asked for at all: types, interactions, operations and pages, each with what it is of and whom it answers.

`data/addresses.yaml` says it. Tests compare it both ways with what the doors have.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts

EVERYBODY = "everybody"
SIGNED = "signed"
KINDS = ("record", "register", "group")
"""Of types: records of persons, entries of registers, entries that name persons and are nobody's."""


class Page(NamedTuple):
    """One page: its methods, whom it answers (EVERYBODY, SIGNED or roles), what its address names (empty: nothing)."""

    methods: frozenset[str]
    to: frozenset[str]
    of: str


@cache
def _said() -> dict[str, Any]:
    return facts.read_yaml(Path(__file__).parent / "data" / "addresses.yaml")


@cache
def pages() -> dict[str, Page]:
    """Every page, by the name that its door gives it."""
    return {
        name: Page(frozenset(said["methods"].split()), frozenset(said["to"].split()), said.get("of", ""))
        for name, said in _said()["pages"].items()
    }


@cache
def kinds() -> dict[str, str]:
    """Every type of R4: one of KINDS."""
    return {name: kind for kind in KINDS for name in _said()[kind]}


def entry_kind(type_name: str) -> str:
    """The kind of a row that is nobody's: `group` where its type names persons, else `register`."""
    return "group" if kinds()[type_name] == "group" else "register"


def gateway() -> frozenset[str]:
    """Every address of the interface that hospital systems speak."""
    return frozenset(_said()["gateway"])


def interactions() -> dict[str, str]:
    """The action that each interaction asks for."""
    return dict(_said()["interactions"])


def operations() -> dict[str, str]:
    """The action and the kind that each operation asks for."""
    return dict(_said()["operations"])
