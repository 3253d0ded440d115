"""Who a file is about, and the Patient of what is known."""

from dataclasses import replace
from uuid import UUID

import pytest

from sosuckhoe.exchange.xml130.mapping import claim_of_check_in, claims_of, patient_body
from sosuckhoe.identity.claim import Claim, Identifier
from tests.exchange.xml130.mapping import sample
from tests.exchange.xml130.mapping.structure import problems

KEY = UUID("6be369a4-fd30-8686-8ce0-bc1b9691d661")


def test_a_claim_says_what_the_file_says():
    claim = claims_of(sample.outpatient_package()).patient
    assert (claim.name, claim.birth, claim.sex, claim.facility) == ("Nguyễn Thị Lan", "1960-05-02", "female", "79001")
    assert claim.identifiers == (
        Identifier("cccd", "079160000001"),
        Identifier("bhyt", "HT2797912345678"),
        Identifier("bhxh", "7912345678"),
        Identifier("facility", "79001/BN0001"),
    )
    assert (claim.province, claim.district, claim.commune) == ("79", "760", "26734")
    assert claim.extra == {}


def test_a_check_in_and_the_package_claim_the_same_numbers():
    assert (
        claim_of_check_in(sample.row("XML0")).identifiers == claims_of(sample.outpatient_package()).patient.identifiers
    )


def test_several_cards_are_several_numbers():
    package = sample.outpatient_package()
    package.tables["XML1"][0]["MA_THE_BHYT"] = "HT2797912345678;GD4797912345678; 7912345678"
    systems = [number.system for number in claims_of(package).patient.identifiers]
    assert systems == ["cccd", "bhyt", "bhxh", "bhyt", "facility"]


def test_a_paper_may_know_a_number_that_the_summary_does_not():
    package = sample.outpatient_package()
    package.tables["XML11"] = [sample.row("XML11", MA_BHXH="7999999999", MA_THE_TAM="")]
    assert Identifier("bhxh", "7999999999") in claims_of(package).patient.identifiers


def test_a_patient_of_everything():
    body = patient_body(claims_of(sample.outpatient_package()).patient, KEY)
    assert problems(body) == []
    assert body["name"] == [{"use": "official", "text": "Nguyễn Thị Lan", "family": "Nguyễn", "given": ["Thị", "Lan"]}]
    numbers = {number["type"]["coding"][0]["code"]: number for number in body["identifier"]}
    assert numbers["NI"]["system"] == "http://fhir.ehealth.gov.vn/core/sid/national_id"
    assert numbers["PI"]["value"] == "BN0001"
    assert numbers["PI"]["assigner"]["identifier"]["value"] == "79001"
    address = body["address"][0]
    assert (address["district"], address["state"], address["country"]) == ("Quận 1", "Thành phố Hồ Chí Minh", "VN")
    assert {entry["valueCodeableConcept"]["coding"][0].get("display") for entry in body["extension"]} >= {
        "Kinh",
        "Việt Nam",
    }


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Nguyễn Văn An", "Nguyễn", ["Văn", "An"]),
        ("Lê Lan", "Lê", ["Lan"]),
        ("Tôn Nữ Thị Ninh Hà", "Tôn", ["Nữ Thị Ninh", "Hà"]),
        ("Hà", "Hà", None),
    ],
)
def test_names_are_split_the_vietnamese_way(name, family, given):
    human = patient_body(Claim(name, "", "unknown", "79001"), KEY)["name"][0]
    assert (human["family"], human.get("given")) == (family, given)


def test_a_newborn_has_the_hour_of_birth_and_a_name_for_now():
    package = sample.outpatient_package()
    package.tables["XML9"] = [sample.row("XML9", HO_TEN_CON="")]
    body = patient_body(claims_of(package).newborns[0], KEY)
    assert problems(body) == []
    assert body["name"] == [{"use": "temp", "text": "Con bà Nguyễn Thị Lan"}]
    assert body["_birthDate"]["extension"][0]["valueDateTime"] == "2026-03-01T15:30:00+07:00"


def test_facts_from_others_that_contradict_the_hour_of_birth_leave_it_out():
    claim = Claim("An", "2026-03-02", "male", "79001", extra={"birth_time": "2026-03-01T15:30:00+07:00"})
    assert "_birthDate" not in patient_body(claim, KEY)
    assert "birthDate" not in patient_body(replace(claim, birth=""), KEY)


def test_a_patient_of_nothing_is_still_a_patient():
    body = patient_body(Claim("", "", "", ""), KEY)
    assert body == {"resourceType": "Patient", "id": str(KEY), "active": True, "gender": "unknown"}


def test_an_address_by_codes_alone_is_written_out():
    claim = Claim("An", "", "male", "79001", province="01", commune="00004")
    assert patient_body(claim, KEY)["address"][0]["text"] == "Phường Ba Đình, Thành phố Hà Nội"


def test_a_temporary_card_on_a_paper_is_a_small_childs_own_and_never_the_mothers():
    package = sample.outpatient_package()
    package.tables["XML7"] = [sample.row("XML7")]
    card = Identifier("temp_child", "TE1797900000009")
    assert card not in claims_of(package).patient.identifiers
    package.tables["XML1"][0]["NGAY_SINH"] = "202603010915"
    assert card in claims_of(package).patient.identifiers


def test_a_child_comes_back_with_the_card_that_the_birth_certificate_named():
    package = sample.outpatient_package()
    package.tables["XML9"] = [sample.row("XML9")]
    newborn = claims_of(package).newborns[0]
    later = sample.outpatient_package()
    later.tables["XML1"][0] |= {"MA_THE_BHYT": "TE1797900000008", "NGAY_SINH": "202603011530", "SO_CCCD": ""}
    child = claims_of(later).patient
    assert set(newborn.identifiers) & set(child.identifiers) == {Identifier("temp_child", "TE1797900000008")}
    shown = [number["value"] for number in patient_body(child, KEY)["identifier"]]
    assert shown.count("TE1797900000008") == 1


def test_a_visit_that_ends_in_death_says_when():
    package = sample.outpatient_package()
    assert "deceasedDateTime" not in patient_body(claims_of(package).patient, KEY)
    package.tables["XML1"][0]["KET_QUA_DTRI"] = "5"
    package.tables["XML1"][0]["NGAY_RA"] = "202603021015"
    dead = claims_of(package).patient
    assert dead.extra == {"deceased": "2026-03-02T10:15:00+07:00"}
    body = patient_body(dead, KEY)
    assert body["deceasedDateTime"] == "2026-03-02T10:15:00+07:00"
    assert problems(body) == []
