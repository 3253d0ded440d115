"""Finding and making persons in the database."""

from datetime import UTC, datetime, timedelta

import pytest

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in, bucket_of
from sosuckhoe.identity import queries
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def claim(name="Nguyễn Thị Lan", birth="1960-05-02", numbers=(("cccd", "079160000001"),), **more):
    identifiers = tuple(Identifier(*number) for number in numbers)
    return Claim(name=name, birth=birth, sex="female", facility="79001", identifiers=identifiers, **more)


def test_a_new_person_has_a_key_and_a_patient_in_one_bucket():
    (found,) = find_or_create([claim()], AT)
    assert found.changed
    assert bucket_in(found.ref.patient) == bucket_of(found.ref.person)
    assert queries.known(found.ref.person).claim == claim()


def test_the_same_claim_again_finds_and_changes_nothing():
    (first,) = find_or_create([claim()], AT)
    (again,) = find_or_create([claim()], AT + timedelta(days=1))
    assert again.ref == first.ref
    assert not again.changed


def test_two_claims_of_one_batch_that_mean_one_new_person_make_one():
    first, second = find_or_create([claim(), claim("NGUYEN THI LAN", phone="0900000001")], AT)
    assert first.ref == second.ref
    assert db.value("select count(*) from identity_person") == 1
    assert queries.known(first.ref.person).claim.phone == "0900000001"


def test_numbers_add_up_and_find_the_person_later():
    (first,) = find_or_create([claim()], AT)
    find_or_create([claim(numbers=(("cccd", "079160000001"), ("bhyt", "HT2797912345678")))], AT)
    (by_card,) = find_or_create([claim(numbers=(("bhyt", "HT2797912345678"),))], AT)
    assert by_card.ref == first.ref


def test_a_parents_number_makes_another_person_and_a_doubt():
    (mother,) = find_or_create([claim("Trần Thị Hoa", "1995-03-04")], AT)
    (child,) = find_or_create([claim("Lê Gia Bảo", "2020-06-01")], AT)
    assert child.ref != mother.ref
    assert db.tuples("select person, other, system from identity_doubt") == [
        (child.ref.person, mother.ref.person, "cccd")
    ]
    assert queries.person_of(Identifier("cccd", "079160000001")) == mother.ref.person


def test_a_shared_phone_joins_nobody():
    one, other = find_or_create(
        [claim(phone="0900000001"), claim("Lê Văn Tám", "1958-01-01", (("cccd", "079058000009"),), phone="0900000001")],
        AT,
    )
    assert one.ref != other.ref


def test_without_any_number_everybody_is_new():
    one, other = find_or_create([claim(numbers=()), claim(numbers=())], AT)
    assert one.ref != other.ref
