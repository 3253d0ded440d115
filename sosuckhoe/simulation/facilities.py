"""The facilities of the simulated province: stations, district centres, the province's hospital, private clinics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sosuckhoe.identity import places
from sosuckhoe.simulation import facts, names
from sosuckhoe.simulation.chance import mix, seeded
from sosuckhoe.simulation.moments import DAY
from sosuckhoe.simulation.people import Home

_BEFORE = date(2025, 6, 30)
_REFORM_DAY = places.REFORM.toordinal()
_FACILITY = 21
_PEOPLE_A_COMMUNE = 150
_PEOPLE_A_CLINIC = 20_000


class Doctor(NamedTuple):
    """Somebody who treats. `licence` is the number of the practising certificate, `social` the insurance number."""

    name: str
    licence: str
    social: str


@dataclass(frozen=True, slots=True)
class Facility:
    code: str
    kind: str
    number: int
    name_before: str
    name_now: str
    vendor: str
    head: Doctor
    doctors: tuple[Doctor, ...]
    commune: str
    district: str

    def name(self, moment: int) -> str:
        """The facility's name on that day: names followed the reform of the communes."""
        return self.name_now if moment // DAY >= _REFORM_DAY else self.name_before

    def offers(self, service: str) -> bool:
        """Whether a laboratory or imaging service is done here."""
        fact = kinds()[self.kind]
        if "missing" in fact:
            return service not in fact["missing"]
        return service in fact["lab"] or service in fact["pictures"]


@dataclass(frozen=True, slots=True)
class Network:
    """All facilities, and which of them is near whom."""

    all: tuple[Facility, ...]
    stations: dict[str, Facility]  # by new commune
    centres: dict[str, Facility]  # by old district
    hospital: Facility
    clinics: tuple[Facility, ...]

    def near(self, kind: str, home: Home) -> Facility:
        """The facility of a kind that serves a home."""
        if kind == "commune":
            return self.stations[home.new_commune]
        if kind == "district":
            return self.centres[home.district]
        return self.hospital if kind == "province" else self.clinics[int(home.commune) % len(self.clinics)]


def homes(province: str, people: int, seed: int) -> list[Home]:
    """The communes where so many people of a province live: all of them for many people, neighbours for few."""
    wanted = max(3, people // _PEOPLE_A_COMMUNE)
    found = _all_homes(province)
    if not found:
        raise ValueError(f"no communes are known of province {province}")
    communes = sorted({home.new_commune for home in found})
    first = mix(seed, _FACILITY) % max(1, len(communes) - wanted + 1)
    chosen = set(communes[first : first + wanted])
    return [home for home in found if home.new_commune in chosen]


@cache
def _all_homes(province: str) -> tuple[Home, ...]:
    found = []
    for commune in places.communes(province, places.REFORM):
        for old in places.predecessors(commune.code):
            district, before = places.district_of(old, _BEFORE), places.province_of(old, _BEFORE)
            if district and before:
                found.append(Home(old, district, before, commune.code, province))
    return tuple(found)


def network(seed: int, province: str, lived_in: list[Home], people: int) -> Network:
    """The facilities that serve the homes."""
    stations = {
        code: _station(seed, province, code, n) for n, code in enumerate(sorted({h.new_commune for h in lived_in}))
    }
    centres = {code: _centre(seed, province, code, n) for n, code in enumerate(sorted({h.district for h in lived_in}))}
    clinics = tuple(_clinic(seed, province, n) for n in range(1 + people // _PEOPLE_A_CLINIC))
    hospital = _hospital(seed, province)
    everyone = (hospital, *centres.values(), *clinics, *stations.values())
    return Network(everyone, stations, centres, hospital, clinics)


def kinds() -> dict[str, Any]:
    """The facts of each kind of facility."""
    return dict(facts.table("facilities")["kinds"])


def department(name: str) -> str:
    """The code of a department: 'children' is K18."""
    return str(facts.table("facilities")["departments"][name])


def _station(seed: int, province: str, commune: str, number: int) -> Facility:
    name = places.commune_name(commune, places.REFORM) or commune
    now = f"Trạm Y tế {name[0].lower()}{name[1:]}"
    return _facility(seed, province, "commune", number, (now, now), commune, "")


def _centre(seed: int, province: str, district: str, number: int) -> Facility:
    name = places.district_name(district, _BEFORE) or district
    bare = name.removeprefix("Huyện ").removeprefix("Thị xã ").removeprefix("Thành phố ").removeprefix("Quận ")
    before = f"Trung tâm Y tế {name[0].lower()}{name[1:]}"
    return _facility(seed, province, "district", number, (before, f"Trung tâm Y tế khu vực {bare}"), "", district)


def _hospital(seed: int, province: str) -> Facility:
    name = (places.province_name(province, places.REFORM) or province).removeprefix("Tỉnh ")
    name = (
        f"Bệnh viện Đa khoa {name[0].lower()}{name[1:]}"
        if name.startswith("Thành phố")
        else f"Bệnh viện Đa khoa tỉnh {name}"
    )
    return _facility(seed, province, "province", 0, (name, name), "", "")


def _clinic(seed: int, province: str, number: int) -> Facility:
    brands = facts.table("facilities")["brands"]
    name = f"Phòng khám Đa khoa {brands[number % len(brands)]}" + (f" {number + 1}" if number >= len(brands) else "")
    return _facility(seed, province, "private", number, (name, name), "", "")


def _facility(
    seed: int, province: str, kind: str, number: int, called: tuple[str, str], commune: str, district: str
) -> Facility:
    fact = kinds()[kind]
    vendors = facts.table("facilities")["vendors"][kind]
    code = f"{province}{fact['first'] + number:03d}"
    staff = [_doctor(seed, int(code), n) for n in range(fact["doctors"] + 1)]
    vendor = vendors[number % len(vendors)]
    return Facility(code, kind, int(code), *called, vendor, staff[0], tuple(staff[1:]), commune, district)


def _doctor(seed: int, facility: int, number: int) -> Doctor:
    rng = seeded(seed, _FACILITY, facility, number)
    name = names.draw(rng, rng.choice("MF"), rng.randrange(1968, 1994), "01").full
    kind = rng.choice(("BYT-GPHN", "CCHN", "CCHN"))
    licence = f"{rng.randrange(10**6):06d}/{kind}"
    return Doctor(name, licence, f"{facility // 1000:02d}{rng.randrange(10**8):08d}")
