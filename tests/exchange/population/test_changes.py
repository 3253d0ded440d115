"""Changes of the register: each once, a later one is never undone, and none for the wrong person."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import orjson
import psycopg
import pytest
from click.testing import CliRunner

from sosuckhoe.access import actions as access
from sosuckhoe.access import family
from sosuckhoe.access import queries as relations
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.clinical import reading
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.exchange.population import changes
from sosuckhoe.exchange.population.changes import take_changes
from sosuckhoe.exchange.population.command import population
from sosuckhoe.identity import queries, tickets
from sosuckhoe.identity.actions import Raced, find_or_create
from sosuckhoe.identity.claim import Identifier
from tests.exchange.population.people import AT, LAN, claim, known_here, word

pytestmark = pytest.mark.django_db
CHILD, FATHER = "025326000001", "025058009999"


def take(register, at=AT):
    return dict(take_changes(PROGRAM, register, at))


def patient(person):
    return stored("Patient", queries.known(person).ref.patient)


def stored(kind, key):
    return orjson.loads(reading.read(PROGRAM, kind, str(key), AT).body)


def newborn(mother, birth="2026-02-20", name="", sex="male", number="25010/1/7"):
    numbers = (Identifier("newborn", number),)
    made = claim(name, birth, "", sex, numbers=numbers, mother=Identifier("cccd", LAN), extra={"mother_name": "Lan"})
    (found,) = find_or_create([made], AT)
    access.give_book_to(mother, found.ref.person, "mother", "manage", AT.date())
    return found.ref.person


def born(name="Trần Minh Nam", **more):
    return word(CHILD, name, "2026-02-20", "male", mother=LAN, **more)


def test_a_birth_gives_the_newborns_book_its_number_and_name(book, register):
    (mother,) = known_here(claim())
    child = newborn(mother)
    book.enter("birth", "2026-02-20", born())
    assert take(register) == {"done": 1}
    assert queries.person_of(Identifier("cccd", CHILD)) == child
    assert patient(child)["name"][0]["text"] == "Trần Minh Nam"


@pytest.mark.parametrize("has_book", [True, False])
def test_both_parents_whom_the_birth_record_names_hold_the_book_until_the_birthdays_of_the_law(
    book, register, has_book
):
    mother, father = known_here(claim(), claim("Trần Văn Hùng", "1958-01-02", FATHER, "male"))
    if has_book:
        newborn(mother)
    book.enter("birth", "2026-02-20", born(father=FATHER))
    assert take(register) == {"done": 1}
    child = queries.person_of(Identifier("cccd", CHILD))
    found = {tie.holder: (tie.kind, tie.level, tie.until) for tie in family.holders_of(child)}
    assert found[father] == ("father", "full", date(2044, 2, 20))
    assert set(found) == {mother, father}
    if not has_book:
        assert found[mother] == ("mother", "full", date(2044, 2, 20))


def test_a_birth_that_is_heard_after_midnight_gives_the_book_from_that_day_on(book, register):
    (mother,) = known_here(claim())
    book.enter("birth", "2026-02-20", born())
    take(register, datetime(2026, 3, 2, 18, tzinfo=UTC))
    assert db.value("select since from access_relation where holder = %s", (mother,)) == date(2026, 3, 3)


def test_a_page_that_met_another_transaction_is_taken_again(book, register, monkeypatch):
    known_here(claim())
    book.enter("birth", "2026-02-20", born())
    real, tried = changes.take, []

    def raced_once(*words):
        tried.append(words)
        if len(tried) == 1:
            raise Raced
        return real(*words)

    monkeypatch.setattr(changes, "take", raced_once)
    assert take(register) == {"done": 1}


def test_a_father_whom_nobody_here_knows_is_not_tied(book, register):
    (mother,) = known_here(claim())
    book.enter("birth", "2026-02-20", born(father=FATHER))
    assert take(register) == {"done": 1}
    child = queries.person_of(Identifier("cccd", CHILD))
    assert [tie.holder for tie in family.holders_of(child)] == [mother]


def test_a_child_of_another_day_is_not_meant_and_gets_no_number(book, register):
    (mother,) = known_here(claim())
    sister = newborn(mother, birth="2026-02-19")
    book.enter("birth", "2026-02-20", born())
    assert take(register) == {"done": 1}
    found = queries.person_of(Identifier("cccd", CHILD))
    assert found not in {None, sister}
    assert found in relations.dependants(mother)


def test_twins_wait_for_somebody_unless_their_names_tell_them_apart(book, register):
    (mother,) = known_here(claim())
    newborn(mother)
    second = newborn(mother, number="25010/1/8")
    book.enter("birth", "2026-02-20", born())
    assert take(register) == {"held": 1}
    assert queries.person_of(Identifier("cccd", CHILD)) is None
    find_or_create(
        [claim("Trần Minh Bắc", "2026-02-20", "", "male", numbers=(Identifier("newborn", "25010/1/8"),))], AT
    )
    other = CHILD[:-1] + "2"
    book.enter("birth", "2026-02-20", {**born("Trần Minh Bắc"), "number": other})
    assert take(register) == {"done": 1}
    assert queries.person_of(Identifier("cccd", other)) == second


def test_a_birth_at_home_makes_a_book(book, register):
    book.enter("birth", "2026-02-20", born())
    take(register)
    child = queries.person_of(Identifier("cccd", CHILD))
    assert patient(child)["birthDate"] == "2026-02-20"


def test_a_death_is_entered_with_what_hangs_on_it(book, register):
    mother, father = known_here(claim(), claim("Trần Văn Ba", "1958-01-01", "025158000001", "male"))
    child = newborn(mother)
    access.give_book_to(father, mother, "representative", "see", AT.date())
    account = access.open_account(PROGRAM, "lan", name="Lan", role="citizen", person=mother)
    book.enter("death", "2026-03-01", word(deceased="2026-03-01"))
    assert take(register) == {"done": 1}
    assert patient(mother)["deceasedDateTime"] == "2026-03-01"
    assert orjson.loads(db.value("select touches::text from exchange_change")) == {
        "accounts": [account.pk],
        "held": [child],
        "holders": [father],
    }
    assert db.value("select is_active from access_account where id = %s", (account.pk,))


def test_a_death_is_not_believed_of_somebody_else(book, register):
    (person,) = known_here(claim("Nguyễn Thị Lành"))
    book.enter("death", "2026-03-01", word(deceased="2026-03-01"))
    assert take(register) == {"held": 1}
    assert "deceased" not in queries.known(person).claim.extra
    (ticket,) = tickets.of_person(person, [tickets.OPEN])
    assert ticket.theirs == {"name": "Nguyễn Thị Lan"}


def test_a_corrected_name_is_taken_and_the_old_one_kept(book, register):
    (person,) = known_here(claim())
    book.enter("name", "2026-03-01", word(name="Nguyễn Thị Ngọc Lan"))
    assert take(register) == {"done": 1}
    assert patient(person)["name"][0]["text"] == "Nguyễn Thị Ngọc Lan"
    (kept,) = tickets.of_person(person, [tickets.RESOLVED])
    assert (kept.ours, kept.account) == ({"name": "Nguyễn Thị Lan"}, 0)


def test_a_move_and_a_marriage(book, register):
    (person,) = known_here(claim(province="25", district="238", commune="08542", address="Khu Đồn"))
    book.enter("move", "2026-03-01", word(province="01", commune="00004", address="Số 1 Phan Đình Phùng"))
    book.enter("marriage", "2026-03-02", word())
    assert take(register) == {"done": 2}
    known = queries.known(person).claim
    assert (known.province, known.district, known.commune) == ("01", "", "00004")
    assert patient(person)["maritalStatus"]["coding"][0]["code"] == "M"


def test_each_change_has_its_provenance_and_its_line(book, register):
    (person,) = known_here(claim())
    book.enter("name", "2026-03-01", word(name="Nguyễn Thị Ngọc Lan"))
    take(register)
    key = db.value(
        "select rid from clinical_resource where person = %s and type = %s", (person, number_of()["Provenance"])
    )
    provenance = stored("Provenance", key)
    assert provenance["entity"][0]["what"]["identifier"]["value"] == "name-1"
    assert provenance["target"] == [{"reference": f"Patient/{queries.known(person).ref.patient}"}]
    assert db.value("select detail from access_audit where person = %s and action = 'update'", (person,)) == "name"


@pytest.mark.parametrize("mode", ["duplicate", "disorder"])
def test_twice_or_out_of_order_ends_the_same(book, register, stand_in, mode):
    (person,) = known_here(claim())
    for name in ("Nguyễn Thị Lài", "Nguyễn Thị Lành", "Nguyễn Thị Lệ"):
        book.enter("name", "2026-03-01", word(name=name))
    stand_in.set_mode(mode, 1)
    assert take(register)["done"] == 3
    assert queries.known(person).claim.name == "Nguyễn Thị Lệ"


def test_an_older_change_that_comes_later_undoes_nothing(book, register):
    (person,) = known_here(claim())
    book.enter("name", "2026-03-01", word(name="Nguyễn Thị Lài"))
    book.enter("name", "2026-03-02", word(name="Nguyễn Thị Lệ"))
    book.changes.reverse()
    book.changes, rest = book.changes[:1], book.changes[1:]
    take(register)
    book.changes += rest
    assert take(register, AT + timedelta(days=1)) == {"late": 1}
    assert queries.known(person).claim.name == "Nguyễn Thị Lệ"


def test_any_order_of_pages_gives_the_same_person(book, register):
    people = known_here(*(claim(f"Nguyễn Thị Số {n}", number=f"02516000{n:04}") for n in range(6)))
    changes = []
    for turn in range(4):
        for n in range(6):
            called = word(f"02516000{n:04}", f"Nguyễn Thị Lần {['một', 'hai', 'ba', 'bốn'][turn]}")
            changes.append(book.enter("name", "2026-03-01", called))
    Random(4).shuffle(changes)
    book.changes = changes
    for end in (7, 15, 24):
        book.changes = changes[:end]
        take(register)
    assert {queries.known(person).claim.name for person in people} == {"Nguyễn Thị Lần bốn"}


def test_nobody_of_ours_is_a_stranger(book, register):
    book.enter("death", "2026-03-01", word(deceased="2026-03-01"))
    assert take(register) == {"stranger": 1}
    assert db.value("select count(*) from identity_person") == 0


def test_the_next_time_begins_where_this_one_ended(book, register):
    known_here(claim())
    book.enter("name", "2026-03-01", word(name="Nguyễn Thị Lài"))
    assert take(register) == {"done": 1}
    assert take(register) == {}
    assert db.value("select after from exchange_stream") == 1


def failing_for(monkeypatch, name):
    """The program itself fails at a change to this name."""

    def changed(known, change):
        if change.word.name == name:
            raise KeyError(name)
        return real(known, change)

    real = changes.changed
    monkeypatch.setattr(changes, "changed", changed)


def test_a_change_at_which_the_program_fails_is_set_aside_and_the_later_ones_do_not_wait(
    book, register, monkeypatch, caplog
):
    people = known_here(*(claim(f"Nguyễn Thị Số {n}", number=f"02516000{n:04}") for n in range(3)))
    for n in range(3):
        book.enter("name", "2026-03-01", word(f"02516000{n:04}", f"Nguyễn Thị Mới {n}"))
    with monkeypatch.context() as broken:
        failing_for(broken, "Nguyễn Thị Mới 1")
        assert take(register) == {"done": 2, "failed": 1}
        assert take(register) == {"failed": 1}, "it is tried again every night"
    names = [queries.known(person).claim.name for person in people]
    assert names == ["Nguyễn Thị Mới 0", "Nguyễn Thị Số 1", "Nguyễn Thị Mới 2"]
    assert "Nguyễn" not in caplog.text
    [(heard, problem, tries)] = db.tuples(
        "select heard, problem, tries from exchange_change where outcome = 'failed' and person = 0"
    )
    assert (problem, tries) == ("KeyError", 2)
    assert db.value("select state from exchange_heard where id = %s", (heard,)) == "waiting"
    told = CliRunner().invoke(population, ["status"]).output
    assert f"answer {heard}, name, KeyError, 2 lần" in told
    assert take(register) == {"done": 1}
    assert queries.known(people[1]).claim.name == "Nguyễn Thị Mới 1"
    assert db.value("select state from exchange_heard where id = %s", (heard,)) == "read"
    assert take(register) == {}


def test_what_was_set_aside_undoes_no_later_change(book, register, monkeypatch):
    (person,) = known_here(claim())
    book.enter("name", "2026-03-01", word(name="Nguyễn Thị Lài"))
    book.enter("name", "2026-03-02", word(name="Nguyễn Thị Lệ"))
    with monkeypatch.context() as broken:
        failing_for(broken, "Nguyễn Thị Lài")
        assert take(register) == {"done": 1, "failed": 1}
    assert take(register) == {"late": 1}
    assert queries.known(person).claim.name == "Nguyễn Thị Lệ"


def test_a_change_that_is_told_again_is_taken_and_its_first_answer_let_go(book, register, monkeypatch):
    (person,) = known_here(claim())
    book.enter("name", "2026-03-01", word(name="Nguyễn Thị Lài"))
    with monkeypatch.context() as broken:
        failing_for(broken, "Nguyễn Thị Lài")
        take(register)
    monkeypatch.setattr(changes, "_take_set_aside", lambda *_: Counter())
    db.execute("update exchange_stream set after = 0")
    assert take(register) == {"done": 1}
    assert queries.known(person).claim.name == "Nguyễn Thị Lài"
    assert db.value("select count(*) from exchange_heard where state = 'waiting'") == 0


def test_a_database_that_is_away_sets_nothing_aside(book, register, monkeypatch):
    known_here(claim())
    book.enter("name", "2026-03-01", word(name="Nguyễn Thị Lài"))

    def away(*_):
        raise psycopg.OperationalError

    monkeypatch.setattr(changes, "changed", away)
    with pytest.raises(psycopg.OperationalError):
        take(register)
    assert db.value("select count(*) from exchange_change") == 0
