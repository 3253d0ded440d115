"""Bảng 3, dịch vụ kỹ thuật và vật tư y tế: what was done, what was ordered, what was used.

A row is one of four things. With MA_VAT_TU it is a supply: a SupplyDelivery, because the circular tells that it was
used for the patient, not that it was implanted. A bed day (MA_NHOM 14–16, or MA_GIUONG) is a place of the
Encounter. A test (MA_NHOM 1–3, or a code that XML4 reports on) is a ServiceRequest, which its DiagnosticReport answers:
FHIR keeps Procedure for what changes or examines the body. Everything else is a Procedure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import concept, icd9cm, icd10_reason
from sosuckhoe.exchange.xml130.mapping.sensitive import labels_of_code
from sosuckhoe.exchange.xml130.mapping.values import code, moment, number, said, several
from sosuckhoe.exchange.xml130.mapping.visit import Visit, row_key
from sosuckhoe.exchange.xml130.package import Row

_TESTS, _BEDS = {"1", "2", "3"}, {"14", "15", "16"}
_MOST_PERFORMERS = 5


@dataclass(slots=True)
class Services:
    """What XML3 became: the orders by service code (for the reports), the beds (for the Encounter)."""

    orders: dict[str, list[tuple[Row, dict[str, Any]]]] = field(default_factory=dict)
    beds: list[dict[str, Any]] = field(default_factory=list)
    operations: set[str] = field(default_factory=set)


def map_services(visit: Visit, rows: list[Row], reported: set[str]) -> Services:
    """Draft what XML3 tells. `reported`: the service codes that XML4 has results of."""
    services = Services()
    for row in rows:
        services.operations.update(several(row, "MA_PTTT_QT"))
        if said(row, "MA_VAT_TU"):
            _map_supply(visit, row)
        elif is_bed(row):
            services.beds += _bed(visit.facility, row)
        elif _is_test(row, reported):
            order = _map_test(visit, row)
            services.orders.setdefault(code(row, "MA_DICH_VU"), []).append((row, order))
        else:
            _map_procedure(visit, row)
    return services


def map_operations(visit: Visit, row: Row, told: set[str]) -> None:
    """Draft the operations that only XML1 names (MA_PTTT_QT)."""
    for operation in dict.fromkeys(several(row, "MA_PTTT_QT")):
        if operation not in told:
            known = icd9cm(operation)
            name = {"coding": [known], "text": known.get("display", operation)}
            body = _body(visit, name) | {"status": "completed"}
            visit.add("Procedure", "XML1", f"MA_PTTT_QT|{operation}", body)


def is_bed(row: Row) -> bool:
    """Whether a row is a bed day."""
    return bool(said(row, "MA_GIUONG")) or _group(row) in _BEDS


def _is_test(row: Row, reported: set[str]) -> bool:
    return _group(row) in _TESTS or code(row, "MA_DICH_VU") in reported


def _group(row: Row) -> str:
    return said(row, "MA_NHOM").lstrip("0")


def _map_procedure(visit: Visit, row: Row) -> None:
    body = _body(visit, service_concept(row)) | {"status": "completed"}
    parts = {
        "extension": _anaesthesia(row),
        "category": concept("nhom", row.get("MA_NHOM")),
        "performedPeriod": _period(row),
        "recorder": visit.practitioner(next(iter(several(row, "MA_BAC_SI")), "")),
        "performer": [{"actor": actor} for actor in _performers(visit, row)],
        "reasonCode": _reasons(row),
        "bodySite": _body_site(row),
        "usedReference": _machines(row),
    }
    body.update((name, part) for name, part in parts.items() if part)
    visit.add("Procedure", "XML3", row_key(row, "MA_DICH_VU", "NGAY_YL"), body, _labels(row))


def _map_test(visit: Visit, row: Row) -> dict[str, Any]:
    body = _body(visit, service_concept(row)) | {"status": "completed", "intent": "order"}
    parts = {
        "category": [group] if (group := concept("nhom", row.get("MA_NHOM"))) else [],
        "occurrencePeriod": _period(row),
        "authoredOn": moment(row.get("NGAY_YL")),
        "requester": visit.practitioner(next(iter(several(row, "MA_BAC_SI")), "")),
        "performer": [*_performers(visit, row), *_machines(row)],
        "reasonCode": _reasons(row),
        "bodySite": _body_site(row),
        "extension": _anaesthesia(row),
    }
    body.update((name, part) for name, part in parts.items() if part)
    return visit.add("ServiceRequest", "XML3", row_key(row, "MA_DICH_VU", "NGAY_YL"), body, _labels(row))


def _map_supply(visit: Visit, row: Row) -> None:
    item: dict[str, Any] = {"itemCodeableConcept": supply_concept(row)}
    amount, unit = number(row.get("SO_LUONG")), said(row, "DON_VI_TINH")
    if amount is not None:
        item["quantity"] = {"value": amount, "unit": unit} if unit else {"value": amount}
    body: dict[str, Any] = {
        "extension": [{"url": systems.EXT_ENCOUNTER, "valueReference": visit.encounter}],
        "status": "completed",
        "patient": visit.patient,
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/supply-item-type", "code": "device"}]},
        "suppliedItem": item,
    }
    if product := said(row, "MA_HIEU_SP"):
        body["identifier"] = [{"type": {"text": "Mã hiệu sản phẩm"}, "value": product}]
    if at := moment(row.get("NGAY_TH_YL")) or moment(row.get("NGAY_YL")) or visit.started:
        body["occurrenceDateTime"] = at
    if visit.provider:
        body["supplier"] = visit.provider
    visit.add("SupplyDelivery", "XML3", row_key(row, "MA_VAT_TU", "NGAY_YL"), body)


def service_concept(row: Row) -> dict[str, Any]:
    """A service by its code of the common list, by ICD-9-CM where given, and by name."""
    codings: list[dict[str, str]] = []
    if service := code(row, "MA_DICH_VU"):
        codings.append({"system": systems.SERVICE, "code": service})
    codings += [icd9cm(operation) for operation in several(row, "MA_PTTT_QT")]
    body: dict[str, Any] = {"coding": codings} if codings else {}
    body["text"] = said(row, "TEN_DICH_VU") or code(row, "MA_DICH_VU") or "Dịch vụ"
    return body


def supply_concept(row: Row) -> dict[str, Any]:
    """A medical supply by its code and trade name."""
    supply = code(row, "MA_VAT_TU")
    body: dict[str, Any] = {"coding": [{"system": systems.SUPPLY, "code": supply}]} if supply else {}
    body["text"] = said(row, "TEN_VAT_TU") or said(row, "TEN_DICH_VU") or supply or "Vật tư"
    return body


def _body(visit: Visit, service: dict[str, Any]) -> dict[str, Any]:
    return {"code": service, "subject": visit.patient, "encounter": visit.encounter}


def _period(row: Row) -> dict[str, str]:
    """From when the order was carried out (else given) to its result or the operation's end."""
    start = moment(row.get("NGAY_TH_YL")) or moment(row.get("NGAY_YL"))
    end = moment(row.get("NGAY_KQ"))
    if start and end and end < start:
        return {"start": start}
    return {name: at for name, at in (("start", start), ("end", end)) if at}


def _performers(visit: Visit, row: Row) -> list[dict[str, Any]]:
    workers = several(row, "NGUOI_THUC_HIEN")[:_MOST_PERFORMERS]
    return [reference for worker in workers if (reference := visit.practitioner(worker))]


def _machines(row: Row) -> list[dict[str, Any]]:
    return [
        {"type": "Device", "identifier": {"system": systems.MACHINE, "value": machine}}
        for machine in several(row, "MA_MAY")
    ]


def _reasons(row: Row) -> list[dict[str, Any]]:
    traditional = [
        {"coding": [{"system": systems.TRADITIONAL_DISEASE, "code": disease}]}
        for disease in several(row, "MA_BENH_YHCT")
    ]
    return [*(icd10_reason(disease) for disease in several(row, "MA_BENH")), *traditional]


def _labels(row: Row) -> tuple[str, ...]:
    return tuple(label for disease in several(row, "MA_BENH") for label in labels_of_code(disease))


def _body_site(row: Row) -> list[dict[str, Any]]:
    site = code(row, "VI_TRI_TH_DVKT")
    return [{"coding": [{"system": systems.BODY_SITE, "code": site}]}] if site else []


def _anaesthesia(row: Row) -> list[dict[str, Any]]:
    method = concept("pp_vo_cam", row.get("PP_VO_CAM"))
    return [{"url": systems.EXT_ANAESTHESIA, "valueCodeableConcept": method}] if method else []


def _bed(facility: str, row: Row) -> list[dict[str, Any]]:
    """The beds of a row, with the days in them (NGAY_YL is the first; SO_LUONG counts them for the costs)."""
    department, period = code(row, "MA_KHOA"), _period(row)
    beds = [
        {
            "location": {
                "identifier": {"system": systems.BED, "value": f"{facility}/{department}/{bed}"},
                "display": f"Giường {bed}, khoa {department}" if department else f"Giường {bed}",
            }
        }
        for bed in several(row, "MA_GIUONG")
    ]
    return [bed | {"period": period} for bed in beds] if period else list(beds)
