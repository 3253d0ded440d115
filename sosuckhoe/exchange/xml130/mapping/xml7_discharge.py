"""Bảng 7, giấy ra viện: the discharge paper as a Composition; an ended pregnancy is labelled as sensitive."""

from __future__ import annotations

from sosuckhoe.exchange.xml130.mapping.papers import Kind, Line, Signed, map_paper, paper_date
from sosuckhoe.exchange.xml130.mapping.parents import map_parents
from sosuckhoe.exchange.xml130.mapping.values import said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

KIND = Kind(
    "XML7",
    "Giấy ra viện",
    ("18842-5", "Discharge summary"),
    (
        Line("MA_KHOA_RV", "Khoa"),
        Line("NGAY_VAO", "Vào viện lúc"),
        Line("NGAY_RA", "Ra viện lúc"),
        Line("CHAN_DOAN_RV", "Chẩn đoán"),
        Line("PP_DIEUTRI", "Phương pháp điều trị"),
        Line("MA_DINH_CHI_THAI", "Đình chỉ thai nghén", "dinh_chi_thai"),
        Line("NGUYENNHAN_DINHCHI", "Nguyên nhân đình chỉ thai nghén"),
        Line("THOIGIAN_DINHCHI", "Thời điểm đình chỉ thai nghén"),
        Line("TUOI_THAI", "Tuổi thai (tuần)"),
        Line("SO_NGAY_NGHI", "Số ngày nghỉ sau khi ra viện"),
        Line("NGOAITRU_TUNGAY", "Nghỉ từ ngày"),
        Line("NGOAITRU_DENNGAY", "Nghỉ đến ngày"),
        Line("GHI_CHU", "Ghi chú"),
        Line("MA_THE_TAM", "Thẻ bảo hiểm y tế tạm"),
    ),
)


def map_discharge(visit: Visit, rows: list[Row]) -> None:
    """Draft the discharge papers of a visit (one for each child of a multiple birth)."""
    for row in rows:
        signed = Signed(
            said(row, "MA_BS"),
            said(row, "TEN_BS"),
            said(row, "MA_TTDV"),
            paper_date(row, "NGAY_CT", "NGAY_RA"),
            tuple(number for tag in ("MA_YTE", "SO_LUU_TRU") if (number := said(row, tag))),
        )
        map_paper(visit, KIND, row, signed)
        map_parents(visit, "XML7", row)
