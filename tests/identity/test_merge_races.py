"""Merges while packages of both arrive: whoever is second waits or begins again, and no dead key has a row."""

import threading

import pytest
from django.db import connection

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.actions import registers
from sosuckhoe.identity import actions, merging, queries
from tests.database import is_somebody_waiting
from tests.exchange.samples import package
from tests.identity.merged import LATER, THEN, WITHOUT_CARD, send, two_people

pytestmark = pytest.mark.django_db(transaction=True)


def aside(work):
    """Work in a thread with a connection of its own; what it raised is raised again by `join`."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until_somebody_waits(thread):
    while not is_somebody_waiting():
        assert thread.is_alive(), "it did not wait"
        thread.join(0.01)


def test_a_merge_waits_for_a_batch_that_has_found_one_of_the_two():
    registers.forget()
    keep, gone = two_people()
    claim = queries.known(gone).claim
    with db.atomic():
        (found,) = actions.find_or_create([claim], LATER)
        thread = aside(lambda: merging.merge(PROGRAM, keep, gone, "asked_person", THEN))
        until_somebody_waits(thread)
        assert found.ref.person == gone
    thread.join()
    (found,) = actions.find_or_create([claim], LATER)
    assert found.ref.person == keep


def test_a_batch_that_waits_for_a_merge_finds_the_kept_person():
    registers.forget()
    keep, gone = two_people()
    with db.atomic():
        merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
        thread = aside(lambda: send(package("LK0011", **WITHOUT_CARD), at=LATER))
        until_somebody_waits(thread)
    thread.join()
    assert clinical.of_person(gone) == []
    assert sum(one.type == "Encounter" for one in clinical.of_person(keep)) == 3
