"""Bảng 1, lần khám: the Encounter, with what it ended in, and the plan for after it.

One Encounter a visit (facility + MA_LK), first drafted by the check-in (XML0) and completed by XML1. The method
of treatment, the doctor's advice and the conclusion in words are a CarePlan and a ClinicalImpression.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import concept
from sosuckhoe.exchange.xml130.mapping.values import code, moment, number, said, several
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Package, Row

_CLASSES = {
    "03": ("IMP", "inpatient encounter"),
    "04": ("SS", "short stay"),
    "06": ("OBSENC", "observation encounter"),
    "09": ("SS", "short stay"),
    "11": ("FLD", "field"),
    "12": ("HH", "home health"),
    "14": ("VR", "virtual"),
}
_OUTPATIENT = ("AMB", "ambulatory")
_EMERGENCY = "2"
_EMERGENCY_PRIORITY = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": "EM", "display": "emergency"}]
}
_MOST_PARTICIPANTS = 8


def map_encounter(visit: Visit, package: Package, diagnoses: Sequence[dict[str, Any]], beds: Sequence[Any]) -> None:
    """Draft the Encounter of a finished (or running) visit."""
    row = package.summary
    body = encounter_body(row, visit.facility)
    body["status"] = "finished" if visit.ended else "in-progress"
    body["subject"] = visit.patient
    parts = {
        "serviceProvider": visit.organization(code(row, "MA_CSKCB")) or visit.provider,
        "extension": _result(row),
        "classHistory": _class_history(row, body["class"]),
        "basedOn": _referral(row),
        "participant": _participants(visit, package),
        "period": _period(visit),
        "length": _length(row),
        "reasonCode": _reasons(row),
        "diagnosis": list(diagnoses),
        "hospitalization": _hospitalization(visit, row),
        "location": [*_departments(visit.facility, row), *beds],
    }
    body.update((name, part) for name, part in parts.items() if part)
    visit.add("Encounter", "XML1", "", body, visit.labels.named)


def encounter_body(row: Row, facility: str) -> dict[str, Any]:
    """What a check-in and a visit tell alike: the visit's number, its class, its type and urgency."""
    kind, urgent = said(row, "MA_LOAI_KCB").zfill(2), said(row, "MA_DOITUONG_KCB") == _EMERGENCY
    chosen = ("EMER", "emergency") if urgent and kind == "01" else _CLASSES.get(kind, _OUTPATIENT)
    body: dict[str, Any] = {
        "status": "unknown",
        "class": {"system": systems.ACT_CODE, "code": chosen[0], "display": chosen[1]},
    }
    if numbers := _identifiers(row, facility):
        body["identifier"] = numbers
    types = (concept("loai_kcb", row.get("MA_LOAI_KCB")), concept("doituong_kcb", row.get("MA_DOITUONG_KCB")))
    if known := [entry for entry in types if entry]:
        body["type"] = known
    if urgent:
        body["priority"] = _EMERGENCY_PRIORITY
    return body


def map_conclusion(visit: Visit, row: Row) -> None:
    """Draft the discharge diagnosis in words (ClinicalImpression), the treatment and the advice (CarePlan)."""
    if summary := said(row, "CHAN_DOAN_RV"):
        body: dict[str, Any] = {"status": "completed", "subject": visit.patient, "encounter": visit.encounter}
        if at := visit.ended or visit.started:
            body["effectiveDateTime"] = body["date"] = at
        body["summary"] = summary
        if visit.conditions:
            body["finding"] = [{"itemReference": condition} for condition in visit.conditions]
        visit.add_text("ClinicalImpression", "XML1", "CHAN_DOAN_RV", body)
    _map_plan(visit, row)


def _map_plan(visit: Visit, row: Row) -> None:
    method, advice = said(row, "PP_DIEU_TRI"), said(row, "GHI_CHU")
    if not method and not advice:
        return
    body: dict[str, Any] = {
        "status": "completed" if visit.ended else "active",
        "intent": "plan",
        "title": "Phương pháp điều trị và lời dặn",
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    if method:
        body["description"] = method
    if at := visit.ended or visit.started:
        body["created"] = at
    if visit.conditions:
        body["addresses"] = visit.conditions
    if advice:
        body["note"] = [{"text": advice}]
    visit.add_text("CarePlan", "XML1", "PP_DIEU_TRI", body)


def _identifiers(row: Row, facility: str) -> list[dict[str, Any]]:
    """MA_LK and MA_HSBA are unique in a facility: it is named as the one that assigned them."""
    assigner = {"identifier": {"system": systems.FACILITY, "value": facility}} if facility else None
    told = ((systems.VISIT, "MA_LK"), (systems.RECORD_NUMBER, "MA_HSBA"))
    found = [{"system": system, "value": value} for system, tag in told if (value := said(row, tag))]
    return [entry | {"assigner": assigner} for entry in found] if assigner else list(found)


def _period(visit: Visit) -> dict[str, str]:
    ends = (("start", visit.started), ("end", visit.ended))
    return {name: at for name, at in ends if at}


def _length(row: Row) -> dict[str, Any] | None:
    days = number(row.get("SO_NGAY_DTRI"))
    return None if days is None else {"value": days, "unit": "ngày", "system": systems.UCUM, "code": "d"}


def _result(row: Row) -> list[dict[str, Any]]:
    result = concept("ket_qua_dtri", row.get("KET_QUA_DTRI"))
    return [{"url": systems.EXT_RESULT, "valueCodeableConcept": result}] if result else []


def _class_history(row: Row, klass: dict[str, str]) -> list[dict[str, Any]]:
    """When the stay began (NGAY_VAO_NOI_TRU), after the examination that led to it."""
    admitted, arrived = moment(row.get("NGAY_VAO_NOI_TRU")), moment(row.get("NGAY_VAO"))
    if not admitted:
        return []
    stay = {"class": klass, "period": {"start": admitted}}
    if not arrived or arrived >= admitted:
        return [stay]
    before = {"system": systems.ACT_CODE, "code": _OUTPATIENT[0], "display": _OUTPATIENT[1]}
    return [{"class": before, "period": {"start": arrived, "end": admitted}}, stay]


def _referral(row: Row) -> list[dict[str, Any]]:
    """The paper that the patient came with (GIAY_CHUYEN_TUYEN), known by its number only."""
    paper = said(row, "GIAY_CHUYEN_TUYEN")
    return [{"type": "ServiceRequest", "identifier": {"system": systems.PAPER, "value": paper}}] if paper else []


def _participants(visit: Visit, package: Package) -> list[dict[str, Any]]:
    """The doctors who examined and ordered (MA_BAC_SI of XML2 and XML3), each once."""
    rows = (row for table in ("XML3", "XML2") for row in package.tables.get(table, ()))
    doctors = dict.fromkeys(doctor for row in rows for doctor in several(row, "MA_BAC_SI"))
    found = (visit.practitioner(doctor) for doctor in list(doctors)[:_MOST_PARTICIPANTS])
    return [{"individual": reference} for reference in found if reference]


def _reasons(row: Row) -> list[dict[str, Any]]:
    reasons: list[dict[str, Any]] = []
    if why := said(row, "LY_DO_VV"):
        reasons.append({"text": why})
    admission = concept("ly_do_vnt", row.get("MA_LY_DO_VNT")) or {}
    if why := said(row, "LY_DO_VNT"):
        admission = admission | {"text": why}
    accident = concept("tai_nan", row.get("MA_TAI_NAN"))
    return reasons + [reason for reason in (admission, accident) if reason]


def _hospitalization(visit: Visit, row: Row) -> dict[str, Any]:
    parts = {
        "origin": visit.organization(code(row, "MA_NOI_DI")),
        "destination": visit.organization(code(row, "MA_NOI_DEN")),
        "dischargeDisposition": concept("loai_rv", row.get("MA_LOAI_RV")),
    }
    return {name: part for name, part in parts.items() if part}


def _departments(facility: str, row: Row) -> list[dict[str, Any]]:
    return [
        {
            "location": {
                "identifier": {"system": systems.DEPARTMENT, "value": f"{facility}/{department}"},
                "display": department,
            }
        }
        for department in several(row, "MA_KHOA")
    ]
