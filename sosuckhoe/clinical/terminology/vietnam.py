"""The lists of Vietnam: procedures, the circulars' codes, places, ethnic groups, occupations, vaccines.

Each has its line in `data/systems.yaml` (address, names, source, validity) and one of the readers below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sosuckhoe.base import facts
from sosuckhoe.clinical import coding
from sosuckhoe.clinical.terminology.system import COMPLETE, About, CodeSystem, Concept, build
from sosuckhoe.identity import places

_DATA = Path(__file__).parent / "data"
_BEFORE = places.REFORM.replace(year=places.REFORM.year - 1)
TABLE_CODES = "urn:sosuckhoe:cs:"


@cache
def table_lists() -> dict[str, dict[str, tuple[str, str]]]:
    """Every code list of QĐ 130 and its amendments: its name → code → (Vietnamese, English)."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for file in ("qd130_codes.yaml", "qd130_programmes.yaml"):
        for name, entries in facts.read_yaml(_DATA / file)["lists"].items():
            found[name] = {code: (vi, en) for code, (vi, en) in entries.items()}
    return found


def table_url(name: str) -> str:
    """The system of a code list of the circular: 'ket_qua_dtri' → 'urn:sosuckhoe:cs:ket-qua-dtri'."""
    return f"{TABLE_CODES}{name.replace('_', '-')}"


@cache
def abouts() -> dict[tuple[str, str], tuple[About, str]]:
    """(Address, version) → what a system is and its reader; the newest edition of an address comes first."""
    found = {}
    for entry in facts.read_yaml(_DATA / "systems.yaml")["systems"]:
        about = _about(entry)
        found[about.url, about.version] = (about, entry["reader"])
    for name in table_lists():
        about = _table_about(name)
        found[about.url, about.version] = (about, f"table {name}")
    return found


def editions_on(day: date) -> dict[str, str]:
    """Address → the edition that held on a day, for the systems of this country that there were."""
    found: dict[str, str] = {}
    for about, _ in abouts().values():
        if about.valid_from <= day.isoformat() <= (about.valid_to or "9999"):
            found.setdefault(about.url, about.version)
    return found


def system(url: str, version: str) -> CodeSystem:
    """One system of this country. KeyError for what `abouts` does not name."""
    about, reader = abouts()[url, version]
    kind, _, name = reader.partition(" ")
    concepts, properties = READERS[kind](name)
    return build(about, concepts, properties)


def _about(entry: Mapping[str, Any]) -> About:
    return About(
        entry["url"],
        str(entry["version"]),
        entry["name"],
        f"{entry['vi']} / {entry['en']}",
        entry.get("content", COMPLETE),
        tuple(entry.get("languages", ["vi"])),
        source=entry["source"],
        valid_from=str(entry["valid_from"]),
        valid_to=str(entry.get("valid_to", "")),
    )


def _table_about(name: str) -> About:
    known = facts.read_yaml(_DATA / "systems.yaml")["tables"]
    vi, en = known["titles"][name]
    return About(
        table_url(name),
        str(known["version"]),
        name,
        f"{vi} / {en}",
        "fragment" if name in known["fragments"] else COMPLETE,
        ("vi", "en"),
        source=known["source"],
        valid_from=str(known["version"]),
    )


Read = tuple[Iterable[Concept], Mapping[str, Mapping[str, Any]]]


def _table(name: str) -> Read:
    without_names = facts.read_yaml(_DATA / "systems.yaml")["tables"]["without_names"].get(name, [])
    named = [Concept(code, names) for code, names in table_lists()[name].items()]
    return [*named, *(Concept(code) for code in without_names)], {}


def _icd9cm(_name: str) -> Read:
    """Procedures by their two digits, then the third, as far as the annex names these."""
    terms = dict(facts.rows(coding.DATA / "icd9cm_vn.csv"))
    return (Concept(code, (terms[code],), _procedure_depth(code, terms)) for code in sorted(terms)), {}


def _procedure_depth(code: str, terms: Mapping[str, str]) -> int:
    return sum(code[:length] in terms for length in range(2, len(code)))


def _ethnic_groups(_name: str) -> Read:
    return (Concept(code, (name,)) for code, name in places.ethnic_groups().items()), {}


def _occupations(edition: str) -> Read:
    return (Concept(code, (name,)) for code, name in places.occupations(edition).items()), {}


def _cvx(_name: str) -> Read:
    return (Concept(code, (name,)) for code, name in facts.rows(_DATA / "cvx.csv")), {}


def _diseases(_name: str) -> Read:
    entries = facts.read_yaml(_DATA / "vaccination.yaml")["diseases"]
    return (Concept(code, tuple(names)) for code, names in entries.items()), {}


def _provinces(edition: str) -> Read:
    return (Concept(place.code, (place.name,)) for place in places.provinces(_day(edition))), {}


def _districts(_edition: str) -> Read:
    found = list(places.districts())
    return (Concept(one.code, (one.name,)) for one in found), {"province": {one.code: one.parent for one in found}}


def _communes(edition: str) -> Read:
    found = list(_all_communes(edition))
    by_province = {code: province for code, _, _, province in found}
    by_district = {code: district for code, _, district, _ in found if district}
    properties = {"province": by_province} | ({"district": by_district} if by_district else {})
    return (Concept(code, (name,)) for code, name, _, _ in found), properties


def _all_communes(edition: str) -> Iterator[tuple[str, str, str, str]]:
    """Code, name, district, province of every commune of an edition."""
    on = _day(edition)
    for province in places.provinces(on):
        for place in places.communes(province.code, on):
            yield place.code, place.name, "" if on >= places.REFORM else place.parent, province.code


def _day(edition: str) -> Any:
    return places.REFORM if edition == "34" else _BEFORE


READERS: dict[str, Callable[[str], Read]] = {
    "table": _table,
    "icd9cm": _icd9cm,
    "ethnic_groups": _ethnic_groups,
    "occupations": _occupations,
    "cvx": _cvx,
    "diseases": _diseases,
    "provinces": _provinces,
    "districts": _districts,
    "communes": _communes,
}
