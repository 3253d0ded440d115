"""Bảng 4, kết quả cận lâm sàng: an Observation for each value, a DiagnosticReport for each service.

A value is a number with its unit (UCUM where certain), a number with a comparator ('<0,5'), or text as
written. Rows without a value but with a reading (imaging) put the reading into an Observation of words; the
conclusion (KET_LUAN) is the report's, and may name an illness unless it is the laboratory's. A service whose
result is still awaited has a report that is `registered`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import hl7, quantity
from sosuckhoe.exchange.xml130.mapping.values import code, instant, moment, number, said
from sosuckhoe.exchange.xml130.mapping.visit import Visit, row_key
from sosuckhoe.exchange.xml130.mapping.xml3_services import Services
from sosuckhoe.exchange.xml130.package import Row

_MEASURED = re.compile(r"\s*(<=|>=|≤|≥|<|>)?\s*([+-]?[\d.,]+)\s*", re.ASCII)
_COMPARATORS = {"≤": "<=", "≥": ">="}
_POSITIVE = re.compile(r"(?:dương tính|positive|pos)(?:\W.*)?|\(\+{1,4}\)|\+{1,4}", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?:âm tính|negative|neg)(?:\W.*)?|\(-\)|-", re.IGNORECASE)
_INTERPRETATION = "v3-ObservationInterpretation"
_LABORATORY, _IMAGING, _FUNCTION = "laboratory", "imaging", "procedure"
_GROUPS = {"1": _LABORATORY, "2": _IMAGING, "3": _FUNCTION}
_CHAPTERS = {"18": _IMAGING, "19": _IMAGING, "20": _FUNCTION, "21": _FUNCTION, "02": _FUNCTION}
_SECTIONS = {
    _LABORATORY: ("LAB", "Xét nghiệm"),
    _IMAGING: ("RAD", "Chẩn đoán hình ảnh"),
    _FUNCTION: ("OTH", "Thăm dò chức năng"),
}


class _Report(NamedTuple):
    """One service's results of one moment."""

    service: str
    at: str
    rows: list[Row]


def reported_services(rows: list[Row]) -> set[str]:
    """The codes of the services that have rows in XML4."""
    return {service for row in rows if (service := code(row, "MA_DICH_VU"))}


def map_results(visit: Visit, rows: list[Row], services: Services) -> None:
    """Draft the results of a visit and their reports, each answering its order of XML3."""
    counted: dict[str, int] = {}
    for report in _reports(rows):
        nth = counted.get(report.service, 0)
        counted[report.service] = nth + 1
        orders = services.orders.get(report.service, [])
        row, order = orders[min(nth, len(orders) - 1)] if orders else ({}, None)
        _map_report(visit, report, row, order, str(nth))


def _reports(rows: list[Row]) -> list[_Report]:
    """Rows by service and moment of the result, in order of time."""
    found: dict[tuple[str, str], _Report] = {}
    for row in rows:
        service, at = code(row, "MA_DICH_VU"), moment(row.get("NGAY_KQ")) or ""
        found.setdefault((service, at), _Report(service, at, [])).rows.append(row)
    return sorted(found.values(), key=lambda report: (report.service, report.at))


def _map_report(visit: Visit, report: _Report, ordered: Row, order: dict[str, Any] | None, nth: str) -> None:
    kind = _kind(report.service, ordered)
    at = moment(ordered.get("NGAY_TH_YL")) or report.at or moment(ordered.get("NGAY_KQ")) or visit.started
    results = [result for row in report.rows if (result := _map_result(visit, row, kind, at))]
    conclusions = list(dict.fromkeys(text for row in report.rows if (text := said(row, "KET_LUAN"))))
    section, name = _SECTIONS[kind]
    body: dict[str, Any] = {
        "status": "final" if results or conclusions else "registered",
        "category": [hl7("v2-0074", section, name)],
        "code": _service(report, ordered),
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    parts = {
        "basedOn": [order] if order else [],
        "effectiveDateTime": at,
        "issued": instant(report.rows[0].get("NGAY_KQ")),
        "performer": [visit.provider] if visit.provider else [],
        "resultsInterpreter": _readers(visit, report.rows),
        "result": results,
        "conclusion": "\n".join(conclusions),
    }
    body.update((name, part) for name, part in parts.items() if part)
    words = visit.labels.named if kind != _LABORATORY else ()
    visit.add("DiagnosticReport", "XML4", f"{report.service}|{nth}", body, words)


def _map_result(visit: Visit, row: Row, kind: str, at: str | None) -> dict[str, Any] | None:
    value, reading = said(row, "GIA_TRI"), said(row, "MO_TA")
    if not value and not reading:
        return None
    body: dict[str, Any] = {
        "status": "final",
        "category": [hl7("observation-category", kind)],
        "code": _indicator(row),
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    if at:
        body["effectiveDateTime"] = at
    if issued := instant(row.get("NGAY_KQ")):
        body["issued"] = issued
    if readers := _readers(visit, [row]):
        body["performer"] = readers
    body.update(measured(value, said(row, "DON_VI_DO")) if value else {"valueString": reading})
    if value and reading:
        body["note"] = [{"text": reading}]
    return visit.add("Observation", "XML4", row_key(row, "MA_DICH_VU", "MA_CHI_SO", "TEN_CHI_SO"), body)


@lru_cache(maxsize=8192)
def measured(value: str, unit: str) -> dict[str, Any]:
    """The value of a result: a quantity where the text is a number, else the text itself."""
    found = _MEASURED.fullmatch(value)
    amount = number(found[2]) if found else None
    if found and amount is not None:
        comparator = _COMPARATORS.get(found[1] or "", found[1] or "")
        return {"valueQuantity": quantity(amount, unit, comparator)}
    body: dict[str, Any] = {"valueString": f"{value} {unit}" if unit else value}
    if mark := _interpretation(value):
        body["interpretation"] = [hl7(_INTERPRETATION, *mark)]
    return body


def _interpretation(value: str) -> tuple[str, str] | None:
    if _NEGATIVE.fullmatch(value):
        return "NEG", "Negative"
    return ("POS", "Positive") if _POSITIVE.fullmatch(value) else None


def _kind(service: str, ordered: Row) -> str:
    """Laboratory, imaging or function: by the order's group, else by the chapter of the service code (TT 43/2013)."""
    group = said(ordered, "MA_NHOM").lstrip("0")
    return _GROUPS.get(group) or _CHAPTERS.get(service[:2], _LABORATORY)


def _service(report: _Report, ordered: Row) -> dict[str, Any]:
    name = said(ordered, "TEN_DICH_VU") or ", ".join(
        dict.fromkeys(text for row in report.rows if (text := said(row, "TEN_CHI_SO")))
    )
    body: dict[str, Any] = {"coding": [{"system": systems.SERVICE, "code": report.service}]} if report.service else {}
    return body | {"text": name or report.service or "Kết quả cận lâm sàng"}


def _indicator(row: Row) -> dict[str, Any]:
    indicator, name = code(row, "MA_CHI_SO"), said(row, "TEN_CHI_SO")
    body: dict[str, Any] = {"coding": [{"system": systems.RESULT, "code": indicator}]} if indicator else {}
    return body | {"text": name or indicator or "Chỉ số"}


def _readers(visit: Visit, rows: list[Row]) -> list[dict[str, Any]]:
    readers = dict.fromkeys(reader for row in rows if (reader := said(row, "MA_BS_DOC_KQ")))
    return [reference for reader in readers if (reference := visit.practitioner(reader))]
