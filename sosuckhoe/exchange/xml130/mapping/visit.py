"""One visit being mapped: whose it is, what it refers to, and the drafts made so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base.keys import bucket_of, derived_key
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.xml130.mapping import registers
from sosuckhoe.exchange.xml130.mapping.sensitive import Labels, security
from sosuckhoe.exchange.xml130.package import Row
from sosuckhoe.identity.claim import PersonRef

Body = dict[str, Any]
Reference = dict[str, Any]
NO_LABELS: tuple[str, ...] = ()


class People(NamedTuple):
    """The persons of one package: its patient, and one newborn for each row of XML9, in order.

    `workers`: numbers of practitioners → the licence by which the register keeps them.
    """

    patient: PersonRef
    newborns: tuple[PersonRef, ...] = ()
    workers: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a package became: the drafts of its persons, and those of the registers they refer to.

    Bodies share their constant parts (codings, references): change none of them in place.
    """

    drafts: list[Draft]
    registers: list[Draft]


@dataclass(slots=True)
class Visit:
    """The place of every draft of one package.

    `born` is the first arrival of the episode; with facility, MA_LK, table and the row's own key it makes the
    keys, so that a corrected package finds the same records again. `scope` tells newborns of one visit apart.
    """

    facility: str
    ma_lk: str
    ref: PersonRef
    born: datetime
    received: datetime
    labels: Labels
    drafts: list[Draft] = field(default_factory=list)
    registers: dict[str, Draft] = field(default_factory=dict)
    patient: Reference = field(init=False)
    encounter: Reference = field(init=False)
    encounter_key: UUID = field(init=False)
    scope: tuple[str, ...] = ()
    started: str | None = None
    ended: str | None = None
    conditions: list[Reference] = field(default_factory=list)
    workers: Mapping[str, str] = field(default_factory=dict)
    """Numbers of practitioners → the licence by which the register keeps them."""
    _bucket: int = field(init=False)
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bucket = bucket_of(self.ref.person)
        self.patient = {"reference": f"Patient/{self.ref.patient}"}
        self.encounter_key = encounter_key(self._bucket, self.born, self.facility, self.ma_lk)
        self.encounter = {"reference": f"Encounter/{self.encounter_key}"}

    def add(self, kind: str, table: str, row_key: str, content: Body, labels: tuple[str, ...] = NO_LABELS) -> Reference:
        """Draft a resource of this visit; the same table and row key a second time are told apart by order."""
        key = self.encounter_key if kind == "Encounter" else self._key(kind, table, row_key)
        text = str(key)
        body: Body = {"resourceType": kind, "id": text}
        if marks := self.labels.everywhere + labels:
            body["meta"] = {"security": security(marks)}
        body.update(content)
        self.drafts.append(Draft(kind, key, self.ref.person, body))
        return {"reference": f"{kind}/{text}"}

    def add_text(self, kind: str, table: str, row_key: str, content: Body) -> Reference:
        """Draft a resource whose words may name any diagnosis of the visit: it carries all their labels."""
        return self.add(kind, table, row_key, content, self.labels.named)

    def organization(self, code: str) -> Reference | None:
        """A facility of the register, by its code."""
        return registers.organization(self.registers, code)

    def practitioner(self, code: str, name: str = "") -> Reference | None:
        """A health worker of the register, by licence or social insurance number."""
        number = registers.squeezed(code)
        return registers.practitioner(self.registers, self.workers.get(number, number), name)

    @property
    def provider(self) -> Reference | None:
        """The facility that sent the visit."""
        return self.organization(self.facility)

    def for_person(self, ref: PersonRef) -> Visit:
        """The same visit in another person's book (a newborn's); its drafts are apart."""
        return Visit(
            self.facility,
            self.ma_lk,
            ref,
            self.born,
            self.received,
            Labels((), ()),
            registers=self.registers,
            workers=self.workers,
            scope=(str(ref.patient),),
        )

    def _key(self, kind: str, table: str, row_key: str) -> UUID:
        name = (f"{table}.{kind}", row_key)
        again = self._seen.get(name, 0)
        self._seen[name] = again + 1
        order = (str(again),) if again else ()
        return derived_key(self._bucket, self.born, self.facility, self.ma_lk, *name, *self.scope, *order)


def encounter_key(bucket: int, born: datetime, facility: str, ma_lk: str) -> UUID:
    """The key of a visit's Encounter: one for its check-in and for its package."""
    return derived_key(bucket, born, facility, ma_lk, "XML1.Encounter", "")


def row_key(row: Row, *tags: str) -> str:
    """What tells a row from its neighbours when a package is sent again: its STT, else the codes named."""
    return row.get("STT") or "|".join(row.get(tag) or "" for tag in tags)
