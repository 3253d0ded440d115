"""A simulated province's hospital files and one vendor's profiles, in either order: the same people, nobody mixed."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive_all
from sosuckhoe.exchange.qd831.format import EPISODE
from sosuckhoe.exchange.xml130.write import write_envelope
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility
from sosuckhoe.simulation import profiles
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def sent():
    """Hospital files, profiles, whose each is, and the facilities: 250 people, a fifth of a year."""
    life = Life(Plan(250, 0.2, 23, date(2026, 6, 30)))
    packages = list(life.packages())
    made = list(profiles.profiles(life))
    truth = {(one.package.facility, one.package.ma_lk): one.truth[0].person for one in packages}
    truth |= {(one.facility.code, EPISODE + one.truth.profile): one.truth.person for one in made}
    hospital = [
        Parcel(one.facility, "records", write_envelope([one.package], one.facility, "20260630", one.edition))
        for one in packages
    ]
    books = [Parcel(one.facility.code, "profile", profiles.as_sent(one, "30/06/2026")) for one in made]
    places = [Facility(one.code, one.name_now, vendor=one.vendor) for one in life.network.all]
    return hospital, books, truth, places


def file_all(parcels, at):
    receive_all(PROGRAM, parcels, "import", at)
    while file.drain(at):
        pass


def partition(truth):
    """Who the records were filed with: person of ours → true persons; and records that were filed."""
    found = defaultdict(set)
    rows = db.tuples("select facility, ma_lk, person from exchange_episode where version > 0")
    for facility, number, person in rows:
        found[person].add(truth[facility, number])
    return found, {(facility, number): person for facility, number, person in rows}


@pytest.mark.parametrize("order", [1, -1], ids=["hospital first", "profiles first"])
def test_profiles_find_the_books_of_their_people(sent, order):
    hospital, books, truth, places = sent
    registers.forget()
    register_facilities(places)
    for place, parcels in enumerate((hospital, books)[::order]):
        file_all(parcels, AT + timedelta(hours=place))
    found, filed = partition(truth)
    assert filed.keys() == truth.keys()
    assert all(len(persons) == 1 for persons in found.values()), "no two people in one book"
    of_person = defaultdict(set)
    for record, person in filed.items():
        of_person[truth[record]].add(person)
    assert all(len(persons) == 1 for persons in of_person.values()), "nobody has two books"
