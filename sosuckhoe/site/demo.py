"""The demo: a small province, so that the first start shows books that are not empty.

It is loaded as a real one would be: its hospitals' files are received and filed. The accounts come last, so
that a load that was interrupted is begun again; what had arrived already is known and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import click

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.exchange.actions import file
from sosuckhoe.exchange.actions.receive import Parcel, receive_all
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.exchange.xml130.write import write_check_in, write_envelope
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.actions import find_or_create, register_facilities
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.queries import Facility
from sosuckhoe.simulation import demo
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.moments import DAY, date_of
from sosuckhoe.simulation.people import Person
from sosuckhoe.simulation.writing import write_people
from sosuckhoe.site import demo_owners
from sosuckhoe.site import home as house
from sosuckhoe.site.stubs import PEOPLE

PARCELS_A_BATCH = 120
CHILD_UNTIL = 16
"""Years; Luật Trẻ em 102/2016/QH13, article 1."""


def load_demo() -> None:
    """Load the demo province unless it is there already."""
    people = house.home() / PEOPLE
    if Account.objects.filter(username__in=[member.key for member in demo.cast()]).exists():
        if not people.exists():
            _write_people(demo.demo_province(clock.today()), people)
        return
    click.echo("Đang nạp tỉnh thử nghiệm… · loading the demo province…")
    life = demo.demo_province(clock.today())
    register_facilities(_facilities(life))
    for parcels in _batches(_parcels(life)):
        receive_all(PROGRAM, parcels, "import", clock.now())
        _file_everything()
    write_people(life, people)
    persons = _persons(life)
    _give_children_to_their_parents(life, persons)
    demo_owners.take_up_books(clock.now(), set(persons.values()))
    for member in demo.cast():
        access.open_account(
            PROGRAM,
            member.key,
            name=member.name,
            role=member.role,
            person=persons.get(member.cccd),
            facility=member.facility,
            area=member.area,
            note=member.note,
        )


def _write_people(life: Life, place: Path) -> None:
    """The province lived to its end, and its people as they truly are, for the stand-ins of outside systems."""
    for _ in life.packages():
        pass
    write_people(life, place)


def who_can_sign_in() -> list[str]:
    """The people of the demo, one line each."""
    accounts = Account.objects.filter(username__in=[member.key for member in demo.cast()]).order_by("id")
    lines = [f"  {account.display_name}: {account.note}" for account in accounts]
    return [
        "Người dùng thử (chọn tên ở trang Đăng nhập) · who can sign in (choose a name on the sign-in page):",
        *lines,
    ]


def _facilities(life: Life) -> Iterator[Facility]:
    for one in life.network.all:
        yield Facility(one.code, one.name_now, one.kind, life.plan.province, one.commune, one.vendor)


def _parcels(life: Life) -> Iterator[Parcel]:
    """Every package in the order of sending, then who has come and waits."""
    for sent in life.packages():
        content = write_envelope([sent.package], sent.facility, f"{sent.sent:%Y%m%d}", sent.edition)
        yield Parcel(sent.facility, "records", content)
    for _, facility, row in life.arrivals:
        yield Parcel(facility, "check-in", write_check_in([Package(facility, {"XML0": [row]})]))


def _batches(parcels: Iterable[Parcel]) -> Iterator[list[Parcel]]:
    rest = iter(parcels)
    while batch := list(islice(rest, PARCELS_A_BATCH)):
        yield batch


def _file_everything() -> None:
    while file.drain(clock.now()):
        pass


def _persons(life: Life) -> dict[str, int]:
    """The person of each of the cast's households, by number; somebody who was never ill is entered now."""
    known = {}
    for person in _households(life):
        number = Identifier("cccd", person.cccd)
        key = identity.person_of(number)
        if key is None:
            sex = "male" if person.sex == "M" else "female"
            claim = Claim(person.name.full, f"{date_of(person.born // DAY)}", sex, "", (number,))
            (found,) = find_or_create([claim], clock.now())
            key = found.ref.person
        known[person.cccd] = key
    return known


def _households(life: Life) -> list[Person]:
    return [person for person in life.people if person.key and person.cccd]


def _give_children_to_their_parents(life: Life, persons: dict[str, int]) -> None:
    on = clock.today()
    for person in _households(life):
        for parent, kind in ((person.mother, "mother"), (person.father, "father")):
            is_child = person.age(life.end) < CHILD_UNTIL
            if parent and is_child and parent.cccd in persons and person.cccd in persons:
                access.give_book_to(
                    persons[parent.cccd],
                    persons[person.cccd],
                    kind,
                    "full",
                    on,
                    date_of(person.born // DAY).isoformat(),
                )
