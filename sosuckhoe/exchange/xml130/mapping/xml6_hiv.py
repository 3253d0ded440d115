"""Bảng 6, hồ sơ chăm sóc và điều trị HIV/AIDS. Sensitive: everything of the visit carries the label HIV.

EpisodeOfCare (the programme), Condition (what the patient is treated for, with the clinical stage), CarePlans (ARV;
tuberculosis), Observations (confirmation, viral load, PCR of a child, screening, group, state, pregnancy).
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import Concept, concept, loinc, ours, word
from sosuckhoe.exchange.xml130.mapping.programmes import (
    LABORATORY,
    activity,
    add_condition,
    add_episode,
    add_plan,
    coded,
    observe,
    programme_kind,
    span,
)
from sosuckhoe.exchange.xml130.mapping.values import code, day, instant, number, said, several
from sosuckhoe.exchange.xml130.mapping.visit import Reference, Visit
from sosuckhoe.exchange.xml130.package import Row

TABLE = "XML6"
_KIND = programme_kind("hiv", "Chăm sóc và điều trị HIV/AIDS")
_VIRAL_LOAD = loinc(
    "20447-9", "HIV 1 RNA [#/volume] (viral load) in Serum or Plasma by NAA with probe detection", "Tải lượng HIV"
)
_REGIMEN = systems.table_codes("phac_do_hiv")
_KEY_GROUP = ("SEX", "ETH")
_CONFIRMED = ours(systems.FIELD, "XML6.NGAYKD_HIV", "Khẳng định nhiễm HIV")
_POSITIVE = concept("kq_xn_pcr", "1")
_ILL = {"1", "2"}
_NO_TUBERCULOSIS = "0"


def map_hiv(visit: Visit, rows: list[Row]) -> None:
    """Draft the HIV programme's record of a visit."""
    for row in rows:
        condition = _condition(visit, row)
        kinds = [_KIND, *([group] if (group := concept("loai_bn", row.get("MA_LOAI_BN"))) else [])]
        conditions = [condition] if condition else []
        add_episode(visit, TABLE, kinds, conditions, span(row.get("BDDT_ARV")), code(row, "MA_CSKCB"))
        _map_arv(visit, row)
        _map_tuberculosis(visit, row)
        _map_tests(visit, row)
        _map_findings(visit, row)


def _condition(visit: Visit, row: Row) -> Reference | None:
    kind = concept("loai_bn", row.get("MA_LOAI_BN"))
    stage = concept("giai_doan_lam_sang", row.get("GIAI_DOAN_LAM_SANG"))
    if not stage and said(row, "MA_LOAI_BN") not in _ILL:
        return None
    parts = {"onsetDateTime": day(row.get("NGAYKD_HIV")), "stage": [{"summary": stage}] if stage else []}
    return add_condition(visit, TABLE, "", kind or {"text": "HIV"}, parts)


def _map_arv(visit: Visit, row: Row) -> None:
    """The first regimen, the present one, and what else is done (MA_XU_TRI, co-trimoxazole)."""
    period = span(row.get("NGAY_BAT_DAU_XU_TRI"), row.get("NGAY_KET_THUC_XU_TRI"))
    activities = [
        *_first_regimen(visit, row),
        *_present_regimen(row, period),
        *_changed_regimen(row),
        *(part for kind in several(row, "MA_XU_TRI") for part in activity(concept("xu_tri", kind), {})),
        *_cotrimoxazole(row.get("NGAY_BAT_DAU_DT_CTX")),
    ]
    add_plan(visit, TABLE, "ARV", "Kế hoạch điều trị HIV/AIDS", period, activities)


def _first_regimen(visit: Visit, row: Row) -> list[dict[str, Any]]:
    facility, reason = visit.organization(code(row, "NOI_BDDT_ARV")), concept("lydo_dtri", row.get("MA_LYDO_DTRI"))
    parts = {
        "scheduledPeriod": span(row.get("BDDT_ARV")),
        "performer": [facility] if facility else [],
        "reasonCode": [reason] if reason else [],
        "description": _line(row, "MA_BAC_PHAC_DO_BD"),
    }
    return activity(_regimen(code(row, "MA_PHAC_DO_DIEU_TRI_BD")), parts)


def _present_regimen(row: Row, period: dict[str, str]) -> list[dict[str, Any]]:
    days = number(row.get("SO_NGAY_CAP_THUOC_ARV"))
    parts = {
        "scheduledPeriod": period,
        "quantity": {"value": days, "unit": "ngày", "system": systems.UCUM, "code": "d"} if days is not None else None,
        "description": _line(row, "MA_BAC_PHAC_DO"),
    }
    return activity(_regimen(code(row, "MA_PHAC_DO_DIEU_TRI")), parts)


def _changed_regimen(row: Row) -> list[dict[str, Any]]:
    reason = concept("ly_do_chuyen_phac_do", row.get("LY_DO_CHUYEN_PHAC_DO"))
    parts = {"scheduledPeriod": span(row.get("NGAY_CHUYEN_PHAC_DO")), "reasonCode": [reason] if reason else []}
    change = ours(systems.FIELD, "XML6.NGAY_CHUYEN_PHAC_DO", "Chuyển phác đồ")
    return activity(change, parts) if any(parts.values()) else []


def _cotrimoxazole(started: str | None) -> list[dict[str, Any]]:
    period = span(started)
    return activity(concept("xu_tri", "4"), {"scheduledPeriod": period}) if period else []


def _regimen(regimen: str) -> Concept | None:
    return ours(_REGIMEN, regimen, regimen) if regimen else None


def _line(row: Row, tag: str) -> str:
    return word("bac_phac_do", row.get(tag))


def _map_tuberculosis(visit: Visit, row: Row) -> None:
    if said(row, "LOAI_DTRI_LAO") == _NO_TUBERCULOSIS:
        return
    kind = concept("loai_dtri_lao", row.get("LOAI_DTRI_LAO"))
    regimen = concept("phacdo_lao_hiv", row.get("PHACDO_DTRI_LAO"))
    period = span(row.get("NGAYBD_DTRI_LAO"), row.get("NGAYKT_DTRI_LAO"))
    outcome = concept("kq_dtri_lao", row.get("KQ_DTRI_LAO"))
    activities = [*activity(kind, {"scheduledPeriod": period}, outcome), *(activity(regimen, {}) if regimen else [])]
    add_plan(visit, TABLE, "TB", "Điều trị lao ở người nhiễm HIV", period, activities)


def _map_tests(visit: Visit, row: Row) -> None:
    places = [code(row, "NOI_XN_KD"), code(row, "NOI_LAY_MAU_XN")]
    confirmed = day(row.get("NGAYKD_HIV"))
    performers = [reference for place in places if (reference := visit.organization(place))]
    told = {"effectiveDateTime": confirmed, "performer": performers, "category": LABORATORY}
    if confirmed or performers:
        observe(visit, TABLE, "NGAYKD_HIV", _CONFIRMED, coded(_POSITIVE), told)
    reason = word("lydo_xntl_vr", row.get("MA_LYDO_XNTL_VR"))
    told = {
        "category": LABORATORY,
        "effectiveDateTime": day(row.get("NGAY_XN_TLVR")),
        "issued": instant(row.get("NGAY_KQ_XN_TLVR")),
        "note": [{"text": f"Lý do xét nghiệm: {reason}"}] if reason else [],
    }
    observe(visit, TABLE, "KQ_XNTL_VR", _VIRAL_LOAD, coded(concept("kq_xntl_vr", row.get("KQ_XNTL_VR"))), told)
    _map_pcr(visit, row)


def _map_pcr(visit: Visit, row: Row) -> None:
    nth = word("lan_xn_pcr", row.get("LAN_XN_PCR"))
    told = {
        "category": LABORATORY,
        "effectiveDateTime": day(row.get("NGAY_XN_PCR")),
        "issued": instant(row.get("NGAY_KQ_XN_PCR")),
        "note": [{"text": nth}] if nth else [],
    }
    name = ours(systems.FIELD, "XML6.MA_KQ_XN_PCR", "Xét nghiệm PCR HIV của trẻ dưới 18 tháng")
    observe(visit, TABLE, "MA_KQ_XN_PCR", name, coded(concept("kq_xn_pcr", row.get("MA_KQ_XN_PCR"))), told)


def _map_findings(visit: Visit, row: Row) -> None:
    screening, group = (
        concept("sang_loc_lao", row.get("SANG_LOC_LAO")),
        concept("nhom_doi_tuong", row.get("NHOM_DOI_TUONG")),
    )
    observe(visit, TABLE, "SANG_LOC_LAO", ours(systems.FIELD, "XML6.SANG_LOC_LAO", "Sàng lọc lao"), coded(screening))
    name = ours(systems.FIELD, "XML6.NHOM_DOI_TUONG", "Nhóm đối tượng")
    observe(visit, TABLE, "NHOM_DOI_TUONG", name, coded(group), labels=_KEY_GROUP)
    name = ours(systems.FIELD, "XML6.MA_TINH_TRANG_DK", "Tình trạng khi đăng ký")
    for state in several(row, "MA_TINH_TRANG_DK"):
        observe(
            visit, TABLE, f"MA_TINH_TRANG_DK|{state}", name, coded(concept("tinh_trang_dk", state)), labels=_KEY_GROUP
        )
    if told := day(row.get("NGAY_NHAN_TT_MANG_THAI")):
        name = ours(systems.FIELD, "XML6.NGAY_NHAN_TT_MANG_THAI", "Ngày nhận thông tin mang thai")
        observe(visit, TABLE, "NGAY_NHAN_TT_MANG_THAI", name, {"valueDateTime": told}, labels=("SEX",))
