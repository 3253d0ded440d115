"""Bảng 15, quản lý điều trị bệnh lao. Sensitive: everything of the visit carries the label TB.

EpisodeOfCare (the programme), Condition (tuberculosis, its site), CarePlan (regimen, period, outcome), Observations
(history, bacteriology, resistance; HIV status and its dates, which carry the label HIV too).
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import concept, ours
from sosuckhoe.exchange.xml130.mapping.programmes import (
    activity,
    add_condition,
    add_episode,
    add_plan,
    coded,
    observe,
    programme_kind,
    span,
)
from sosuckhoe.exchange.xml130.mapping.values import code, day
from sosuckhoe.exchange.xml130.mapping.visit import Reference, Visit, row_key
from sosuckhoe.exchange.xml130.package import Row

TABLE = "XML15"
_KIND = programme_kind("tb", "Quản lý điều trị bệnh lao")
_CLASSES = (
    ("PHANLOAI_LAO_TS", "lao_ts", "Tiền sử điều trị lao", ()),
    ("PHANLOAI_LAO_HIV", "lao_hiv", "Tình trạng HIV của người bệnh lao", ("HIV",)),
    ("PHANLOAI_LAO_VK", "lao_vk", "Bằng chứng vi khuẩn học", ()),
    ("PHANLOAI_LAO_KT", "lao_kt", "Tình trạng kháng thuốc lao", ()),
)
_DATES = (
    ("NGAYKD_HIV", "Ngày khẳng định HIV"),
    ("BDDT_ARV", "Ngày bắt đầu điều trị ARV"),
    ("NGAY_BAT_DAU_DT_CTX", "Ngày bắt đầu Cotrimoxazol"),
)


def map_tuberculosis(visit: Visit, rows: list[Row]) -> None:
    """Draft the tuberculosis programme's record of a visit."""
    for row in rows:
        key = row_key(row)
        condition = _condition(visit, row, key)
        period = span(row.get("NGAYBD_DTRI_LAO"), row.get("NGAYKT_DTRI_LAO"))
        add_episode(visit, TABLE, [_KIND], [condition] if condition else [], period, code(row, "MA_CSKCB"))
        add_plan(visit, TABLE, key, "Kế hoạch điều trị lao", period, _activities(row, period))
        _map_classes(visit, row, key)


def _condition(visit: Visit, row: Row, key: str) -> Reference | None:
    site = concept("lao_vitri", row.get("PHANLOAI_LAO_VITRI"))
    return add_condition(visit, TABLE, key, site, {"onsetDateTime": day(row.get("NGAYBD_DTRI_LAO"))}) if site else None


def _activities(row: Row, period: dict[str, str]) -> list[dict[str, Any]]:
    kind = concept("loai_dtri_lao", row.get("LOAI_DTRI_LAO"))
    regimen = concept("phacdo_lao", row.get("PHACDO_DTRI_LAO"))
    outcome = concept("ket_qua_dtri_lao", row.get("KET_QUA_DTRI_LAO"))
    started = activity(kind, {"scheduledPeriod": period}, outcome)
    return [*started, *(activity(regimen, {"scheduledPeriod": period}) if regimen else [])]


def _map_classes(visit: Visit, row: Row, key: str) -> None:
    for tag, name, text, labels in _CLASSES:
        code_of_field = ours(systems.FIELD, f"XML15.{tag}", text)
        observe(visit, TABLE, f"{key}|{tag}", code_of_field, coded(concept(name, row.get(tag))), labels=labels)
    for tag, text in _DATES:
        if on := day(row.get(tag)):
            code_of_field = ours(systems.FIELD, f"XML15.{tag}", text)
            observe(visit, TABLE, f"{key}|{tag}", code_of_field, {"valueDateTime": on}, labels=("HIV",))
