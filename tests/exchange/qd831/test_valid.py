"""What the mapping makes is FHIR R4: the whole validator on the sample, the structure on made profiles, any values."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosuckhoe.clinical.validation import check
from sosuckhoe.clinical.validation.scope import Told
from sosuckhoe.clinical.validation.terms import BUILT_IN
from sosuckhoe.exchange.qd831.format import TABLES
from sosuckhoe.exchange.qd831.mapping.patient import claims_of
from sosuckhoe.exchange.qd831.mapping.whole import map_package
from sosuckhoe.exchange.xml130.mapping import People, patient_body
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.identity.claim import PersonRef
from tests.exchange.qd831.generated import profiles
from tests.exchange.qd831.samples import FACILITY, profile
from tests.exchange.xml130.mapping.structure import problems
from tests.exchange.xml130.mapping.test_validation import MEANT

AT = datetime(2026, 3, 1, tzinfo=UTC)
WHO = PersonRef(7, UUID(int=7))
TOLD = Told(datetime(2026, 11, 22, tzinfo=UTC), BUILT_IN)
OUR_WORDS = {("SSK-3242", "http://hl7.org/fhir/ValueSet/v3-FamilyMember")}


def everything(package):
    mapped = map_package(package, People(WHO), born=AT, received=AT, digest="x")
    drafts = [*mapped.drafts, *mapped.registers]
    return [patient_body(claims_of(package).patient, WHO.patient), *(draft.body for draft in drafts)]


def test_the_sample_has_no_errors_and_only_meant_warnings():
    found = {
        (issue.severity, issue.number, dict(issue.told).get("rule") or dict(issue.told).get("set", ""), issue.place)
        for body in everything(profile())
        for issue in check.issues(body, TOLD)
        if issue.severity != "information"
    }
    assert {key for key in found if key[0] == "error" or key[1:3] not in MEANT | OUR_WORDS} == set()


@given(profiles())
@settings(max_examples=60, deadline=None)
def test_made_profiles_become_resources_of_right_structure(package):
    assert [problem for body in everything(package) for problem in problems(body)] == []


_ANY = st.sampled_from(
    ["", " ", "0", "1", "2", "9", "x" * 5000, "31/02/2020", "05/01/2026", "1961",
     "-5", "3,5", "7.8", "<b>", "a\nb", "Ａ",
     "\u00a0", "079160000001", "HT2797912345678", "I10", "i10 ; B20", "không rõ", "😷"]
)  # fmt: skip


@st.composite
def anything(draw):
    tables = {}
    for path, table in TABLES.items():
        rows = draw(st.integers(0, 2))
        tables[path] = [
            {tag: draw(_ANY) for tag in draw(st.sets(st.sampled_from(list(table.fields)), max_size=6))}
            for _ in range(rows)
        ]
    return Package(FACILITY, tables, source="minh-an")


@given(anything())
@settings(max_examples=100, deadline=None)
def test_no_value_makes_a_resource_of_wrong_structure(package):
    assert [problem for body in everything(package) for problem in problems(body)] == []


@pytest.mark.parametrize("place", ["TIENSU", "TIEMCHUNG", "DANHSACHHOSOKHAMCHUABENH/HOSOKHAMCHUABENH"])
def test_an_empty_profile_is_an_empty_book(place):
    mapped = map_package(Package(FACILITY, {place: [{}]}, source="minh-an"), People(WHO), born=AT, received=AT)
    assert mapped.drafts == []


def test_an_examination_says_in_vietnamese_what_it_was_and_names_its_diagnoses():
    bodies = everything(profile())
    conditions = {f"Condition/{body['id']}": body for body in bodies if body["resourceType"] == "Condition"}
    visits = [body for body in bodies if body["resourceType"] == "Encounter"]
    named = [
        conditions[one["condition"]["reference"]]["code"]["text"] for visit in visits for one in visit["diagnosis"]
    ]
    assert named == ["Tăng huyết áp", "Giai đoạn trầm cảm"]
    assert {visit["type"][0]["text"] for visit in visits} == {"Khám, chữa bệnh"}
