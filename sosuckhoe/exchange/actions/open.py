"""Open what arrived: its form, its facility and its signature, before its packages are looked at."""

from __future__ import annotations

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.actions.receive import Parcel
from sosuckhoe.exchange.queries import Arrival
from sosuckhoe.exchange.xml130 import read, signature
from sosuckhoe.exchange.xml130.package import Envelope
from sosuckhoe.identity.queries import Facility


def open_arrival(parcel: Parcel | Arrival, facility: Facility | None) -> Envelope:
    """The packages of something that arrived. Raises Problem when the whole cannot be trusted.

    `facility` is the sender's entry in the register, which holds the certificate of its signature.
    """
    if parcel.kind == "unreadable":
        raise Problem("SSK-2502")
    content = parcel.content
    is_check_in = read.kind_of(content) == "check_in"
    envelope = read.read_check_in(content) if is_check_in else read.read_envelope(content)
    if envelope.facility != parcel.facility:
        raise Problem("SSK-2503")
    if envelope.signed and facility and facility.certificate:
        signature.verify(content, facility.certificate)
    elif facility and facility.signature_required:
        raise Problem("SSK-2504")
    return envelope
