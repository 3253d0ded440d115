"""A mother with a small child, a doctor of the facility that has treated her, and apps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.test import Client

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock, db
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.identity import actions as identity
from sosuckhoe.identity.claim import Claim, Identifier, PersonRef
from tests.clinical.made import AT, draft
from tests.signed import signed

FACILITY = "79001"


@dataclass
class Cast:
    """Who there is, by account, and whose Patient is which."""

    mother: Account
    doctor: Account
    system: Account
    person: int
    patient: str
    child: int
    child_patient: str
    observation: str
    encounter: str
    browser: Client
    staff: Client


def a_person(name: str, number: str, born: str) -> PersonRef:
    claim = Claim(name, born, "female", FACILITY, (Identifier("cccd", number),))
    with db.atomic():
        return identity.find_or_create([claim], clock.now())[0].ref


def made():
    """The cast, in this database."""
    mother = a_person("Nguyễn Thị Lan", "079161000001", "1991-05-02")
    child = a_person("Trần An", "079161000002", "2023-01-01")
    access.give_book_to(mother.person, child.person, "mother", "full", date(2023, 1, 1))
    subject = {"subject": {"reference": f"Patient/{mother.patient}"}}
    made = [
        *(
            Draft("Patient", one.patient, one.person, {"resourceType": "Patient", "id": str(one.patient)})
            for one in (mother, child)
        ),
        draft("Encounter", "visit", person=mother.person, status="finished", **{"class": {"code": "AMB"}}, **subject),
        draft("Observation", "a", person=mother.person, status="final", code={"text": "Huyết sắc tố"}, **subject),
    ]
    actions.put_many(made, AT)
    access.tie([(FACILITY, mother.person)], AT)
    accounts = [
        access.open_account(PROGRAM, "lan", name="Nguyễn Thị Lan", role="citizen", person=mother.person),
        access.open_account(PROGRAM, "bs", name="BS Bình", role="doctor", facility=FACILITY),
        access.open_account(PROGRAM, "hs", name="HIS", role="system", facility=FACILITY),
    ]
    return Cast(
        *accounts, mother.person, str(mother.patient), child.person, str(child.patient), str(made[3].key),
        str(made[2].key), signed(Client(), accounts[0]), signed(Client(), accounts[1]),
    )  # fmt: skip
