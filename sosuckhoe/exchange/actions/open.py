"""Open what arrived: its form, its facility and its signature, before its packages are looked at."""

from __future__ import annotations

from datetime import datetime

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.actions.receive import Parcel
from sosuckhoe.exchange.queries import Arrival
from sosuckhoe.exchange.xml130 import check, read, signature
from sosuckhoe.exchange.xml130.package import Envelope, Finding
from sosuckhoe.identity.queries import Facility


def open_arrival(parcel: Parcel | Arrival, facility: Facility | None, at: datetime) -> Envelope:
    """The packages of something that arrived at `at`. Raises Problem when the whole cannot be trusted.

    `facility` is the sender's entry in the register, which holds the certificate of its signature. Of a signed
    file only what was signed is read.
    """
    if parcel.kind == "unreadable":
        raise Problem("SSK-2502")
    envelope = _read(parcel.content)
    if envelope.facility != parcel.facility:
        raise Problem("SSK-2503")
    if envelope.signed and facility and facility.certificate:
        return _read(signature.verify(parcel.content, facility.certificate, at))
    if facility and facility.signature_required:
        raise Problem("SSK-2504")
    return envelope


def findings_of(envelope: Envelope, at: datetime) -> list[list[Finding]]:
    """Everything that is found of each package; what is found of the envelope itself stands with the first."""
    on = at.astimezone(VIETNAM).date()
    found = [
        [*read_so_far, *(check.check(package, on) if package else ())]
        for package, read_so_far in zip(envelope.packages, envelope.findings, strict=True)
    ]
    found[0][:0] = envelope.remarks
    return found


def _read(content: bytes) -> Envelope:
    return read.read_check_in(content) if read.kind_of(content) == "check_in" else read.read_envelope(content)
