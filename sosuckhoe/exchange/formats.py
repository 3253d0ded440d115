"""The files that systems send: which kind a content is, and how each kind is understood.

A hospital's file (xml130) and a health profile (qd831) both become packages: the same words stand here for both.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.qd831 import check as profile_check
from sosuckhoe.exchange.qd831 import read as profile_read
from sosuckhoe.exchange.qd831 import write as profile_write
from sosuckhoe.exchange.qd831.format import EPISODE
from sosuckhoe.exchange.qd831.mapping import patient as profile_patient
from sosuckhoe.exchange.qd831.mapping import whole as profile_whole
from sosuckhoe.exchange.xml130 import check, guard, mapping, read, write
from sosuckhoe.exchange.xml130.mapping import Claims, Mapped, People
from sosuckhoe.exchange.xml130.package import Finding, Package

Kind = Literal["records", "check-in", "profile"]

_FACILITY = {
    "profile": re.compile(rb"<(?:\w+:)?SENDER_CODE>\s*([0-9A-Za-z]{1,10})\s*<"),
    "records": re.compile(rb"<(?:\w+:)?MA_?CSKCB>\s*([0-9A-Za-z]{1,10})\s*<"),
}
"""As whose file to store it: a first look, which filing holds against what the reader finds."""

_LIKE_A_PROFILE = re.compile(f"/*{re.escape(EPISODE)}")


def kind_of(content: bytes) -> Kind:
    """Which of the files this is, by its root element. Problem SSK-2008 for anything else."""
    if guard.first_element(content) == profile_read.ROOT:
        return "profile"
    return "check-in" if read.kind_of(content) == "check_in" else "records"


def facility_of(content: bytes, kind: Kind) -> str:
    """As whose file to store a content. Problem SSK-2009 or 2101 where it does not say."""
    found = _FACILITY["profile" if kind == "profile" else "records"].search(content)
    if found is None and kind == "profile":
        raise Problem("SSK-2101", element="HEADER/SENDER_CODE")
    if found is None:
        raise Problem("SSK-2009", element="MACSKCB")
    return found[1].decode()


def episode_of(number: str, kind: str) -> str:
    """Under which number a package of an arrival of this kind stands; no MA_LK is taken for the number of a profile."""
    return f"/{number}" if kind != "profile" and _LIKE_A_PROFILE.match(number) else number


def check_package(package: Package, at: datetime) -> list[Finding]:
    """What is found of a package; `at` in Vietnam's time."""
    on = at.date()
    return profile_check.check(package, on) if package.is_profile else check.check(package, on)


def claims_of(package: Package) -> Claims:
    """Whom a package is about."""
    return profile_patient.claims_of(package) if package.is_profile else mapping.claims_of(package)


def map_package(package: Package, people: People, born: datetime, received: datetime, digest: str) -> Mapped:
    """Everything that a package says, as FHIR drafts."""
    mapper = profile_whole.map_package if package.is_profile else mapping.map_package
    return mapper(package, people, born=born, received=received, digest=digest)


def write_content(package: Package, facility: str, made_on: datetime) -> bytes:
    """A package as the file that it came in; `made_on` in Vietnam's time."""
    if package.is_profile:
        return profile_write.write_profiles(
            [package], {"SENDER_CODE": facility, "TRANSACTION_DATE": f"{made_on:%d/%m/%Y}"}
        )
    return write.write_envelope([package], facility, f"{made_on:%Y%m%d}")
