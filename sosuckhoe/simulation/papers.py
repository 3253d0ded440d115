"""The papers that go with a visit.

XML7 discharge, XML8 summary of the record, XML9 birth, XML10 and XML11 leave, XML13 referral, XML14 appointment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sosuckhoe.simulation import facts
from sosuckhoe.simulation.moments import DAY, stamp, stamp_day
from sosuckhoe.simulation.registration import card_number
from sosuckhoe.simulation.visit import INSIDE
from sosuckhoe.simulation.writing_down import address, method

if TYPE_CHECKING:
    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.visit import Birth, Visit
    from sosuckhoe.simulation.writing_down import Desk

_CHILD = 16
_YOUNG_CHILD = 7
_EARLY_WEEKS = 32
_LOW_WEIGHT = 2500


def papers(desk: Desk, summary: Row) -> dict[str, list[Row]]:
    """Every paper of the visit by table; only those that the visit has and the edition knows."""
    visit = desk.visit
    found: dict[str, list[Row]] = {}
    if visit.kind in INSIDE:
        found["XML7"] = [_discharge(desk)]
        found["XML8"] = [_record(desk)]
    if visit.births:
        found["XML9"] = [_birth(desk, birth) for birth in visit.births]
    if visit.pregnancy_leave:
        found["XML10"] = [_pregnancy_leave(desk)]
    if visit.sick_days:
        found["XML11"] = [_sick_leave(desk)]
    if desk.edition != "130":
        if visit.sent_to and visit.discharge == "2":
            found["XML13"] = [_referral(desk, summary)]
        if visit.follow and visit.discharge == "1":
            found["XML14"] = [_appointment(desk, summary)]
    return found


def paper_number(visit: Visit, kind: str) -> str:
    """The number of a paper at its facility: '000123/2025/CT'."""
    return f"{visit.number:06d}/{stamp_day(visit.left)[:4]}/{kind}"


def _parents(person: Person, at: int, until: int) -> Row:
    """The names of a child's parents, and their insurance numbers."""
    if person.age(at) >= until:
        return {}
    father, mother = person.father, person.mother
    return {
        "HO_TEN_CHA": father.name.full if father else "",
        "HO_TEN_ME": mother.name.full if mother else "",
        "MA_CHA": father.social if father else "",
        "MA_ME": mother.social if mother else "",
    }


def _discharge(desk: Desk) -> Row:
    visit = desk.visit
    rest = visit.sick_days
    values = {
        "MA_LK": desk.ma_lk,
        "SO_LUU_TRU": paper_number(visit, "LT"),
        "MA_YTE": desk.registration.code,
        "MA_KHOA_RV": visit.department,
        "NGAY_VAO": stamp(visit.arrived),
        "NGAY_RA": stamp(visit.ends),
        "MA_DINH_CHI_THAI": "0",
        "CHAN_DOAN_RV": desk.diagnosis()[:1500],
        "PP_DIEUTRI": method(visit),
        "GHI_CHU": visit.advice,
        "MA_TTDV": visit.facility.head.social,
        "MA_BS": visit.doctor.social,
        "TEN_BS": visit.doctor.name,
        "NGAY_CT": stamp_day(visit.ends),
        **_parents(visit.person, visit.arrived, _CHILD),
        "MA_THE_TAM": visit.person.temporary_card if desk.registration.card == visit.person.temporary_card else "",
        "SO_NGAY_NGHI": str(rest) if rest else "",
        "NGOAITRU_TUNGAY": stamp_day(visit.ends) if rest else "",
        "NGOAITRU_DENNGAY": stamp_day(visit.ends + (rest - 1) * DAY) if rest else "",
    }
    return desk.row("XML7", values)


def results_in_words(visit: Visit) -> str:
    """The results that matter for a paper: pictures and the first laboratory values."""
    pictures = [f"{measured.name}: {measured.conclusion}" for measured in visit.results if measured.conclusion]
    values = [
        f"{measured.name} {measured.value} {measured.unit}".strip() for measured in visit.results if measured.value
    ]
    return "; ".join([*pictures, *values[:8]]) or "Chưa thực hiện cận lâm sàng"


def _record(desk: Desk) -> Row:
    visit = desk.visit
    names = facts.diagnosis_names()
    values = {
        "MA_LK": desk.ma_lk,
        "MA_LOAI_KCB": visit.kind,
        "DON_VI": visit.person.employer,
        "NGAY_VAO": stamp(visit.arrived),
        "NGAY_RA": stamp(visit.ends),
        "CHAN_DOAN_VAO": names[visit.main],
        "CHAN_DOAN_RV": desk.diagnosis(),
        "QT_BENHLY": f"{visit.reason}. {visit.signs}",
        "TOMTAT_KQ": results_in_words(visit),
        "PP_DIEUTRI": method(visit),
        "KET_QUA_DTRI": visit.outcome,
        "MA_TTDV": visit.facility.head.social,
        "NGAY_CT": stamp_day(visit.ends),
        "MA_THE_TAM": visit.person.temporary_card if desk.registration.card == visit.person.temporary_card else "",
        **_parents(visit.person, visit.arrived, _CHILD),
    }
    return desk.row("XML8", values)


def _birth(desk: Desk, birth: Birth) -> Row:
    visit, mother, child = desk.visit, desk.visit.person, birth.child
    home = address(visit)
    surgical = any(done.service.kind == "surgery" for done in visit.services)
    early = birth.weeks < _EARLY_WEEKS
    values = {
        "MA_LK": desk.ma_lk,
        "MA_BHXH_NND": mother.social,
        "MA_THE_NND": card_number(mother),
        "HO_TEN_NND": desk.registration.name,
        "NGAYSINH_NND": stamp_day(mother.born),
        "MA_DANTOC_NND": mother.group,
        "SO_CCCD_NND": desk.registration.cccd or mother.cccd,
        "NGAYCAP_CCCD_NND": f"2021{mother.number % 12 + 1:02d}{mother.number % 28 + 1:02d}",
        "NOICAP_CCCD_NND": "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
        "NOI_CU_TRU_NND": home.pop("DIA_CHI"),
        "MA_QUOCTICH": "000",
        **home,
        "HO_TEN_CHA": child.father.name.full if child.father else "",
        "MA_THE_TAM": child.temporary_card,
        "HO_TEN_CON": child.name.full,
        "GIOI_TINH_CON": "1" if child.is_male else "2",
        "SO_CON": str(len(visit.births)),
        "LAN_SINH": str(mother.births),
        "SO_CON_SONG": str(sum(one.mother is mother and not one.died for one in mother.household.members)),
        "CAN_NANG_CON": str(birth.grams),
        "NGAY_SINH_CON": stamp(birth.at),
        "NOI_SINH_CON": visit.facility.name(visit.arrived),
        "TINH_TRANG_CON": "Khỏe mạnh" if birth.grams >= _LOW_WEIGHT else "Yếu, nhẹ cân",
        "SINHCON_PHAUTHUAT": "1" if surgical else "0",
        "SINHCON_DUOI32TUAN": "1" if early else "0",
        "GHI_CHU": _birth_remark(surgical=surgical, early=early),
        "NGUOI_DO_DE": visit.doctor.name,
        "NGUOI_GHI_PHIEU": visit.facility.doctors[0].name,
        "NGAY_CT": stamp_day(visit.ends),
        "SO": f"{visit.number:05d}{birth.order}",
        "QUYEN_SO": stamp_day(visit.ends)[:4],
        "MA_TTDV": visit.facility.head.social,
    }
    return desk.row("XML9", values)


def _birth_remark(*, surgical: bool, early: bool) -> str:
    if surgical and early:
        return "Phẫu thuật, sinh con dưới 32 tuần tuổi"
    if surgical:
        return "Sinh con phải phẫu thuật"
    return "Sinh con dưới 32 tuần tuổi" if early else "Sinh thường"


def _pregnancy_leave(desk: Desk) -> Row:
    visit = desk.visit
    values = {
        "MA_LK": desk.ma_lk,
        "SO_SERI": paper_number(visit, "DT"),
        "SO_CT": f"{visit.number:06d}",
        "SO_NGAY": str(visit.pregnancy_leave),
        "DON_VI": visit.person.employer,
        "CHAN_DOAN_RV": desk.diagnosis(),
        "TU_NGAY": stamp_day(visit.arrived),
        "DEN_NGAY": stamp_day(visit.arrived + (visit.pregnancy_leave - 1) * DAY),
        "MA_TTDV": visit.facility.head.social,
        "TEN_BS": visit.doctor.name,
        "MA_BS": visit.doctor.social,
        "NGAY_CT": stamp_day(visit.left),
    }
    return desk.row("XML10", values)


def _sick_leave(desk: Desk) -> Row:
    visit = desk.visit
    first = visit.arrived if visit.kind not in INSIDE else visit.ends
    values = {
        "MA_LK": desk.ma_lk,
        "SO_CT": paper_number(visit, "NV"),
        "SO_SERI": f"{visit.facility.code}{visit.number:08d}",
        "SO_KCB": f"{visit.number:06d}",
        "DON_VI": visit.person.employer,
        "MA_BHXH": visit.person.social,
        "MA_THE_BHYT": desk.registration.card,
        "CHAN_DOAN_RV": desk.diagnosis(),
        "PP_DIEUTRI": method(visit),
        "SO_NGAY_NGHI": str(visit.sick_days),
        "TU_NGAY": stamp_day(first),
        "DEN_NGAY": stamp_day(first + (visit.sick_days - 1) * DAY),
        "MA_TTDV": visit.facility.head.social,
        "MA_BS": visit.doctor.social,
        "NGAY_CT": stamp_day(visit.left),
        "MAU_SO": "CT07",
        **_parents(visit.person, visit.arrived, _YOUNG_CHILD),
    }
    return desk.row("XML11", values)


_REPEATED = (
    "HO_TEN", "NGAY_SINH", "GIOI_TINH", "MA_QUOCTICH", "MA_DANTOC", "MA_NGHE_NGHIEP", "DIA_CHI", "MA_THE_BHYT",
    "GT_THE_DEN", "NGAY_VAO", "NGAY_VAO_NOI_TRU", "NGAY_RA", "CHAN_DOAN_RV", "MA_BENH_CHINH", "MA_BENH_KT",
    "MA_BENH_YHCT", "PP_DIEU_TRI", "MA_LOAI_RV", "MA_NOI_DI", "MA_NOI_DEN", "MA_DOITUONG_KCB", "MA_CSKCB",
)  # fmt: skip


def _repeated(summary: Row) -> Row:
    """What XML13 and XML14 repeat from XML1."""
    return {tag: summary[tag] for tag in _REPEATED if tag in summary}


def _referral(desk: Desk, summary: Row) -> Row:
    visit = desk.visit
    values = {
        **_repeated(summary),
        "MA_LK": desk.ma_lk,
        "SO_HOSO": f"{visit.number:06d}",
        "SO_CHUYENTUYEN": f"{stamp_day(visit.left)[:4]}-{visit.number % 1000:03d}",
        "GIAY_CHUYEN_TUYEN": paper_number(visit, "CT"),
        "DAU_HIEU_LS": visit.signs,
        "QT_BENHLY": f"{visit.reason}. {visit.signs}",
        "TOMTAT_KQ": results_in_words(visit),
        "PP_DIEUTRI": method(visit),
        "TEN_DICH_VU": "; ".join(dict.fromkeys(done.service.name for done in visit.services))[:1024],
        "TEN_THUOC": "; ".join(dict.fromkeys(given.line.drug.name for given in visit.drugs))[:1024],
        "TINH_TRANG_CT": "Tỉnh, mạch và huyết áp ổn định",
        "MA_LYDO_CT": "1",
        "HUONG_DIEU_TRI": "Đề nghị khám chuyên khoa và điều trị tiếp",
        "PHUONGTIEN_VC": "Xe cứu thương" if visit.emergency else "Tự túc",
        "HOTEN_NGUOI_HT": visit.facility.doctors[0].name if visit.emergency else "",
        "CHUCDANH_NGUOI_HT": "Điều dưỡng" if visit.emergency else "",
        "MA_BAC_SI": visit.doctor.licence,
        "MA_TTDV": visit.facility.head.social,
    }
    return desk.row("XML13", values)


def _appointment(desk: Desk, summary: Row) -> Row:
    visit = desk.visit
    values = {
        **_repeated(summary),
        "MA_LK": desk.ma_lk,
        "MA_CSKCB": visit.facility.code,
        "SO_GIAYHEN_KL": paper_number(visit, "HK"),
        "NGAY_HEN_KL": stamp(visit.follow),
        "MA_BAC_SI": visit.doctor.licence,
        "MA_TTDV": visit.facility.head.social,
        "NGAY_CT": stamp_day(visit.left),
    }
    return desk.row("XML14", values)
