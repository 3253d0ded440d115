"""Bảng 9, giấy chứng sinh: a child's book begins here.

In the child's book: the mother (or carer) and the father as RelatedPerson, the certificate as a Composition, the
weight and state at birth as Observations. The mother's RelatedPerson points to her own Patient when the
certificate names a number that she, the patient of the visit, gave too. The child's Patient is made of its Claim.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import Concept, concept, loinc, ours
from sosuckhoe.exchange.xml130.mapping.names import human_name
from sosuckhoe.exchange.xml130.mapping.papers import Kind, Line, Signed, map_paper, paper_date
from sosuckhoe.exchange.xml130.mapping.parents import relationship
from sosuckhoe.exchange.xml130.mapping.patient import identifier_body, mother_numbers
from sosuckhoe.exchange.xml130.mapping.values import moment, number, partial_date, said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.mapping.xml1_measurements import BIRTH_WEIGHT, VITAL_SIGNS
from sosuckhoe.exchange.xml130.package import Row
from sosuckhoe.identity.claim import Identifier, PersonRef

KIND = Kind(
    "XML9",
    "Giấy chứng sinh",
    ("71230-7", "Birth certificate Document"),
    (
        Line("HO_TEN_CON", "Dự định đặt tên con"),
        Line("GIOI_TINH_CON", "Giới tính", "gioi_tinh"),
        Line("NGAY_SINH_CON", "Sinh lúc"),
        Line("NOI_SINH_CON", "Nơi sinh"),
        Line("CAN_NANG_CON", "Cân nặng (g)"),
        Line("TINH_TRANG_CON", "Tình trạng của trẻ"),
        Line("SO_CON", "Số con trong lần sinh này"),
        Line("LAN_SINH", "Lần sinh con thứ"),
        Line("SO_CON_SONG", "Số con hiện sống"),
        Line("SINHCON_PHAUTHUAT", "Cách sinh", "sinhcon_phauthuat"),
        Line("SINHCON_DUOI32TUAN", "Tuổi thai khi sinh", "sinhcon_duoi32tuan"),
        Line("HO_TEN_NND", "Mẹ hoặc người nuôi dưỡng"),
        Line("NGAYSINH_NND", "Ngày sinh của mẹ"),
        Line("NGAYCAP_CCCD_NND", "Ngày cấp giấy tờ tùy thân"),
        Line("NOICAP_CCCD_NND", "Nơi cấp giấy tờ tùy thân"),
        Line("NOI_CU_TRU_NND", "Nơi cư trú của mẹ"),
        Line("HO_TEN_CHA", "Cha"),
        Line("NGUOI_DO_DE", "Người đỡ đẻ"),
        Line("NGUOI_GHI_PHIEU", "Người ghi phiếu"),
        Line("GHI_CHU", "Ghi chú"),
    ),
)
_STATE = ours(systems.FIELD, "XML9.TINH_TRANG_CON", "Tình trạng lúc sinh")
_DELIVERY = loinc("72149-8", "Delivery method", "Cách sinh")
_PRETERM = ours(systems.FIELD, "XML9.SINHCON_DUOI32TUAN", "Sinh dưới 32 tuần")
_CARER = {"text": "Mẹ hoặc người nuôi dưỡng"}


def map_birth(visit: Visit, rows: list[Row], newborns: tuple[PersonRef, ...], mother: tuple[Identifier, ...]) -> None:
    """Draft what a birth puts into each child's book. `mother`: the numbers of the patient of this visit."""
    for row, ref in zip(rows, newborns, strict=False):
        child = visit.for_person(ref)
        child.started = moment(row.get("NGAY_SINH_CON")) or visit.started
        _map_mother(child, row, visit if set(mother_numbers(row)) & set(mother) else None)
        _map_father(child, row)
        _map_child(child, row)
        visit.drafts += child.drafts


def _map_mother(child: Visit, row: Row, mother: Visit | None) -> None:
    name, numbers = said(row, "HO_TEN_NND"), mother_numbers(row)
    if not name and not numbers:
        return
    born = partial_date(row.get("NGAYSINH_NND"))
    body: dict[str, Any] = {
        "active": True,
        "patient": child.patient,
        "relationship": [relationship("MTH") if mother else _CARER],
    }
    parts = {
        "extension": [{"url": systems.EXT_PERSON, "valueReference": mother.patient}] if mother else [],
        "identifier": [identifier_body(number) for number in numbers],
        "name": [human_name(name)] if name else [],
        "birthDate": born,
        "address": [{"use": "home", "text": home}] if (home := said(row, "NOI_CU_TRU_NND")) else [],
    }
    body.update((part, value) for part, value in parts.items() if value)
    child.add("RelatedPerson", "XML9", "MTH", body)


def _map_father(child: Visit, row: Row) -> None:
    if name := said(row, "HO_TEN_CHA"):
        body = {
            "active": True,
            "patient": child.patient,
            "relationship": [relationship("FTH")],
            "name": [human_name(name)],
        }
        child.add("RelatedPerson", "XML9", "FTH", body)


def _map_child(child: Visit, row: Row) -> None:
    """The measurements at birth and the certificate. The Encounter is the mother's: it stays in her book."""
    found = [
        _observe(child, "CAN_NANG_CON", BIRTH_WEIGHT, _weight(row)),
        _observe(
            child, "TINH_TRANG_CON", _STATE, {"valueString": state} if (state := said(row, "TINH_TRANG_CON")) else {}
        ),
        _observe(
            child, "SINHCON_PHAUTHUAT", _DELIVERY, _coded(concept("sinhcon_phauthuat", row.get("SINHCON_PHAUTHUAT")))
        ),
        _observe(
            child, "SINHCON_DUOI32TUAN", _PRETERM, _coded(concept("sinhcon_duoi32tuan", row.get("SINHCON_DUOI32TUAN")))
        ),
    ]
    numbers = tuple(text for tag in ("QUYEN_SO", "SO") if (text := said(row, tag)))
    signed = Signed(
        name=said(row, "NGUOI_GHI_PHIEU"), head=said(row, "MA_TTDV"), on=paper_date(row, "NGAY_CT"), numbers=numbers
    )
    map_paper(child, KIND, row, signed, [reference for reference in found if reference])


def _weight(row: Row) -> dict[str, Any]:
    grams = number(row.get("CAN_NANG_CON"))
    return {"valueQuantity": {"value": grams, "unit": "g", "system": systems.UCUM, "code": "g"}} if grams else {}


def _coded(value: Concept | None) -> dict[str, Any]:
    return {"valueCodeableConcept": value} if value else {}


def _observe(child: Visit, tag: str, code: Concept, value: dict[str, Any]) -> dict[str, Any] | None:
    if not value:
        return None
    body: dict[str, Any] = {"status": "final", "category": VITAL_SIGNS, "code": code, "subject": child.patient}
    if child.started:
        body["effectiveDateTime"] = child.started
    return child.add("Observation", "XML9", tag, body | value)
