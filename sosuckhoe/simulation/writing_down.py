"""From a visit to what its facility's system sends of it as a whole: XML1 and XML0, in the habits of that system."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sosuckhoe.exchange.xml130.format import EDITIONS, TABLES
from sosuckhoe.identity import places
from sosuckhoe.simulation import facts
from sosuckhoe.simulation.chance import mix
from sosuckhoe.simulation.costs import Amounts, Cover
from sosuckhoe.simulation.dosing import number
from sosuckhoe.simulation.moments import DAY, date_of, stamp, stamp_day
from sosuckhoe.simulation.registration import Registration, Vendor
from sosuckhoe.simulation.visit import CHECKUP, CHRONIC, INSIDE, SESSIONS

if TYPE_CHECKING:
    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.visit import Visit

_NO_DAYS = (CHECKUP,)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that decides how one visit is written: who, by which system, in which edition, at which cover."""

    visit: Visit
    registration: Registration
    vendor: Vendor
    edition: str
    ma_lk: str
    cover: Cover

    def row(self, table: str, values: Row) -> Row:
        """A row in the order and spelling of the edition; tags without a value are left out or empty, by habit."""
        tags = tags_of(table, self.edition)
        values = self._without_forgotten(table, values)
        if self.vendor.facts["empty"] == "written":
            row = {tag: values.get(own, "") for tag, own in tags}
        else:
            row = {tag: value for tag, own in tags if (value := values.get(own))}
        for tag, text in self.vendor.facts["extra"].get(table, {}).items():
            row[tag] = text.format(number=self.visit.number)
        return row

    def _without_forgotten(self, table: str, values: Row) -> Row:
        """The values without those that the clerk did not fill in."""
        habits = self.vendor.facts["forgets"].get(table, {})
        place = int(values.get("STT", "0"))
        lost = {
            tag
            for number, (tag, chance) in enumerate(habits.items())
            if mix(self.visit.number, place, number) / 2**64 < chance
        }
        return {tag: value for tag, value in values.items() if tag not in lost} if lost else values

    def money(self, amount: float) -> str:
        return f"{amount:.2f}" if self.vendor.facts["decimals"] else number(round(amount, 2))

    def diagnosis(self) -> str:
        """CHAN_DOAN_RV: all diagnoses in words."""
        names = facts.diagnosis_names()
        return "; ".join(names[code] for code in self.visit.codes)


@cache
def tags_of(table: str, edition: str) -> tuple[tuple[str, str], ...]:
    """The tags of a table in an edition, each with the name by which this package knows it (that of edition 4750)."""
    spellings = TABLES[table].spellings
    known = {field.name for field in TABLES[table].fields}
    return tuple(
        (tag, tag if tag in known else spellings.get(tag, tag)) for tag in EDITIONS[edition].order.get(table, ())
    )


def address(visit: Visit) -> dict[str, str]:
    """DIA_CHI and the codes of the place of residence, as they were on the day of the visit."""
    household, on = visit.person.household, date_of(visit.arrived // DAY)
    home = household.home
    if on >= places.REFORM:
        codes = (home.new_commune, "", home.new_province)
    else:
        codes = (home.commune, home.district, home.province)
    return {
        "DIA_CHI": f"{household.lane}, {places.address(*codes, on)}",
        "MATINH_CU_TRU": codes[2],
        "MAHUYEN_CU_TRU": codes[1],
        "MAXA_CU_TRU": codes[0],
    }


def insurance(desk: Desk, home_facility: str) -> dict[str, str]:
    """The card, where it is registered and how long it is valid."""
    visit, card = desk.visit, desk.registration.card
    if not card:
        return {}
    year = date_of(visit.arrived // DAY).year
    if visit.person.temporary_card and card == visit.person.temporary_card:
        return {
            "MA_THE_BHYT": card,
            "MA_DKBD": f"{card[3:5]}000",
            "GT_THE_TU": stamp_day(visit.arrived),
            "GT_THE_DEN": stamp_day(visit.left),
        }
    return {"MA_THE_BHYT": card, "MA_DKBD": home_facility, "GT_THE_TU": f"{year}0101", "GT_THE_DEN": f"{year}1231"}


def summary(desk: Desk, home_facility: str, sums: Amounts, parts: tuple[float, float]) -> Row:
    """XML1. `parts` are the sums of drugs and of medical supplies."""
    visit = desk.visit
    values = {
        "STT": "1",
        **_who(desk),
        **insurance(desk, home_facility),
        **_why(desk),
        **_when(visit),
        **_money(desk, sums, parts),
        "MA_LOAI_KCB": visit.kind,
        "MA_KHOA": visit.department,
        "MA_CSKCB": visit.facility.code,
        "MA_HSBA": f"{visit.arrived // DAY % 100000}{visit.number:06d}",
        "MA_TTDV": visit.facility.head.social,
        "CAN_NANG": f"{visit.weight:.2f}",
        "CAN_NANG_CON": ";".join(str(birth.grams) for birth in visit.births),
    }
    return desk.row("XML1", {"MA_LK": desk.ma_lk, **values})


def _who(desk: Desk) -> Row:
    visit, registration = desk.visit, desk.registration
    person = visit.person
    return {
        "MA_BN": registration.code,
        "HO_TEN": registration.name,
        "SO_CCCD": registration.cccd,
        "NGAY_SINH": registration.birth,
        "GIOI_TINH": registration.sex,
        "NHOM_MAU": f"{person.blood}{person.rhesus}" if any(m.key == "blood_group" for m in visit.results) else "",
        "MA_QUOCTICH": "000",
        "MA_DANTOC": person.group,
        "MA_NGHE_NGHIEP": person.occupation,
        **address(visit),
        "DIEN_THOAI": registration.phone,
    }


def _why(desk: Desk) -> Row:
    visit = desk.visit
    names = facts.diagnosis_names()
    inside = visit.kind in INSIDE
    return {
        "LY_DO_VV": visit.reason,
        "LY_DO_VNT": visit.reason if inside else "",
        "CHAN_DOAN_VAO": names[visit.main],
        "CHAN_DOAN_RV": desk.diagnosis(),
        "MA_BENH_CHINH": visit.main,
        "MA_BENH_KT": ";".join(visit.others),
        "MA_BENH_YHCT": visit.traditional,
        "MA_PTTT_QT": ";".join(
            dict.fromkeys(done.service.procedure for done in visit.services if done.service.procedure)
        ),
        "MA_DOITUONG_KCB": visit.object_code,
        "MA_NOI_DI": visit.came_from.code if visit.came_from else "",
        "MA_NOI_DEN": visit.sent_to.code if visit.sent_to else "",
        "MA_TAI_NAN": visit.accident,
        "GIAY_CHUYEN_TUYEN": visit.came_with,
        "PP_DIEU_TRI": method(visit),
        "KET_QUA_DTRI": visit.outcome,
        "MA_LOAI_RV": visit.discharge,
        "GHI_CHU": visit.advice,
    }


def method(visit: Visit) -> str:
    """PP_DIEU_TRI in a few words."""
    surgery = [done.service.name for done in visit.services if done.service.kind == "surgery"]
    words = ["Nội khoa" if not surgery else f"Ngoại khoa: {surgery[0]}"]
    if any(done.service.key == "delivery" for done in visit.services):
        words = ["Đỡ đẻ thường ngôi chỏm"]
    if visit.drugs:
        words.append("dùng thuốc theo đơn" if visit.kind not in INSIDE else "dùng thuốc theo y lệnh")
    return ", ".join(words)


def _when(visit: Visit) -> Row:
    return {
        "NGAY_VAO": stamp(visit.arrived),
        "NGAY_VAO_NOI_TRU": stamp(visit.admitted) if visit.kind in INSIDE else "",
        "NGAY_RA": stamp(visit.ends),
        "SO_NGAY_DTRI": str(days_of_treatment(visit)),
        "NGAY_TTOAN": stamp(visit.left),
        "NGAY_TAI_KHAM": stamp_day(visit.follow) if visit.follow else "",
        "NAM_QT": stamp_day(visit.ends)[:4],
        "THANG_QT": stamp_day(visit.ends)[4:6],
    }


def days_of_treatment(visit: Visit) -> int:
    """SO_NGAY_DTRI: none for an examination, days of drugs or of sessions for a long-term illness, else whole days."""
    if visit.kind in _NO_DAYS:
        return 0
    if visit.kind == CHRONIC:
        return visit.days_of_drugs
    if visit.kind == SESSIONS:
        return len({done.ordered // DAY for done in visit.services if done.service.kind == "procedure"})
    return visit.ends // DAY - visit.arrived // DAY + 1


def _money(desk: Desk, sums: Amounts, parts: tuple[float, float]) -> Row:
    return {
        "T_THUOC": desk.money(parts[0]),
        "T_VTYT": desk.money(parts[1]),
        "T_TONGCHI_BV": desk.money(sums.hospital),
        "T_TONGCHI_BH": desk.money(sums.insured),
        "T_BNTT": desk.money(sums.outside),
        "T_BNCCT": desk.money(sums.shared),
        "T_BHTT": desk.money(sums.paid),
        "T_NGUONKHAC": desk.money(0),
        "T_BHTT_GDV": desk.money(sums.paid),
    }


def check_in(desk: Desk, home_facility: str) -> Row:
    """The row of XML0 that was sent when the patient arrived."""
    visit = desk.visit
    first = visit.services[0]
    values = {
        "MA_LK": desk.ma_lk,
        "STT": "1",
        **{
            tag: text
            for tag, text in _who(desk).items()
            if tag in ("MA_BN", "HO_TEN", "SO_CCCD", "NGAY_SINH", "GIOI_TINH")
        },
        **insurance(desk, home_facility),
        "MA_DOITUONG_KCB": visit.object_code,
        "NGAY_VAO": stamp(visit.arrived),
        "NGAY_VAO_NOI_TRU": stamp(visit.admitted) if visit.kind in INSIDE else "",
        "LY_DO_VNT": visit.reason if visit.kind in INSIDE else "",
        "MA_LOAI_KCB": visit.kind,
        "MA_CSKCB": visit.facility.code,
        "MA_DICH_VU": first.service.code,
        "TEN_DICH_VU": first.service.name,
        "NGAY_YL": stamp(first.ordered),
    }
    return desk.row("XML0", values)
