"""The lines of a visit: drugs (XML2), services (XML3), results (XML4) and the course of the illness (XML5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sosuckhoe.simulation import costs, facts
from sosuckhoe.simulation.costs import Amounts
from sosuckhoe.simulation.dosing import number
from sosuckhoe.simulation.moments import DAY, date_of, stamp
from sosuckhoe.simulation.visit import CHRONIC, INSIDE, OUTPATIENT, SESSIONS

if TYPE_CHECKING:
    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.body import Vitals
    from sosuckhoe.simulation.visit import DrugGiven, Measured, Note, ServiceDone, Visit
    from sosuckhoe.simulation.writing_down import Desk

_RESULT_KINDS = ("lab", "imaging", "function")
_PERFORMED_GROUPS = ("1", "2", "3", "8", "18")
_LONGEST_VALUE, _LONGEST_NAME = 50, 255


def _paid(desk: Desk, amounts: Amounts) -> Row:
    nothing = desk.money(0)
    other = dict.fromkeys(
        ("T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL", "T_NGUONKHAC"), nothing
    )
    return {
        "PHAM_VI": desk.cover.scope,
        "TYLE_TT_BH": str(desk.cover.rate),
        "THANH_TIEN_BV": desk.money(amounts.hospital),
        "THANH_TIEN_BH": desk.money(amounts.insured),
        "MUC_HUONG": str(desk.cover.level),
        **other,
        "T_BNTT": desk.money(amounts.outside),
        "T_BNCCT": desk.money(amounts.shared),
        "T_BHTT": desk.money(amounts.paid),
        "MA_PTTT": "1",
    }


def drug_row(desk: Desk, place: int, given: DrugGiven) -> tuple[Row, Amounts]:
    """A row of XML2 and its amounts."""
    line, drug = given.line, given.line.drug
    amounts = costs.amounts(line.quantity, drug.price, desk.cover)
    fact = facts.table("costs")
    values = {
        "MA_LK": desk.ma_lk,
        "STT": str(place),
        "MA_THUOC": drug.code,
        "MA_NHOM": fact["drug_group"] if desk.cover.rate else fact["outside_group"],
        "TEN_THUOC": drug.name,
        "DON_VI_TINH": drug.unit,
        "HAM_LUONG": drug.strength,
        "DUONG_DUNG": drug.route,
        "DANG_BAO_CHE": drug.form,
        "LIEU_DUNG": line.text,
        "CACH_DUNG": drug.how,
        "SO_DANG_KY": drug.registration,
        "TT_THAU": f"{100 + drug.price % 900}/QĐ-SYT;G1;N4;{date_of(given.ordered // DAY).year}",
        "SO_LUONG": number(line.quantity),
        "DON_GIA": desk.money(drug.price),
        **_paid(desk, amounts),
        "MA_KHOA": given.department,
        "MA_BAC_SI": desk.visit.doctor.licence,
        "NGAY_YL": stamp(given.ordered),
        "NGAY_TH_YL": stamp(given.ordered + 6),
        "NGUON_CTRA": "1",
    }
    return desk.row("XML2", values), amounts


def service_row(desk: Desk, place: int, done: ServiceDone) -> tuple[Row, Amounts]:
    """A row of XML3 and its amounts."""
    service = done.service
    amounts = costs.amounts(done.quantity, service.price, desk.cover)
    performed = service.group in _PERFORMED_GROUPS
    values = {
        "MA_LK": desk.ma_lk,
        "STT": str(place),
        "MA_DICH_VU": service.code,
        "MA_PTTT_QT": service.procedure,
        "MA_NHOM": service.group,
        "TEN_DICH_VU": service.name,
        "DON_VI_TINH": service.unit,
        "SO_LUONG": number(done.quantity),
        "DON_GIA_BV": desk.money(service.price),
        "DON_GIA_BH": desk.money(service.price),
        "TYLE_TT_DV": "100",
        **_paid(desk, amounts),
        "MA_KHOA": done.department,
        "MA_GIUONG": done.bed,
        "MA_BAC_SI": desk.visit.doctor.licence,
        "NGUOI_THUC_HIEN": done.performer if performed else "",
        "MA_BENH": desk.visit.main,
        "NGAY_YL": stamp(done.ordered),
        "NGAY_TH_YL": stamp(done.done) if performed else "",
        "NGAY_KQ": stamp(done.ordered + service.minutes) if service.kind in _RESULT_KINDS else "",
        "PP_VO_CAM": "1" if service.kind == "surgery" else "",
        "MA_MAY": f"{service.machine}.1.{desk.visit.facility.code}.1" if service.machine else "",
    }
    return desk.row("XML3", values), amounts


def result_row(desk: Desk, place: int, measured: Measured) -> Row:
    """A row of XML4."""
    values = {
        "MA_LK": desk.ma_lk,
        "STT": str(place),
        "MA_DICH_VU": measured.service.code,
        "MA_CHI_SO": measured.key.upper() if desk.vendor.facts["own_codes"] else "",
        "TEN_CHI_SO": _result_name(desk.vendor.facts["results"], measured),
        "GIA_TRI": measured.value[:_LONGEST_VALUE],
        "DON_VI_DO": measured.unit,
        "MO_TA": measured.description,
        "KET_LUAN": measured.conclusion,
        "NGAY_KQ": stamp(measured.at),
        "MA_BS_DOC_KQ": desk.visit.doctor.licence,
    }
    return desk.row("XML4", values)


def _result_name(style: str, measured: Measured) -> str:
    if style == "upper":
        return measured.name.upper()
    if style == "long" and measured.value and measured.name not in measured.service.name:
        return f"{measured.service.name} - {measured.name}"[:_LONGEST_NAME]
    return measured.name


def note_row(desk: Desk, place: int, note: Note) -> Row:
    """A row of XML5; vital signs as the amendment of 4750 wants them, or in words."""
    coded = desk.vendor.facts["vitals"] == "coded" and desk.edition != "130"
    values = {
        "MA_LK": desk.ma_lk,
        "STT": str(place),
        "DIEN_BIEN_LS": f"{note.text}. {_coded(note.vitals) if coded else _in_words(note.vitals)}",
        "GIAI_DOAN_BENH": note.stage,
        "HOI_CHAN": note.council,
        "PHAU_THUAT": note.surgery,
        "THOI_DIEM_DBLS": stamp(note.at),
        "NGUOI_THUC_HIEN": desk.visit.doctor.licence,
    }
    return desk.row("XML5", values)


def _coded(signs: Vitals) -> str:
    pressure = f"HA{signs.systolic}/{signs.diastolic}"
    return f"CSST<M{signs.pulse}_T{number(signs.temperature)}_{pressure}_NT{signs.breaths}_SP{signs.saturation}>"


def _in_words(signs: Vitals) -> str:
    return (
        f"Mạch {signs.pulse} lần/phút, nhiệt độ {number(signs.temperature)} độ C, "
        f"huyết áp {signs.systolic}/{signs.diastolic} mmHg, "
        f"nhịp thở {signs.breaths} lần/phút, SpO2 {signs.saturation}%"
    )


def has_notes(visit: Visit) -> bool:
    """Whether XML5 belongs to a visit of this kind."""
    return visit.kind in (OUTPATIENT, CHRONIC, SESSIONS, *INSIDE)
