"""Cha, mẹ, người giám hộ: a RelatedPerson for each who is named on a paper of a child."""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.names import human_name
from sosuckhoe.exchange.xml130.mapping.patient import identifier_body
from sosuckhoe.exchange.xml130.mapping.values import said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row
from sosuckhoe.identity.identifiers import social_insurance_number

_PARENTS = (("FTH", "HO_TEN_CHA", "MA_CHA"), ("MTH", "HO_TEN_ME", "MA_ME"), ("GUARD", "NGUOI_GIAM_HO", ""))
_WORDS = {"FTH": ("father", "Cha"), "MTH": ("mother", "Mẹ"), "GUARD": ("guardian", "Người giám hộ")}


def map_parents(visit: Visit, table: str, row: Row) -> None:
    """Draft the father, the mother and the guardian whom a paper names."""
    for role, name_tag, number_tag in _PARENTS:
        name, number = said(row, name_tag), social_insurance_number(said(row, number_tag))
        if name or number:
            body: dict[str, Any] = {"active": True, "patient": visit.patient, "relationship": [relationship(role)]}
            if number:
                body["identifier"] = [identifier_body(number)]
            if name:
                body["name"] = [human_name(name)]
            visit.add("RelatedPerson", table, role, body)


def relationship(role: str) -> dict[str, Any]:
    """What somebody is to the patient (HL7 RoleCode)."""
    display, text = _WORDS[role]
    return {"coding": [{"system": systems.ROLE_CODE, "code": role, "display": display}], "text": text}
