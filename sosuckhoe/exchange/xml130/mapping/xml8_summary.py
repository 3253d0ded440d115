"""Bảng 8, tóm tắt hồ sơ bệnh án: the summary of a stay's record as a Composition."""

from __future__ import annotations

from sosuckhoe.exchange.xml130.mapping.papers import Kind, Line, Signed, map_paper, paper_date
from sosuckhoe.exchange.xml130.mapping.parents import map_parents
from sosuckhoe.exchange.xml130.mapping.values import said
from sosuckhoe.exchange.xml130.mapping.visit import Visit
from sosuckhoe.exchange.xml130.package import Row

KIND = Kind(
    "XML8",
    "Tóm tắt hồ sơ bệnh án",
    ("34133-9", "Summary of episode note"),
    (
        Line("MA_LOAI_KCB", "Hình thức khám chữa bệnh", "loai_kcb"),
        Line("DON_VI", "Đơn vị công tác"),
        Line("NGAY_VAO", "Vào viện lúc"),
        Line("NGAY_RA", "Ra viện lúc"),
        Line("CHAN_DOAN_VAO", "Chẩn đoán vào viện"),
        Line("CHAN_DOAN_RV", "Chẩn đoán ra viện"),
        Line("QT_BENHLY", "Quá trình bệnh lý và diễn biến lâm sàng"),
        Line("TOMTAT_KQ", "Tóm tắt kết quả cận lâm sàng"),
        Line("PP_DIEUTRI", "Phương pháp điều trị"),
        Line("NGAY_SINHCON", "Ngày sinh con"),
        Line("NGAY_CONCHET", "Ngày con chết"),
        Line("SO_CONCHET", "Số con chết"),
        Line("KET_QUA_DTRI", "Kết quả điều trị", "ket_qua_dtri"),
        Line("GHI_CHU", "Ghi chú"),
        Line("MA_THE_TAM", "Thẻ bảo hiểm y tế tạm"),
    ),
)


def map_summary(visit: Visit, rows: list[Row]) -> None:
    """Draft the record summaries of a visit."""
    for row in rows:
        map_paper(visit, KIND, row, Signed(head=said(row, "MA_TTDV"), on=paper_date(row, "NGAY_CT", "NGAY_RA")))
        map_parents(visit, "XML8", row)
