"""Addresses of code systems, identifier systems and extensions that the mapping writes.

Those of the draft Vietnamese guide (hl7vn/vn-core-ig at 8e6b6e0, canonical http://fhir.ehealth.gov.vn/core) and of
HL7 are theirs. Where neither has one, the name begins with `urn:sosuckhoe:`: a name only, never to be fetched.
"""

from __future__ import annotations

from sosuckhoe.identity import home

_GUIDE = "http://fhir.ehealth.gov.vn/core"
_OURS = "urn:sosuckhoe"

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"
ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"

PRACTICE_LICENCE = f"{_GUIDE}/sid/provider-medical-license-number"
INSURANCE_NUMBER = f"{_GUIDE}/sid/insurance_number"
SOCIAL_INSURANCE = f"{_OURS}:sid:social-insurance-number"
FACILITY = f"{_OURS}:sid:facility"
DEPARTMENT = f"{_OURS}:sid:department"
BED = f"{_OURS}:sid:bed"
VISIT = f"{_OURS}:sid:ma-lk"
RECORD_NUMBER = f"{_OURS}:sid:ma-hsba"
PAPER = f"{_OURS}:sid:paper"
MACHINE = f"{_OURS}:sid:machine"
PACKAGE = f"{_OURS}:sid:package"

DRUG = f"{_OURS}:cs:ma-thuoc"
DRUG_REGISTRATION = f"{_OURS}:cs:so-dang-ky"
SERVICE = f"{_OURS}:cs:ma-dich-vu"
SUPPLY = f"{_OURS}:cs:ma-vat-tu"
RESULT = f"{_OURS}:cs:ma-chi-so"
TRADITIONAL_DISEASE = f"{_OURS}:cs:ma-benh-yhct"
BODY_SITE = f"{_OURS}:cs:vi-tri-dvkt"
DOCUMENT = f"{_OURS}:cs:paper"
FIELD = f"{_OURS}:cs:qd130-field"
SENSITIVITY = f"{_OURS}:cs:sensitivity"
NATIONALITY = f"{_OURS}:cs:ma-quoctich"
PROVINCE = f"{_OURS}:cs:province"
DISTRICT = f"{_OURS}:cs:district"
COMMUNE = f"{_OURS}:cs:commune"
OCCUPATION = f"{_OURS}:cs:ma-nghe-nghiep"
ETHNICITY = f"{_GUIDE}/CodeSystem/race"

EXT_RACE = f"{_GUIDE}/StructureDefinition/race"
EXT_OCCUPATION = f"{_GUIDE}/StructureDefinition/occupation"
EXT_NATIONALITY = f"{_GUIDE}/StructureDefinition/nationality"
EXT_ADDRESS = home.EXTENSION
EXT_BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
EXT_RELIGION = "http://hl7.org/fhir/StructureDefinition/patient-religion"
EXT_BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
EXT_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
EXT_RESULT = f"{_OURS}:ext:treatment-result"
EXT_FIVE_YEARS = f"{_OURS}:ext:five-years-continuous"
EXT_ANAESTHESIA = f"{_OURS}:ext:anaesthesia"
EXT_ENCOUNTER = f"{_OURS}:ext:encounter"
EXT_PERSON = f"{_OURS}:ext:related-patient"


def table_codes(name: str) -> str:
    """The system of a code list of the circular: 'ket_qua_dtri' → 'urn:sosuckhoe:cs:ket-qua-dtri'."""
    return f"{_OURS}:cs:{name.replace('_', '-')}"
