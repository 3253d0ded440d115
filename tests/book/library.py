"""Made-up hospital files, mapped and stored as the worker does it: the book of a grandmother, and smaller ones."""

from __future__ import annotations

from datetime import UTC, datetime

from sosuckhoe.base import db
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.xml130 import mapping
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.identity import actions as identity
from sosuckhoe.identity.queries import Facility

COMMUNE, DISTRICT, PROVINCE = "25001", "25010", "25099"
"""A health station, a district's medical centre, the province's hospital."""

FACILITIES = (
    Facility(COMMUNE, "Trạm Y tế xã Thanh Sơn", "station", "25"),
    Facility(DISTRICT, "Trung tâm Y tế huyện Thanh Sơn", "centre", "25"),
    Facility(PROVINCE, "Bệnh viện Đa khoa tỉnh Phú Thọ", "hospital", "25"),
)
GRANDMOTHER = {
    "HO_TEN": "Nguyễn Thị Lụa",
    "SO_CCCD": "025160001234",
    "NGAY_SINH": "196003120000",
    "GIOI_TINH": "2",
    "MA_DANTOC": "06",
    "MA_QUOCTICH": "000",
    "MA_NGHE_NGHIEP": "61110",
    "DIA_CHI": "Khu Đồn, Xã Thanh Sơn, Tỉnh Phú Thọ",
    "MATINH_CU_TRU": "25",
    "MAXA_CU_TRU": "08542",
    "DIEN_THOAI": "0912345678",
    "MA_THE_BHYT": "GD4252500012345",
    "MA_DKBD": COMMUNE,
    "GT_THE_TU": "20260101",
    "GT_THE_DEN": "20261231",
}
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def moment(day: str, clock: str = "0815") -> str:
    """'2026-03-12' → '202603120815'."""
    return day.replace("-", "") + clock


def package(ma_lk: str, day: str, who=None, facility: str = DISTRICT, **tables) -> Package:
    """One visit. `xml1` changes its summary; every other table is a list of rows."""
    summary = {
        "MA_LK": ma_lk,
        "STT": "1",
        **(GRANDMOTHER if who is None else who),
        "MA_CSKCB": facility,
        "MA_LOAI_KCB": "01",
        "NGAY_VAO": moment(day),
        "NGAY_RA": moment(day, "1030"),
        "MA_LOAI_RV": "1",
        "KET_QUA_DTRI": "2",
        **tables.pop("xml1", {}),
    }
    rows = {
        name.upper(): [{"MA_LK": ma_lk, "STT": str(n), **row} for n, row in enumerate(each, 1)]
        for name, each in tables.items()
    }
    return Package(facility, {"XML1": [summary], **rows})


def drug(name: str, dose: str, day: str, amount: str = "30", code: str = "") -> dict[str, str]:
    return {
        "MA_THUOC": code or name.split(maxsplit=1)[0].upper(),
        "TEN_THUOC": name,
        "DON_VI_TINH": "viên",
        "LIEU_DUNG": dose,
        "CACH_DUNG": "Uống sau ăn sáng",
        "DUONG_DUNG": "1.01",
        "SO_LUONG": amount,
        "DON_GIA": "1000",
        "NGAY_YL": moment(day),
    }


def result(name: str, value: str, unit: str, day: str, service: str = "23.0075.1494") -> dict[str, str]:
    return {
        "MA_DICH_VU": service,
        "MA_CHI_SO": fold_code(name),
        "TEN_CHI_SO": name,
        "GIA_TRI": value,
        "DON_VI_DO": unit,
        "NGAY_KQ": moment(day, "0940"),
    }


def fold_code(name: str) -> str:
    return "".join(letter for letter in name.upper() if letter.isascii() and letter.isalnum())[:10]


def order(name: str, day: str, service: str = "23.0075.1494", group: str = "1") -> dict[str, str]:
    return {
        "MA_DICH_VU": service,
        "TEN_DICH_VU": name,
        "MA_NHOM": group,
        "SO_LUONG": "1",
        "DON_GIA_BV": "21500",
        "NGAY_YL": moment(day, "0830"),
        "NGAY_KQ": moment(day, "0940"),
    }


def clinic_visit(nth: int, day: str, sugar: str, **more) -> Package:
    """A monthly visit for high blood pressure and diabetes: two drugs for 30 days, three tests."""
    return package(
        f"LK{nth:04}",
        day,
        xml1={
            "MA_LOAI_KCB": "05",
            "LY_DO_VV": "Khám định kỳ, lĩnh thuốc",
            "MA_BENH_CHINH": "I10",
            "MA_BENH_KT": "E11.9",
            "CHAN_DOAN_RV": "Tăng huyết áp; đái tháo đường týp 2",
            "CAN_NANG": "52.5",
            "GHI_CHU": "Ăn nhạt, đi bộ mỗi ngày",
            "PP_DIEU_TRI": "Nội khoa",
            "T_TONGCHI_BV": "215000",
            "T_BHTT": "172000",
            "T_BHTT_GDV": "172000",
            "T_BNCCT": "43000",
        },
        xml2=[
            drug("Amlodipin 5mg", "1 viên/lần * 1 lần/ngày * 30 ngày", day),
            drug("Metformin 850mg", "1 viên/lần * 2 lần/ngày * 30 ngày", day, "60"),
        ],
        xml3=[order("Định lượng glucose máu", day), order("Điện giải đồ", day, "23.0058.1487")],
        xml4=[
            result("Glucose", sugar, "mmol/L", day),
            result("HbA1c", "7.1", "%", day),
            result("Creatinin (máu)", "71", "µmol/L", day),
            result("Kali (K+)", "4.1", "mmol/L", day, "23.0058.1487"),
        ],
        xml5=[
            {
                "DIEN_BIEN_LS": "Tỉnh, không đau ngực. CSST<M75_T36.8_HA145/85_NT18>",
                "THOI_DIEM_DBLS": moment(day, "0820"),
            }
        ],
        **more,
    )


def stay(ma_lk: str = "LK9001", day: str = "2026-05-04", out: str = "2026-05-11") -> Package:
    """A stay in the province's hospital for pneumonia, with its papers."""
    picture = {"MA_DICH_VU": "18.0119.0028", "NGAY_KQ": moment(day, "1100")}
    name = {"TEN_DICH_VU": "Chụp X-quang ngực thẳng", "MA_NHOM": "2", "SO_LUONG": "1", "NGAY_YL": moment(day)}
    reading = {"MO_TA": "Đám mờ thùy dưới phổi phải", "KET_LUAN": "Viêm phổi thùy dưới phải"}
    return package(
        ma_lk,
        day,
        facility=PROVINCE,
        xml1=_admission(day, out),
        xml2=[drug("Ceftriaxon 1g", "1 lọ/lần * 2 lần/ngày * 7 ngày", day, "14")],
        xml3=[picture | name],
        xml4=[picture | reading],
        xml7=[_discharge(day, out)],
        xml8=[_record_summary(day, out)],
    )


def _admission(day: str, out: str) -> dict[str, str]:
    return {
        "MA_LOAI_KCB": "03",
        "NGAY_VAO_NOI_TRU": moment(day, "1000"),
        "NGAY_RA": moment(out, "0900"),
        "LY_DO_VV": "Sốt, ho, khó thở",
        "MA_BENH_CHINH": "J18.9",
        "MA_BENH_KT": "I10",
        "CHAN_DOAN_VAO": "Theo dõi viêm phổi",
        "CHAN_DOAN_RV": "Viêm phổi; tăng huyết áp",
        "SO_NGAY_DTRI": "7",
        "KET_QUA_DTRI": "1",
        "NHOM_MAU": "O+",
    }


def _paper(day: str, out: str) -> dict[str, str]:
    return {
        "NGAY_VAO": moment(day),
        "NGAY_RA": moment(out, "0900"),
        "CHAN_DOAN_RV": "Viêm phổi; tăng huyết áp",
        "PP_DIEUTRI": "Kháng sinh, hạ áp",
        "NGAY_CT": out.replace("-", ""),
    }


def _discharge(day: str, out: str) -> dict[str, str]:
    signed = {"TEN_BS": "Lê Văn Đức", "MA_BS": "004321"}
    return _paper(day, out) | signed | {"SO_LUU_TRU": "26/004512", "MA_KHOA_RV": "Nội", "GHI_CHU": "Khám lại khi sốt"}


def _record_summary(day: str, out: str) -> dict[str, str]:
    return _paper(day, out) | {
        "CHAN_DOAN_VAO": "Theo dõi viêm phổi",
        "QT_BENHLY": "Ho sốt 3 ngày, khó thở tăng dần",
        "TOMTAT_KQ": "X-quang: viêm phổi thùy dưới phải",
        "KET_QUA_DTRI": "1",
    }


def referral_rows(day: str) -> list[dict[str, str]]:
    return [
        {
            "SO_HOSO": "1203",
            "GIAY_CHUYEN_TUYEN": "26.00123/GCT",
            "MA_CSKCB": DISTRICT,
            "MA_NOI_DEN": PROVINCE,
            "NGAY_VAO": moment(day),
            "NGAY_RA": moment(day, "1030"),
            "DAU_HIEU_LS": "Đau ngực khi gắng sức",
            "CHAN_DOAN_RV": "Theo dõi cơn đau thắt ngực",
            "MA_BENH_CHINH": "I20",
            "MA_LYDO_CT": "1",
            "MA_LOAI_RV": "2",
            "HUONG_DIEU_TRI": "Chụp mạch vành",
            "MA_BAC_SI": "003210",
        }
    ]


def slip_rows(day: str, again: str) -> list[dict[str, str]]:
    return [
        {
            "SO_GIAYHEN_KL": "2611-77",
            "MA_CSKCB": DISTRICT,
            "NGAY_VAO": moment(day),
            "NGAY_RA": moment(day, "1030"),
            "NGAY_HEN_KL": moment(again, "0730"),
            "CHAN_DOAN_RV": "Tăng huyết áp; đái tháo đường týp 2",
            "MA_BENH_CHINH": "I10",
            "NGAY_CT": day.replace("-", ""),
            "MA_BAC_SI": "003210",
        }
    ]


def grandmothers_year() -> list[Package]:
    """Visits of a year: monthly check-ups, a stay, a referral, a slip, a sensitive one."""
    sugars = ("8.2", "7.9", "8.4", "7.6", "7.2", "6.9", "7.0", "6.6", "6.4", "6.1")
    months = [clinic_visit(n, f"2026-{n:02}-12", sugar) for n, sugar in enumerate(sugars[:9], 1)]
    months.append(
        clinic_visit(
            10, "2026-11-03", sugars[9], xml13=referral_rows("2026-11-03"), xml14=slip_rows("2026-11-03", "2026-12-03")
        )
    )
    mood = package(
        "LK7001",
        "2025-08-20",
        facility=PROVINCE,
        xml1={"MA_BENH_CHINH": "F32.0", "CHAN_DOAN_RV": "Giai đoạn trầm cảm nhẹ", "LY_DO_VV": "Mất ngủ"},
    )
    return [*months, stay(), mood]


def file(packages: list[Package], at: datetime = NOW) -> int:
    """Store packages of one person as the worker does; the person's key."""
    with db.atomic():
        identity.register_facilities(FACILITIES)
        found = identity.find_or_create([mapping.claims_of(each).patient for each in packages], at)
        people = [mapping.People(each.ref, ()) for each in found]
        drafts: list[Draft] = []
        for each, known in zip(packages, people, strict=True):
            made = mapping.map_package(each, known, at, at)
            drafts += [*made.drafts, *made.registers]
        drafts.append(patient(found[-1]))
        clinical.put_many(drafts, at)
    persons = {each.ref.person for each in found}
    assert len(persons) == 1, "one person"
    return persons.pop()


def patient(found) -> Draft:
    return Draft("Patient", found.ref.patient, found.ref.person, mapping.patient_body(found.claim, found.ref.patient))


def grandmother() -> int:
    """The grandmother's book, filed."""
    return file(grandmothers_year())
