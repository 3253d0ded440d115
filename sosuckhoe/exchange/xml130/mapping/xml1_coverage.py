"""Bảng 1, thẻ bảo hiểm y tế: one Coverage for each card that the visit was made with.

MA_THE_BHYT, MA_DKBD, GT_THE_TU and GT_THE_DEN hold one value for each card, parted by ';'.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import money, ours
from sosuckhoe.exchange.xml130.mapping.values import code, day, several
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

INSURER = {"type": "Organization", "display": "Bảo hiểm xã hội Việt Nam"}
_KIND = {
    "coding": [{"system": systems.ACT_CODE, "code": "PUBLICPOL", "display": "public healthcare"}],
    "text": "Bảo hiểm y tế",
}
_CLASS = f"{systems.table_codes('coverage_class')}"
_REGISTERED_AT = ours(_CLASS, "ma-dkbd", "Nơi đăng ký khám chữa bệnh ban đầu")
_AREA = ours(_CLASS, "ma-khuvuc", "Mã khu vực")
_COPAY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/coverage-copay-type", "code": "copay"}]}
_EXEMPT = ours(_CLASS, "mien-cct", "Miễn cùng chi trả")


def map_coverage(visit: Visit, row: Row) -> list[dict[str, Any]]:
    """Draft the insurance of a visit; references to the coverages, empty for those who have no card."""
    facilities, starts, ends = (several(row, tag) for tag in ("MA_DKBD", "GT_THE_TU", "GT_THE_DEN"))
    return [
        _map_card(visit, row, card, _at(facilities, nth), (_at(starts, nth), _at(ends, nth)))
        for nth, card in enumerate(several(row, "MA_THE_BHYT"))
    ]


def _map_card(visit: Visit, row: Row, card: str, facility: str, period: tuple[str, str]) -> dict[str, Any]:
    number = "".join(card.split()).upper()
    body: dict[str, Any] = {
        "identifier": [{"system": systems.INSURANCE_NUMBER, "value": number}],
        "status": "active",
        "type": _KIND,
        "subscriberId": number,
        "beneficiary": visit.patient,
        "payor": [INSURER],
    }
    parts = {
        "extension": _five_years(row),
        "period": {name: on for name, text in zip(("start", "end"), period, strict=True) if (on := day(text))},
        "class": _classes(facility, code(row, "MA_KHUVUC")),
        "costToBeneficiary": _exemption(row),
    }
    body.update((name, part) for name, part in parts.items() if part)
    return visit.add("Coverage", "XML1", f"MA_THE_BHYT|{number}", body)


def _at(values: list[str], nth: int) -> str:
    """The value of the nth card; a single value counts for every card."""
    if len(values) == 1:
        return values[0]
    return values[nth] if nth < len(values) else ""


def _classes(facility: str, area: str) -> list[dict[str, Any]]:
    told = ((_REGISTERED_AT, facility), (_AREA, area))
    return [{"type": kind, "value": value} for kind, value in told if value]


def _five_years(row: Row) -> list[dict[str, Any]]:
    since = day(row.get("NAM_NAM_LIEN_TUC"))
    return [{"url": systems.EXT_FIVE_YEARS, "valueDate": since}] if since else []


def _exemption(row: Row) -> list[dict[str, Any]]:
    """Freed from the patient's share since a day (NGAY_MIEN_CCT)."""
    since = day(row.get("NGAY_MIEN_CCT"))
    if not since:
        return []
    return [{"type": _COPAY, "valueMoney": money(0), "exception": [{"type": _EXEMPT, "period": {"start": since}}]}]
