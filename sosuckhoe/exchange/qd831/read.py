"""A file of health profiles → packages: DATA with its HEADER and the HOSOSUCKHOE of its BODY.

A profile is a `Package` whose tables are paths of elements (format.py). Damage of the file is a Problem; whatever is
well-formed is kept whole, known or not, and `check` says what of it is not as it should be.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.qd831 import tree
from sosuckhoe.exchange.qd831.format import ABOUT, EPISODE, LOOSE
from sosuckhoe.exchange.xml130 import guard
from sosuckhoe.exchange.xml130.guard import DEFAULT, Limits
from sosuckhoe.exchange.xml130.mapping.values import instant
from sosuckhoe.exchange.xml130.package import Envelope, Package, Row

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOT, HEADER, BODY, PROFILE, SECURITY = "DATA", "HEADER", "BODY", "HOSOSUCKHOE", "SECURITY"
_LONGEST_SENDER, _LONGEST_NUMBER = 10, 40
_WHO = ("MADINHDANH", "SOCMND", "MATHE", "MABHXH")


def read_profiles(data: bytes, limits: Limits = DEFAULT) -> Envelope:
    """The profiles of a DATA file. Problem SSK-2001 to 2011, 2101, 2106 or 2107 where it cannot be read."""
    root = guard.parse(data, limits.envelope_bytes, limits)
    guard.demand_depth(root, limits)
    guard.attributes_of(root, limits)
    guard.without_namespaces(root)
    if root.tag != ROOT:
        raise Problem("SSK-2101", element=ROOT)
    header = _header(root)
    profiles = [profile for body in root.findall(BODY) for profile in body.findall(PROFILE)]
    if not profiles:
        raise Problem("SSK-2101", element=f"{BODY}/{PROFILE}")
    if len(profiles) > limits.files:
        raise Problem("SSK-2107", limit=limits.files)
    facility = _sender(header)
    packages: list[Package | None] = [Package(facility, tree.tables_of(profile)) for profile in profiles]
    return Envelope(
        facility,
        header.get("TRANSACTION_DATE", "").strip(),
        packages,
        [[] for _ in packages],
        [number_of(package) for package in packages if package],
        signed=bool("".join(text for part in root.findall(SECURITY) for text in part.itertext()).strip()),
    )


def header_of(data: bytes, limits: Limits = DEFAULT) -> Row:
    """The fields of the HEADER: who sends, when, under which number."""
    root = guard.parse(data, limits.envelope_bytes, limits)
    guard.without_namespaces(root)
    return _header(root)


def written_on(text: str, received: datetime) -> datetime:
    """When a system wrote a file (TRANSACTION_DATE): that day's first minute; the arrival where it tells no earlier."""
    told = instant(text)
    return min(datetime.fromisoformat(told), received) if told else received


def number_of(package: Package) -> str:
    """The sender's own number of a profile, where visits have their MA_LK.

    It is MA_NHANKHAU. A profile without one is known by a digest of the person's first number, and without any
    number by name, birth date and sex: then a corrected name makes it another profile.
    """
    row = (package.tables.get(ABOUT) or [{}])[0]
    own = " ".join(row.get("MA_NHANKHAU", "").split())
    if own and len(own) <= _LONGEST_NUMBER:
        return EPISODE + own
    number = next((text for tag in _WHO if (text := "".join(row.get(tag, "").split()))), "")
    told = own or number or "\x1f".join(row.get(tag, "").strip() for tag in ("HOTEN", "NGAYSINH", "GIOITINH"))
    return f"{LOOSE}{blake2b(told.encode(), digest_size=8).hexdigest()}"


def _header(root: Element) -> Row:
    found = root.find(HEADER)
    return {child.tag: child.text or "" for child in found} if found is not None else {}


def _sender(header: Row) -> str:
    sender = header.get("SENDER_CODE", "").strip()
    if not sender:
        raise Problem("SSK-2101", element=f"{HEADER}/SENDER_CODE")
    if len(sender) > _LONGEST_SENDER:
        raise Problem("SSK-2106", element=f"{HEADER}/SENDER_CODE", limit=_LONGEST_SENDER)
    return sender
