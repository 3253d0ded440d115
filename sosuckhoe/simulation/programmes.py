"""The tables of the HIV programme (XML6) and of the tuberculosis programme (XML15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sosuckhoe.simulation.chance import mix
from sosuckhoe.simulation.moments import DAY, stamp_day
from sosuckhoe.simulation.writing_down import address

if TYPE_CHECKING:
    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.visit import Visit
    from sosuckhoe.simulation.writing_down import Desk

_INTENSIVE_VISITS = 2
_TB_COURSE_DAYS = 168
_COURSE_VISITS = 7


def programme(desk: Desk) -> dict[str, list[Row]]:
    """The programme's table of the visit, if it belongs to one and the edition knows the table."""
    if desk.visit.programme == "hiv":
        return {"XML6": [_hiv(desk)]}
    if desk.visit.programme == "tb" and desk.edition != "130":
        return {"XML15": [_tuberculosis(desk)]}
    return {}


def _hiv(desk: Desk) -> Row:
    visit = desk.visit
    confirmed = visit.programme_since - (30 + mix(visit.person.number) % 600) * DAY
    end = visit.arrived + (visit.days_of_drugs - 1) * DAY
    values = {
        "MA_LK": desk.ma_lk,
        "MA_THE_BHYT": desk.registration.card,
        "SO_CCCD": desk.registration.cccd,
        "NGAY_SINH": desk.registration.birth,
        "GIOI_TINH": desk.registration.sex,
        **address(visit),
        "NGAYKD_HIV": stamp_day(confirmed),
        "NOI_LAY_MAU_XN": visit.facility.code,
        "NOI_XN_KD": f"{visit.facility.code[:2]}001",
        "NOI_BDDT_ARV": visit.facility.code,
        "BDDT_ARV": stamp_day(visit.programme_since),
        "MA_PHAC_DO_DIEU_TRI_BD": "TDF/3TC/DTG",
        "MA_BAC_PHAC_DO_BD": "1",
        "MA_LYDO_DTRI": "1" if visit.programme_visit == 0 else "3",
        "LOAI_DTRI_LAO": "0",
        "SANG_LOC_LAO": "2",
        "KQ_DTRI_LAO": "7",
        **_viral_load(visit),
        "MA_LOAI_BN": "1",
        "GIAI_DOAN_LAM_SANG": "1",
        "NHOM_DOI_TUONG": str(mix(visit.person.number, 5) % 7),
        "MA_TINH_TRANG_DK": "9",
        "MA_XU_TRI": "1",
        "NGAY_BAT_DAU_XU_TRI": stamp_day(visit.arrived),
        "NGAY_KET_THUC_XU_TRI": stamp_day(end + DAY),
        "MA_PHAC_DO_DIEU_TRI": "TDF/3TC/DTG",
        "MA_BAC_PHAC_DO": "1",
        "SO_NGAY_CAP_THUOC_ARV": str(visit.days_of_drugs),
        "NGAY_CHUYEN_PHAC_DO": stamp_day(visit.programme_since),
        "LY_DO_CHUYEN_PHAC_DO": "5",
        "MA_CSKCB": visit.facility.code,
    }
    return desk.row("XML6", values)


def _viral_load(visit: Visit) -> Row:
    """The viral load, when it was measured at this visit."""
    for measured in visit.results:
        if measured.key == "hiv_load":
            level = {"Không phát hiện": "1", "Dưới 50": "2"}[measured.value]
            return {
                "MA_LYDO_XNTL_VR": "1",
                "NGAY_XN_TLVR": stamp_day(visit.arrived),
                "KQ_XNTL_VR": level,
                "NGAY_KQ_XN_TLVR": stamp_day(measured.at),
            }
    return {}


def _tuberculosis(desk: Desk) -> Row:
    visit = desk.visit
    last = visit.programme_visit >= _COURSE_VISITS - 1
    proven = visit.main == "A15.0"
    values = {
        "MA_LK": desk.ma_lk,
        "STT": "1",
        "MA_BN": desk.registration.code,
        "HO_TEN": desk.registration.name,
        "SO_CCCD": desk.registration.cccd,
        "PHANLOAI_LAO_VITRI": "1",
        "PHANLOAI_LAO_TS": "1" if mix(visit.person.number, 6) % 10 else "2",
        "PHANLOAI_LAO_HIV": "2",
        "PHANLOAI_LAO_VK": "1" if proven else "2",
        "LOAI_DTRI_LAO": "2",
        "NGAYBD_DTRI_LAO": stamp_day(visit.programme_since),
        "PHACDO_DTRI_LAO": "1",
        "NGAYKT_DTRI_LAO": stamp_day(visit.programme_since + _TB_COURSE_DAYS * DAY) if last else "",
        "KET_QUA_DTRI_LAO": ("1" if proven else "2") if last else "6",
        "MA_CSKCB": visit.facility.code,
    }
    return desk.row("XML15", values)
