"""What one source says of who somebody is. Nothing here decides whether two claims mean one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID


class Identifier(NamedTuple):
    """A number that somebody gave a person. `system` is a key of `data/identifier_systems.yaml`."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One source's word on one person, as written: nothing normalised, nothing guessed.

    `birth` is a FHIR date of the precision that the source knows ('1961', '1961-05-02').
    `sex` is a FHIR administrative gender. Codes of places are those of the file (63 or 34 provinces).
    `extra` holds what few sources say: `birth_time`, `mother_name`, `deceased` (a FHIR date or moment), `married` (a
    day), `email`, `landline`, `religion`, `birth_province` (a code), and of what is known of a person `settled`
    (known.py).
    """

    name: str
    birth: str
    sex: str
    facility: str
    identifiers: tuple[Identifier, ...] = ()
    phone: str = ""
    address: str = ""
    province: str = ""
    district: str = ""
    commune: str = ""
    nationality: str = ""
    ethnicity: str = ""
    occupation: str = ""
    mother: Identifier | None = None
    extra: dict[str, str] = field(default_factory=dict)


class PersonRef(NamedTuple):
    """A person that identity has found or made: the internal key, and the key of their Patient resource."""

    person: int
    patient: UUID
