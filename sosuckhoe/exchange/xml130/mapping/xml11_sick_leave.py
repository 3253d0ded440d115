"""Bảng 11, giấy chứng nhận nghỉ việc hưởng BHXH: sick leave, as a Composition."""

from __future__ import annotations

from sosuckhoe.exchange.xml130.mapping.papers import Kind, Line, Signed, map_paper, paper_date
from sosuckhoe.exchange.xml130.mapping.parents import map_parents
from sosuckhoe.exchange.xml130.mapping.values import said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

KIND = Kind(
    "XML11",
    "Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội",
    None,
    (
        Line("MAU_SO", "Mẫu số"),
        Line("DON_VI", "Đơn vị công tác"),
        Line("CHAN_DOAN_RV", "Chẩn đoán"),
        Line("PP_DIEUTRI", "Phương pháp điều trị"),
        Line("MA_DINH_CHI_THAI", "Đình chỉ thai nghén", "dinh_chi_thai"),
        Line("NGUYENNHAN_DINHCHI", "Nguyên nhân đình chỉ thai nghén"),
        Line("TUOI_THAI", "Tuổi thai (tuần)"),
        Line("SO_NGAY_NGHI", "Số ngày nghỉ"),
        Line("TU_NGAY", "Từ ngày"),
        Line("DEN_NGAY", "Đến ngày"),
        Line("MA_THE_TAM", "Thẻ bảo hiểm y tế tạm"),
    ),
)


def map_sick_leave(visit: Visit, rows: list[Row]) -> None:
    """Draft the certificates of sick leave."""
    for row in rows:
        numbers = tuple(number for tag in ("SO_SERI", "SO_CT", "SO_KCB") if (number := said(row, tag)))
        signed = Signed(said(row, "MA_BS"), "", said(row, "MA_TTDV"), paper_date(row, "NGAY_CT"), numbers)
        map_paper(visit, KIND, row, signed)
        map_parents(visit, "XML11", row)
