"""Bảng 14, giấy hẹn khám lại: the Appointment and the slip (Composition); also the days of XML1.NGAY_TAI_KHAM.

The slip gives a day, sometimes an hour, and no end. FHIR wants a booked appointment to have one: it is the end of
that day, for the patient is seen on that day.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import concept, hl7, icd10_reason
from sosuckhoe.exchange.xml130.mapping.papers import Kind, Line, Signed, map_paper, paper_date
from sosuckhoe.exchange.xml130.mapping.values import code, day, instant, moment, said, several
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

KIND = Kind(
    "XML14",
    "Giấy hẹn khám lại",
    ("56446-8", "Appointment summary Document"),
    (
        Line("NGAY_VAO", "Khám lúc"),
        Line("NGAY_VAO_NOI_TRU", "Vào nội trú lúc"),
        Line("NGAY_RA", "Kết thúc lúc"),
        Line("NGAY_HEN_KL", "Hẹn khám lại lúc"),
        Line("CHAN_DOAN_RV", "Chẩn đoán"),
        Line("MA_DOITUONG_KCB", "Đối tượng khám chữa bệnh", "doituong_kcb"),
    ),
)
_FOLLOW_UP = hl7("v2-0276", "FOLLOWUP", "A follow up visit from a previous appointment")
_AT_FACILITY = {"reference": "#facility"}
"""R4 lets no Organization take part in an appointment, but a service that one provides."""


def map_reexamination(visit: Visit, rows: list[Row], summary: Row) -> None:
    """Draft the slips of a visit, and an appointment for each day that only XML1 names."""
    slips = {on for row in rows if (on := day(row.get("NGAY_HEN_KL")))}
    for row in rows:
        booked = [reference] if (reference := _appointment(visit, row)) else []
        number = said(row, "SO_GIAYHEN_KL")
        signed = Signed(
            said(row, "MA_BAC_SI"),
            "",
            said(row, "MA_TTDV"),
            paper_date(row, "NGAY_CT", "NGAY_RA"),
            (number,) if number else (),
        )
        map_paper(visit, KIND, row, signed, booked)
    for text in several(summary, "NGAY_TAI_KHAM"):
        if (on := day(text)) and on not in slips:
            _book(visit, "XML1", f"NGAY_TAI_KHAM|{on}", text, {})


def _appointment(visit: Visit, row: Row) -> dict[str, Any] | None:
    illness = said(row, "MA_BENH_CHINH")
    parts: dict[str, Any] = {
        "identifier": [{"system": systems.PAPER, "value": number}] if (number := said(row, "SO_GIAYHEN_KL")) else [],
        "reasonCode": [icd10_reason(illness)] if illness else [],
        "description": said(row, "CHAN_DOAN_RV"),
        "created": moment(row.get("NGAY_CT")),
    }
    kind = concept("doituong_kcb", row.get("MA_DOITUONG_KCB"))
    if kind:
        parts["serviceType"] = [kind]
    facility, doctor = visit.organization(code(row, "MA_CSKCB")), visit.practitioner(said(row, "MA_BAC_SI"))
    return _book(visit, "XML14", "", row.get("NGAY_HEN_KL"), parts, (facility, doctor))


def _book(
    visit: Visit,
    table: str,
    key: str,
    text: str | None,
    parts: dict[str, Any],
    told: tuple[dict[str, Any] | None, dict[str, Any] | None] = (None, None),
) -> dict[str, Any] | None:
    """`told`: the facility and the doctor that the row names; where it names none, the facility of the visit."""
    start, on = instant(text), day(text)
    if not start or not on:
        return None
    facility, doctor = told if any(told) else (visit.provider, None)
    people = [one for one in (visit.patient, _AT_FACILITY if facility else None, doctor) if one]
    body: dict[str, Any] = {
        "status": "booked",
        "appointmentType": _FOLLOW_UP,
        "start": start,
        "end": f"{on}T23:59:00+07:00",
        "participant": [{"actor": actor, "status": "accepted"} for actor in people],
        "supportingInformation": [visit.encounter],  # R4 has no other place for it; who hides the visit hides this too
    }
    if facility:
        body["contained"] = [{"resourceType": "HealthcareService", "id": "facility", "providedBy": facility}]
    if visit.conditions:
        body["reasonReference"] = visit.conditions[:1]
    body.update((name, part) for name, part in parts.items() if part)
    return visit.add_text("Appointment", table, key, body)
