"""Bảng 5, diễn biến lâm sàng: a ClinicalImpression for each entry, and the vital signs written in it.

QĐ 4750 asks that vital signs be written in one form, CSST<M75_T37_HA120/70_NT18_SP98>; they become Observations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import Concept, loinc
from sosuckhoe.exchange.xml130.mapping.values import moment, number, said, several
from sosuckhoe.exchange.xml130.mapping.visit import Visit, row_key
from sosuckhoe.exchange.xml130.mapping.xml1_measurements import VITAL_SIGNS
from sosuckhoe.exchange.xml130.package import Row

_SIGNS = re.compile(r"CSST\s*[<(\[{]([^>)\]}]{1,200})", re.IGNORECASE)
_ONE = re.compile(r"(HA|NT|SP|HL|M|T)\s*:?\s*(\d{1,3}(?:[.,]\d)?)(?:\s*/\s*(\d{1,3}))?", re.IGNORECASE)
_DEGREES_RUN_ON = 3
_SANE = {"M": (20, 300), "T": (30, 45), "NT": (3, 120), "SP": (30, 100), "HA": (30, 300)}
_SYSTOLIC = loinc("8480-6", "Systolic blood pressure", "Huyết áp tâm thu")
_DIASTOLIC = loinc("8462-4", "Diastolic blood pressure", "Huyết áp tâm trương")


def map_course(visit: Visit, rows: list[Row]) -> None:
    """Draft the course of illness."""
    for row in rows:
        _map_entry(visit, row)


def _map_entry(visit: Visit, row: Row) -> None:
    at = moment(row.get("THOI_DIEM_DBLS"))
    course, stage = said(row, "DIEN_BIEN_LS"), said(row, "GIAI_DOAN_BENH")
    body: dict[str, Any] = {"status": "completed", "subject": visit.patient, "encounter": visit.encounter}
    workers = (visit.practitioner(worker) for worker in several(row, "NGUOI_THUC_HIEN"))
    parts = {
        "description": course,
        "effectiveDateTime": at,
        "date": at,
        "assessor": next((worker for worker in workers if worker), None),
        "summary": said(row, "HOI_CHAN"),
        "finding": [{"itemCodeableConcept": {"text": stage}}] if stage else [],
        "note": [{"text": text}] if (text := said(row, "PHAU_THUAT")) else [],
    }
    known = {name: part for name, part in parts.items() if part}
    if not known.keys() - {"effectiveDateTime", "date", "assessor"}:
        return
    key = row_key(row, "THOI_DIEM_DBLS")
    visit.add_text("ClinicalImpression", "XML5", key, body | known)
    for sign, value in vital_signs(course):
        _observe(visit, f"{key}|{sign}", at, value)


def vital_signs(course: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The vital signs of an entry, as parts of an Observation; what is not plausible is left in the text only."""
    found = _SIGNS.search(course)
    for sign, first, second in _ONE.findall(found[1]) if found else ():
        name = sign.upper()
        value = _plausible(name, first)
        if value is None:
            continue
        if name == "HA":
            lower = _plausible(name, second)
            if lower is not None:
                yield (
                    name,
                    {
                        "code": _signs()[name][0],
                        "component": [_pressure(_SYSTOLIC, value), _pressure(_DIASTOLIC, lower)],
                    },
                )
        elif name in _signs():
            code, unit, ucum = _signs()[name]
            yield name, {"code": code, "valueQuantity": _quantity(value, unit, ucum)}


def _plausible(name: str, text: str) -> float | None:
    value = number(text)
    if value is None or name not in _SANE:
        return None
    if name == "T" and len(text) == _DEGREES_RUN_ON and text.isdigit():
        value = value / 10  # the circular's own example writes 37 °C as '370C'
    low, high = _SANE[name]
    return value if low <= value <= high else None


@cache
def _signs() -> dict[str, tuple[Concept, str, str]]:
    return {
        "M": (loinc("8867-4", "Heart rate", "Mạch"), "lần/phút", "/min"),
        "T": (loinc("8310-5", "Body temperature", "Nhiệt độ"), "°C", "Cel"),
        "NT": (loinc("9279-1", "Respiratory rate", "Nhịp thở"), "lần/phút", "/min"),
        "SP": (loinc("2708-6", "Oxygen saturation in Arterial blood", "SpO2"), "%", "%"),
        "HA": (loinc("85354-9", "Blood pressure panel with all children optional", "Huyết áp"), "mmHg", "mm[Hg]"),
    }


def _pressure(code: Concept, value: float) -> dict[str, Any]:
    return {"code": code, "valueQuantity": _quantity(value, "mmHg", "mm[Hg]")}


def _quantity(value: float, unit: str, ucum: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": systems.UCUM, "code": ucum}


def _observe(visit: Visit, key: str, at: str | None, value: dict[str, Any]) -> None:
    body: dict[str, Any] = {
        "status": "final",
        "category": VITAL_SIGNS,
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    if at or visit.started:
        body["effectiveDateTime"] = at or visit.started
    visit.add("Observation", "XML5", key, body | value)
