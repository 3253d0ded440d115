"""Lists become registers: versions, not overwriting; each fault by row and column; each steward in the own province."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime

import orjson
import pytest

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db, sheet
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical import codec
from sosuckhoe.exchange.actions import registers
from sosuckhoe.exchange.register import filing, importing, lists
from sosuckhoe.exchange.xml130.mapping.registers import register_key
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 3, tzinfo=UTC)
STEWARD = Actor(5, "Mai", "steward", area="79", purpose="stewardship")
COUNTRY = Actor(6, "Bình", "steward", purpose="stewardship")

FACILITIES = """facility,name,province,kind,commune,address,phone,licence,valid_from,valid_until,parent
79001,Bệnh viện Lê Lợi,79,hospital,26734,12 Lê Lợi,02838000000,GP-1,2020-01-01,,
79002,Trạm y tế Bến Nghé,79,station,,,,GP-2,01/01/2021,31/12/2025,79001
"""
LICENCES = """licence,name,title,scope,sex,social_insurance,issuer,valid_from,valid_until,status,replaces
0012345/HCM-CCHN,Trần Văn An,Bác sĩ,Nội tổng hợp,male,7900000001,Sở Y tế TP.HCM,2015-03-01,2025-12-31,,
GP-77,Trần Văn An,Bác sĩ,"Nội tổng hợp, tim mạch",male,7900000001,Bộ Y tế,2026-01-01,2030-12-31,,0012345/HCM-CCHN
0099/HCM-CCHN,Lê Thị Bình,Điều dưỡng,,female,,Sở Y tế TP.HCM,2018-01-01,,suspended,
"""
ROLES = """facility,licence,role,department,valid_from,valid_until
79001,0012345/HCM-CCHN,doctor,K01,2015-03-01,
79001,0099/HCM-CCHN,nurse,K01,2018-01-01,2026-11-22
"""
SERVICES = """facility,service,name,specialty,valid_from,valid_until
79001,KNOI,Khám nội,Nội khoa,2020-01-01,
"""
AFFILIATIONS = """facility,member,kind,valid_from,valid_until
79001,79002,chỉ đạo tuyến,2021-01-01,
"""


def take_in(text, actor=PROGRAM, at=AT):
    return importing.take_in(actor, uuid.uuid4(), io.BytesIO(text.encode()), at)


def enter_everything():
    registers.forget()
    return [take_in(text) for text in (FACILITIES, LICENCES, ROLES, SERVICES, AFFILIATIONS)]


def resource(type_name, code):
    key = register_key(type_name, code)
    known = clinical.known_of([key]).get(key)
    return known and orjson.loads(codec.unpacked(known.codec, key, known.body))


def versions(type_name, code):
    key = register_key(type_name, code)
    kept = "select count(*) from {} where rid = %s"
    return sum(db.value(kept.format(table), (key,)) for table in ("clinical_resource", "clinical_history"))


def counts(report):
    return report.created, report.changed, report.unchanged, report.refused


def told(report):
    return [(fault.row, fault.column, fault.rule) for fault in report.faults]


def test_every_list_becomes_resources_of_a_directory():
    assert [counts(report)[0] for report in enter_everything()] == [2, 3, 2, 1, 1]
    hospital, closed = resource("Organization", "79001"), resource("Organization", "79002")
    assert (hospital["active"], closed["active"]) == (True, False)
    assert closed["identifier"][0]["period"] == {"start": "2021-01-01", "end": "2025-12-31"}
    assert closed["partOf"]["reference"] == f"Organization/{hospital['id']}"
    assert resource("Location", "79002")["status"] == "inactive"
    role = resource("PractitionerRole", "79001|0012345/HCM-CCHN|doctor|K01")
    assert role["practitioner"]["reference"].endswith(resource("Practitioner", "0012345/HCM-CCHN")["id"])
    assert resource("HealthcareService", "79001|KNOI")["providedBy"]["reference"].endswith(hospital["id"])
    assert resource("OrganizationAffiliation", "79001|79002|chỉ đạo tuyến")["active"] is True


def test_two_licences_of_one_practitioner_stand_in_one_entry():
    enter_everything()
    doctor = resource("Practitioner", "0012345/HCM-CCHN")
    assert [one["value"] for one in doctor["identifier"]] == ["GP-77", "0012345/HCM-CCHN", "7900000001"]
    assert doctor["active"] is True
    assert doctor["qualification"][0]["code"]["text"] == "Nội tổng hợp, tim mạch"
    assert doctor["qualification"][1]["period"]["end"] == "2025-12-31"
    assert resource("Practitioner", "GP-77") is None
    assert resource("Practitioner", "0099/HCM-CCHN")["active"] is False, "suspended"


def test_the_same_list_again_changes_nothing():
    enter_everything()
    before = db.value("select count(*) from clinical_resource") + db.value("select count(*) from clinical_history")
    assert [counts(report)[2:] for report in enter_everything()] == [(2, 0), (3, 0), (2, 0), (1, 0), (1, 0)]
    after = db.value("select count(*) from clinical_resource") + db.value("select count(*) from clinical_history")
    assert after == before


def test_a_changed_row_is_a_new_version_and_the_old_one_stays():
    enter_everything()
    assert counts(take_in(FACILITIES.replace("12 Lê Lợi", "14 Lê Lợi"), at=LATER)) == (0, 1, 1, 0)
    hospital = resource("Organization", "79001")
    assert hospital["meta"]["versionId"] == "2"
    assert hospital["address"][0]["line"] == ["14 Lê Lợi"]
    assert versions("Organization", "79001") == 2


def test_what_signs_a_facilitys_files_is_not_lost():
    register_facilities([Facility("79001", "Tên cũ", vendor="viettel", certificate="PEM", signature_required=True)])
    enter_everything()
    known = identity.facility("79001")
    assert (known.name, known.vendor, known.certificate, known.signature_required) == (
        "Bệnh viện Lê Lợi", "viettel", "PEM", True,
    )  # fmt: skip
    assert known.valid_from.isoformat() == "2020-01-01"


FAULTY = [
    (
        "facility,name,province,valid_from,valid_until\n79009,A,79,2026-02-01,2026-01-01\n",
        "valid_until",
        "dates-turned",
    ),
    ("facility,name,province\n79009,A,00\n", "province", "unknown-place"),
    ("facility,name,province,commune\n79009,A,79,99999\n", "commune", "unknown-place"),
    ("facility,name,province,parent\n79009,A,79,79009\n", "parent", "itself"),
    ("facility,name,province,parent\n79009,A,79,79123\n", "parent", "unknown-facility"),
    ("facility,licence,role\n79123,GP-77,doctor\n", "facility", "unknown-facility"),
    ("facility,licence,role\n79001,GP-1234,doctor\n", "licence", "unknown-licence"),
    (
        "licence,name,title,social_insurance,replaces\nGP-9,A,B,7900000001,0099/HCM-CCHN\n",
        "licence",
        "two-practitioners",
    ),
    ("facility,member,kind\n79001,79001,A\n", "member", "itself"),
    ("facility,service,name\n79123,A,B\n", "facility", "unknown-facility"),
]


@pytest.mark.parametrize(("text", "column", "rule"), FAULTY)
def test_a_row_that_cannot_be_is_refused_with_its_place(text, column, rule):
    enter_everything()
    report = take_in(text)
    assert told(report) == [(2, column, rule)]
    assert counts(report) == (0, 0, 0, 1)
    assert sheet.said(report.faults[0], "vi", lists.rules()).endswith(".")


def test_a_row_twice_in_one_file_with_other_content_is_refused_the_second_time():
    report = take_in("facility,name,province\n79009,A,79\n79009,A,79\n79009,B,79\n")
    assert told(report) == [(4, "", "twice")]
    assert resource("Organization", "79009")["name"] == "A"


def test_every_rule_of_the_lists_is_shown_above():
    assert {rule for *_, rule in FAULTY} | {"twice", "other-province"} == set(lists.rules())


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("facility,name,province\n01001,A,01\n", "province"),
        ("facility,name,province\n79001,Của tôi,01\n", "province"),
        ("facility,service,name\n01002,A,B\n", "facility"),
        ("licence,name,title\nHN-1,Khác,Bác sĩ\n", "licence"),
    ],
)
def test_a_steward_enters_only_what_is_of_the_own_province(text, column):
    enter_everything()
    take_in("facility,name,province\n01002,Bệnh viện,01\n", COUNTRY)
    take_in("licence,name,title\nHN-1,Người,Bác sĩ\n", Actor(7, "", "steward", area="01", purpose="stewardship"))
    assert told(take_in(text, STEWARD)) == [(2, column, "other-province")]


def test_others_may_not_enter_anything():
    for actor in (
        Actor(1, "", "officer", area="79", purpose="public-health"),
        Actor(2, "", "admin", facility="79001", purpose="administration"),
        Actor(3, "", "clerk", facility="79001", purpose="administration"),
    ):
        with pytest.raises(Problem):
            take_in(FACILITIES, actor)
    assert db.value("select count(*) from exchange_register_entry") == 0


def test_one_line_of_the_trace_names_the_list_and_no_value():
    take_in(FACILITIES, STEWARD)
    (line,) = db.rows("select * from access_audit where action = 'enter'")
    assert (line.kind, line.account) == ("register", 5)
    assert "Lê Lợi" not in line.detail


def test_what_ends_is_active_no_more_the_day_after():
    enter_everything()
    code = "79001|0099/HCM-CCHN|nurse|K01"
    assert resource("PractitionerRole", code)["active"] is True
    filing.renew(LATER.date(), LATER)
    assert resource("PractitionerRole", code)["active"] is False
    assert resource("PractitionerRole", code)["meta"]["versionId"] == "2"


def test_a_form_sent_twice_is_one_list():
    key = uuid.uuid4()
    for _ in range(2):
        report = importing.take_in(STEWARD, key, io.BytesIO(FACILITIES.encode()), AT)
        assert counts(report) == (2, 0, 0, 0)
    assert db.value("select count(*) from exchange_register_import") == 1


def test_a_file_of_no_list_is_refused():
    with pytest.raises(Problem) as refused:
        take_in("a,b\n1,2\n")
    assert refused.value.number == "SSK-2223"
