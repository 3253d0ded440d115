"""Open what arrived: its form, its facility and its signature, before its packages are looked at."""

from __future__ import annotations

from datetime import datetime

from sosuckhoe.base.clock import VIETNAM, day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange import formats, sources
from sosuckhoe.exchange.actions.receive import Parcel
from sosuckhoe.exchange.qd831.read import read_profiles
from sosuckhoe.exchange.queries import Arrival
from sosuckhoe.exchange.sources import Source
from sosuckhoe.exchange.xml130 import read, signature
from sosuckhoe.exchange.xml130.package import Envelope, Finding
from sosuckhoe.identity.queries import Facility


def open_arrival(parcel: Parcel | Arrival, facility: Facility | None, at: datetime) -> Envelope:
    """The packages of something that arrived at `at`. Raises Problem when the whole cannot be trusted.

    `facility` is the sender's entry in the register, which holds the certificate of its signature. Of a signed
    file only what was signed is read.
    """
    if parcel.kind == "unreadable":
        raise Problem("SSK-2502")
    if parcel.kind == "profile":
        return _open_profiles(parcel, facility, at)
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
    on = at.astimezone(VIETNAM)
    found = [
        [*read_so_far, *(formats.check_package(package, on) if package else ())]
        for package, read_so_far in zip(envelope.packages, envelope.findings, strict=True)
    ]
    found[0][:0] = envelope.remarks
    return found


def _open_profiles(parcel: Parcel | Arrival, facility: Facility | None, at: datetime) -> Envelope:
    """Health profiles: the sender's own, from a system that is known.

    The form of their signature is not known, so that a facility that must sign can send none.
    """
    envelope = read_profiles(parcel.content)
    if envelope.facility != parcel.facility:
        raise Problem("SSK-2102")
    if facility and facility.signature_required:
        raise Problem("SSK-2105")
    source = _source(facility, at)
    for package in envelope.packages:
        if package:
            package.source = source.id
    return envelope


def _source(facility: Facility | None, at: datetime) -> Source:
    """The system in which a facility keeps its profiles, as the register of facilities says."""
    source = sources.sources().get(sources.of_vendor(facility.vendor)) if facility else None
    if source is None:
        raise Problem("SSK-2103")
    if not source.may_send(day_of(at)):
        raise Problem("SSK-2104")
    return source


def _read(content: bytes) -> Envelope:
    return read.read_check_in(content) if read.kind_of(content) == "check_in" else read.read_envelope(content)
