"""Bảng 13, giấy chuyển cơ sở khám bệnh, chữa bệnh: the request to go on (ServiceRequest) and the paper (Composition).

QĐ 3176 names the facilities MA_CSKCB_DI and MA_CSKCB_DEN where QĐ 4750 says MA_NOI_DI and MA_NOI_DEN; either is
read. TINH_TRANG_CT is its own.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import concept, icd10_reason, loinc, ours
from sosuckhoe.exchange.xml130.mapping.papers import Kind, Line, Signed, map_paper, paper_date
from sosuckhoe.exchange.xml130.mapping.values import code, said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

KIND = Kind(
    "XML13",
    "Giấy chuyển cơ sở khám bệnh, chữa bệnh",
    ("57133-1", "Referral note"),
    (
        Line("NGAY_VAO", "Vào cơ sở lúc"),
        Line("NGAY_VAO_NOI_TRU", "Vào nội trú lúc"),
        Line("NGAY_RA", "Chuyển đi lúc"),
        Line("DAU_HIEU_LS", "Dấu hiệu lâm sàng"),
        Line("TINH_TRANG_CT", "Tình trạng lúc chuyển"),
        Line("TOMTAT_KQ", "Kết quả xét nghiệm, cận lâm sàng"),
        Line("CHAN_DOAN_RV", "Chẩn đoán"),
        Line("QT_BENHLY", "Quá trình bệnh lý"),
        Line("PP_DIEUTRI", "Phương pháp điều trị đã dùng"),
        Line("PP_DIEU_TRI", "Phương pháp, thủ thuật, kỹ thuật đã dùng"),
        Line("TEN_THUOC", "Thuốc đã dùng"),
        Line("TEN_DICH_VU", "Dịch vụ kỹ thuật đã dùng"),
        Line("MA_LYDO_CT", "Lý do chuyển", "lydo_ct"),
        Line("MA_LOAI_RV", "Hình thức chuyển", "loai_rv"),
        Line("HUONG_DIEU_TRI", "Hướng điều trị"),
        Line("PHUONGTIEN_VC", "Phương tiện vận chuyển"),
        Line("HOTEN_NGUOI_HT", "Người hộ tống"),
        Line("CHUCDANH_NGUOI_HT", "Chức danh người hộ tống"),
    ),
)
_CODE = ours(systems.DOCUMENT, "XML13", "Chuyển cơ sở khám bệnh, chữa bệnh")
_CATEGORY = [loinc("57133-1", "Referral note", "Chuyển cơ sở")]
_NUMBERS = (("GIAY_CHUYEN_TUYEN", "Giấy chuyển"), ("SO_HOSO", "Hồ sơ"), ("SO_CHUYENTUYEN", "Sổ chuyển"))


def map_referral(visit: Visit, rows: list[Row]) -> None:
    """Draft the referrals of a visit."""
    for row in rows:
        request = _request(visit, row)
        signed = Signed(
            said(row, "MA_BAC_SI"),
            "",
            said(row, "MA_TTDV"),
            paper_date(row, "NGAY_RA"),
            (said(row, "GIAY_CHUYEN_TUYEN"),) if said(row, "GIAY_CHUYEN_TUYEN") else (),
        )
        map_paper(visit, KIND, row, signed, [request])


def _request(visit: Visit, row: Row) -> dict[str, Any]:
    body: dict[str, Any] = {
        "status": "active",
        "intent": "order",
        "category": _CATEGORY,
        "code": _CODE,
        "subject": visit.patient,
        "encounter": visit.encounter,
    }
    target = code(row, "MA_NOI_DEN") or code(row, "MA_CSKCB_DEN")
    origin = code(row, "MA_NOI_DI") or code(row, "MA_CSKCB_DI")
    parts = {
        "identifier": _numbers(row),
        "authoredOn": paper_date(row, "NGAY_RA") or visit.ended,
        "requester": visit.practitioner(said(row, "MA_BAC_SI")) or visit.organization(code(row, "MA_CSKCB")),
        "performer": [reference] if (reference := visit.organization(target)) else [],
        "reasonCode": _reasons(row),
        "reasonReference": visit.conditions,
        "basedOn": _came_from(origin),
        "patientInstruction": said(row, "HUONG_DIEU_TRI"),
        "note": _notes(row),
    }
    body.update((name, part) for name, part in parts.items() if part)
    return visit.add_text("ServiceRequest", "XML13", "", body)


def _numbers(row: Row) -> list[dict[str, Any]]:
    """The paper's three numbers; the facility that wrote it assigned them."""
    facility = code(row, "MA_CSKCB")
    assigner = {"assigner": {"identifier": {"system": systems.FACILITY, "value": facility}}} if facility else {}
    return [
        {"type": {"text": title}, "system": systems.PAPER, "value": value} | assigner
        for tag, title in _NUMBERS
        if (value := said(row, tag))
    ]


def _reasons(row: Row) -> list[dict[str, Any]]:
    reason = concept("lydo_ct", row.get("MA_LYDO_CT"))
    illness = said(row, "MA_BENH_CHINH")
    return [entry for entry in (reason, icd10_reason(illness) if illness else None) if entry]


def _came_from(origin: str) -> list[dict[str, Any]]:
    """The facility that had sent the patient here before, in a chain of referrals."""
    if not origin:
        return []
    return [{"type": "ServiceRequest", "display": f"Chuyển đến từ cơ sở {origin}"}]


def _notes(row: Row) -> list[dict[str, str]]:
    told = (("Phương tiện vận chuyển", "PHUONGTIEN_VC"), ("Người hộ tống", "HOTEN_NGUOI_HT"))
    return [{"text": f"{title}: {text}"} for title, tag in told if (text := said(row, tag))]
