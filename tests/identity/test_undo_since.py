"""What an undo of a merge leaves alone: what has been given to somebody else since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.identity import actions, merging, queries, rewriting
from tests.identity.merged import LATER, THEN, WITHOUT_CARD_NUMBER, two_people

pytestmark = pytest.mark.django_db


def test_a_number_that_is_another_persons_now_stays_theirs():
    keep, gone = two_people()
    number = WITHOUT_CARD_NUMBER
    merge = merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
    with db.atomic():
        known = rewriting.lock([keep])[keep]
        assert number in known.claim.identifiers
        rewriting.rewrite(known, rewriting.without_number(known.claim, number), THEN)
    claim = replace(known.claim, name="Trần Văn Tám", birth="1971-07-09", sex="male", identifiers=(number,), phone="")
    (third,) = actions.find_or_create([claim], THEN)
    assert third.ref.person not in {keep, gone}
    merging.unmerge(PROGRAM, merge, "wrong_decision", LATER)
    assert queries.person_of(number) == third.ref.person
    for person in (keep, gone):
        assert number not in queries.known(person).claim.identifiers
    assert number in queries.known(third.ref.person).claim.identifiers


def test_a_number_that_is_nobodys_now_goes_back_to_whose_it_was():
    keep, gone = two_people()
    merge = merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
    with db.atomic():
        known = rewriting.lock([keep])[keep]
        rewriting.rewrite(known, rewriting.without_number(known.claim, WITHOUT_CARD_NUMBER), THEN)
    assert queries.person_of(WITHOUT_CARD_NUMBER) is None
    merging.unmerge(PROGRAM, merge, "wrong_decision", LATER)
    assert queries.person_of(WITHOUT_CARD_NUMBER) == gone
    assert WITHOUT_CARD_NUMBER in queries.known(gone).claim.identifiers
