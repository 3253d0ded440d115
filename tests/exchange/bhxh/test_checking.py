"""A card is looked up over real HTTP, in every way in which the other side can answer or fail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.bhxh import checking, night, queries, results, visits
from sosuckhoe.exchange.bhxh.client import LOOK_UP, TAKE_TOKEN, Insurer
from sosuckhoe.exchange.bhxh.stub import OF_ITS_OWN, Cards, stub
from sosuckhoe.exchange.bhxh.visits import Stay
from sosuckhoe.exchange.outside.breaker import Breaker
from sosuckhoe.exchange.outside.line import Away, Declined, Garbled
from sosuckhoe.exchange.outside.stub import FAILURES
from sosuckhoe.exchange.population import resolve
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity import tickets
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from tests.exchange.population.conftest import line_to, served

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
NUMBER = "HT2797912345678"
HERE = "79001"
DOCTOR = Actor(2, "Bác sĩ", "doctor", facility=HERE)
CLERK = Actor(3, "Nhân viên", "clerk", facility=HERE, purpose="administration")
CARD = {
    "maThe": NUMBER, "hoTen": "Nguyễn Thị Lan", "ngaySinh": "02/05/1961", "gioiTinh": "Nữ", "maSoBHXH": "7912345678",
    "gtTheTu": "01/01/2026", "gtTheDen": "31/12/2026", "maDKBD": HERE, "ngayDu5Nam": "01/01/2020",
    "dsLichSuKCB2018": [{"maCSKCB": HERE, "ngayVao": "202603020815", "ngayRa": "202603020945"}],
}  # fmt: skip

OF_THE_CARD = sorted(code for code, one in results.results().items() if one.means in results.OF_THE_CARD)
TELLS_NOTHING = dict.fromkeys(("100", "101"), "SSK-4530") | dict.fromkeys(("054", "055", "205", "401"), "SSK-2231")


@pytest.fixture
def cards():
    made = Cards()
    made.enter(**CARD)
    return made


@pytest.fixture
def stand_in(cards):
    with served(stub(0, cards)) as server:
        yield server


def insurer_at(server, **more):
    return Insurer(line_to(server, **more), "79001_BV", "made up", ("Bác sĩ", "079180000001"))


@pytest.fixture
def insurer(stand_in):
    return insurer_at(stand_in)


@pytest.fixture
def lan():
    numbers = (Identifier("cccd", "079161000001"), Identifier("bhyt", NUMBER))
    (found,) = find_or_create([Claim("Nguyễn Thị Lan", "1961-05-02", "female", HERE, numbers)], AT)
    access.tie([(HERE, found.ref.person)], AT)
    return found.ref.person


def test_the_two_lists_above_name_every_code():
    assert {*OF_THE_CARD, *TELLS_NOTHING} == set(results.results())


def number_problem(function, *args):
    with pytest.raises(Problem) as refused:
        function(*args)
    return refused.value.number


def test_a_valid_card_is_told_and_kept_with_its_freshness(lan, insurer):
    told = checking.look_up(DOCTOR, lan, insurer, AT)
    assert (told.card.state, told.card.registered, told.card.benefit) == ("valid", HERE, "2")
    assert [visit.facility for visit in told.visits] == [HERE]
    standing = queries.standing(lan)
    assert (standing.card, standing.checked, standing.facility) == (told.card, AT, HERE)
    assert standing.masked.endswith("5678")
    assert NUMBER not in standing.masked
    assert db.tuples("select action, kind, person, purpose, detail from access_audit where action = 'check'") == [
        ("check", "card", lan, "treatment", "valid")
    ]


def test_its_visits_are_kept_unless_they_may_be_somebody_elses(lan, insurer, stand_in):
    for mode in ("renamed", "060"):
        stand_in.set_mode(mode, 0)
        checking.look_up(DOCTOR, lan, insurer, AT)
        assert visits.of_person(lan) is None, mode
    stand_in.set_mode("well", 0)
    checking.look_up(DOCTOR, lan, insurer, AT)
    assert visits.of_person(lan).stays == [Stay(HERE, date(2026, 3, 2), date(2026, 3, 2))]


def test_no_word_of_visits_leaves_what_was_told(lan, insurer, cards):
    checking.look_up(DOCTOR, lan, insurer, AT)
    del cards.cards[NUMBER]["dsLichSuKCB2018"]
    checking.look_up(DOCTOR, lan, insurer, AT + timedelta(days=1))
    assert visits.of_person(lan).at == AT


@pytest.mark.parametrize(
    "code", sorted(code for code, one in results.results().items() if one.means in results.OF_THE_CARD)
)
def test_every_code_about_a_card_becomes_its_state(lan, insurer, stand_in, code):
    insurer.renew(None)
    stand_in.set_mode(code, 0)
    told = checking.look_up(CLERK, lan, insurer, AT)
    assert (told.card.result, told.card.state) == (code, results.results()[code].means)
    assert identity.known(lan).claim.name == "Nguyễn Thị Lan"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("100", "SSK-4530"),
        ("101", "SSK-4530"),
        ("054", "SSK-2231"),
        ("055", "SSK-2231"),
        ("205", "SSK-2231"),
        ("401", "SSK-2231"),
    ],
)
def test_a_code_that_tells_nothing_leaves_what_was_told(lan, insurer, stand_in, code, problem):
    checking.look_up(DOCTOR, lan, insurer, AT)
    stand_in.set_mode(code, 0)
    assert number_problem(checking.look_up, DOCTOR, lan, insurer, AT + timedelta(days=1)) == problem
    assert queries.standing(lan).checked == AT


@pytest.mark.parametrize("mode", sorted(FAILURES))
def test_a_failure_of_the_line_leaves_what_was_told(lan, stand_in, mode):
    insurer = insurer_at(stand_in, seconds=0.3)
    checking.look_up(DOCTOR, lan, insurer, AT)
    stand_in.set_mode(mode, 0)
    expected = {"refused": Declined, "malformed": Garbled}.get(mode, Away)
    with pytest.raises(expected):
        checking.look_up(DOCTOR, lan, insurer, AT + timedelta(days=1))
    assert queries.standing(lan).checked == AT


def test_a_passing_failure_is_tried_again(lan, insurer, stand_in):
    insurer.renew(None)
    stand_in.set_mode("broken", 2)
    assert checking.look_up(DOCTOR, lan, insurer, AT).card.state == "valid"


def test_an_insurer_that_is_broken_is_left_in_peace(lan, stand_in):
    insurer = insurer_at(stand_in, breaker=Breaker(most_failures=2))
    insurer.renew(None)
    stand_in.set_mode("broken", 0)
    for _ in range(3):
        with pytest.raises(Away):
            checking.look_up(DOCTOR, lan, insurer, AT)
    stand_in.set_mode("well", 0)
    asked = stand_in.asked.copy()
    with pytest.raises(Away):
        checking.look_up(DOCTOR, lan, insurer, AT)
    assert stand_in.asked == asked


def test_a_session_that_is_over_is_renewed_once(lan, insurer, cards, stand_in):
    checking.look_up(DOCTOR, lan, insurer, AT)
    cards.tokens.clear()
    assert checking.look_up(DOCTOR, lan, insurer, AT).card.state == "valid"
    assert stand_in.asked == {TAKE_TOKEN: 2, LOOK_UP: 3}


def test_somebody_elses_card_in_the_answer_is_not_believed(lan, insurer, stand_in):
    insurer.renew(None)
    stand_in.set_mode("another", 0)
    with pytest.raises(Garbled):
        checking.look_up(DOCTOR, lan, insurer, AT)
    assert queries.standing(lan) is None


def test_the_stand_ins_own_modes_are_all_met_here():
    assert set(OF_ITS_OWN) == {"another", "renamed"}


def test_another_name_becomes_a_ticket_and_overwrites_nothing(lan, insurer, stand_in):
    insurer.renew(None)
    stand_in.set_mode("renamed", 0)
    checking.look_up(DOCTOR, lan, insurer, AT)
    checking.look_up(DOCTOR, lan, insurer, AT)
    (ticket,) = tickets.of_person(lan, [tickets.OPEN])
    assert (ticket.source, ticket.ours, ticket.theirs) == (
        "bhxh", {"name": "Nguyễn Thị Lan"}, {"name": "Người Khác"},
    )  # fmt: skip
    assert identity.known(lan).claim.name == "Nguyễn Thị Lan"
    stand_in.set_mode("well", 0)
    checking.look_up(DOCTOR, lan, insurer, AT)
    assert tickets.of_person(lan, [tickets.OPEN]) == []


def test_a_ticket_of_each_source_stands_for_itself(lan, insurer, stand_in):
    tickets.note(lan, HERE, {"birth": "1961-05-02"}, {"birth": "1961-05-03"}, AT)
    insurer.renew(None)
    stand_in.set_mode("renamed", 1)
    checking.look_up(DOCTOR, lan, insurer, AT)
    assert {one.source for one in tickets.of_person(lan, [tickets.OPEN])} == {"population", "bhxh"}
    checking.look_up(DOCTOR, lan, insurer, AT)
    assert [one.source for one in tickets.of_person(lan, [tickets.OPEN])] == ["population"]


def test_a_card_that_is_not_theirs_goes_when_the_clerk_says_so(lan, insurer, stand_in):
    insurer.renew(None)
    stand_in.set_mode("060", 1)
    checking.look_up(CLERK, lan, insurer, AT)
    (ticket,) = tickets.of_person(lan, [tickets.OPEN])
    resolve.accept(CLERK, ticket.key, AT)
    assert Identifier("bhyt", NUMBER) not in identity.known(lan).claim.identifiers
    assert tickets.standing(lan) is None, "the population register has said nothing"


def test_a_new_card_is_told_and_not_entered(lan, insurer, cards, stand_in):
    cards.enter(**CARD, maTheMoi="GD4797912345678", gtTheDenMoi="31/12/2027")
    insurer.renew(None)
    stand_in.set_mode("003", 0)
    card = checking.look_up(DOCTOR, lan, insurer, AT).card
    assert (card.state, card.next_number, card.next_until.year) == ("replaced", "GD4797912345678", 2027)
    assert identity.person_of(Identifier("bhyt", "GD4797912345678")) is None


@pytest.mark.parametrize(
    "actor",
    [
        Actor(9, "", "doctor", facility="01001"),
        Actor(9, "", "clerk", facility="01001", purpose="administration"),
        Actor(9, "", "officer", purpose="public-health"),
        Actor(9, "", "system", facility=HERE),
        Actor(9, "", "clerk", facility=HERE, purpose="treatment"),
    ],
)
def test_nobody_else_may_look_a_card_up(lan, insurer, stand_in, actor):
    assert number_problem(checking.look_up, actor, lan, insurer, AT) == "SSK-1002"
    assert stand_in.asked == {}


def test_a_person_without_a_number_cannot_be_asked_about(insurer):
    (found,) = find_or_create([Claim("Lê Văn Ba", "1970", "male", HERE)], AT)
    assert number_problem(checking.look_up, PROGRAM, found.ref.person, insurer, AT) == "SSK-2230"


def test_at_night_only_cards_that_end_soon_are_asked_about_again(lan, insurer, cards, stand_in):
    checking.look_up(DOCTOR, lan, insurer, AT)
    december = datetime(2026, 12, 10, 18, tzinfo=UTC)
    assert night.renew(insurer, AT + timedelta(days=1)) == 0
    cards.enter(**{**CARD, "gtTheDen": "31/12/2027"})
    assert night.renew(insurer, december) == 1
    assert queries.standing(lan).card.until.year == 2027
    assert queries.standing(lan).facility == ""
    assert night.renew(insurer, december + timedelta(days=8)) == 0


def test_a_night_on_which_we_cannot_sign_in_ends_at_the_first_card(lan, insurer, cards, stand_in):
    other = {**CARD, "maThe": "HT2797912345679", "maSoBHXH": "7912345679"}
    cards.enter(**other)
    claim = Claim("Nguyễn Thị Lan", "1961-05-02", "female", HERE, (Identifier("bhyt", other["maThe"]),))
    (found,) = find_or_create([claim], AT)
    for person in (lan, found.ref.person):
        checking.look_up(PROGRAM, person, insurer, AT)
    stand_in.set_mode("refused", 0)
    stand_in.asked.clear()
    insurer.keys = None
    tried = []
    insurer.line.wait = lambda _: tried.append(1)
    assert night.renew(insurer, datetime(2026, 12, 10, 18, tzinfo=UTC)) == 0
    assert len(tried) == 1
