"""A join by likeness says why: the levels that decided stand beside the person, as bulk's table `decision` has them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.identity import bridging, likeness, merging
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare.chart import explain
from sosuckhoe.identity.compare.score import score

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LAN = Claim(
    name="Đoàn Diễm Khuê",
    birth="1960-05-02",
    sex="female",
    facility="79001",
    identifiers=(Identifier("cccd", "079160000001"),),
    province="25",
    commune="08233",
    phone="0912345678",
)
ALIKE = replace(LAN, name="DOAN DIEM KHUE", facility="79002", identifiers=())


def persons(found):
    return [one.ref.person for one in found]


def doubts():
    return {frozenset(row) for row in db.tuples("select person, other from identity_doubt")}


def test_the_levels_and_bits_of_a_join_stand_beside_the_person():
    lan, alike = persons(find_or_create([LAN], AT) + find_or_create([ALIKE], AT))
    assert lan == alike
    (joined,) = likeness.of_person(lan)
    assert (joined.facility, joined.at) == ("79002", AT)
    assert joined.decision == score(ALIKE, LAN)
    assert explain(joined.decision).lines[-1].after == pytest.approx(joined.decision.total)


def test_no_value_of_a_record_stands_there():
    find_or_create([LAN], AT)
    find_or_create([ALIKE], AT)
    (text,) = db.one("select levels::text from identity_likeness")
    assert not any(value in text for value in ("KHUE", "Khuê", "1960", "0912345678", "08233"))


def test_a_join_by_number_needs_no_such_row():
    (lan, again) = persons(find_or_create([LAN, replace(LAN, facility="79002")], AT))
    assert lan == again
    assert likeness.of_person(lan) == []


def test_who_resembles_two_that_are_surely_two_is_joined_to_neither():
    namesake = replace(LAN, identifiers=(Identifier("cccd", "079160000002"),))
    one, other, third = persons(find_or_create([LAN, namesake, ALIKE], AT))
    assert len({one, other, third}) == 3
    assert {frozenset({third, one}), frozenset({third, other})} <= doubts()


BARE = Claim("Nguyễn Thị Lan", "1960-05-02", "female", "79001")
CITIZEN = replace(BARE, identifiers=(Identifier("cccd", "079160000001"),))
HOME = {"province": "25", "commune": "08233", "phone": "0912345678"}


def insured(number):
    return replace(BARE, identifiers=(Identifier("bhxh", number),))


def test_a_record_that_ties_two_by_number_joins_them_for_that_reason():
    card = insured("7912345678")
    one, other = persons(find_or_create([CITIZEN, card], AT))
    assert one != other
    find_or_create([replace(CITIZEN, identifiers=CITIZEN.identifiers + card.identifiers)], AT)
    (number,) = bridging.settle([one], AT)
    assert merging.found(number).reason == bridging.REASON
    assert likeness.of_person(one) == []


def test_two_who_prove_alike_when_more_is_known_are_joined_under_a_reason_of_their_own():
    one, other = persons(find_or_create([CITIZEN, replace(BARE, **HOME)], AT))
    assert one != other
    find_or_create([replace(CITIZEN, **HOME)], AT)
    (number,) = bridging.settle([one], AT)
    merge = merging.found(number)
    assert (merge.reason, merge.keep, merge.gone) == (bridging.ALIKE, one, other)
    (joined,) = likeness.of_person(one)
    assert (joined.facility, joined.decision.verdict) == ("", "link")
    merging.unmerge(PROGRAM, number, "wrong_decision", AT)
    assert likeness.of_person(other) == []


def test_two_who_may_be_meant_both_go_to_the_review_desk():
    namesake = replace(CITIZEN, identifiers=(Identifier("cccd", "079160000002"),))
    found = find_or_create([insured("7912345678"), replace(CITIZEN, **HOME), replace(namesake, **HOME)], AT)
    one, first, second = persons(found)
    assert len({one, first, second}) == 3
    find_or_create([replace(insured("7912345678"), **HOME)], AT)
    db.execute("delete from identity_doubt")
    assert bridging.settle([one], AT) == []
    assert doubts() == {frozenset({one, first}), frozenset({one, second})}


def test_two_books_of_one_day_and_home_are_not_made_one_because_one_stands_under_the_mother_s_name():
    """A twin may have come first under its own name: the review desk decides."""
    card = (Identifier("bhyt", "TE1250812345678"),)
    of_that_day = replace(BARE, birth="2026-02-20", province="25", commune="08233")
    unnamed = replace(of_that_day, name="CB NGUYEN THI HOA", phone="0912345678")
    named = replace(of_that_day, name="Trần Bảo Ngọc", facility="79002", identifiers=card)
    one, other = persons(find_or_create([unnamed, named], AT))
    assert one != other
    find_or_create([replace(named, phone="0912345678")], AT)
    db.execute("delete from identity_doubt")
    assert bridging.settle([other], AT) == []
    assert doubts() == {frozenset({one, other})}
