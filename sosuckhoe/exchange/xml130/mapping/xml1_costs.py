"""Chi phí: what the visit cost and who pays, one ExplanationOfBenefit with a line for each row of XML2 and XML3.

The amounts are the facility's own account; the insurer's audit comes later, so the outcome is `queued`. Amounts of
nought are left out of the lines and written in the totals.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import Concept, bare, concept, hl7, money
from sosuckhoe.exchange.xml130.mapping.values import code, day, instant, number, said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.mapping.xml1_coverage import INSURER
from sosuckhoe.exchange.xml130.mapping.xml2_drugs import medication
from sosuckhoe.exchange.xml130.mapping.xml3_services import service_concept, supply_concept
from sosuckhoe.exchange.xml130.package import Package, Row

_KIND = hl7("claim-type", "institutional", "Institutional")
_PRINCIPAL = [hl7("ex-diagnosistype", "principal", "Principal Diagnosis")]
_SELF_PAYING = {"type": "Coverage", "display": "Không dùng thẻ bảo hiểm y tế"}
_PACK = systems.table_codes("goi_vtyt")

_AMOUNTS = (
    ("THANH_TIEN_BH", "eligible"),
    ("DON_GIA_BH", "unit-covered"),
    ("T_TRANTT", "ceiling"),
    ("T_BHTT", "insurer"),
    ("T_BNCCT", "co-pay"),
    ("T_BNTT", "self-pay"),
    ("T_NGUONKHAC", "other"),
    ("T_NGUONKHAC_NSNN", "other-state"),
    ("T_NGUONKHAC_VTNN", "other-abroad"),
    ("T_NGUONKHAC_VTTN", "other-domestic"),
    ("T_NGUONKHAC_CL", "other-rest"),
)
_RATES = (("TYLE_TT_DV", "rate-service"), ("TYLE_TT_BH", "rate-cover"), ("MUC_HUONG", "level"))
_TOTALS = (
    ("T_TONGCHI_BV", "submitted"),
    ("T_THUOC", "medicines"),
    ("T_VTYT", "supplies"),
    ("T_TONGCHI_BH", "eligible"),
    ("T_BHTT", "insurer"),
    ("T_BHTT_GDV", "insurer-outside"),
    ("T_BNCCT", "co-pay"),
    ("T_BNTT", "self-pay"),
    ("T_NGUONKHAC", "other"),
)
_MODIFIERS = (("MA_PTTT", "pttt"), ("VET_THUONG_TP", "vet_thuong_tp"), ("TAI_SU_DUNG", "tai_su_dung"))
_PROGRAMMES = (("PHAM_VI", "pham_vi"), ("NGUON_CTRA", "nguon_ctra"))


def map_costs(visit: Visit, package: Package, coverages: list[dict[str, Any]]) -> None:
    """Draft the account of a visit; nothing when the file gives no amounts at all."""
    row = package.summary
    items = list(_items(visit.facility, package))
    totals = [total for tag, name in _TOTALS if (total := _total(row, tag, name))]
    if not items and not totals:
        return
    body: dict[str, Any] = {
        "status": "active",
        "type": _KIND,
        "use": "claim",
        "patient": visit.patient,
        "created": instant(row.get("NGAY_TTOAN")) or visit.ended or visit.received.isoformat(timespec="seconds"),
        "insurer": INSURER,
        "provider": visit.provider or {"display": "Cơ sở khám chữa bệnh"},
        "outcome": "queued",
        "insurance": [
            {"focal": nth == 0, "coverage": coverage} for nth, coverage in enumerate(coverages or [_SELF_PAYING])
        ],
    }
    parts = {
        "billablePeriod": {name: at for name, at in (("start", visit.started), ("end", visit.ended)) if at},
        "enterer": visit.practitioner(said(row, "MA_TTDV")),
        "diagnosis": _diagnosis(visit),
        "item": items,
        "total": totals,
        "payment": _payment(row),
    }
    body.update((name, part) for name, part in parts.items() if part)
    if items:
        items[0]["encounter"] = [visit.encounter]
    visit.add("ExplanationOfBenefit", "XML1", "", body)


def _items(facility: str, package: Package) -> Iterator[dict[str, Any]]:
    told = [
        *((row, medication(row), "DON_GIA") for row in package.tables.get("XML2", ())),
        *((row, _what(row), "DON_GIA_BV") for row in package.tables.get("XML3", ())),
    ]
    for sequence, (row, what, price) in enumerate(told, start=1):
        yield _item(sequence, row, what, price, facility)


def _what(row: Row) -> Concept:
    return supply_concept(row) if said(row, "MA_VAT_TU") else service_concept(row)


def _item(sequence: int, row: Row, what: Concept, price: str, facility: str) -> dict[str, Any]:
    item: dict[str, Any] = {"sequence": sequence, "productOrService": what}
    amount, unit = number(row.get("SO_LUONG")), said(row, "DON_VI_TINH")
    parts = {
        "category": bare("nhom", row.get("MA_NHOM")),
        "modifier": [*_concepts(row, _MODIFIERS), *_pack(row)],
        "programCode": _concepts(row, _PROGRAMMES),
        "servicedDate": day(row.get("NGAY_YL")),
        "locationCodeableConcept": _department(facility, row),
        "quantity": ({"value": amount, "unit": unit} if unit else {"value": amount}) if amount is not None else None,
        "unitPrice": _money(row.get(price)),
        "net": _money(row.get("THANH_TIEN_BV")),
        "adjudication": [*_amounts(row), *_rates(row)],
    }
    item.update((name, part) for name, part in parts.items() if part)
    return item


def _concepts(row: Row, told: tuple[tuple[str, str], ...]) -> list[Concept]:
    return [known for tag, name in told if (known := bare(name, row.get(tag)))]


def _pack(row: Row) -> list[Concept]:
    pack = code(row, "GOI_VTYT")
    return [{"coding": [{"system": _PACK, "code": pack}]}] if pack else []


def _department(facility: str, row: Row) -> Concept | None:
    department = code(row, "MA_KHOA")
    return {"coding": [{"system": systems.DEPARTMENT, "code": f"{facility}/{department}"}]} if department else None


def _amounts(row: Row) -> list[dict[str, Any]]:
    return [
        {"category": _adjudication(name), "amount": money(value)}
        for tag, name in _AMOUNTS
        if (value := number(row.get(tag)))
    ]


def _rates(row: Row) -> list[dict[str, Any]]:
    return [
        {"category": _adjudication(name), "value": value}
        for tag, name in _RATES
        if (value := number(row.get(tag))) is not None
    ]


def _adjudication(name: str) -> Concept:
    known = bare("adjudication", name)
    assert known is not None, "every name is in the list"
    return known


def _total(row: Row, tag: str, name: str) -> dict[str, Any] | None:
    value = number(row.get(tag))
    return None if value is None else {"category": concept("total", name), "amount": money(value)}


def _money(text: str | None) -> dict[str, Any] | None:
    value = number(text)
    return None if value is None else money(value)


def _diagnosis(visit: Visit) -> list[dict[str, Any]]:
    """The diagnoses by reference, so that no line here names an illness."""
    return [
        {"sequence": nth, "diagnosisReference": condition, **({"type": _PRINCIPAL} if nth == 1 else {})}
        for nth, condition in enumerate(visit.conditions, start=1)
    ]


def _payment(row: Row) -> dict[str, Any]:
    paid = day(row.get("NGAY_TTOAN"))
    return {"date": paid} if paid else {}
