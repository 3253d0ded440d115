"""Two batches that hear of one person at once: no word is lost, and only the identity step is done again."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from sosuckhoe.base import db
from sosuckhoe.identity import actions, queries
from sosuckhoe.identity.claim import Claim, Identifier
from tests.database import is_somebody_waiting

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
CARD = ("bhyt", "HT2797912345678")


def claim(*numbers, **more):
    identifiers = tuple(Identifier(*number) for number in (("cccd", "079160000001"), *numbers))
    return Claim(
        name="Nguyễn Thị Lan", birth="1960-05-02", sex="female", facility="79001", identifiers=identifiers, **more
    )


def heard_by_another(*claims):
    """A thread that brings the claims in a transaction of its own; `found` has what came of it."""
    found = []

    def run():
        try:
            with db.atomic():
                found.extend(actions.find_again(claims, LATER))
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


def until_it_waits(thread):
    while not is_somebody_waiting():
        assert thread.is_alive(), "it did not wait"
        thread.join(0.01)


def test_what_two_batches_heard_of_a_known_person_is_joined():
    (known,) = actions.find_or_create([claim()], AT)
    with db.atomic():
        actions.find_or_create([claim(CARD)], AT)
        thread, found = heard_by_another(claim(phone="0900000001"))
        until_it_waits(thread)
    thread.join()
    kept = queries.known(known.ref.person).claim
    assert [one.ref for one in found] == [known.ref]
    assert found[0].changed
    assert Identifier(*CARD) in kept.identifiers
    assert kept.phone == "0900000001"


def test_a_new_person_of_two_batches_is_made_once_and_the_second_keeps_its_own():
    other = replace(claim(), name="Lê Văn Tám", birth="1971-01-01", identifiers=(Identifier("cccd", "079071000003"),))
    with db.atomic():
        (first,) = actions.find_or_create([claim()], AT)
        thread, found = heard_by_another(other, claim(CARD))
        until_it_waits(thread)
    thread.join()
    assert found[1].ref == first.ref
    assert db.value("select count(*) from identity_person") == 2


def test_one_try_alone_says_that_it_was_not_first():
    (known,) = actions.find_or_create([claim()], AT)
    with db.atomic():
        held = queries.holders_held([Identifier("cccd", "079160000001")])
        db.execute("update identity_person set claim = claim || ' '")
        with pytest.raises(actions.Raced):
            actions._write_changed(_of(held, known))


def _of(held, known):
    desk = actions._Desk(LATER, held)
    (person,) = held.values()
    assert person.ref == known.ref
    assert actions._hear(desk, person, claim(phone="0900000002"))
    return desk
