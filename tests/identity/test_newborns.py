"""Records under the mother's name: whose they are is decided when a twin has had the time to be told of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.exchange.actions import tying
from sosuckhoe.identity import bridging, deciding, likeness, merging, queries, unsettled
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare.score import LINK, score

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DUE = AT + timedelta(days=deciding.newborn_days())
MOTHER = Identifier("cccd", "079195000001")
NAMED = Claim(
    "Trần Bảo Ngọc", "2026-02-20", "female", "79002", province="25", commune="08233", phone="0912345678",
    identifiers=(Identifier("facility", "79002/7"),),
)  # fmt: skip
UNNAMED = replace(
    NAMED, name="CB NGUYEN THI HOA", facility="79001", mother=MOTHER, identifiers=(Identifier("facility", "79001/5"),)
)
TWIN = replace(NAMED, name="Trần Bảo Châu", facility="79003", identifiers=(Identifier("facility", "79003/8"),))
UNNAMED_TWIN = replace(UNNAMED, identifiers=(Identifier("facility", "79001/6"),))


def hear(*claims, at=AT):
    """The persons of claims that come one after the other."""
    return [find_or_create([claim], at)[0].ref.person for claim in claims]


def settle(at):
    while tying.settle_waiting(at):
        pass


def whose(person):
    """The person whom a key means now."""
    return db.value("select coalesce(merged_into, person) from identity_person where person = %s", (person,))


def doubts():
    return {frozenset(row) for row in db.tuples("select person, other from identity_doubt")}


@pytest.mark.parametrize("claims", [(UNNAMED, NAMED), (NAMED, UNNAMED)], ids=["unnamed first", "named first"])
def test_a_newborn_waits_and_is_then_the_only_child_of_that_day_and_home(claims):
    one, other = hear(*claims)
    assert one != other, "as they come nobody is joined"
    assert doubts() == {frozenset({one, other})}
    settle(DUE - timedelta(seconds=1))
    assert (whose(one), whose(other)) == (one, other)
    settle(DUE)
    assert whose(other) == one
    assert queries.known(one).claim.name == "Trần Bảo Ngọc"
    (joined,) = likeness.of_person(one)
    assert joined.decision.rule == "unnamed"
    merge = merging.found(db.value("select merge from identity_merge"))
    assert merge.reason == bridging.ALIKE
    merging.unmerge(PROGRAM, merge.number, "wrong_decision", DUE)
    assert (whose(one), whose(other)) == (one, other)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
def test_of_twins_nobody_is_joined_whoever_came_first(order):
    """The fault that this rule mends: the first of them that was named took the other's newborn record."""
    told = [UNNAMED, NAMED, TWIN]
    persons = hear(*(told[place] for place in order[:2]))
    settle(AT + timedelta(days=30))
    persons += hear(told[order[2]], at=AT + timedelta(days=40))
    for day in (0, 40, 200):
        settle(DUE + timedelta(days=day))
    assert [whose(person) for person in persons] == persons
    newborn = persons[order.index(0)]
    assert {frozenset({newborn, other}) for other in persons if other != newborn} <= doubts()


def test_twins_both_under_the_mother_s_name_do_not_both_join_one_named_child():
    persons = hear(UNNAMED, UNNAMED_TWIN, NAMED)
    assert len(set(persons)) == 3
    settle(DUE)
    settle(DUE + timedelta(days=200))
    assert [whose(person) for person in persons] == persons
    one, twin, named = persons
    assert {frozenset({one, named}), frozenset({twin, named})} <= doubts(), "the review desk decides"


def test_two_newborns_under_one_mother_s_name_are_two_though_her_number_is_not_told():
    """As alike as can be: what would be one person by likeness is perhaps twins."""
    bare = [replace(one, mother=None, facility="", identifiers=()) for one in (UNNAMED, UNNAMED_TWIN)]
    assert score(*bare).verdict == LINK
    persons = hear(*bare, NAMED)
    assert len(set(persons)) == 3
    settle(DUE)
    settle(DUE + timedelta(days=200))
    assert [whose(person) for person in persons] == persons
    assert frozenset(persons[:2]) in doubts()


@pytest.mark.parametrize("mother", [MOTHER, None], ids=["the mother told", "not told"])
def test_who_was_one_newborn_is_not_another_one_too(mother):
    one, named = hear(UNNAMED, NAMED)
    settle(DUE)
    assert whose(named) == one
    (twin,) = hear(replace(UNNAMED_TWIN, facility="79004", identifiers=(), mother=mother), at=DUE)
    assert twin != one
    settle(DUE)
    settle(DUE + timedelta(days=200))
    assert whose(twin) == twin


def test_what_is_told_meanwhile_is_heard_and_the_wait_goes_on():
    one, named = hear(UNNAMED, NAMED)
    settle(AT)
    hear(replace(UNNAMED, commune="08233", address="Ấp 2", mother=None, phone="0912345679"), at=AT + timedelta(days=9))
    assert [person for person, _ in unsettled.waiting(9, AT + timedelta(days=9))] == [one], "now, not in 90 days"
    hear(UNNAMED, at=AT + timedelta(days=10))
    settle(AT + timedelta(days=10))
    assert (whose(one), whose(named)) == (one, named)
    settle(DUE)
    assert whose(named) == one


def test_a_child_s_card_ties_them_at_once():
    card = (Identifier("bhyt", "TE1250812345678"), Identifier("temp_child", "TE1250812345678"))
    one, named = hear(replace(UNNAMED, identifiers=card), replace(NAMED, identifiers=card))
    assert one == named


def test_a_pair_that_a_reviewer_kept_apart_stays_apart():
    one, named = hear(UNNAMED, NAMED)
    db.execute(
        "insert into identity_review (bucket, person, other, state, account, reason, at, holder)"
        " select bucket, person, %s, 'apart', 1, 'relatives', %s, 0 from identity_person where person = %s",
        (named, AT, one),
    )
    settle(DUE)
    assert (whose(one), whose(named)) == (one, named)
