"""Which lists fill the registers: their columns, what an entry is called by, the sentences of their faults. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts, sheet
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130.mapping.registers import squeezed

FACILITIES, LICENCES, ROLES, SERVICES, AFFILIATIONS = "facilities", "licences", "roles", "services", "affiliations"
_CALLED_BY = {
    FACILITIES: ("facility",),
    LICENCES: ("licence",),
    ROLES: ("facility", "licence", "role", "department"),
    SERVICES: ("facility", "service"),
    AFFILIATIONS: ("facility", "member", "kind"),
}


class List(NamedTuple):
    """One kind of list: its key, its columns, and its name in both languages."""

    kind: str
    columns: tuple[sheet.Column, ...]
    vi: str
    en: str


@cache
def lists() -> dict[str, List]:
    """Every kind of list by its key, in the order in which headings are compared."""
    entries = _file()["lists"]
    return {
        kind: List(kind, sheet.columns_of(entry["columns"]), entry["vi"], entry["en"])
        for kind, entry in entries.items()
    }


@cache
def rules() -> dict[str, dict[str, str]]:
    """The sentences of the rules that only these lists have."""
    return dict(_file()["rules"])


@cache
def roles() -> dict[str, dict[str, str]]:
    """What a role is called in both languages."""
    return dict(_file()["roles"])


def list_of(headings: Sequence[str]) -> List:
    """The list that these headings belong to. Problem SSK-2223 when they belong to none."""
    for one in lists().values():
        if sheet.fits(headings, one.columns):
            return one
    raise Problem("SSK-2223")


def code_of(kind: str, values: dict[str, str]) -> str:
    """What the entry of a row is called by: the same for every list that has it."""
    return "|".join(squeezed(values[name]) if name == "licence" else values[name] for name in _CALLED_BY[kind])


def is_valid(since: str | date | None, until: str | date | None, on: date) -> bool:
    """Whether a day lies within two days, both included; a day that is not told does not bound."""
    first, last = (str(day) if day else "" for day in (since, until))
    return (not first or first <= on.isoformat()) and (not last or on.isoformat() <= last)


def _file() -> dict[str, Any]:
    return facts.read_yaml(Path(__file__).parent / "data" / "lists.yaml")
