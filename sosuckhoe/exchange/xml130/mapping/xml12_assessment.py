"""Bảng 12, giám định y khoa: the board's conclusion as a Composition, its percentages as Observations.

Hospitals do not send this table in an envelope (boards enter it at the portal), but a file may hold it.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import hl7, ours
from sosuckhoe.exchange.xml130.mapping.papers import Kind, Line, Signed, map_paper, paper_date
from sosuckhoe.exchange.xml130.mapping.values import number, said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

KIND = Kind(
    "XML12",
    "Biên bản giám định y khoa",
    None,
    (
        Line("NGUOI_CHU_TRI", "Người chủ trì"),
        Line("CHUC_VU", "Chức vụ", "chuc_vu_gdyk"),
        Line("NGAY_HOP", "Ngày họp hội đồng"),
        Line("NGHE_NGHIEP", "Nghề nghiệp"),
        Line("MA_DOI_TUONG", "Đối tượng giám định", "doi_tuong_gdyk"),
        Line("KHAM_GIAM_DINH", "Loại khám giám định", "kham_giam_dinh"),
        Line("DANG_HUONG_CHE_DO", "Chế độ đang hưởng", "dang_huong_che_do"),
        Line("SO_GIAY_GIOI_THIEU", "Giấy giới thiệu số"),
        Line("NGAY_DE_NGHI", "Ngày đề nghị"),
        Line("MA_DONVI", "Mã đơn vị giới thiệu"),
        Line("GIOI_THIEU_CUA", "Đơn vị giới thiệu"),
        Line("KET_QUA_KHAM", "Kết quả khám"),
        Line("SO_VAN_BAN_CAN_CU", "Văn bản căn cứ"),
        Line("TYLE_TTCT_CU", "Tỷ lệ tổn thương cơ thể lần trước (%)"),
        Line("TYLE_TTCT_MOI", "Tỷ lệ tổn thương cơ thể lần này (%)"),
        Line("TONG_TYLE_TTCT", "Tổng tỷ lệ tổn thương cơ thể (%)"),
        Line("DANG_KHUYETTAT", "Dạng khuyết tật", "dang_khuyettat"),
        Line("MUC_DO_KHUYETTAT", "Mức độ khuyết tật", "muc_do_khuyettat"),
        Line("DE_NGHI", "Đề nghị"),
        Line("DUOC_XACDINH", "Được xác định"),
    ),
)
_INJURY = {line.tag: line.title for line in KIND.lines if "TYLE_TTCT" in line.tag}
_CATEGORY = [hl7("observation-category", "exam", "Exam")]


def map_assessment(visit: Visit, rows: list[Row]) -> None:
    """Draft the conclusions of a board of medical assessment."""
    for row in rows:
        on = paper_date(row, "NGAY_HOP", "NGAY_CHUNG_TU")
        found = [_injury(visit, row, tag, on) for tag in _INJURY if number(row.get(tag)) is not None]
        numbers = (said(row, "SO_BIEN_BAN"),) if said(row, "SO_BIEN_BAN") else ()
        signed = Signed(
            name=said(row, "NGUOI_CHU_TRI"), on=paper_date(row, "NGAY_CHUNG_TU", "NGAY_HOP"), numbers=numbers
        )
        map_paper(visit, KIND, row, signed, found)


def _injury(visit: Visit, row: Row, tag: str, on: str | None) -> dict[str, Any]:
    value = {"value": number(row.get(tag)), "unit": "%", "system": systems.UCUM, "code": "%"}
    body: dict[str, Any] = {
        "status": "final",
        "category": _CATEGORY,
        "code": ours(systems.FIELD, f"XML12.{tag}", _INJURY[tag]),
        "subject": visit.patient,
        "encounter": visit.encounter,
        "valueQuantity": value,
    }
    if on:
        body["effectiveDateTime"] = on
    return visit.add_text("Observation", "XML12", tag, body)
