"""How a facility's registrar wrote a person down, once, and how its system has sent them ever since.

This is where one person becomes several: capitals, missing marks, a slip of the keyboard, only the year of birth, no
identity number, an old one, ten digits of the card or fifteen, the family's telephone. Nothing is remembered: the
same person, facility and seed always give the same registration.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sosuckhoe.simulation import facts
from sosuckhoe.simulation.chance import Choice, seeded
from sosuckhoe.simulation.moments import DAY, stamp, stamp_day

if TYPE_CHECKING:
    from random import Random

    from sosuckhoe.simulation.facilities import Facility
    from sosuckhoe.simulation.people import Person

_REGISTRATION = 31
_NEWBORN_DAYS = 28
_CHILD = 14
_OLD = 60
_TELEX_MARKS = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_SHAPES = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
_NEXT_KEY = {"n": "m", "h": "g", "g": "h", "i": "o", "t": "r", "u": "i", "a": "s", "o": "p", "c": "v"}


class Vendor(NamedTuple):
    """A system's habits, from `data/vendors.yaml`."""

    key: str
    facts: dict[str, Any]
    names: Choice[str]
    cards: Choice[int]


@dataclass(frozen=True, slots=True)
class Registration:
    """A person as one facility has them, as sent. `duplicate` tells a second registration of the same person."""

    code: str
    name: str
    birth: str
    sex: str
    cccd: str
    card: str
    phone: str
    duplicate: bool = False


@cache
def vendor(key: str) -> Vendor:
    """The habits of a system."""
    fact = facts.table("vendors")["vendors"][key]
    return Vendor(
        key, fact, Choice(fact["names"]), Choice({int(width): share for width, share in fact["card"].items()})
    )


def edition(key: str, on_day: str) -> str:
    """What a system writes on a day (ISO): it moves when its vendor is ready, not when the decree says so."""
    started = [name for since, name in vendor(key).facts["edition"].items() if since <= on_day]
    return str(started[-1]) if started else "130"


def register(seed: int, person: Person, facility: Facility, at: int) -> Registration:
    """How the facility has the person at a visit. A newborn has the mother's name and a temporary card."""
    rng = seeded(seed, _REGISTRATION, facility.number, person.number)
    fact = vendor(facility.vendor)
    again = rng.random() < fact.facts["duplicate"] and person.visits % 2 == 1
    if again:
        rng = seeded(seed, _REGISTRATION, facility.number, person.number, 1)
        rng.random()
    known_since = min(at, max(person.born, at - int(rng.random() * 8 * 365 * DAY)))
    newborn = at - person.born <= _NEWBORN_DAYS * DAY
    named = person.mother.name.full if newborn and person.mother else person.name.full
    return Registration(
        code=_code(fact, facility, person.number, again=again, at=known_since),
        name=_written(rng, fact, named),
        birth=_birth(rng, fact, person, newborn=newborn, at=at),
        sex="1" if person.is_male else "2",
        cccd=_cccd(rng, fact, person, newborn=newborn, at=at),
        card=_card(rng, fact, person, newborn=newborn),
        phone=_phone(rng, fact, person),
        duplicate=again,
    )


def card_number(person: Person) -> str:
    """The fifteen characters of a person's insurance card; empty without insurance."""
    return f"{person.card}{person.social[:2]}{person.social}" if person.card else ""


def _code(fact: Vendor, facility: Facility, number: int, *, again: bool, at: int) -> str:
    own = (number * 7_368_787 + facility.number * 1013) % 10**6 + (900_000 * 10 if again else 0)
    year = stamp_day(at)[2:4]
    return str(fact.facts["person_code"].format(number=own, year=year))


def _written(rng: Random, fact: Vendor, name: str) -> str:
    written = slip(rng, name) if rng.random() < fact.facts["typo"] else name
    return _styled(fact.names.draw(rng), written) + (" " if rng.random() < fact.facts["spaces"] else "")


def _styled(style: str, name: str) -> str:
    if style == "upper":
        return name.upper()
    if style == "lower":
        return name.lower()
    if style == "unsigned":
        return unsigned(name)
    if style == "telex":
        return telex(name)
    if style == "swapped":
        parts = name.split()
        return " ".join([parts[-1], *parts[:-1]])
    return name


def unsigned(text: str) -> str:
    """A text without its marks, capitals kept: 'Đỗ Thị Huệ' → 'Do Thi Hue'."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def telex(text: str) -> str:
    """A name of which the last word was typed with the input method off: 'Lê Thị Hương' → 'Lê Thị Huwowng'."""
    *before, last = text.split()
    return " ".join([*before, _telex_word(last)])


def _telex_word(word: str) -> str:
    letters, tone = [], ""
    for letter in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", letter)
        tone += "".join(_TELEX_MARKS.get(mark, "") for mark in parts[1:])
        bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TELEX_MARKS))
        typed = _TELEX_SHAPES.get(bare.lower(), bare)
        letters.append(typed.capitalize() if bare.isupper() and len(typed) > 1 else typed)
    return "".join(letters) + tone


def slip(rng: Random, name: str) -> str:
    """One slip of the keyboard in the middle or given name."""
    place = rng.randrange(len(name) // 2, len(name))
    letter = name[place]
    if letter in _NEXT_KEY:
        return name[:place] + _NEXT_KEY[letter] + name[place + 1 :]
    return name[:place] + letter + name[place:] if letter != " " else name


def _birth(rng: Random, fact: Vendor, person: Person, *, newborn: bool, at: int) -> str:
    only_year = rng.random() < fact.facts["birth"] * (3 if person.age(at) >= _OLD else 0.3)
    if newborn:
        return stamp(person.born)
    day = stamp_day(person.born)
    return f"{day[:4]}00000000" if only_year else f"{day}0000"


def _cccd(rng: Random, fact: Vendor, person: Person, *, newborn: bool, at: int) -> str:
    draw, old = rng.random(), rng.random()
    if newborn:
        return ""
    age = person.age(at)
    if age < _CHILD:
        return person.cccd if draw < fact.facts["child_cccd"] else ""
    if draw < fact.facts["cccd"]:
        return ""
    return old_identity(person) if age > _OLD and old < fact.facts["old_id"] * 4 else person.cccd


def old_identity(person: Person) -> str:
    """The nine digits of the identity card that a person had before CCCD."""
    return f"{person.cccd[1:3]}{person.social[-7:]}"


def _card(rng: Random, fact: Vendor, person: Person, *, newborn: bool) -> str:
    width = fact.cards.draw(rng)
    if newborn:
        return person.temporary_card or ""
    number = card_number(person)
    return number if width > len(person.social) else number[-len(person.social) :]


def _phone(rng: Random, fact: Vendor, person: Person) -> str:
    if rng.random() < fact.facts["phone"]:
        return ""
    return person.phone or person.household.phone
