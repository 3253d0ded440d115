"""A book → a profile: what FHIR resources of one person say, in the tables of QĐ 831.

The way back of this package's own mapping, so that what came as a profile leaves as one; and it reads what hospitals
sent as far as the format has a place for it (visits, diagnoses by ICD-10, vital signs by LOINC, tests, doses).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.format import below
from sosuckhoe.exchange.qd831.mapping import back_person, systems
from sosuckhoe.exchange.qd831.mapping.fields import ALLERGIES, field_of, text_of
from sosuckhoe.exchange.qd831.mapping.history import FAMILY
from sosuckhoe.exchange.qd831.mapping.values import written
from sosuckhoe.exchange.qd831.tree import Tables
from sosuckhoe.exchange.xml130.mapping.systems import SERVICE, VISIT
from sosuckhoe.exchange.xml130.package import Package, Row

Body = dict[str, Any]
_KINDS = {category: kind for kind, category in ALLERGIES.items()}
_GROUPS = {"laboratory": "1", "imaging": "2"}
_OTHER = "4"
_NOT_GIVEN = "not-done"


def profile_of(bodies: Iterable[Body], facility: str, source: str = "") -> Package:
    """The profile of one person's resources, as `facility` would send it. Empty fields and tables are left out."""
    tables: Tables = {}
    visits = _Visits()
    for body in sorted(bodies, key=_place):
        _READERS.get(body["resourceType"], _nothing)(tables, visits, body)
    visits.write(tables)
    return Package(facility, {name: rows for name, rows in tables.items() if rows}, source=source)


def _place(body: Body) -> tuple[int, str, str]:
    """Visits before what was found in them, older before newer, and always in one order."""
    kind = body["resourceType"]
    at = body.get("period", {}).get("start") or body.get("effectiveDateTime") or body.get("occurrenceDateTime") or ""
    return (0 if kind == "Encounter" else 1, at, body["id"])


class _Visits:
    """Examinations with what belongs to each, by the reference to its Encounter."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.tests: dict[str, list[Row]] = {}
        self.diagnoses: dict[str, list[Row]] = {}

    def write(self, tables: Tables) -> None:
        tables[form.EXAMS] = list(self.rows.values())
        for place, reference in enumerate(self.rows, 1):
            start = below(form.EXAMS, place)
            tables[f"{start}CANLAMSANG/DICHVU"] = self.tests.get(reference, [])
            tables[f"{start}CHANDOANKETLUAN/CHANDOANBENH"] = self.diagnoses.get(reference, [])


def _nothing(_tables: Tables, _visits: _Visits, _body: Body) -> None:
    """A resource of which a profile has no place."""


def _patient(tables: Tables, _visits: _Visits, body: Body) -> None:
    _single(tables, form.ABOUT).update(back_person.row_of_patient(body))


def _relative(tables: Tables, _visits: _Visits, body: Body) -> None:
    tables.setdefault(form.RELATIVES, []).append(back_person.row_of_relative(body))


def _encounter(_tables: Tables, visits: _Visits, body: Body) -> None:
    period = body.get("period", {})
    begun = [one["period"].get("start") for one in body.get("statusHistory", ()) if one["status"] == "in-progress"]
    doctor: Body = next((one.get("individual", {}) for one in body.get("participant", ())), {})
    visits.rows[f"Encounter/{body['id']}"] = _told(
        MA_LK=next((one.get("value", "") for one in body.get("identifier", ()) if one.get("system") == VISIT), ""),
        NGAYKHAM=written(period.get("start")),
        NGAYBATDAU=written(begun[0]) if begun else "",
        NGAYKETTHUC=written(period.get("end")),
        MABACSI=doctor.get("identifier", {}).get("value", ""),
        BACSIKHAM=doctor.get("display", ""),
        LYDOKHAM=next((one.get("text", "") for one in body.get("reasonCode", ())), ""),
    )


def _observation(tables: Tables, visits: _Visits, body: Body) -> None:
    habit = _coding(body["code"], systems.listed("habit"))
    if habit:
        tables.setdefault(form.HABITS, []).append(_habit(body, habit))
    elif group := back_person.blood_group_of(body):
        _single(tables, form.ABOUT).update(group)
    elif (row := visits.rows.get(body.get("encounter", {}).get("reference", ""))) is not None:
        _finding(visits, row, body)
    else:
        for told, text in _fields(body):
            if told.table != form.EXAMS:
                _single(tables, told.table)[told.tag] = text


def _fields(body: Body) -> list[tuple[Any, str]]:
    parts = [body, *body.get("component", ())]
    return [(told, text) for part in parts if (told := field_of(part["code"])) and (text := text_of(part))]


def _habit(body: Body, kind: str) -> Row:
    level = _coding(body.get("valueCodeableConcept", {}), systems.listed("habit_level"))
    row = _told(LOAI=kind, TENLOAI=body["code"].get("text", ""), TRANGTHAI=level)
    for part in body.get("component", ()):
        if (tag := _coding(part["code"], systems.FIELD).rpartition(".")[2]) and "valueString" in part:
            row[tag] = part["valueString"]
    return row


def _finding(visits: _Visits, row: Row, body: Body) -> None:
    fields = [(told, text) for told, text in _fields(body) if told.table == form.EXAMS]
    if fields:
        row.update((told.tag, text) for told, text in fields)
        return
    told = [one.get("code", "") for concept in body.get("category", ()) for one in concept.get("coding", ())]
    group = next((_GROUPS[code] for code in told if code in _GROUPS), "")
    value = text_of(body)
    unit = body.get("valueQuantity", {}).get("unit", "")
    test = _told(
        MADICHVU=_coding(body["code"], SERVICE),
        MANHOM=group,
        TENDICHVU=body["code"].get("text", ""),
        KETQUA=f"{value} {unit}" if unit else value,
    )
    visits.tests.setdefault(body["encounter"]["reference"], []).append(test)


def _allergy(tables: Tables, _visits: _Visits, body: Body) -> None:
    concept = body.get("code", {})
    kind = next((_KINDS[category] for category in body.get("category", ()) if category in _KINDS), _OTHER)
    row = _told(LOAI=kind, MASO=_coding(concept, systems.ALLERGEN), TEN=_words(concept), MOTA=_note(body))
    tables.setdefault(form.ALLERGIES, []).append(row)


def _condition(tables: Tables, visits: _Visits, body: Body) -> None:
    concept, note = body.get("code", {}), _note(body)
    if kind := _coding(concept, systems.listed("disability")):
        row = _told(LOAI=kind, TENLOAI=concept.get("text", ""), MOTA=note)
        tables.setdefault(form.DISABILITIES, []).append(row)
        return
    reference = body.get("encounter", {}).get("reference", "")
    if reference in visits.rows:
        code = next((one.get("code", "") for one in concept.get("coding", ())), "")
        row = _told(MABENH=code, TENBENH=concept.get("text", ""), KETLUAN=note)
        visits.diagnoses.setdefault(reference, []).append(row)
    elif not reference:
        kind = _coding(concept, systems.listed("illness"))
        row = _told(LOAIBENH=kind or "15", TENBENH=_words(concept), TRANGTHAI="1", MOTA=note)
        tables.setdefault(form.ILLNESSES, []).append(row)


def _family(tables: Tables, _visits: _Visits, body: Body) -> None:
    who = body["relationship"].get("text", "")
    who = "" if who == FAMILY else who
    for condition in body.get("condition", ()):
        concept, note = condition["code"], _note(condition)
        if kind := _coding(concept, systems.listed("allergy")):
            allergen = _coding(concept, systems.ALLERGEN)
            row = _told(LOAI=kind, MASO=allergen, TEN=concept.get("text", ""), MOTA=note, NGUOIMAC=who)
            tables.setdefault(form.FAMILY_ALLERGIES, []).append(row)
        else:
            kind = _coding(concept, systems.listed("illness")) or "15"
            row = _told(LOAIBENH=kind, TENBENH=concept.get("text", ""), TRANGTHAI="1", MOTA=note, NGUOIMAC=who)
            tables.setdefault(form.FAMILY_ILLNESSES, []).append(row)


def _dose(tables: Tables, _visits: _Visits, body: Body) -> None:
    if body.get("status") == _NOT_GIVEN:
        return
    vaccine = body["vaccineCode"]
    numbers = [one.get("doseNumberString") or str(one.get("doseNumberPositiveInt", ""))
               for one in body.get("protocolApplied", ())]  # fmt: skip
    months = [
        one.get("valueString", "") for one in body.get("extension", ()) if one["url"] == systems.EXT_PREGNANCY_MONTH
    ]
    row = _told(
        MAVACXIN=_coding(vaccine, systems.VACCINE),
        TENVACXIN=_words(vaccine),
        LOAIVACXIN=_coding(vaccine, systems.listed("vaccine_group")),
        TRANGTHAI="1",
        NGAYTIEM=written(body.get("occurrenceDateTime")),
        THANGTHAI=months[0] if months else "",
        PHANUNGSAUTIEM=_note(body),
        SOMUIUONVANMETIEM=numbers[0] if numbers else "",
    )
    tables.setdefault(form.DOSES, []).append(row)


def _single(tables: Tables, name: str) -> Row:
    return tables.setdefault(name, [{}])[0]


def _told(**fields: str) -> Row:
    return {tag: text for tag, text in fields.items() if text}


def _coding(concept: Body, system: str) -> str:
    return next((f"{one.get('code', '')}" for one in concept.get("coding", ()) if one.get("system") == system), "")


def _words(concept: Body) -> str:
    """What a concept is called: its text, or the first name of a code of another system than ours."""
    named = (one.get("display", "") for one in concept.get("coding", ()) if "qd831" not in one.get("system", ""))
    return str(concept.get("text") or next((name for name in named if name), ""))


def _note(body: Body) -> str:
    return "\n".join(note["text"] for note in body.get("note", ()))


_READERS = {
    "Patient": _patient,
    "RelatedPerson": _relative,
    "Encounter": _encounter,
    "Observation": _observation,
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "FamilyMemberHistory": _family,
    "Immunization": _dose,
}
"""The resources that a profile has a place for."""
