"""From a visit to the rows that its facility's system sends: XML1 to XML5 and XML0, in the habits of that system."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sosuckhoe.exchange.xml130.format import EDITIONS, TABLES
from sosuckhoe.identity import places
from sosuckhoe.simulation import costs, facts
from sosuckhoe.simulation.chance import mix
from sosuckhoe.simulation.costs import Amounts, Cover
from sosuckhoe.simulation.dosing import number
from sosuckhoe.simulation.moments import DAY, date_of, stamp, stamp_day
from sosuckhoe.simulation.registration import Registration, Vendor
from sosuckhoe.simulation.visit import CHECKUP, CHRONIC, INSIDE, OUTPATIENT, SESSIONS

if TYPE_CHECKING:
    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.body import Vitals
    from sosuckhoe.simulation.visit import DrugGiven, Measured, Note, ServiceDone, Visit

_NO_DAYS = (CHECKUP,)
_RESULT_KINDS = ("lab", "imaging", "function")
_PERFORMED_GROUPS = ("1", "2", "3", "8", "18")
_LONGEST_VALUE = 50


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
        return f"{measured.service.name} - {measured.name}"[:255]
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
