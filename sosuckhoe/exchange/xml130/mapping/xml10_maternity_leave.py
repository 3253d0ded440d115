"""Bảng 10, giấy chứng nhận nghỉ dưỡng thai: leave to protect a pregnancy, as a Composition."""

from __future__ import annotations

from sosuckhoe.exchange.xml130.mapping.papers import Kind, Line, Signed, map_paper, paper_date
from sosuckhoe.exchange.xml130.mapping.values import said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

KIND = Kind(
    "XML10",
    "Giấy chứng nhận nghỉ dưỡng thai",
    None,
    (
        Line("DON_VI", "Đơn vị công tác"),
        Line("CHAN_DOAN_RV", "Chẩn đoán"),
        Line("SO_NGAY", "Số ngày nghỉ"),
        Line("TU_NGAY", "Từ ngày"),
        Line("DEN_NGAY", "Đến ngày"),
    ),
)


def map_maternity_leave(visit: Visit, rows: list[Row]) -> None:
    """Draft the certificates of leave to protect a pregnancy."""
    for row in rows:
        numbers = tuple(number for tag in ("SO_SERI", "SO_CT") if (number := said(row, tag)))
        signed = Signed(
            said(row, "MA_BS"), said(row, "TEN_BS"), said(row, "MA_TTDV"), paper_date(row, "NGAY_CT"), numbers
        )
        map_paper(visit, KIND, row, signed)
