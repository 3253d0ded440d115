"""TIENSU: habits, allergies, illnesses, disabilities, the family's illnesses. One row is one record.

A row that says of an illness that it is not there (TRANGTHAI 0) makes no record: the profile as kept says so.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.format import word
from sosuckhoe.exchange.qd831.mapping import systems
from sosuckhoe.exchange.qd831.mapping.fields import ALLERGIES, HABITS, SENSITIVE, listed
from sosuckhoe.exchange.qd831.mapping.place import Body, Labels, Profile, in_order
from sosuckhoe.exchange.xml130.mapping.codes import hl7, loinc
from sosuckhoe.exchange.xml130.mapping.values import code, said
from sosuckhoe.exchange.xml130.package import Package, Row

ABSENT = "0"
FAMILY = "Người trong gia đình"
_ACTIVE = hl7("condition-clinical", "active")
_ALLERGIC = hl7("allergyintolerance-clinical", "active")
_PROBLEM = [hl7("condition-category", "problem-list-item")]
_SOCIAL = [hl7("observation-category", "social-history")]


def labels_of(package: Package) -> Labels:
    """What the history names that is sensitive: the labels of its free text."""
    rows = [row for table in (form.ILLNESSES, form.FAMILY_ILLNESSES) for row in package.tables.get(table, ())]
    there = [code(row, "LOAIBENH") for row in rows if code(row, "TRANGTHAI") != ABSENT]
    return in_order(tuple(label for kind in there for label in _sensitive(f"illness.{kind}")))


def map_habits(profile: Profile, rows: list[Row]) -> None:
    """Draft smoking, drinking, drugs and exercise: the level as value, the rest as components in words."""
    for row in rows:
        kind = code(row, "LOAI")
        if not any(said(row, tag) for tag in ("TRANGTHAI", "DABO", "SOLUONG")):
            continue
        body: Body = {
            "status": "final",
            "category": _SOCIAL,
            "code": _habit(kind, said(row, "TENLOAI")),
            "subject": profile.patient,
        }
        if level := code(row, "TRANGTHAI"):
            body["valueCodeableConcept"] = listed("habit_level", level)
        parts = [_part(tag, said(row, tag)) for tag in ("DABO", "SOLUONG") if said(row, tag)]
        if parts:
            body["component"] = parts
        profile.add("Observation", form.HABITS, kind, body, _sensitive(f"habit.{kind}"))


def _habit(kind: str, name: str) -> Body:
    known = HABITS.get(kind)
    coding: list[Any] = list(loinc(known["loinc"], known["en"], "")["coding"]) if known else []
    if kind:
        coding.append({"system": systems.listed("habit"), "code": kind})
    return {"coding": coding, "text": name or word("habit", kind)} if coding else {"text": name or "Thói quen"}


def _part(tag: str, text: str) -> Body:
    field = form.TABLES[form.HABITS].fields[tag]
    concept = {"coding": [{"system": systems.FIELD, "code": f"DSYEUTO.{tag}"}], "text": field.vi}
    return {"code": concept, "valueString": text}


def map_allergies(profile: Profile, rows: list[Row]) -> None:
    """Draft an AllergyIntolerance for each row."""
    for row in rows:
        kind = code(row, "LOAI")
        if not said(row, "TEN") and not code(row, "MASO"):
            continue
        body: Body = {"clinicalStatus": _ALLERGIC, "code": substance(row), "patient": profile.patient}
        if category := ALLERGIES.get(kind):
            body["category"] = [category]
        _describe(body, row)
        profile.add("AllergyIntolerance", form.ALLERGIES, f"{kind}|{code(row, 'MASO')}|{said(row, 'TEN')}", body)


def substance(row: Row) -> Body:
    """What somebody does not tolerate: the sender's code, and the words."""
    concept: Body = {"coding": [{"system": systems.ALLERGEN, "code": code(row, "MASO")}]} if code(row, "MASO") else {}
    return concept | ({"text": said(row, "TEN")} if said(row, "TEN") else {})


def map_illnesses(profile: Profile, rows: list[Row]) -> None:
    """Draft a Condition for each illness that is there."""
    for row in rows:
        kind = code(row, "LOAIBENH")
        if code(row, "TRANGTHAI") == ABSENT or not (kind or said(row, "TENBENH")):
            continue
        body: Body = {
            "clinicalStatus": _ACTIVE,
            "category": _PROBLEM,
            "code": _named("illness", kind, said(row, "TENBENH")),
            "subject": profile.patient,
        }
        _describe(body, row)
        key = f"{kind}|{said(row, 'TENBENH')}"
        profile.add("Condition", form.ILLNESSES, key, body, _sensitive(f"illness.{kind}"))


def map_disabilities(profile: Profile, rows: list[Row]) -> None:
    """Draft a Condition for each disability."""
    for row in rows:
        kind = code(row, "LOAI")
        if not (kind or said(row, "TENLOAI")):
            continue
        body: Body = {
            "clinicalStatus": _ACTIVE,
            "category": _PROBLEM,
            "code": _named("disability", kind, said(row, "TENLOAI")),
            "subject": profile.patient,
        }
        _describe(body, row)
        profile.add("Condition", form.DISABILITIES, f"{kind}|{said(row, 'TENLOAI')}", body)


def map_family(profile: Profile, package: Package) -> None:
    """Draft a FamilyMemberHistory for each row: who, and the illness or what is not tolerated."""
    for row in package.tables.get(form.FAMILY_ALLERGIES, ()):
        if said(row, "TEN") or code(row, "MASO"):
            kind = code(row, "LOAI")
            concept = substance(row)
            concept["coding"] = [*concept.get("coding", ()), *_coded("allergy", kind)]
            _family(profile, form.FAMILY_ALLERGIES, row, concept, ())
    for row in package.tables.get(form.FAMILY_ILLNESSES, ()):
        kind = code(row, "LOAIBENH")
        if code(row, "TRANGTHAI") != ABSENT and (kind or said(row, "TENBENH")):
            concept = _named("illness", kind, said(row, "TENBENH"))
            _family(profile, form.FAMILY_ILLNESSES, row, concept, _sensitive(f"illness.{kind}"))


def _family(profile: Profile, table: str, row: Row, concept: Body, labels: Labels) -> None:
    who = said(row, "NGUOIMAC")
    condition: Body = {"code": {part: value for part, value in concept.items() if value}}
    if note := said(row, "MOTA"):
        condition["note"] = [{"text": note}]
    body: Body = {
        "status": "partial",
        "patient": profile.patient,
        "relationship": {"text": who or FAMILY},
        "condition": [condition],
    }
    profile.add("FamilyMemberHistory", table, f"{who}|{concept.get('coding')}|{concept.get('text')}", body, labels)


def _named(name: str, kind: str, words: str) -> Body:
    """An illness or a disability: the list's code with its word, and the words of the row."""
    concept: Body = {"coding": _coded(name, kind)} if kind else {}
    return concept | ({"text": words} if words else {})


def _coded(name: str, kind: str) -> list[Body]:
    return list(listed(name, kind)["coding"]) if kind else []


def _describe(body: Body, row: Row) -> None:
    if note := said(row, "MOTA"):
        body["note"] = [{"text": note}]


def _sensitive(place: str) -> Labels:
    label = SENSITIVE.get(place)
    return (label,) if label else ()
