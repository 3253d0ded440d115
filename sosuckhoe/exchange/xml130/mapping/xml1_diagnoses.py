"""Bảng 1, chẩn đoán: each diagnosis of a visit is a Condition of its own.

MA_BENH_CHINH, every code of MA_BENH_KT and MA_BENH_YHCT, and the preliminary diagnosis in words
(CHAN_DOAN_VAO, provisional). They are diagnoses of an encounter, not yet problems of a life: what lasts is told
by the book from their codes over time.
"""

from __future__ import annotations

import re
from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import hl7, icd10
from sosuckhoe.exchange.xml130.mapping.sensitive import labels_of_code
from sosuckhoe.exchange.xml130.mapping.values import said, several
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

_CATEGORY = [hl7("condition-category", "encounter-diagnosis")]
_CONFIRMED = hl7("condition-ver-status", "confirmed")
_PROVISIONAL = hl7("condition-ver-status", "provisional")
_ACTIVE = hl7("condition-clinical", "active")
_RESOLVED = hl7("condition-clinical", "resolved")
_CHIEF = hl7("diagnosis-role", "DD", "Discharge diagnosis")
_COMORBID = hl7("diagnosis-role", "CM", "Comorbidity diagnosis")
_ADMISSION = hl7("diagnosis-role", "AD", "Admission diagnosis")
_RECOVERED = "1"
_SEPARATORS = re.compile(r"[;,]")


def map_diagnoses(visit: Visit, row: Row) -> list[dict[str, Any]]:
    """Draft the Conditions of a visit; the `Encounter.diagnosis` that lists them by rank."""
    diagnoses: list[dict[str, Any]] = []
    main = said(row, "MA_BENH_CHINH")
    if main:
        recovered = said(row, "KET_QUA_DTRI") == _RECOVERED
        reference = _condition(visit, "MA_BENH_CHINH", main, icd10(main), _RESOLVED if recovered else _ACTIVE)
        diagnoses.append({"condition": reference, "use": _CHIEF, "rank": 1})
    for code in _codes(row, "MA_BENH_KT"):
        reference = _condition(visit, "MA_BENH_KT", code, icd10(code), _ACTIVE)
        diagnoses.append({"condition": reference, "use": _COMORBID, "rank": len(diagnoses) + 1})
    for code in _codes(row, "MA_BENH_YHCT"):
        concept = {"coding": [{"system": systems.TRADITIONAL_DISEASE, "code": code}]}
        diagnoses.append({"condition": _condition(visit, "MA_BENH_YHCT", code, concept, _ACTIVE)})
    visit.conditions = [diagnosis["condition"] for diagnosis in diagnoses]
    if said(row, "CHAN_DOAN_VAO"):
        diagnoses.append({"condition": _preliminary(visit, row), "use": _ADMISSION})
    return diagnoses


def _condition(visit: Visit, tag: str, code: str, concept: dict[str, Any], status: dict[str, Any]) -> dict[str, Any]:
    body = _body(visit, concept)
    body["clinicalStatus"] = status
    body["verificationStatus"] = _CONFIRMED
    return visit.add("Condition", "XML1", f"{tag}|{code}", body, labels_of_code(code))


def _preliminary(visit: Visit, row: Row) -> dict[str, Any]:
    body = _body(visit, {"text": said(row, "CHAN_DOAN_VAO")})
    body["verificationStatus"] = _PROVISIONAL
    return visit.add_text("Condition", "XML1", "CHAN_DOAN_VAO", body)


def _body(visit: Visit, concept: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "category": _CATEGORY,
        "code": concept,
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    if visit.started:
        body["recordedDate"] = visit.started
    return body


def _codes(row: Row, tag: str) -> list[str]:
    """Codes of a field, each once; hospitals also part them by commas."""
    parts = (part.strip() for piece in several(row, tag) for part in _SEPARATORS.split(piece))
    return list(dict.fromkeys(part for part in parts if part))
