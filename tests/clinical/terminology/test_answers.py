"""What others ask of terminology: names, trees, value sets, suggestions."""

import pytest

from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.terminology import library

ICD10 = "http://hl7.org/fhir/sid/icd-10"
GENDER = "http://hl7.org/fhir/administrative-gender"


def test_what_stands_below_a_category():
    assert terminology.descendants(ICD10, "A00") == {"A00", "A00.0", "A00.1", "A00.9"}


def test_the_tree_of_icd10_reaches_from_five_characters_to_the_chapter():
    assert terminology.ancestors(ICD10, "M01.00") == {"M01.00", "M01.0", "M01", "M00-M25", "XIII"}
    assert "A00.1" in terminology.descendants(ICD10, "I")


def test_the_further_parents_of_hl7s_systems_count():
    roles = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    assert {"DAUADOPT", "DAUC"} <= terminology.ancestors(roles, "DAUADOPT")


def test_an_unknown_system_is_not_an_unknown_code():
    assert terminology.descendants("http://nowhere.example", "A") is None
    assert terminology.ancestors("http://nowhere.example", "A") is None
    assert terminology.descendants(ICD10, "Z99.99") == frozenset()
    assert terminology.validate("http://nowhere.example", "A") is None
    assert terminology.validate(ICD10, "Z99.99") is False
    assert terminology.validate("http://hl7.org/fhir/sid/cvx", "9999") is None
    assert terminology.codes_in("http://nowhere.example") is None


def test_names_in_both_languages():
    assert terminology.display(ICD10, "A00", "vi") == "Bệnh tả"
    assert terminology.display(ICD10, "A00", "en") == "Cholera"
    assert terminology.display(GENDER, "male", "vi") == "Male"
    assert terminology.display(ICD10, "A00.77", "vi") is None


def test_a_code_of_two_editions_is_two_places():
    assert terminology.display("urn:sosuckhoe:cs:commune", "00004") == "Phường Ba Đình"
    assert terminology.display("urn:sosuckhoe:cs:commune|2024-06-11", "00004") == "Phường Trúc Bạch"


def test_a_required_binding_is_a_closed_set():
    members = terminology.codes_in("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1")
    assert [one.code for one in members] == ["male", "female", "other", "unknown"]
    assert (GENDER, "male") in members
    assert (GENDER, "nam") not in members
    assert members.has_code("other")
    assert members.systems_of("other") == [GENDER]
    assert terminology.codes_in("http://hl7.org/fhir/ValueSet/administrative-gender|5.0.0") is None


@pytest.mark.parametrize(
    ("system", "good", "bad"),
    [
        ("http://unitsofmeasure.org", "mg/dL", "mg per dL"),
        ("urn:ietf:bcp:13", "application/fhir+json", "json"),
        ("urn:ietf:bcp:47", "vi-VN", "xx-VN"),
        ("urn:ietf:rfc:3986", "urn:oid:1.2.3", "no address"),
        ("urn:iso:std:iso:4217", "VND", "VNĐ"),
        ("https://www.iana.org/time-zones", "Asia/Ho_Chi_Minh", "Asia/Hà_Nội"),
        ("urn:sosuckhoe:cs:ma-nghe-nghiep", "05", "77777777"),
    ],
)
def test_systems_of_rules_recognise_their_codes(system, good, bad):
    assert terminology.validate(system, good) is True
    assert terminology.validate(system, bad) is False


def test_a_value_set_of_rules_cannot_be_listed():
    members = terminology.codes_in("http://hl7.org/fhir/ValueSet/mimetypes")
    assert not members.is_finite
    assert members.has_code("application/pdf")
    assert not members.has_code("pdf")


def test_codes_of_systems_that_are_not_here_are_called_unknown():
    members = terminology.codes_in("http://hl7.org/fhir/ValueSet/condition-code")
    assert members.unknown == {"http://snomed.info/sct"}


def test_every_value_set_that_comes_along_can_be_read():
    for url in library.value_set_urls():
        members = terminology.codes_in(url)
        assert members.url == url
        assert members.is_finite in {True, False}


def test_every_system_that_comes_along_can_be_read():
    for url in library.system_urls():
        assert terminology.BUILT_IN.system(url).about.url == url


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("bệnh tả", "A00"),
        ("benh ta", "A00"),
        ("tả", "A00"),
        ("cholera", "A00"),
        ("A00.1", "A00.1"),
        ("a001", "A00.1"),
        ("dai thao duong thai", "O24"),
        ("ĐÁI THÁO", "E23.2"),
    ],
)
def test_a_form_offers_what_is_meant_first(typed, first):
    assert terminology.suggest(ICD10, typed, 5)[0].code == first


def test_a_form_offers_no_chapters_and_no_more_than_it_asked():
    offered = terminology.suggest(ICD10, "bệnh", 50)
    assert len(offered) == 50
    assert all("-" not in one.code and len(one.code) > 2 for one in offered)
    assert terminology.suggest(ICD10, "zzz") == []
    assert terminology.suggest("http://nowhere.example", "a") is None


def test_a_form_offers_units_places_and_the_codes_of_value_sets():
    assert terminology.suggest("http://hl7.org/fhir/ValueSet/ucum-common", "milligram per dec", 1)[0].code == "mg/dL"
    assert terminology.suggest("urn:sosuckhoe:cs:commune", "ba dinh", 1)[0].name == "Phường Ba Đình"
    assert terminology.suggest("urn:sosuckhoe:vs:icd-10-main", "B95.0") == []
    assert terminology.suggest(ICD10, "B95.0")[0].code == "B95.0"
