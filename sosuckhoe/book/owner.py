"""Whose book it is: what the pages and the papers say of the person. Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.base.text import fold
from sosuckhoe.book.indicators import Person
from sosuckhoe.book.record import day_of
from sosuckhoe.identity import identifiers, places
from sosuckhoe.identity.claim import Claim

_MONTHS = 12
_SHOWN = 3
_PROVINCE_WIDTH = 2


class Age(NamedTuple):
    """Whole years, and months beside them; `years` is None when the birth date is not known to the year."""

    years: int | None
    months: int = 0


class Number(NamedTuple):
    """A number of the person: what kind it is (both languages), and the number with its middle hidden."""

    system: str
    vi: str
    en: str
    masked: str


class Owner(NamedTuple):
    """The person of a book: internal key, key of the Patient resource, and what is known of them."""

    person: int
    patient: UUID
    claim: Claim

    @property
    def name(self) -> str:
        """The name as known; a newborn without one is called by the mother's."""
        mother = self.claim.extra.get("mother_name", "")
        return self.claim.name or (f"Con bà {mother}" if mother else "Chưa có tên")

    @property
    def traits(self) -> Person:
        """What the normal range of a test depends on."""
        return Person(self.claim.sex, day_of(_first_day(self.claim.birth)))

    def age(self, on: date) -> Age:
        """The age on a day, by as much of the birth date as is known."""
        born = day_of(_first_day(self.claim.birth))
        if born is None:
            return Age(None)
        if len(self.claim.birth) == 4:  # noqa: PLR2004 -- a year alone
            return Age(on.year - born.year)
        months = (on.year - born.year) * _MONTHS + on.month - born.month - (on.day < born.day)
        return Age(*divmod(max(months, 0), _MONTHS))

    @property
    def address(self) -> str:
        """The address as written; with the names of its codes where the text names none of those places."""
        on = places.LAST_OF_63 if self.claim.district else places.REFORM
        province = self.claim.province[-_PROVINCE_WIDTH:]
        names = places.address(self.claim.commune, self.claim.district, province, on)
        written = fold(self.claim.address)
        if any(name and fold(name) in written for name in names.split(", ")):
            return self.claim.address
        return ", ".join(part for part in (self.claim.address, names) if part)

    @property
    def numbers(self) -> list[Number]:
        """Identifiers with their middle hidden; those that only a facility knows are left out."""
        known = identifiers.systems()
        return [
            Number(number.system, known[number.system].vi, known[number.system].en, masked(number.value))
            for number in self.claim.identifiers
            if number.system not in {"facility", "newborn", "record"}
        ]

    @property
    def masked_phone(self) -> str:
        """The telephone number with its middle hidden."""
        return masked(self.claim.phone)

    def number(self, *wanted: str) -> str:
        """The first number of these systems, whole: for papers only."""
        found = (number.value for system in wanted for number in self.claim.identifiers if number.system == system)
        return next(found, "")


def masked(number: str) -> str:
    """'025160001234' → '025••••••234'."""
    if len(number) <= 2 * _SHOWN:
        return "•" * len(number)
    return number[:_SHOWN] + "•" * (len(number) - 2 * _SHOWN) + number[-_SHOWN:]


def initials(name: str) -> str:
    """A name for strangers: 'Nguyễn Thị Lụa' → 'N••••• T•• L••'."""
    return " ".join(word[0] + "•" * (len(word) - 1) for word in name.split())


def _first_day(birth: str) -> str:
    """'1961' → '1961-01-01'."""
    return birth + "-01" * (2 - birth.count("-")) if birth else ""
