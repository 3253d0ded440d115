"""Fields that are an Observation each (data/observations.yaml): their codes, their values, and the way back."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.exchange.qd831.format import CODES, EXAMS, TABLES
from sosuckhoe.exchange.qd831.mapping import systems
from sosuckhoe.exchange.qd831.mapping.place import Body, Labels, Profile, in_order
from sosuckhoe.exchange.xml130.mapping.codes import hl7, loinc
from sosuckhoe.exchange.xml130.mapping.systems import LOINC, UCUM
from sosuckhoe.exchange.xml130.mapping.values import number, said
from sosuckhoe.exchange.xml130.package import Row

_FILE = facts.read_yaml(Path(__file__).parent / "data" / "observations.yaml")
_UNITS = {"/min": "lần/phút", "Cel": "°C", "mm[Hg]": "mmHg"}
SENSITIVE: dict[str, str] = _FILE["sensitive"]
HABITS: dict[str, dict[str, str]] = _FILE["habits"]
ALLERGIES: dict[str, str] = _FILE["allergies"]


class Told(NamedTuple):
    """How one field is told: table and tag, its category, code, and what else data/observations.yaml says."""

    table: str
    tag: str
    category: str
    loinc: str = ""
    en: str = ""
    unit: str = ""
    codes: str = ""
    label: str = ""
    words: bool = False
    panel: str = ""

    @property
    def name(self) -> str:
        """What the field holds, in Vietnamese."""
        known = TABLES[self.table].fields.get(self.tag)
        return known.vi.partition(" (")[0] if known else TABLES[f"{self.table}/{self.tag}/BENHTAT/DSBENH"].vi

    @property
    def code(self) -> str:
        """Our code of the field: 'HOSOKHAMCHUABENH.MACH'."""
        return f"{self.table.rpartition('/')[2]}.{self.tag}"


def _read() -> dict[str, tuple[Told, ...]]:
    return {
        table: tuple(
            Told(table, tag, **({"category": group["category"], "label": group.get("label", "")} | told))
            for tag, told in group["fields"].items()
        )
        for table, group in _FILE["tables"].items()
    }


FIELDS: dict[str, tuple[Told, ...]] = _read()


def map_fields(
    profile: Profile, table: str, row: Row, *, labels: Labels = (), words: Labels = (), during: Body | None = None
) -> None:
    """Draft the fields of a row. `labels` reach all of them, `words` those of free text; `during`: encounter, date."""
    shared = {"status": "final", "subject": profile.patient, **(during or {})}
    key = row.get("MA_LK", "") or row.get("NGAYKHAM", "") if table == EXAMS else ""
    panels: dict[str, list[tuple[Told, str]]] = {}
    for told in FIELDS[table]:
        text = said(row, told.tag)
        if not text:
            continue
        if told.panel:
            panels.setdefault(told.panel, []).append((told, text))
            continue
        body = shared | {"category": _category(told.category), "code": concept_of(told)} | value_of(told, text)
        profile.add("Observation", table, f"{key}|{told.tag}", body, _labels(told, labels, words))
    for panel, parts in panels.items():
        profile.add("Observation", table, f"{key}|{panel}", shared | _panel(panel, parts), in_order(labels))


def _panel(name: str, parts: list[tuple[Told, str]]) -> Body:
    fact = _FILE["panels"][name]
    return {
        "category": _category(parts[0][0].category),
        "code": loinc(fact["loinc"], fact["en"], fact["vi"]),
        "component": [{"code": concept_of(told), **value_of(told, text)} for told, text in parts],
    }


def _labels(told: Told, everywhere: Labels, words: Labels) -> Labels:
    return in_order((*everywhere, *(words if told.words else ()), *((told.label,) if told.label else ())))


@cache
def concept_of(told: Told) -> Body:
    """The concept of a field: LOINC where the guide has a code, and ours."""
    coding = [{"system": LOINC, "code": told.loinc, "display": told.en}] if told.loinc else []
    return {"coding": [*coding, {"system": systems.FIELD, "code": told.code}], "text": told.name}


def value_of(told: Told, text: str) -> Body:
    """The value of a field: a quantity, a code of its list or a count, and as written where it is none of these."""
    amount = number(text)
    if told.codes and text in CODES[told.codes]:
        return {"valueCodeableConcept": listed(told.codes, text)}
    if told.unit and amount is not None:
        unit = _UNITS.get(told.unit, told.unit)
        return {"valueQuantity": {"value": amount, "unit": unit, "system": UCUM, "code": told.unit}}
    if _is_count(told) and isinstance(amount, int):
        return {"valueInteger": amount}
    return {"valueString": text}


def text_of(body: Body) -> str:
    """What a field said, from its Observation or component."""
    if quantity := body.get("valueQuantity"):
        return f"{quantity.get('value', '')}"
    if concept := body.get("valueCodeableConcept"):
        codes = [str(coding["code"]) for coding in concept.get("coding", ()) if "code" in coding]
        return codes[0] if codes else str(concept.get("text", ""))
    return f"{body['valueInteger']}" if "valueInteger" in body else f"{body.get('valueString', '')}"


@cache
def listed(name: str, code: str) -> Body:
    """A code of one of the format's lists as a concept. It is one object for all: not to be changed."""
    word = CODES[name].get(code)
    coding = {"system": systems.listed(name), "code": code}
    return {"coding": [coding | {"display": word}], "text": word} if word else {"coding": [coding]}


def field_of(concept: Body) -> Told | None:
    """The field that an Observation tells, by our code or by the LOINC code that only one field has."""
    for coding in concept.get("coding", ()):
        known = _by_code().get((coding.get("system", ""), coding.get("code", "")))
        if known:
            return known
    return None


@cache
def _by_code() -> dict[tuple[str, str], Told]:
    everything = [told for table in FIELDS.values() for told in table]
    ours = {(systems.FIELD, told.code): told for told in everything}
    return {(LOINC, told.loinc): told for told in reversed(everything) if told.loinc} | ours


def _is_count(told: Told) -> bool:
    known = TABLES[told.table].fields.get(told.tag)
    return known is not None and known.kind == "count"


@cache
def _category(name: str) -> list[Body]:
    return [hl7("observation-category", name)]
