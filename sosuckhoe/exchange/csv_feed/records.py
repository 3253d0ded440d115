"""What a row can be: a FHIR resource with the vendor's own ids, made from the fields that columns filled. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from sosuckhoe.exchange.feeds.rewriting import RECORD
from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import hl7, icd10, loinc
from sosuckhoe.exchange.xml130.mapping.names import human_name
from sosuckhoe.exchange.xml130.mapping.xml4_results import measured
from sosuckhoe.identity import identifiers
from sosuckhoe.identity.claim import Identifier

Fields = Mapping[str, str]
Body = dict[str, Any]
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_LABORATORY = hl7("observation-category", "laboratory")
_CVX = "http://hl7.org/fhir/sid/cvx"
_CLASSES = {"outpatient": ("AMB", "ambulatory"), "inpatient": ("IMP", "inpatient encounter")}


class Record(NamedTuple):
    """A kind of row: the resource type, the fields that it must have, those it may have, and how it is made."""

    type: str
    needed: frozenset[str]
    fields: frozenset[str]
    make: Callable[[str, Fields], Body]


def body_of(record: str, source: str, fields: Fields) -> Body:
    """The resource of a row. Empty fields leave their element out."""
    kind = RECORDS[record]
    own = fields["id"]
    made = {"resourceType": kind.type, "id": safe_id(own), **kind.make(source, fields)}
    if made["id"] != own:
        made["identifier"] = [*made.get("identifier", ()), {"system": f"{RECORD}:{source}", "value": own}]
    return {name: value for name, value in made.items() if value}


def safe_id(own: str) -> str:
    """A vendor's key as an id of FHIR: itself where it is one, else a digest of it."""
    return own if _ID.fullmatch(own) else f"h-{blake2b(own.encode(), digest_size=16).hexdigest()}"


def _patient(_source: str, fields: Fields) -> Body:
    address = fields.get("address", "")
    codes = [
        {"url": url, "valueCoding": {"system": system, "code": fields[field]}}
        for url, system, field in (
            ("province", systems.PROVINCE, "province"),
            ("district", systems.DISTRICT, "district"),
            ("ward", systems.COMMUNE, "commune"),
        )
        if fields.get(field)
    ]
    place: Body = {"use": "home", **({"text": address} if address else {})}
    if codes:
        place["extension"] = [{"url": systems.EXT_ADDRESS, "extension": codes}]
    return {
        "identifier": [_number(one) for one in _numbers(fields)],
        "name": [human_name(fields["name"])],
        "telecom": [{"system": "phone", "value": fields["phone"]}] if fields.get("phone") else [],
        "gender": fields.get("sex", ""),
        "birthDate": fields.get("birth", ""),
        "deceasedDateTime": fields.get("deceased", ""),
        "address": [place] if len(place) > 1 else [],
    }


def _numbers(fields: Fields) -> list[Identifier]:
    paper = identifiers.identity_paper(fields.get("paper", ""))
    return [*([paper] if paper else []), *identifiers.insurance_card(fields.get("card", ""))[:1]]


def _number(number: Identifier) -> Body:
    return {"system": identifiers.systems()[number.system].uri, "value": number.value}


def _visit(_source: str, fields: Fields) -> Body:
    code, display = _CLASSES.get(fields.get("class", ""), _CLASSES["outpatient"])
    period = {name: fields[name] for name in ("start", "end") if fields.get(name)}
    body: Body = {
        "status": "finished",
        "class": {"system": systems.ACT_CODE, "code": code, "display": display},
        "subject": _reference("Patient", fields["patient"]),
        "period": period,
        "reasonCode": [{"text": fields["reason"]}] if fields.get("reason") else [],
        "diagnosis": _diagnoses(fields),
    }
    if facility := fields.get("facility", ""):
        assigner = {"identifier": {"system": systems.FACILITY, "value": facility}}
        body["identifier"] = [{"system": systems.VISIT, "value": fields["id"], "assigner": assigner}]
        body["serviceProvider"] = assigner
    return body


def _diagnoses(fields: Fields) -> list[Body]:
    """The visit's main diagnosis, where the vendor's table of diagnoses is told by its key."""
    main = fields.get("main", "")
    return [{"condition": _reference("Condition", main), "rank": 1}] if main else []


def _diagnosis(_source: str, fields: Fields) -> Body:
    return {
        "clinicalStatus": hl7("condition-clinical", fields.get("status") or "active"),
        "verificationStatus": hl7("condition-ver-status", "confirmed"),
        "category": [hl7("condition-category", "encounter-diagnosis")],
        "code": icd10(fields["code"]),
        "subject": _reference("Patient", fields["patient"]),
        "encounter": _encounter(fields),
        "recordedDate": fields["at"],
        "note": [{"text": fields["note"]}] if fields.get("note") else [],
    }


def _result(_source: str, fields: Fields) -> Body:
    code: Body = {"text": fields["name"]}
    if fields.get("code"):
        code = {"coding": [{"system": systems.RESULT, "code": fields["code"]}], **code}
    if fields.get("loinc"):
        code = {"coding": [*code.get("coding", ()), {"system": systems.LOINC, "code": fields["loinc"]}], **code}
    return {
        "status": "final",
        "category": [_LABORATORY],
        "code": code,
        "subject": _reference("Patient", fields["patient"]),
        "encounter": _encounter(fields),
        "effectiveDateTime": fields["at"],
        **measured(fields["value"], fields.get("unit", "")),
    }


def _blood_group(_source: str, fields: Fields) -> Body:
    return {
        "status": "final",
        "category": [_LABORATORY],
        "code": loinc("882-1", "ABO and Rh group [Type] in Blood", "Nhóm máu"),
        "subject": _reference("Patient", fields["patient"]),
        "effectiveDateTime": fields["at"],
        "valueString": fields["group"],
    }


def _allergy(_source: str, fields: Fields) -> Body:
    reaction = fields.get("reaction", "")
    return {
        "clinicalStatus": hl7("allergyintolerance-clinical", fields.get("status") or "active"),
        "verificationStatus": hl7("allergyintolerance-verification", fields.get("certainty") or "confirmed"),
        "criticality": fields.get("criticality", ""),
        "code": {"text": fields["substance"]},
        "patient": _reference("Patient", fields["patient"]),
        "recordedDate": fields["at"],
        "reaction": [{"manifestation": [{"text": reaction}]}] if reaction else [],
    }


def _medicine(_source: str, fields: Fields) -> Body:
    code = {"coding": [{"system": systems.DRUG, "code": fields["code"]}]} if fields.get("code") else {}
    dosage: Body = {"text": fields["dose"]} if fields.get("dose") else {}
    days = fields.get("days", "")
    return {
        "status": "completed",
        "intent": "order",
        "category": [hl7("medicationrequest-category", "outpatient")],
        "medicationCodeableConcept": {**code, "text": fields["name"]},
        "subject": _reference("Patient", fields["patient"]),
        "encounter": _encounter(fields),
        "authoredOn": fields["at"],
        "dosageInstruction": [dosage] if dosage else [],
        "dispenseRequest": {"expectedSupplyDuration": _days(days)} if days else {},
    }


def _vaccination(_source: str, fields: Fields) -> Body:
    coding = {"coding": [{"system": _CVX, "code": fields["cvx"]}]} if fields.get("cvx") else {}
    dose = fields.get("dose", "")
    return {
        "status": "completed",
        "vaccineCode": {**coding, "text": fields["name"]},
        "patient": _reference("Patient", fields["patient"]),
        "occurrenceDateTime": fields["at"],
        "lotNumber": fields.get("lot", ""),
        "protocolApplied": [{"doseNumberPositiveInt": int(dose)}] if dose.isdigit() and int(dose) else [],
    }


def _days(days: str) -> Body:
    return {"value": float(days), "unit": "ngày", "system": systems.UCUM, "code": "d"}


def _reference(kind: str, own: str) -> Body:
    return {"reference": f"{kind}/{safe_id(own)}"}


def _encounter(fields: Fields) -> Body:
    return _reference("Encounter", fields["visit"]) if fields.get("visit") else {}


def _record(kind: str, needed: str, more: str, make: Callable[[str, Fields], Body]) -> Record:
    return Record(kind, frozenset(needed.split()), frozenset(more.split()), make)


RECORDS: dict[str, Record] = {
    "patient": _record(
        "Patient",
        "id name",
        "birth sex paper card phone address province district commune deceased",
        _patient,
    ),
    "visit": _record("Encounter", "id patient start", "end class facility reason main", _visit),
    "diagnosis": _record("Condition", "id patient code at", "visit status note", _diagnosis),
    "result": _record("Observation", "id patient name at value", "visit unit code loinc", _result),
    "blood_group": _record("Observation", "id patient group at", "", _blood_group),
    "allergy": _record(
        "AllergyIntolerance", "id patient substance at", "reaction criticality status certainty", _allergy
    ),
    "medicine": _record("MedicationRequest", "id patient name at", "visit code dose days", _medicine),
    "vaccination": _record("Immunization", "id patient name at", "cvx dose lot", _vaccination),
}
"""Every kind of row that a mapping may name."""
