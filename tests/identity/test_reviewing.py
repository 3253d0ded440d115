"""The review desk: one reviewer a pair, two for what is risky, decisions that last."""

from datetime import timedelta

import pytest

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.actions import registers
from sosuckhoe.identity import deciding, merging, queries, reviewing
from sosuckhoe.identity.compare.score import Decision
from tests.exchange.samples import package
from tests.identity.merged import LATER, THEN, WITHOUT_CARD, send, two_people

pytestmark = pytest.mark.django_db
MAI = Actor(11, "Mai", "steward", area="79", purpose="stewardship")
NAM = Actor(12, "Nam", "steward", area="79", purpose="stewardship")


@pytest.fixture
def pair():
    registers.forget()
    return tuple(queries.known(person).ref.patient for person in two_people())


def decide(actor, pair, decision, reason, at=THEN, book=0):
    return reviewing.decide(actor, pair, decision, reason, at, smaller_book=book)


def test_a_pair_is_not_shown_to_two_at_once(pair):
    assert len(reviewing.waiting(NAM, THEN)) == 1
    reviewing.take(MAI, *pair, THEN)
    assert reviewing.waiting(NAM, THEN) == []
    with pytest.raises(Problem, match="SSK-4516"):
        reviewing.take(NAM, *pair, THEN)
    with pytest.raises(Problem, match="SSK-4516"):
        decide(NAM, pair, "merge", "same_papers")
    assert len(reviewing.waiting(MAI, THEN)) == 1
    when_it_ends = THEN + timedelta(minutes=deciding.lease_minutes())
    assert len(reviewing.waiting(NAM, when_it_ends)) == 1
    reviewing.take(NAM, *pair, when_it_ends)


def test_kept_apart_is_never_proposed_again_and_never_merged(pair):
    assert decide(MAI, pair, "apart", "namesakes") == "apart"
    assert reviewing.waiting(MAI, LATER) == []
    with pytest.raises(Problem, match="SSK-4518"):
        reviewing.take(NAM, *pair, LATER)
    one, other = (queries.known_by_patient(patient).ref.person for patient in pair)
    with pytest.raises(Problem, match="SSK-4512"):
        merging.merge(MAI, one, other, "same_papers", LATER)
    send(package("LK0008", **WITHOUT_CARD), at=LATER)
    assert reviewing.waiting(MAI, LATER) == []
    assert decide(MAI, pair, "reopen", "wrong_decision", LATER) == "open"
    assert len(reviewing.waiting(NAM, LATER)) == 1


def test_later_comes_again(pair):
    decide(MAI, pair, "later", "not_enough")
    assert reviewing.waiting(MAI, THEN + timedelta(days=1)) == []
    assert len(reviewing.waiting(MAI, THEN + timedelta(days=deciding.later_days()))) == 1


def test_a_risky_merge_wants_two_people(pair):
    large = 10_000
    assert decide(MAI, pair, "merge", "same_papers", book=large) == "first"
    assert [doubt.state for doubt in reviewing.waiting(NAM, THEN)] == ["first"]
    with pytest.raises(Problem, match="SSK-4517"):
        decide(MAI, pair, "merge", "same_papers", book=large)
    assert db.value("select count(*) from identity_merge") == 0
    assert decide(NAM, pair, "merge", "same_papers", book=large) == "merged"
    with pytest.raises(Problem, match="SSK-4518"):
        reviewing.take(NAM, *pair, LATER)


@pytest.mark.parametrize(
    ("total", "rule", "book", "two"),
    [(20.0, "", 5, False), (2.0, "", 5, True), (20.0, "twins", 5, True), (20.0, "", 201, True)],
)
def test_which_merges_want_two(total, rule, book, two):
    assert deciding.wants_two(Decision(total, (), "doubt", rule), book) is two


def test_a_reason_belongs_to_its_decision(pair):
    with pytest.raises(Problem, match="SSK-4515"):
        decide(MAI, pair, "merge", "namesakes")


def test_the_day_is_counted(pair):
    decide(MAI, pair, "merge", "same_papers")
    assert reviewing.counted(MAI, THEN)["merged"] == 1
    assert reviewing.counted(NAM, THEN)["merged"] == 0
    (done,) = reviewing.done_by(MAI, THEN)
    merging.unmerge(MAI, done.number, "wrong_decision", LATER)
    assert reviewing.done_by(MAI, THEN) == []
