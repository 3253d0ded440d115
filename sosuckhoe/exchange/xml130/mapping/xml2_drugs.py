"""Bảng 2, chi tiết thuốc: a MedicationRequest for each row.

The drug is told by its registered name with strength and form, by its active-substance code and its
registration number. The dose stands as written; where it follows the circular's pattern (2 viên/lần * 2 lần/ngày *
5 ngày) it is also a structured timing. Prices and who pays are in the visit's ExplanationOfBenefit.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.exchange.xml130.mapping import registers, systems
from sosuckhoe.exchange.xml130.mapping.codes import concept, hl7
from sosuckhoe.exchange.xml130.mapping.values import code, moment, number, said, several
from sosuckhoe.exchange.xml130.mapping.visit import Visit, row_key
from sosuckhoe.exchange.xml130.package import Row

_OUTPATIENT = [hl7("medicationrequest-category", "outpatient")]
_INPATIENT = [hl7("medicationrequest-category", "inpatient")]
_INPATIENT_KINDS = {"03", "04", "06", "09"}
_AMOUNT = r"(\d{1,4}(?:[.,]\d{1,3})?)"
_DOSE = re.compile(
    rf"\s*{_AMOUNT}\s*([^\d*/\[\]]{{1,20}}?)\s*/\s*lần\s*\*\s*{_AMOUNT}\s*lần\s*/\s*ngày"
    rf"(?:\s*\*\s*{_AMOUNT}\s*ngày)?\s*(?:\[.*\])?\s*",
    re.IGNORECASE,
)
_LONGEST_DOSE = 300
"""Characters. What is longer is no dose of this pattern, and a run of spaces would be parted in every way."""

_MOST_TIMES, _MOST_DAYS = 24, 3650


def map_drugs(visit: Visit, rows: list[Row], kind: str) -> list[dict[str, Any]]:
    """Draft the prescriptions of a visit of a kind (MA_LOAI_KCB); their references in order."""
    stay = kind.zfill(2) in _INPATIENT_KINDS
    return [_map_drug(visit, row, stay=stay) for row in rows]


def medication(row: Row) -> dict[str, Any]:
    """What was prescribed: substance code, registration number, and name with strength and form."""
    told = ((systems.DRUG, "MA_THUOC"), (systems.DRUG_REGISTRATION, "SO_DANG_KY"))
    codings = [{"system": system, "code": value} for system, tag in told if (value := code(row, tag))]
    name, strength, form = said(row, "TEN_THUOC"), said(row, "HAM_LUONG"), said(row, "DANG_BAO_CHE")
    told_twice = _bare(strength) in _bare(name)
    text = " ".join(part for part in (name, "" if told_twice else strength, f"({form})" if form else "") if part)
    body: dict[str, Any] = {"coding": codings} if codings else {}
    body["text"] = text or "Thuốc"
    return body


def _bare(text: str) -> str:
    """Without spaces and capitals: hospitals write 'Amlodipin 5 mg' beside a strength of '5mg'."""
    return "".join(text.split()).casefold()


def _map_drug(visit: Visit, row: Row, *, stay: bool) -> dict[str, Any]:
    dose = _dose(said(row, "LIEU_DUNG"))
    ordered = moment(row.get("NGAY_YL")) or visit.started
    body: dict[str, Any] = {
        "status": _status(visit, dose.get("days"), stay=stay),
        "intent": "order",
        "category": _INPATIENT if stay else _OUTPATIENT,
        "medicationCodeableConcept": medication(row),
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    parts = {
        "supportingInformation": _services(row),
        "authoredOn": ordered,
        "requester": visit.practitioner(next(iter(several(row, "MA_BAC_SI")), "")),
        "reasonReference": visit.conditions[:1],
        "note": _notes(row),
        "dosageInstruction": _dosage(row, dose),
        "dispenseRequest": _dispense(visit, row, dose.get("days")),
    }
    body.update((name, part) for name, part in parts.items() if part)
    return visit.add("MedicationRequest", "XML2", row_key(row, "MA_THUOC", "NGAY_YL"), body)


def _status(visit: Visit, days: float | None, *, stay: bool) -> str:
    """Whether the medicine is still being taken when the file comes: a stay's ends with it, a course with its days."""
    if stay or visit.ended is None:
        return "completed" if visit.ended else "active"
    ended = datetime.fromisoformat(visit.ended)
    last = ended.replace(tzinfo=ended.tzinfo or VIETNAM) + timedelta(days=min(days or 0, _MOST_DAYS))
    return "active" if last > visit.received else "completed"


@lru_cache(maxsize=4096)
def _dose(text: str) -> dict[str, Any]:
    """A dose of the circular's pattern: amount, unit, times a day and days; empty when it is another."""
    found = _DOSE.fullmatch(text) if len(text) <= _LONGEST_DOSE else None
    if not found:
        return {}
    amount, unit, times, days = found.groups()
    read = {"amount": number(amount), "unit": " ".join(unit.split()), "times": number(times), "days": number(days)}
    return {name: value for name, value in read.items() if value}


def _dosage(row: Row, dose: dict[str, Any]) -> list[dict[str, Any]]:
    parts = {
        "text": said(row, "LIEU_DUNG"),
        "patientInstruction": said(row, "CACH_DUNG"),
        "timing": _timing(dose),
        "route": concept("duong_dung", row.get("DUONG_DUNG")),
        "doseAndRate": _amount(dose),
    }
    known = {name: part for name, part in parts.items() if part}
    return [known] if known else []


def _timing(dose: dict[str, Any]) -> dict[str, Any] | None:
    times, days = dose.get("times"), dose.get("days")
    if not isinstance(times, int) or times > _MOST_TIMES:
        return None
    repeat: dict[str, Any] = {"frequency": times, "period": 1, "periodUnit": "d"}
    if days:
        repeat["boundsDuration"] = _days(days)
    return {"repeat": repeat}


def _amount(dose: dict[str, Any]) -> list[dict[str, Any]]:
    amount, unit = dose.get("amount"), dose.get("unit")
    return [{"doseQuantity": {"value": amount, "unit": unit}}] if amount and unit else []


def _days(days: float) -> dict[str, Any]:
    return {"value": days, "unit": "ngày", "system": systems.UCUM, "code": "d"}


def _dispense(visit: Visit, row: Row, days: float | None) -> dict[str, Any]:
    amount, unit = number(row.get("SO_LUONG")), said(row, "DON_VI_TINH")
    begun = moment(row.get("NGAY_TH_YL"))
    parts = {
        "validityPeriod": {"start": begun} if begun else None,
        "quantity": _quantity(amount, unit),
        "expectedSupplyDuration": _days(days) if days else None,
        "performer": visit.organization(registers.facility_of(said(row, "MA_CSKCB_THUOC"))),
    }
    return {name: part for name, part in parts.items() if part}


def _quantity(amount: float | None, unit: str) -> dict[str, Any] | None:
    if amount is None:
        return {"unit": unit} if unit else None
    return {"value": amount, "unit": unit} if unit else {"value": amount}


def _services(row: Row) -> list[dict[str, Any]]:
    """The services that the drug was used in (MA_DICH_VU), by their codes."""
    return [{"identifier": {"system": systems.SERVICE, "value": service}} for service in several(row, "MA_DICH_VU")]


def _notes(row: Row) -> list[dict[str, str]]:
    methods = said(row, "MA_PP_CHEBIEN")
    return [{"text": f"Phương pháp chế biến: {methods}"}] if methods else []
