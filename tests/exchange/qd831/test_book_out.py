"""Any book as a profile of QĐ 831: what a hospital sent, what a profile said, and only for those who may see it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.profile import write_profile
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.command import export
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.check import check
from sosuckhoe.exchange.qd831.mapping import systems
from sosuckhoe.exchange.qd831.mapping.back import profile_of
from sosuckhoe.exchange.qd831.read import read_profiles
from sosuckhoe.exchange.qd831.write import write_profiles
from sosuckhoe.exchange.xml130.mapping import systems as hospital
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.claim import Identifier
from sosuckhoe.identity.queries import Facility
from tests.exchange.qd831.samples import FACILITY, content, profile
from tests.exchange.samples import envelope, package

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
NATIONAL = "http://fhir.ehealth.gov.vn/core/sid/national_id"
GEOLOCATION = "http://hl7.org/fhir/StructureDefinition/geolocation"


@pytest.fixture
def patient():
    registers.forget()
    register_facilities([Facility(FACILITY, "Trạm y tế", vendor="minh_an")])
    receive(PROGRAM, Parcel(FACILITY, "records", envelope(package())), "import", AT)
    receive(PROGRAM, Parcel(FACILITY, "profile", content(profile())), "import", AT + timedelta(minutes=1))
    while file.drain(AT + timedelta(minutes=2)):
        pass
    return identity.known(identity.person_of(Identifier("cccd", "079160000001"))).ref.patient


def test_a_book_of_two_sources_is_one_profile(patient):
    (made,) = read_profiles(write_profile(PROGRAM, patient, FACILITY, AT)).packages
    assert made.tables[form.ABOUT][0]["HOTEN"] == "Nguyễn Thị Lan"
    exams = {row["MA_LK"]: (place, row) for place, row in enumerate(made.tables[form.EXAMS], 1)}
    assert exams.keys() == {"LK0001", "KSK0001", "KSK0002"}
    place, visit = exams["LK0001"]
    assert (visit["NGAYKHAM"], visit["CANNANG"]) == ("02/03/2026", "58.5")
    start = form.below(form.EXAMS, place)
    assert made.tables[f"{start}CANLAMSANG/DICHVU"][0]["KETQUA"] == "7.8 mmol/L"
    assert "I10" in {row.get("MABENH") for row in made.tables[f"{start}CHANDOANKETLUAN/CHANDOANBENH"]}
    assert [row["TEN"] for row in made.tables[form.ALLERGIES]] == ["Penicillin"]
    assert not [finding for finding in check(made, AT.date()) if finding.level == "refused"]


def test_a_stranger_gets_nothing_and_every_writing_is_in_the_trace(patient):
    stranger = Actor(9, "x", "system", facility="79002", purpose="treatment")
    with pytest.raises(Problem, match="SSK-1002"):
        write_profile(stranger, patient, "79002", AT)
    with pytest.raises(Problem, match="SSK-1002"):
        write_profile(PROGRAM, uuid4(), FACILITY, AT)
    write_profile(PROGRAM, patient, FACILITY, AT)
    assert db.value("select count(*) from access_audit where action = 'export' and kind = 'record'") == 1


def test_the_command_writes_it(patient, tmp_path):
    place = tmp_path / "profile.xml"
    options = ["qd831", "--patient", str(patient), "--facility", FACILITY, "--out", str(place)]
    assert CliRunner().invoke(export, options).exit_code == 0
    assert len(read_profiles(place.read_bytes()).packages) == 1


SPARE = [
    {
        "resourceType": "Patient", "id": "p", "name": [{"text": "Lan"}], "identifier": [{"system": NATIONAL}, {}],
        "telecom": [{"value": "0900000001"}, {"system": "fax", "value": "1"}, {"system": "phone"}],
        "address": [{"extension": [{"url": GEOLOCATION, "extension": [{"url": "latitude", "valueDecimal": 10.7}]}]}],
        "extension": [{"url": url} for url in (hospital.EXT_RACE, hospital.EXT_RELIGION, hospital.EXT_BIRTH_PLACE)],
    },
    {
        "resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "AMB"},
        "identifier": [{"system": hospital.VISIT}], "period": {"start": "2026"},
    },
    {
        "resourceType": "Observation", "id": "o", "status": "final", "encounter": {"reference": "Encounter/e"},
        "code": {"coding": [{"system": hospital.SERVICE}, {}], "text": "Glucose"},
    },
    {
        "resourceType": "Observation", "id": "h", "status": "final",
        "code": {"coding": [{"system": systems.listed("habit"), "code": "1"}]},
        "component": [{"code": {"text": "một ngày"}, "valueInteger": 10}],
    },
    {"resourceType": "Condition", "id": "c", "code": {"coding": [{}]}, "encounter": {"reference": "Encounter/e"}},
    {"resourceType": "RelatedPerson", "id": "r", "telecom": [{}], "relationship": [{"coding": [{}]}]},
    {
        "resourceType": "Immunization", "id": "i", "status": "completed", "vaccineCode": {"coding": [{}]},
        "extension": [{"url": systems.EXT_PREGNANCY_MONTH}], "occurrenceString": "2025",
    },
]  # fmt: skip
"""What FHIR R4 allows to be left out, left out: others write into books by its interface."""


def test_what_others_wrote_by_fhir_leaves_fields_empty_and_fails_nothing():
    made = profile_of(SPARE, FACILITY)
    assert made.tables[form.ABOUT] == [{"HOTEN": "Lan"}]
    assert made.tables[form.EXAMS][0]["NGAYKHAM"] == "2026"
    assert read_profiles(write_profiles([made], {"SENDER_CODE": FACILITY})).packages[0].tables[form.ABOUT]
