"""New persons are compared with those who may be them; a doubt is written, nobody is joined by likeness."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from psycopg.errors import UniqueViolation

from sosuckhoe.base import db
from sosuckhoe.identity import near, queries
from sosuckhoe.identity.actions import LIKENESS, enter, find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import blocking
from sosuckhoe.identity.compare.score import score

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LAN = Claim(
    name="Nguyễn Thị Lan",
    birth="1960-05-02",
    sex="female",
    facility="79001",
    identifiers=(Identifier("cccd", "079160000001"),),
    province="25",
    commune="08233",
)
WITHOUT_NUMBER = replace(LAN, name="NGUYEN THI LAM", facility="79002", identifiers=())
SURE = replace(LAN, name="NGUYEN THI LAN", facility="79002", identifiers=(), phone="0912345678")


def doubts():
    return db.tuples("select person, other, system, round(score::numeric, 3)::float from identity_doubt order by 1, 2")


def keys_of(person):
    return {row[0] for row in db.tuples("select key from identity_block where person = %s", (person,))}


def test_somebody_alike_without_a_number_becomes_a_doubt_with_its_score():
    (lan,) = find_or_create([LAN], AT)
    (alike,) = find_or_create([WITHOUT_NUMBER], AT)
    assert alike.ref != lan.ref
    assert doubts() == [(alike.ref.person, lan.ref.person, LIKENESS, score(LAN, WITHOUT_NUMBER).total)]


def test_somebody_surely_alike_without_a_number_is_that_person():
    first, second = find_or_create([replace(LAN, phone=SURE.phone), SURE], AT)
    (later,) = find_or_create([replace(SURE, facility="79003")], AT)
    assert first.ref == second.ref == later.ref
    assert doubts() == []


def test_so_do_two_of_one_batch():
    lan, alike = find_or_create([LAN, WITHOUT_NUMBER], AT)
    assert [row[:3] for row in doubts()] == [(alike.ref.person, lan.ref.person, LIKENESS)]


def test_a_shared_number_is_told_once_with_its_score():
    (lan,) = find_or_create([LAN], AT)
    other = replace(LAN, birth="1975-11-27")
    (made,) = find_or_create([other], AT)
    assert doubts() == [(made.ref.person, lan.ref.person, "cccd", score(LAN, other).total)]


@pytest.mark.parametrize(
    "other",
    [
        replace(WITHOUT_NUMBER, identifiers=(Identifier("cccd", "079160000002"),)),
        replace(WITHOUT_NUMBER, name="Trần Văn Bình", sex="male"),
        replace(WITHOUT_NUMBER, name="Nguyễn Thị Hồng"),
    ],
    ids=["another valid citizen number", "another name and sex", "a twin"],
)
def test_those_who_are_surely_two_raise_no_doubt(other):
    find_or_create([LAN, other], AT)
    assert doubts() == []


def test_everybody_has_the_keys_of_what_is_known_of_them():
    (found,) = find_or_create([replace(LAN, birth="1960")], AT)
    before = keys_of(found.ref.person)
    find_or_create([replace(LAN, identifiers=(*LAN.identifiers, Identifier("bhxh", "7912345678")))], AT)
    after = keys_of(found.ref.person)
    assert before < after
    assert blocking.keys(queries.known(found.ref.person).claim) <= after


def test_keys_can_be_made_again_for_everybody():
    people = find_or_create([LAN, replace(LAN, name="Lê Văn Tám", sex="male", identifiers=())], AT)
    before = db.tuples("select key, bucket, person from identity_block order by 1, 3")
    db.execute("delete from identity_block")
    near.key_everybody()
    assert db.tuples("select key, bucket, person from identity_block order by 1, 3") == before
    assert len({person for _, _, person in before}) == len(people)


def test_one_key_brings_a_bounded_number(monkeypatch):
    monkeypatch.setattr(near, "MOST_A_KEY", 2)
    numbers = (Identifier("cccd", f"07916000000{n}") for n in range(4))
    find_or_create([replace(WITHOUT_NUMBER, identifiers=(number,)) for number in numbers], AT)
    assert {len(people) for people in near.sharing(blocking.keys(WITHOUT_NUMBER)).values()} == {2}


def test_the_person_who_is_meant_stands_first_and_the_twin_last():
    sister = replace(LAN, name="Nguyễn Thị Hồng", identifiers=())
    namesake = replace(WITHOUT_NUMBER, birth="1960")
    made = find_or_create([sister, namesake, LAN], AT)
    found = near.match(replace(WITHOUT_NUMBER, identifiers=LAN.identifiers))
    assert [match.person.ref for match in found] == [made[2].ref, made[1].ref, made[0].ref]
    assert [match.decision.verdict for match in found] == ["link", "doubt", "apart"]


def test_a_childs_card_is_found_by_the_number_inside_it_and_back():
    card, number = Identifier("bhyt", "TE1797912345678"), Identifier("bhxh", "7912345678")
    (child,) = find_or_create([replace(LAN, name="Lê Đức Kiệt", birth="2018-02-08", identifiers=(card,))], AT)
    (grown,) = find_or_create([replace(LAN, identifiers=(Identifier("bhxh", "7912345679"),))], AT)
    asked = Claim(name="", birth="", sex="", facility="", identifiers=(number,))
    assert [match.person.ref for match in near.match(asked)] == [child.ref]
    later = replace(asked, identifiers=(Identifier("bhyt", "TE1797912345679"),))
    assert [match.person.ref for match in near.match(later)] == [grown.ref]


def test_a_name_and_its_telephone_are_enough_where_the_birth_date_is_another():
    (lan,) = find_or_create([replace(LAN, phone="0912345678")], AT)
    asked = Claim(name="NGUYEN THI LAN", birth="1961-06-03", sex="female", facility="", phone="+84 912 345 678")
    assert [match.person.ref for match in near.match(asked)] == [lan.ref]
    assert near.match(replace(asked, name="Trần Văn Hùng")) == []


def test_numbers_without_a_key_are_looked_up_too():
    number = Identifier("facility", "79001/4711")
    (found,) = find_or_create([replace(LAN, identifiers=(number,))], AT)
    stranger = replace(LAN, name="", birth="", commune="", identifiers=(number,))
    assert [match.person.ref for match in near.match(stranger)] == [found.ref]


def test_nobody_is_near_a_claim_that_says_nothing():
    assert near.match(Claim(name="", birth="", sex="", facility="")) == []


def test_a_person_merged_into_another_is_not_near_anybody():
    (lan,) = find_or_create([LAN], AT)
    db.execute("update identity_person set merged_into = 1 where person = %s", (lan.ref.person,))
    assert near.sharing(blocking.keys(LAN)) == {}


def test_of_a_frequent_name_those_are_compared_who_share_more(monkeypatch):
    monkeypatch.setattr(near, "MOST_COMPARED", 5)
    namesakes = [replace(LAN, birth=f"1960-{n % 7 + 6:02}-{n % 20 + 8:02}", identifiers=()) for n in range(30)]
    *_, lan = enter([*namesakes, LAN], AT)
    found = near.match(replace(LAN, name="NGUYEN THI LAN", identifiers=()), most=100)
    assert (found[0].person.ref, len(found)) == (lan, 5)


def test_the_holder_of_a_number_is_compared_however_many_share_the_name(monkeypatch):
    monkeypatch.setattr(near, "MOST_COMPARED", 5)
    namesakes = [replace(LAN, birth="1960-05-03", identifiers=()) for _ in range(30)]
    *_, lan = enter([*namesakes, replace(LAN, identifiers=(Identifier("bhyt", "GD4257912345678"),))], AT)
    asked = replace(LAN, birth="1960", commune="", identifiers=(Identifier("bhyt", "GD4257912345678"),))
    assert near.match(asked)[0].person.ref == lan


def test_who_was_entered_is_found_by_numbers_and_keys():
    entered = enter([LAN, replace(LAN, name="Trần Văn Bình", birth="1990-07-09", sex="male", identifiers=())], AT)
    assert queries.person_of(LAN.identifiers[0]) == entered[0].person
    assert keys_of(entered[0].person) == set(blocking.keys(LAN))
    (again,) = find_or_create([replace(LAN, facility="79002")], AT)
    assert again.ref == entered[0]


def test_nobody_is_entered_with_a_number_that_somebody_has():
    find_or_create([LAN], AT)
    with pytest.raises(UniqueViolation):
        enter([LAN], AT)
