"""TIEMCHUNG: each dose that was given is an Immunization. What is planned (TRANGTHAI 0) makes no record."""

from __future__ import annotations

from sosuckhoe.exchange.qd831.format import DOSES
from sosuckhoe.exchange.qd831.mapping import systems
from sosuckhoe.exchange.qd831.mapping.place import Body, Profile
from sosuckhoe.exchange.qd831.mapping.values import day
from sosuckhoe.exchange.xml130.mapping.values import code, said
from sosuckhoe.exchange.xml130.package import Row

_PLANNED = "0"
UNKNOWN_DAY = "không rõ ngày"


def map_doses(profile: Profile, rows: list[Row]) -> None:
    """Draft the doses that were given."""
    for row in rows:
        vaccine, name = code(row, "MAVACXIN"), said(row, "TENVACXIN")
        if code(row, "TRANGTHAI") == _PLANNED or not (vaccine or name):
            continue
        nth = said(row, "SOMUIUONVANMETIEM")
        profile.add("Immunization", DOSES, f"{vaccine}|{name}|{said(row, 'NGAYTIEM')}|{nth}", _dose(profile, row, nth))


def _dose(profile: Profile, row: Row, nth: str) -> Body:
    given = day(row.get("NGAYTIEM"))
    body: Body = {
        "status": "completed",
        "vaccineCode": _vaccine(row),
        "patient": profile.patient,
        **({"occurrenceDateTime": given} if given else {"occurrenceString": said(row, "NGAYTIEM") or UNKNOWN_DAY}),
        "primarySource": False,
    }
    if nth:
        body["protocolApplied"] = [{"doseNumberString": nth}]
    if reaction := said(row, "PHANUNGSAUTIEM"):
        body["note"] = [{"text": reaction}]
    if month := said(row, "THANGTHAI"):
        body["extension"] = [{"url": systems.EXT_PREGNANCY_MONTH, "valueString": month}]
    return body


def _vaccine(row: Row) -> Body:
    coding = [{"system": systems.VACCINE, "code": code(row, "MAVACXIN")}] if code(row, "MAVACXIN") else []
    if group := code(row, "LOAIVACXIN"):
        coding.append({"system": systems.listed("vaccine_group"), "code": group})
    name = said(row, "TENVACXIN")
    return ({"coding": coding} if coding else {}) | ({"text": name} if name else {})
