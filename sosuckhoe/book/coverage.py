"""Insurance cards and appointments: what is valid or still to come on a day. Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sosuckhoe.book.record import Entry, Record, Source, day_of
from sosuckhoe.book.words import NOTHING, Words, code_in, identifier, words
from sosuckhoe.exchange.xml130.mapping import systems

_OPEN = {"proposed", "pending", "booked", "arrived", "checked-in", "waitlist"}
_REGISTERED_AT = "ma-dkbd"
_SHOWN = 4


class Card(NamedTuple):
    """An insurance card, newest word on it. `registered` is the MA_CSKCB of first registration, `name` its name."""

    number: str
    start: date | None
    until: date | None
    is_valid: bool
    registered: str
    name: str
    told: str

    @property
    def masked(self) -> str:
        """All but the last four characters hidden."""
        return "•" * max(len(self.number) - _SHOWN, 0) + self.number[-_SHOWN:]


class Appointment(NamedTuple):
    """A day on which the person is expected. `start` is a FHIR moment."""

    key: str
    start: str
    reason: Words
    note: str
    label: int
    source: Source


def cards(record: Record, on: date) -> list[Card]:
    """Each card once, as it was told last; valid ones first, then those that end last."""
    newest: dict[str, Card] = {}
    for entry in sorted(record.of("Coverage"), key=lambda entry: entry.updated, reverse=True):
        card = _card(record, entry, on)
        kept = newest.get(card.number)
        if card.number and (kept is None or (card.until or date.min) > (kept.until or date.min)):
            newest[card.number] = card
    return sorted(newest.values(), key=lambda card: (card.is_valid, card.until or date.max), reverse=True)


def appointments(record: Record, on: date) -> list[Appointment]:
    """Appointments of that day and later, soonest first; one a day and facility."""
    found: dict[tuple[date, str], Appointment] = {}
    for entry in record.of("Appointment"):
        day = day_of(entry.body.get("start", ""))
        if day and day >= on and entry.body.get("status") in _OPEN:
            appointment = _appointment(record, entry)
            found.setdefault((day, appointment.source.facility), appointment)
    return sorted(found.values(), key=lambda each: each.start)


def _card(record: Record, entry: Entry, on: date) -> Card:
    body = entry.body
    period = body.get("period") or {}
    start, until = day_of(period.get("start", "")), day_of(period.get("end", ""))
    registered = next(
        (part.get("value", "") for part in body.get("class", ()) if _is_registration(part.get("type"))), ""
    )
    return Card(
        number=identifier(body.get("identifier", ()), systems.INSURANCE_NUMBER) or body.get("subscriberId", ""),
        start=start,
        until=until,
        is_valid=body.get("status") == "active" and (start or on) <= on <= (until or on),
        registered=registered,
        name=record.names.get(registered, ""),
        told=entry.updated.isoformat(),
    )


def _is_registration(kind: dict[str, object] | None) -> bool:
    return code_in(kind, systems.table_codes("coverage_class")) == _REGISTERED_AT


def _appointment(record: Record, entry: Entry) -> Appointment:
    reasons = entry.body.get("reasonCode") or ()
    return Appointment(
        key=entry.key,
        start=entry.body["start"],
        reason=words(reasons[0]) if reasons else NOTHING,
        note=entry.body.get("description", ""),
        label=entry.label,
        source=record.source(entry, entry.body.get("created", "")),
    )
