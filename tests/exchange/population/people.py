"""Words of the register and claims of hospitals, made up."""

from __future__ import annotations

from datetime import UTC, datetime

from sosuckhoe.access import actions as access
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier

AT = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
HERE = "25010"
LAN = "025160001234"


def word(number=LAN, name="Nguyễn Thị Lan", birth="1960-03-12", sex="female", **more):
    return {"number": number, "name": name, "birth": birth, "sex": sex, **more}


def enter(book, *words):
    book.words |= {each["number"]: each for each in words}


def claim(name="Nguyễn Thị Lan", birth="1960-03-12", number=LAN, sex="female", **more):
    numbers = (Identifier("cccd", number),) if number else ()
    return Claim(name, birth, sex, more.pop("facility", HERE), (*numbers, *more.pop("numbers", ())), **more)


def known_here(*claims):
    """The persons of claims that a hospital sent, known and tied to it."""
    found = find_or_create(claims, AT)
    access.tie([(HERE, one.ref.person) for one in found], AT)
    return [one.ref.person for one in found]
