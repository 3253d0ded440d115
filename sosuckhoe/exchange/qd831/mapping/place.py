"""One profile being mapped: whose it is, from which system, and the drafts made so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sosuckhoe.base.keys import bucket_of, derived_key
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.qd831.format import EPISODE, plain
from sosuckhoe.exchange.qd831.mapping import systems
from sosuckhoe.exchange.xml130.mapping import registers
from sosuckhoe.exchange.xml130.mapping.sensitive import rules, security
from sosuckhoe.exchange.xml130.mapping.systems import FACILITY
from sosuckhoe.identity.claim import PersonRef

Body = dict[str, Any]
Reference = dict[str, Any]
Labels = tuple[str, ...]


@dataclass(slots=True)
class Profile:
    """The place of every draft of one profile.

    `born` is the first arrival of the profile; with facility, number, table and the row's own key it makes the
    keys, so that a profile sent again finds the same records.
    """

    facility: str
    number: str
    source: str
    ref: PersonRef
    born: datetime
    received: datetime
    drafts: list[Draft] = field(default_factory=list)
    registers: dict[str, Draft] = field(default_factory=dict)
    patient: Reference = field(init=False)
    _bucket: int = field(init=False)
    _seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._bucket = bucket_of(self.ref.person)
        self.patient = {"reference": f"Patient/{self.ref.patient}"}

    def add(self, kind: str, table: str, row_key: str, content: Body, labels: Labels = ()) -> Reference:
        """Draft a resource; the same table and row key a second time are told apart by order."""
        key, own = self._key(kind, plain(table), row_key)
        body: Body = {"resourceType": kind, "id": str(key)}
        if meta := self._meta(labels):
            body["meta"] = meta
        if kind != "Provenance":
            body["identifier"] = [*content.pop("identifier", ()), {"system": self.system, "value": own}]
        body.update(content)
        self.drafts.append(Draft(kind, key, self.ref.person, body))
        return {"reference": f"{kind}/{key}"}

    @property
    def system(self) -> str:
        """The name under which the sending system's own numbers are unique."""
        return f"{systems.SOURCE}:{self.source}" if self.source else FACILITY

    @property
    def provider(self) -> Reference | None:
        """The facility that sent the profile."""
        return registers.organization(self.registers, self.facility)

    def _meta(self, labels: Labels) -> Body:
        meta: Body = {"source": sources.uri_of(self.source)} if self.source else {}
        if labels:
            meta["security"] = security(labels)
        return meta

    def _key(self, kind: str, table: str, row_key: str) -> tuple[UUID, str]:
        name = (kind, table, row_key)
        again = self._seen[name]
        self._seen[name] += 1
        order = (str(again),) if again else ()
        told = "\x1f".join((*name, *order)).encode()
        own = f"{self.number.removeprefix(EPISODE)}.{blake2b(told, digest_size=6).hexdigest()}"
        return derived_key(self._bucket, self.born, self.facility, self.number, *name, *order), own


def in_order(labels: Labels) -> Labels:
    """Labels each once, in the order of the rules of sensitivity."""
    known = dict.fromkeys(rule.label for rule in rules())
    return tuple(label for label in known if label in labels)
