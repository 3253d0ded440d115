"""The resources of a made-up outpatient visit: a person, the visit, 3 diagnoses, 9 medicines, then test results."""

from __future__ import annotations

from typing import Any

ROW = "https://example.invalid/79001/row"


def content(i: int, number: str, patient: str, encounter: str, when: str) -> dict[str, Any]:
    """Resource `i` of a visit, without its id."""
    common = {
        "identifier": [{"system": ROW, "value": number}],
        "subject": {"reference": f"Patient/{patient}"},
        "encounter": {"reference": f"Encounter/{encounter}"},
    }
    doctor = {"reference": f"Practitioner/{encounter}"}
    if i == 0:
        return _patient(number)
    if i == 1:
        return _encounter(common, when)
    if i < 5:
        return _condition(common, when, f"J{i}0.9")
    return _medicine(common, when, f"40.{i}", doctor) if i < 14 else _result(common, when, f"22.{i}", doctor)


def concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _patient(number: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "active": True,
        "identifier": [{"system": "https://example.invalid/cccd", "value": f"0790{number}"}],
        "name": [
            {"use": "official", "text": "Nguyễn Thị Minh Khai", "family": "Nguyễn", "given": ["Thị", "Minh", "Khai"]}
        ],
        "gender": "female",
        "birthDate": "1961-05-02",
    }


def _encounter(common: dict[str, Any], when: str) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "identifier": common["identifier"],
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": common["subject"],
        "period": {"start": when, "end": when},
        "serviceProvider": {"reference": "Organization/79001"},
    }


def _condition(common: dict[str, Any], when: str, code: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        **common,
        "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"),
        "code": concept("http://hl7.org/fhir/sid/icd-10", code, "Viêm phế quản cấp"),
        "recordedDate": when,
    }


def _medicine(common: dict[str, Any], when: str, code: str, doctor: dict[str, str]) -> dict[str, Any]:
    timing = {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}
    return {
        "resourceType": "MedicationRequest",
        **common,
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": concept("https://example.invalid/thuoc", code, "Paracetamol 500 mg"),
        "authoredOn": when,
        "requester": doctor,
        "dosageInstruction": [{"text": "Ngày uống 3 lần, mỗi lần 1 viên sau ăn", "timing": timing}],
        "dispenseRequest": {
            "quantity": {"value": 15, "unit": "viên"},
            "expectedSupplyDuration": {"value": 5, "unit": "d"},
        },
    }


def _result(common: dict[str, Any], when: str, code: str, doctor: dict[str, str]) -> dict[str, Any]:
    category = concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory")
    return {
        "resourceType": "Observation",
        **common,
        "status": "final",
        "category": [category],
        "code": {**concept("https://example.invalid/dvkt", code, "Tổng phân tích tế bào máu"), "text": "Hồng cầu"},
        "effectiveDateTime": when,
        "performer": [doctor],
        "valueQuantity": {"value": 4.5, "unit": "T/L"},
        "referenceRange": [{"low": {"value": 4.0, "unit": "T/L"}, "high": {"value": 5.2, "unit": "T/L"}}],
    }
