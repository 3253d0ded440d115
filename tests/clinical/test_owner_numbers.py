"""Which numbers of a Patient say who somebody is."""

from __future__ import annotations

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.clinical.actions import owner
from sosuckhoe.identity import identifiers


def patient(kind, value, **more):
    number = {"system": identifiers.systems()[kind].uri, "value": value}
    return {"resourceType": "Patient", "identifier": [number], "birthDate": "1960-05-02", "gender": "female", **more}


@pytest.mark.parametrize(
    ("kind", "value"),
    [("cccd", "000000000000"), ("cmnd", "000000000"), ("cmnd", "111111111"), ("bhxh", "0000000000")],
)
def test_what_only_fills_a_field_is_nobodys_number(kind, value):
    assert owner.claim_of(PROGRAM, patient(kind, value)).identifiers == ()


def test_a_number_of_a_kind_is_taken():
    assert owner.claim_of(PROGRAM, patient("bhxh", "7912345678")).identifiers == (("bhxh", "7912345678"),)


@pytest.mark.django_db
def test_two_persons_are_not_joined_by_what_fills_a_field(db):
    lan, other = ({"name": [{"text": "Nguyễn Thị Lan"}], "telecom": [{"system": "phone", "value": phone}]}
                  for phone in ("0912345678", "0987654321"))  # fmt: skip
    found = owner.persons_for(PROGRAM, [patient("bhxh", "0000000000", **one) for one in (lan, other)], clock.now())
    assert len({ref.person for ref in found}) == 2
