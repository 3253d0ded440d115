"""Reconciliation: who agrees, who differs, who is somebody else; and what somebody's decision does."""

from __future__ import annotations

from datetime import date, timedelta

import orjson
import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import reading
from sosuckhoe.exchange.outside.line import Away
from sosuckhoe.exchange.population import night, resolve
from sosuckhoe.exchange.population.reconcile import reconcile, reconcile_one
from sosuckhoe.identity import queries, tickets
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Identifier
from tests.exchange.population.people import AT, HERE, LAN, claim, enter, known_here, word

pytestmark = pytest.mark.django_db
CLERK = Actor(5, "Nhân viên", "clerk", facility=HERE, purpose="administration")
ELSEWHERE = Actor(6, "Nhân viên khác", "clerk", facility="25001", purpose="administration")
LATER = AT + timedelta(days=1)


def open_ticket(person):
    (found,) = tickets.of_person(person, [tickets.OPEN])
    return found


def test_who_agrees_is_verified_with_a_date(book, register):
    enter(book, word())
    (person,) = known_here(claim("NGUYEN THI LAN", "1960"))
    tally = reconcile(PROGRAM, [person], register, AT)
    assert (tally.asked, tally.verified, tally.silent) == (1, 1, 0)
    assert tickets.standing(person) == (tickets.VERIFIED, AT)
    known = queries.known(person).claim
    assert (known.name, known.birth) == ("Nguyễn Thị Lan", "1960-03-12")
    assert known.facility == HERE


def test_what_was_confirmed_is_not_changed_by_a_later_file(book, register):
    enter(book, word())
    (person,) = known_here(claim())
    reconcile(PROGRAM, [person], register, AT)
    find_or_create([claim("Nguyễn Thị Lan Anh")], LATER)
    assert queries.known(person).claim.name == "Nguyễn Thị Lan"


def test_a_difference_is_a_ticket_and_nothing_is_overwritten(book, register):
    enter(book, word(name="Nguyễn Thị Liên", birth="1960-03-21", sex="male"))
    (person,) = known_here(claim())
    assert reconcile(PROGRAM, [person], register, AT).differs == 1
    ticket = open_ticket(person)
    assert set(ticket.ours) == set(ticket.theirs) == {"name", "birth", "sex"}
    assert ticket.facility == HERE
    known = queries.known(person).claim
    assert (known.name, known.birth, known.sex) == ("Nguyễn Thị Lan", "1960-03-12", "female")
    assert tickets.standing(person).state == tickets.DIFFERS


def test_the_same_difference_again_is_one_ticket_and_another_one_takes_its_place(book, register):
    enter(book, word(name="Nguyễn Thị Liên"))
    (person,) = known_here(claim())
    reconcile(PROGRAM, [person], register, AT)
    first = open_ticket(person)
    reconcile(PROGRAM, [person], register, LATER)
    assert open_ticket(person).key == first.key
    enter(book, word(name="Nguyễn Thị Loan"))
    reconcile(PROGRAM, [person], register, LATER)
    assert open_ticket(person).theirs == {"name": "Nguyễn Thị Loan"}
    assert tickets.ticket(first.key).state == tickets.SUPERSEDED
    enter(book, word())
    reconcile(PROGRAM, [person], register, LATER)
    assert tickets.of_person(person, [tickets.OPEN]) == []
    assert tickets.standing(person).state == tickets.VERIFIED


def test_a_parents_number_tells_nothing_of_the_parent(book, register):
    enter(book, word())
    (child,) = known_here(claim("Trần Gia Bảo", "2020-06-01", sex="male"))
    reconcile(PROGRAM, [child], register, AT)
    ticket = open_ticket(child)
    assert (ticket.ours, ticket.theirs) == ({"cccd": LAN}, {"cccd": "other"})
    resolve.accept(CLERK, ticket.key, LATER)
    assert queries.person_of(Identifier("cccd", LAN)) is None
    assert queries.known(child).claim.identifiers == ()
    assert queries.known(child).claim.name == "Trần Gia Bảo"


def test_a_number_that_nobody_has_is_unknown(book, register):
    (person,) = known_here(claim())
    assert reconcile(PROGRAM, [person], register, AT).unknown == 1
    assert tickets.standing(person).state == tickets.UNKNOWN
    assert open_ticket(person).theirs == {"cccd": "unknown"}


def test_half_a_batch_settles_half_and_the_rest_is_asked_for_again(book, register, stand_in):
    numbers = [f"02516000{n:04}" for n in range(4)]
    enter(book, *(word(number) for number in numbers))
    persons = known_here(*(claim(number=number) for number in numbers))
    stand_in.set_mode("partial", 1)
    assert reconcile(PROGRAM, persons, register, AT).silent == 2
    assert sum(tickets.standing(person) is None for person in persons) == 2
    assert night.everybody(register, AT, again_days=30).verified == 2


def test_the_facilitys_clerk_takes_the_registers_word(book, register):
    enter(book, word(name="Nguyễn Thị Liên"))
    (person,) = known_here(claim())
    reconcile(PROGRAM, [person], register, AT)
    ticket = open_ticket(person)
    resolve.accept(CLERK, ticket.key, LATER)
    decided = tickets.ticket(ticket.key)
    assert (decided.state, decided.account, decided.ours) == (tickets.RESOLVED, 5, {"name": "Nguyễn Thị Lan"})
    assert queries.known(person).claim.name == "Nguyễn Thị Liên"
    assert tickets.standing(person).state == tickets.VERIFIED
    find_or_create([claim("Nguyễn Thị Lan")], LATER)
    assert queries.known(person).claim.name == "Nguyễn Thị Liên"
    patient = reading_of(person)
    assert patient["name"][0]["text"] == "Nguyễn Thị Liên"
    with pytest.raises(Problem, match="SSK-4534"):
        resolve.accept(CLERK, ticket.key, LATER)


def test_ours_stays_with_a_reason_and_is_not_asked_again(book, register):
    enter(book, word(name="Nguyễn Thị Liên"))
    (person,) = known_here(claim())
    reconcile(PROGRAM, [person], register, AT)
    ticket = open_ticket(person)
    with pytest.raises(Problem, match="SSK-4535"):
        resolve.refuse(CLERK, ticket.key, "  ", LATER)
    resolve.refuse(CLERK, ticket.key, "Đã xem giấy khai sinh", LATER)
    assert tickets.ticket(ticket.key).reason == "Đã xem giấy khai sinh"
    reconcile(PROGRAM, [person], register, LATER)
    assert tickets.of_person(person, [tickets.OPEN]) == []
    assert tickets.standing(person).state == tickets.DIFFERS


def test_who_may_decide(book, register):
    enter(book, word(name="Nguyễn Thị Liên"))
    (person, daughter, neighbour) = known_here(
        claim(),
        claim("Trần Thị Hạnh", "1988-07-01", "025188004321"),
        claim("Lê Văn Khách", "1970-01-01", "025170009999"),
    )
    reconcile(PROGRAM, [person], register, AT)
    ticket = open_ticket(person)
    citizen = Actor(7, "", "citizen", person=person, purpose="own")
    held = Actor(8, "", "citizen", person=daughter, purpose="own")
    stranger = Actor(9, "", "citizen", person=neighbour, purpose="own")
    doctor = Actor(10, "", "doctor", facility=HERE)
    assert [resolve.may_decide(who, ticket) for who in (CLERK, citizen)] == [True, True]
    assert [resolve.may_decide(who, ticket) for who in (ELSEWHERE, held, stranger, doctor)] == [False] * 4
    access.give_book_to(daughter, person, "representative", "see", date(2026, 1, 1))
    assert not resolve.may_decide(held, ticket)
    access.give_book_to(neighbour, person, "guardian", "manage", date(2026, 1, 1))
    assert resolve.may_decide(stranger, ticket)
    for who in (ELSEWHERE, held):
        with pytest.raises(Problem, match="SSK-1002"):
            resolve.refuse(who, ticket.key, "không phải việc của tôi", LATER)


def test_a_clerk_asks_about_those_whom_the_facility_has_seen(book, register, stand_in):
    enter(book, word())
    (person,) = known_here(claim())
    with pytest.raises(Problem, match="SSK-1002"):
        reconcile_one(ELSEWHERE, person, register, AT)
    assert reconcile_one(CLERK, person, register, AT) == tickets.VERIFIED
    assert stand_in.asked == {"/verify": 1}
    (without,) = known_here(claim("Vũ Thị Không Số", "1950-01-01", ""))
    with pytest.raises(Problem, match="SSK-4536"):
        reconcile_one(CLERK, without, register, AT)


def test_every_asking_leaves_a_line(book, register):
    enter(book, word())
    (person,) = known_here(claim())
    reconcile(PROGRAM, [person], register, AT)
    lines = db.tuples("select action, kind, detail from access_audit where person = %s", (person,))
    assert lines == [("reconcile", "identity", "verified")]


def test_a_death_that_the_register_does_not_know_is_a_difference(book, register):
    enter(book, word())
    (person,) = known_here(claim(extra={"deceased": "2026-02-01T10:00:00+07:00"}))
    reconcile(PROGRAM, [person], register, AT)
    ticket = open_ticket(person)
    assert (ticket.ours, ticket.theirs) == ({"deceased": "2026-02-01"}, {"deceased": ""})
    resolve.accept(CLERK, ticket.key, LATER)
    assert "deceased" not in queries.known(person).claim.extra


def test_the_night_asks_everybody_once_and_keeps_its_count(book, register):
    numbers = [f"02516000{n:04}" for n in range(5)]
    enter(book, *(word(number) for number in numbers[:4]))
    known_here(*(claim(number=number) for number in numbers))
    assert night.run(clock.day_of(AT), register, AT) == 5
    assert db.tuples("select asked, verified, unknown, problem, ended is null from exchange_night") == [
        (5, 4, 1, "", False)
    ]
    assert night.everybody(register, LATER, again_days=30).asked == 0
    assert night.everybody(register, AT + timedelta(days=31), again_days=30).asked == 5


def test_a_night_without_the_register_says_so_and_settles_nothing(book, register, stand_in):
    known_here(claim())
    stand_in.set_mode("broken", 0)
    with pytest.raises(Away):
        night.run(clock.day_of(AT), register, AT)
    assert db.value("select problem from exchange_night") == "SSK-4530"
    assert db.value("select count(*) from identity_standing") == 0


def test_a_night_that_was_cut_off_goes_on_and_counts_on(book, register, stand_in):
    for number in range(3):
        known_here(claim(number=f"02516000{number:04}"))
    night.everybody(register, AT, again_days=30, most=1)
    stand_in.set_mode("broken", 0)
    with pytest.raises(Away):
        night.run(clock.day_of(AT), register, AT)
    stand_in.set_mode("", 0)
    asked = night.run(clock.day_of(AT), register, LATER)
    assert db.tuples("select asked, problem, ended is null from exchange_night") == [(asked, "", False)]
    assert night.everybody(register, LATER, again_days=30).asked == 0


def reading_of(person):
    stored = reading.read(PROGRAM, "Patient", str(queries.known(person).ref.patient), LATER)
    return orjson.loads(stored.body)


def test_the_line_that_is_away_reaches_the_desk(book, register, stand_in):
    (person,) = known_here(claim())
    stand_in.set_mode("closed", 0)
    with pytest.raises(Away):
        reconcile_one(CLERK, person, register, AT)
