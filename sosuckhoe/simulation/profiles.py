"""The health profiles of QĐ 831 that one vendor's system holds of the same people, and the truth beside them.

profiles/<facility>/<number>.xml   one profile a file, as its system would send it
profiles/truth.csv                 who each of them is, and what was written of them

Written after the province was lived: a profile knows what its person has by then. Chance hangs on the seed and the
person, so that the same seed gives the same bytes.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.write import write_profiles
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.identity import places
from sosuckhoe.simulation import body, facts, registration
from sosuckhoe.simulation.chance import Choice, seeded
from sosuckhoe.simulation.moments import DAY, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.facilities import Facility
    from sosuckhoe.simulation.life import Life
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.registration import Registration

_PROFILE = 51
_ADULT, _CHILD, _MONTH_DAYS = 18, 15, 30.4
_TALL = {"M": 165.0, "F": 154.0}


class ProfileTruth(NamedTuple):
    """Who a profile is of, and what was written of them. `illnesses`: the LOAIBENH that it names."""

    facility: str
    profile: str
    person: int
    name: str
    birth: str
    cccd: str
    card: str
    illnesses: str


class SimulatedProfile(NamedTuple):
    """One profile, and the truth of it."""

    facility: Facility
    package: Package
    truth: ProfileTruth


def profiles(life: Life) -> Iterator[SimulatedProfile]:
    """The profiles of the vendor's centres, person by person."""
    fact = facts.table("profiles")
    for person in life.people:
        centre = life.network.near("district", person.household.home)
        rng = seeded(life.seed, _PROFILE, person.number)
        if centre.vendor == fact["vendor"] and person.born < life.end - DAY and rng.random() < fact["sent"]:
            yield _profile(life, person, centre, rng)


def write_all(life: Life, folder: Path) -> int:
    """Write every profile and the truth below a folder; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    made_on = f"{date_of(life.end // DAY):%d/%m/%Y}"
    number = 0
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ProfileTruth._fields)
        for number, one in enumerate(profiles(life), 1):
            place = folder / one.facility.code
            place.mkdir(exist_ok=True)
            (place / f"{number:07d}.xml").write_bytes(as_sent(one, made_on))
            writer.writerow(one.truth)
    return number


def as_sent(one: SimulatedProfile, made_on: str) -> bytes:
    """The file of a profile; `made_on` as dd/MM/yyyy."""
    header = {
        "SENDER_CODE": one.facility.code,
        "SENDER_NAME": one.facility.name_now,
        "TRANSACTION_DATE": made_on,
        "REQUEST_ID": f"{one.facility.code}-{one.truth.profile}",
    }
    return write_profiles([one.package], header)


def _profile(life: Life, person: Person, centre: Facility, rng: Random) -> SimulatedProfile:
    known = registration.register(life.seed, person, centre, life.end)
    about = _about(person, centre, known)
    illnesses = _illnesses(person, rng)
    tables = {
        form.ABOUT: [about],
        form.RELATIVES: _relatives(person),
        form.HABITS: _habits(person, rng) if person.age(life.end) >= _ADULT else [],
        form.ALLERGIES: _allergies(rng),
        form.ILLNESSES: illnesses,
        form.HISTORY: _surgery(person, rng, life.end),
        form.DOSES: _doses(person, rng, life.end),
        **_exam(life, person, centre, rng, illnesses),
    }
    package = Package(centre.code, {name: rows for name, rows in tables.items() if rows})
    told = " ".join(row["LOAIBENH"] for row in illnesses)
    truth = ProfileTruth(
        centre.code, about["MA_NHANKHAU"], person.number, known.name, known.birth, known.cccd, known.card, told
    )
    return SimulatedProfile(centre, package, truth)


def _about(person: Person, centre: Facility, known: Registration) -> Row:
    home = person.household.home
    codes = (home.new_commune, "", home.new_province)
    row = {
        "MADINHDANH": known.cccd if len(known.cccd) == len(person.cccd) else "",
        "MATHE": known.card,
        "MAHO_GIADINH": f"H{person.household.number:06d}",
        "MA_NHANKHAU": f"{centre.code}-{known.code}",
        "HOTEN": known.name,
        "GIOITINH": known.sex,
        "NHOMMAU_HEABO": person.blood,
        "NHOMMAU_HERH": person.rhesus,
        "NGAYSINH": _birth(known.birth),
        "MADANTOC": person.group,
        "MAQUOCTICH": "000",
        "MANGHENGHIEP": person.occupation,
        "SOCMND": known.cccd,
        "DIACHI_HIENTAI": f"{person.household.lane}, {places.address(*codes, places.REFORM)}",
        "MATINH_HIENTAI": home.new_province,
        "MAXA_HIENTAI": home.new_commune,
        "DIENTHOAI_DD": known.phone,
    }
    return {tag: text for tag, text in row.items() if text}


def _birth(stamp: str) -> str:
    """'196105020000' → '02/05/1961', a year alone stays one."""
    year, month, day = stamp[:4], stamp[4:6], stamp[6:8]
    return year if month == "00" else f"{day}/{month}/{year}"


def _relatives(person: Person) -> list[Row]:
    parents = (("Mẹ", person.mother), ("Bố", person.father))
    return [
        {"TEN_QUANHE": relation, "HOTEN": parent.name.full, "DIDONG": parent.phone or person.household.phone}
        for relation, parent in parents
        if parent
    ]


def _habits(person: Person, rng: Random) -> list[Row]:
    rows = []
    for kind, chances in facts.table("profiles")["habits"].items():
        has, often, stopped = rng.random() < chances[person.sex != "M"], rng.random() < 0.3, rng.random() < 0.15  # noqa: PLR2004 -- chosen shares
        row = {"LOAI": kind, "TENLOAI": form.word("habit", kind), "TRANGTHAI": ("2" if often else "1") if has else "0"}
        rows.append(row | ({"DABO": "1"} if has and stopped and kind != "4" else {}))
    return rows


def _allergies(rng: Random) -> list[Row]:
    if rng.random() >= facts.table("profiles")["allergy"]:
        return []
    row = dict(zip(("LOAI", "MASO", "TEN", "MOTA"), _allergy_choice().draw(rng), strict=True))
    return [{tag: text for tag, text in row.items() if text}]


def _illnesses(person: Person, rng: Random) -> list[Row]:
    fact = facts.table("profiles")
    told = [fact["illness"][key] for key in person.illnesses if key in fact["illness"] and rng.random() < fact["told"]]
    return [{"LOAIBENH": kind, "TENBENH": name, "TRANGTHAI": "1"} for kind, name in told]


def _surgery(person: Person, rng: Random, end: int) -> list[Row]:
    had, what = rng.random() < facts.table("profiles")["surgery"], _surgery_choice().draw(rng)
    if not had or person.age(end) < _ADULT or (what == "Mổ lấy thai" and person.is_male):
        return [{"TIENSU_PHAUTHUAT": "Không"}]
    return [{"TIENSU_PHAUTHUAT": what}]


def _doses(person: Person, rng: Random, end: int) -> list[Row]:
    rows: list[Row] = []
    if person.age(end) >= _CHILD:
        return rows
    fact = facts.table("profiles")
    for name, code, months, nth in fact["doses"]:
        at = person.born + round((months * _MONTH_DAYS + rng.randrange(1, 20)) * DAY)
        if at < end and rng.random() < fact["given"]:
            day = f"{date_of(at // DAY):%d/%m/%Y}"
            rows.append(
                {"MAVACXIN": code, "TENVACXIN": name, "TRANGTHAI": "1", "NGAYTIEM": day, "SOMUIUONVANMETIEM": nth}
            )
    return rows


def _exam(life: Life, person: Person, centre: Facility, rng: Random, illnesses: list[Row]) -> dict[str, list[Row]]:
    fact, days = facts.table("profiles"), rng.randrange(5, 360)
    at = life.end - days * DAY
    if rng.random() >= fact["exam"] or at - person.born < DAY:
        return {}
    signs = body.vitals(rng, life.seed, person, at, life.start, fever=0, ill=0)
    weight = round(body.weight(life.seed, person, at), 1)
    row = {
        "MA_LK": f"KSK{date_of(at // DAY):%y%m%d}{person.number:07d}",
        "NGAYKHAM": f"{date_of(at // DAY):%d/%m/%Y}",
        "BACSIKHAM": centre.doctors[person.number % len(centre.doctors)].name,
        "LYDOKHAM": "Khám sức khỏe định kỳ",
        "MACH": str(signs.pulse),
        "NHIETDO": str(signs.temperature),
        "HUYETAPTT": str(signs.systolic),
        "HUYETAPTD": str(signs.diastolic),
        "NHIPTHO": str(signs.breaths),
        "CANNANG": str(weight),
        "KHAMTIMMACH": "Tim đều, không tiếng thổi",
        "KHAMHOHAP": "Phổi trong",
        "TUVAN": "Ăn uống hợp lý, tập thể dục mỗi ngày",
    }
    if person.age(at) >= _ADULT:
        height = round(_TALL[person.sex] + rng.gauss(0, 5), 0)
        row |= {"CHIEUCAO": f"{height:.0f}", "CHISOBMI": f"{weight / (height / 100) ** 2:.1f}"}
    found = [
        {"MABENH": fact["code"][one["LOAIBENH"]], "TENBENH": one["TENBENH"]}
        for one in illnesses
        if one["LOAIBENH"] in fact["code"]
    ]
    return {form.EXAMS: [row], f"{form.EXAMS}/CHANDOANKETLUAN/CHANDOANBENH": found}


@cache
def _allergy_choice() -> Choice[tuple[str, ...]]:
    entries: list[Any] = facts.table("profiles")["allergies"]
    return Choice([(tuple(row), weight) for row, weight in entries])


@cache
def _surgery_choice() -> Choice[str]:
    return Choice([(what, weight) for what, weight in facts.table("profiles")["surgeries"]])
