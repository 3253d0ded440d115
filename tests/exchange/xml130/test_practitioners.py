"""Doctors of hospital files and the register: tied where the number is known, noted where it is not."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, date, datetime

import orjson
import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.register import importing
from sosuckhoe.exchange.xml130 import practitioners
from sosuckhoe.exchange.xml130.mapping.registers import register_key
from sosuckhoe.exchange.xml130.practitioners import Validity
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier
from tests.exchange.register.test_importing import FACILITIES, LICENCES, ROLES
from tests.exchange.samples import FACILITY, envelope, package

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
VISIT = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("validity", "rule"),
    [
        (None, "worker-unknown"),
        (Validity("", None, None), ""),
        (Validity("", VISIT, VISIT), ""),
        (Validity("active", None, date(2026, 3, 1)), "worker-not-valid"),
        (Validity("", date(2026, 3, 3), None), "worker-not-valid"),
        (Validity("revoked", None, None), "worker-not-valid"),
        (Validity("revoked", None, VISIT), ""),
    ],
)
def test_a_number_is_noted_by_what_the_register_says_of_the_day(validity, rule):
    named = list(practitioners.named_in(package()))
    known = {"0012345/HCM-CCHN": validity} if validity else {}
    found = practitioners.findings_of(named, known, VISIT)
    places = [("XML2", 1, "MA_BAC_SI"), ("XML4", 1, "MA_BS_DOC_KQ")] if rule else []
    assert [(one.table, one.row, one.field) for one in found] == places
    assert {one.rule for one in found} <= {rule}


def test_a_facility_that_was_not_open_is_noted():
    (found,) = practitioners.finding_of_facility(Validity("", None, date(2026, 1, 1)), VISIT)
    assert (found.rule, found.level) == ("facility-not-valid", "noted")
    assert practitioners.finding_of_facility(Validity("", VISIT, None), VISIT) == []


def enter(*texts):
    for text in texts:
        importing.take_in(PROGRAM, uuid.uuid4(), io.BytesIO(text.encode()), AT)


def send(one, at=AT):
    receive(PROGRAM, Parcel(FACILITY, "records", envelope(one)), "import", at)
    while file.drain(at):
        pass


def noted():
    rules = ("worker-unknown", "worker-not-valid", "facility-not-valid")
    return [row[0] for row in db.tuples("select rule from exchange_finding where rule = any(%s)", (list(rules),))]


def requesters():
    person = identity.person_of(Identifier("cccd", "079160000001"))
    bodies = [orjson.loads(one.body) for one in clinical.of_person(person) if one.type == "MedicationRequest"]
    return {body["requester"]["reference"] for body in bodies}


@pytest.mark.django_db
class TestFiled:
    @pytest.fixture(autouse=True)
    def _nothing_remembered(self):
        registers.forget()

    def test_without_a_register_nothing_is_noted(self):
        send(package())
        assert noted() == []

    def test_a_facility_whose_practitioners_are_not_entered_is_not_noted(self):
        enter(FACILITIES, LICENCES.replace("0012345/HCM-CCHN", "OTHER-1"))
        send(package())
        assert noted() == []

    def test_an_unknown_number_of_a_facility_with_practitioners_is_noted(self):
        enter(FACILITIES, LICENCES, ROLES)
        strange = package()
        strange.tables["XML2"][0]["MA_BAC_SI"] = "0000/XX-CCHN"
        send(strange)
        assert sorted(noted()) == ["worker-not-valid", "worker-unknown"], "the licence of the reader of the test ended"

    def test_every_number_of_a_practitioner_leads_to_the_same_entry(self):
        enter(FACILITIES, LICENCES, ROLES)
        keeper = f"Practitioner/{register_key('Practitioner', '0012345/HCM-CCHN')}"
        for number in ("0012345/HCM-CCHN", "GP-77", "7900000001"):
            one = package()
            one.tables["XML2"][0]["MA_BAC_SI"] = number
            send(one)
            assert requesters() == {keeper}

    def test_what_a_file_entered_by_another_number_first_is_active_no_more(self):
        one = package()
        one.tables["XML2"][0]["MA_BAC_SI"] = "7900000001"
        send(one)
        stray = register_key("Practitioner", "7900000001")
        enter(FACILITIES, LICENCES)
        assert orjson.loads(clinical.read("Practitioner", stray).body)["active"] is False
