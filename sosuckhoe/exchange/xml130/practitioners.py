"""What the register says of those whom a hospital's file names: who they are, and whether they may practise. Pure.

Only files of facilities whose practitioners the register has are noted: of the others it knows nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.exchange.xml130 import findings
from sosuckhoe.exchange.xml130.format import DATA
from sosuckhoe.exchange.xml130.mapping.registers import squeezed
from sosuckhoe.exchange.xml130.mapping.values import several
from sosuckhoe.exchange.xml130.package import Finding, Package

UNKNOWN, NOT_VALID, CLOSED = "worker-unknown", "worker-not-valid", "facility-not-valid"


class Validity(NamedTuple):
    """When a number is good; a social insurance number, which is no licence, is good on every day."""

    status: str
    valid_from: date | None
    valid_until: date | None


class Named(NamedTuple):
    """A practitioner's number in a file, and where it stands first."""

    table: str
    row: int
    field: str
    code: str


def named_in(package: Package) -> Iterator[Named]:
    """Every number of a practitioner, once for each table and field."""
    seen: set[tuple[str, str, str]] = set()
    for table, fields in _fields().items():
        for number, row in enumerate(package.tables.get(table, ()), 1):
            for field in fields:
                for code in (squeezed(text) for text in several(row, field)):
                    if code and (table, field, code) not in seen:
                        seen.add((table, field, code))
                        yield Named(table, number, field, code)


def findings_of(named: list[Named], known: Mapping[str, Validity], on: date | None) -> list[Finding]:
    """A note for each number that the register does not know, or that was not valid on the day of the visit."""
    found = []
    for table, row, field, code in named:
        if field in _heads():
            continue
        if code not in known:
            found.append(findings.found(table, row, field, UNKNOWN, "not in the register"))
        elif on and not _is_good(known[code], on):
            found.append(findings.found(table, row, field, NOT_VALID, "not in force"))
    return found


def finding_of_facility(validity: Validity, on: date | None) -> list[Finding]:
    """A note on a facility that was not open, by the register, on the day of the visit."""
    if on is None or _bounds(validity, on):
        return []
    return [findings.found("XML1", 1, "MA_CSKCB", CLOSED, "not in force")]


def _is_good(validity: Validity, on: date) -> bool:
    """Whether one may practise: a licence that was withdrawn without a date is good on no day."""
    if validity.status in {"suspended", "revoked"} and validity.valid_until is None:
        return False
    return _bounds(validity, on)


def _bounds(validity: Validity, on: date) -> bool:
    """Whether a day lies within the two dates, both included; one that is not told does not bound."""
    since, until = validity.valid_from, validity.valid_until
    return (since is None or since <= on) and (until is None or on <= until)


@cache
def _fields() -> dict[str, list[str]]:
    return dict(_file()["fields"])


@cache
def _heads() -> frozenset[str]:
    return frozenset(_file()["heads"])


def _file() -> dict[str, Any]:
    return facts.read_yaml(DATA / "practitioners.yaml")
