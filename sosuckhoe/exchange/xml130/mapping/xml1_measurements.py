"""Bảng 1, đo và nhóm máu: body weight (CAN_NANG), weight of the newborns (CAN_NANG_CON), blood group (NHOM_MAU)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import Concept, hl7, loinc, ours
from sosuckhoe.exchange.xml130.mapping.values import number, said, several
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

VITAL_SIGNS = [hl7("observation-category", "vital-signs", "Vital Signs")]
LABORATORY = [hl7("observation-category", "laboratory", "Laboratory")]
BODY_WEIGHT = loinc("29463-7", "Body weight", "Cân nặng")
BIRTH_WEIGHT = loinc("8339-4", "Birth weight Measured", "Cân nặng lúc sinh")
_CHILD_WEIGHT = ours(systems.FIELD, "XML1.CAN_NANG_CON", "Cân nặng con mới sinh")
_ABO_RH = loinc("882-1", "ABO and Rh group [Type] in Blood", "Nhóm máu ABO và Rh")
_ABO = loinc("883-9", "ABO group [Type] in Blood", "Nhóm máu ABO")
_RH = loinc("10331-7", "Rh [Type] in Blood", "Nhóm máu Rh")
_GROUP = re.compile(r"(AB|A|B|O|0)?(?:RHD?|D)?(?:\((\+|-)\)|(\+|-)|(DƯƠNG|POS|POSITIVE)|(ÂM|NEG|NEGATIVE))?(?:TÍNH)?")
_BLOOD = systems.table_codes("blood_group")
_LIGHTEST, _HEAVIEST = 0.2, 500


def map_measurements(visit: Visit, row: Row) -> None:
    """Draft what XML1 measured."""
    weight = number(row.get("CAN_NANG"))
    if weight is not None and _LIGHTEST <= weight <= _HEAVIEST:
        _observe(visit, "CAN_NANG", VITAL_SIGNS, BODY_WEIGHT, {"valueQuantity": kilograms(weight)})
    for nth, text in enumerate(several(row, "CAN_NANG_CON"), start=1):
        if (grams := number(text)) and grams > 0:
            value = {"valueQuantity": {"value": grams, "unit": "g", "system": systems.UCUM, "code": "g"}}
            _observe(visit, f"CAN_NANG_CON|{nth}", VITAL_SIGNS, _CHILD_WEIGHT, value)
    if written := said(row, "NHOM_MAU"):
        code, value = blood_group(written)
        _observe(visit, "NHOM_MAU", LABORATORY, code, {"valueCodeableConcept": value})


def kilograms(value: float) -> dict[str, Any]:
    """A weight in kilograms."""
    return {"value": value, "unit": "kg", "system": systems.UCUM, "code": "kg"}


@lru_cache(maxsize=512)
def blood_group(written: str) -> tuple[Concept, Concept]:
    """What was told and the group: 'A+' and 'O Rh(-)' are ABO with Rh, 'AB' is ABO, 'Rh+' is Rh."""
    found = _GROUP.fullmatch("".join(written.upper().replace("–", "-").replace("−", "-").split()))
    abo = (found[1] or "").replace("0", "O") if found else ""
    rh = _rh(found) if found else ""
    if abo and rh:
        return _ABO_RH, ours(_BLOOD, f"{abo}{rh}", f"{abo}{rh}")
    if abo:
        return _ABO, ours(_BLOOD, abo, abo)
    if rh:
        return _RH, ours(_BLOOD, f"Rh{rh}", f"Rh{rh}")
    return _ABO_RH, {"text": written}


def _rh(found: re.Match[str]) -> str:
    sign = found[2] or found[3]
    return sign or ("+" if found[4] else "-" if found[5] else "")


def _observe(visit: Visit, key: str, category: list[Concept], code: Concept, value: dict[str, Any]) -> None:
    body: dict[str, Any] = {
        "status": "final",
        "category": category,
        "code": code,
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    if visit.started:
        body["effectiveDateTime"] = visit.started
    visit.add("Observation", "XML1", key, body | value)
