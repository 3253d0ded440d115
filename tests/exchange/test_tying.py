"""Files that come one after another: two books that a later file shows to be one become one, in a turn after it."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.actions import file, registers, tying
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.identity import bridging, doubts, merging, unsettled
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier
from tests.exchange.samples import FACILITY, envelope, package

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
CCCD = Identifier("cccd", "079160000001")
CARD = Identifier("bhyt", "HT2797912345678")
SILENT = {"MAXA_CU_TRU": "", "DIEN_THOAI": ""}
BY_CITIZEN_NUMBER = package("LK1", MA_BN="", MA_THE_BHYT="", **SILENT)
BY_CARD = package("LK2", MA_BN="", SO_CCCD="", **SILENT)
BY_BOTH = package("LK3", MA_BN="", **SILENT)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    registers.forget()


def send(*packages, at=AT):
    receive(PROGRAM, Parcel(FACILITY, "records", envelope(*packages)), "import", at)
    while file.drain(at):
        pass


def visits(person):
    return sum(stored.type == "Encounter" for stored in clinical.of_person(person))


def waiting():
    return [person for person, _ in unsettled.waiting(10, AT + timedelta(days=1))]


def test_a_file_that_ties_two_books_makes_them_one_in_the_turn_after_it():
    send(BY_CITIZEN_NUMBER)
    send(BY_CARD)
    one, other = identity.person_of(CCCD), identity.person_of(CARD)
    assert one != other
    send(BY_BOTH)
    assert waiting() == [one]
    assert tying.settle_waiting(AT) == 1
    assert identity.person_of(CARD) == identity.person_of(CCCD) == one
    assert visits(one) == 3
    assert (waiting(), tying.settle_waiting(AT)) == ([], 0)


def test_what_was_tied_can_be_taken_apart():
    send(BY_CITIZEN_NUMBER)
    send(BY_CARD)
    one, other = identity.person_of(CCCD), identity.person_of(CARD)
    send(BY_BOTH)
    tying.settle_waiting(AT)
    number = db.value("select merge from identity_merge")
    assert merging.found(number).reason == bridging.REASON
    merging.unmerge(PROGRAM, number, "wrong_decision", AT)
    assert (visits(one), visits(other)) == (2, 1)


def test_what_somebody_took_apart_is_not_tied_again():
    """A later file says the same once more: that is a doubt for the review desk, which decided otherwise."""
    send(BY_CITIZEN_NUMBER)
    send(BY_CARD)
    one, other = identity.person_of(CCCD), identity.person_of(CARD)
    send(BY_BOTH)
    tying.settle_waiting(AT)
    merging.unmerge(PROGRAM, db.value("select merge from identity_merge"), "wrong_decision", AT)
    unsettled.write([one, other], AT)
    tying.settle_waiting(AT)
    assert (identity.person_of(CCCD), identity.person_of(CARD)) == (one, other)
    told = db.tuples("select least(person, other), greatest(person, other), system from identity_doubt")
    assert set(told) == {(one, other, "bhyt"), (one, other, doubts.LIKENESS)}


def test_the_same_again_leaves_nobody_to_be_looked_at():
    send(BY_BOTH)
    send(package("LK4", MA_BN="", **SILENT, MA_NGHE_NGHIEP="00001"))
    assert waiting() == []


def test_a_file_that_comes_meanwhile_is_looked_at_too(monkeypatch):
    """The row stands for the words that were read: what a record tells while they are compared is compared again."""
    send(BY_CITIZEN_NUMBER)
    (person,) = [identity.person_of(CCCD)]
    unsettled.write([person], AT)
    settle = bridging.settle

    def meanwhile(persons, at):
        unsettled.write(persons, AT + timedelta(seconds=1))
        return settle(persons, at)

    monkeypatch.setattr(bridging, "settle", meanwhile)
    tying.settle_waiting(AT)
    assert waiting() == [person]


def test_whom_it_fails_at_keeps_nobody_waiting(monkeypatch):
    send(BY_CITIZEN_NUMBER)
    person = identity.person_of(CCCD)
    unsettled.write([person], AT)
    with monkeypatch.context() as patched:
        patched.setattr(bridging, "settle", lambda *_: 1 / 0)
        assert tying.settle_waiting(AT) == 0
    assert unsettled.waiting(10, AT) == []
    assert tying.settle_waiting(AT + tying.AGAIN_AFTER) == 1


def test_a_database_that_is_away_ends_the_turn(monkeypatch):
    send(BY_CITIZEN_NUMBER)
    unsettled.write([identity.person_of(CCCD)], AT)

    def away(*_):
        raise psycopg.errors.AdminShutdown

    monkeypatch.setattr(bridging, "settle", away)
    with pytest.raises(psycopg.errors.AdminShutdown):
        tying.settle_waiting(AT)
