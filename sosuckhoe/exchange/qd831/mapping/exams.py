"""DANHSACHHOSOKHAMCHUABENH: each examination is an Encounter with its findings, tests and diagnoses.

The Encounter carries the visit's MA_LK under the same system as that of a hospital file, so that a reader can see
that both tell of one visit.
"""

from __future__ import annotations

from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.format import below
from sosuckhoe.exchange.qd831.mapping.fields import map_fields
from sosuckhoe.exchange.qd831.mapping.place import Body, Labels, Profile, Reference, in_order
from sosuckhoe.exchange.qd831.mapping.values import day
from sosuckhoe.exchange.xml130.mapping.codes import hl7, icd10
from sosuckhoe.exchange.xml130.mapping.sensitive import labels_of_code, rules
from sosuckhoe.exchange.xml130.mapping.systems import ACT_CODE, FACILITY, SERVICE, VISIT
from sosuckhoe.exchange.xml130.mapping.values import code, said
from sosuckhoe.exchange.xml130.package import Package, Row

_AMBULATORY = {"system": ACT_CODE, "code": "AMB", "display": "ambulatory"}
_TYPE = {"text": "Khám, chữa bệnh"}
_USE = hl7("diagnosis-role", "DD", "Discharge diagnosis")
_DIAGNOSIS = [hl7("condition-category", "encounter-diagnosis")]
_CONFIRMED = hl7("condition-ver-status", "confirmed")
_ACTIVE = hl7("condition-clinical", "active")
IMAGING_GROUP = "2"
_TESTS, _DIAGNOSES = "CANLAMSANG/DICHVU", "CHANDOANKETLUAN/CHANDOANBENH"


def map_exams(profile: Profile, package: Package) -> None:
    """Draft every examination."""
    for place, row in enumerate(package.tables.get(form.EXAMS, ()), 1):
        start = below(form.EXAMS, place)
        tests, diagnoses = (package.tables.get(f"{start}{name}", []) for name in (_TESTS, _DIAGNOSES))
        if any(text.strip() for one in (row, *tests, *diagnoses) for text in one.values()):
            _map_exam(profile, row, tests, diagnoses)


def _map_exam(profile: Profile, row: Row, tests: list[Row], diagnoses: list[Row]) -> None:
    everywhere, named = _labels(diagnoses)
    key = said(row, "MA_LK") or said(row, "NGAYKHAM")
    encounter = profile.add("Encounter", form.EXAMS, key, _encounter(profile, row), (*everywhere, *named))
    visit = profile.drafts[-1].body
    at = day(row.get("NGAYKHAM")) or day(row.get("NGAYBATDAU"))
    during: Body = {"encounter": encounter} | ({"effectiveDateTime": at} if at else {})
    map_fields(profile, form.EXAMS, row, labels=everywhere, words=named, during=during)
    for test in tests:
        _test(profile, test, key, during, everywhere, named)
    found = [_diagnosis(profile, diagnosis, key, encounter, at, everywhere) for diagnosis in diagnoses]
    if told := [{"condition": reference, "use": _USE} for reference in found if reference]:
        visit["diagnosis"] = told


def _labels(diagnoses: list[Row]) -> tuple[Labels, Labels]:
    """The labels that reach everything of an examination, and those of what names an illness."""
    found = {label for row in diagnoses for label in labels_of_code(code(row, "MABENH"))}
    everywhere = tuple(rule.label for rule in rules() if rule.label in found and rule.everywhere)
    return in_order(everywhere), in_order(tuple(found - set(everywhere)))


def _encounter(profile: Profile, row: Row) -> Body:
    start, begun, end = (day(row.get(tag)) for tag in ("NGAYKHAM", "NGAYBATDAU", "NGAYKETTHUC"))
    parts = {
        "identifier": _visit(profile, said(row, "MA_LK")),
        "status": "finished",
        "statusHistory": _begun(begun),
        "class": _AMBULATORY,
        "type": [_TYPE],
        "subject": profile.patient,
        "participant": _doctor(profile, row),
        "period": _period(start or begun, end),
        "reasonCode": [{"text": said(row, "LYDOKHAM")}] if said(row, "LYDOKHAM") else [],
        "serviceProvider": profile.provider,
    }
    return {name: part for name, part in parts.items() if part}


def _visit(profile: Profile, ma_lk: str) -> list[Body]:
    assigner = {"identifier": {"system": FACILITY, "value": profile.facility}}
    return [{"system": VISIT, "value": ma_lk, "assigner": assigner}] if ma_lk else []


def _begun(begun: str) -> list[Body]:
    return [{"status": "in-progress", "period": {"start": begun}}] if begun else []


def _period(start: str, end: str) -> Body:
    """From the day of the examination to its end; an end before it is left out."""
    told = {"start": start} if start else {}
    return told | ({"end": end} if end and end >= start else {})


def _doctor(profile: Profile, row: Row) -> list[Body]:
    name, login = said(row, "BACSIKHAM"), code(row, "MABACSI")
    who: Body = {"identifier": {"system": profile.system, "value": login}} if login else {}
    who |= {"display": name} if name else {}
    return [{"individual": who}] if who else []


def _test(profile: Profile, row: Row, key: str, during: Body, everywhere: Labels, named: Labels) -> None:
    result, name = said(row, "KETQUA"), said(row, "TENDICHVU")
    service, group = code(row, "MADICHVU"), code(row, "MANHOM")
    if not (service or name):
        return
    is_imaging = group == IMAGING_GROUP
    concept: Body = {"coding": [{"system": SERVICE, "code": service}]} if service else {}
    body: Body = {
        "status": "final" if result else "registered",
        "subject": profile.patient,
        "code": concept | ({"text": name} if name else {}),
        **during,
    }
    if group:
        body["category"] = [hl7("observation-category", "imaging" if is_imaging else "laboratory")]
    if result:
        body["valueString"] = result
    labels = (*everywhere, *named) if is_imaging else everywhere
    profile.add("Observation", form.TESTS, f"{key}|{service}|{name}", body, in_order(labels))


def _diagnosis(
    profile: Profile, row: Row, key: str, encounter: Reference, at: str, everywhere: Labels
) -> Reference | None:
    illness, name, conclusion = code(row, "MABENH"), said(row, "TENBENH"), said(row, "KETLUAN")
    if not (illness or name or conclusion):
        return None
    concept: Body = {part: value for part, value in icd10(illness).items() if part != "text"} if illness else {}
    body: Body = {
        "clinicalStatus": _ACTIVE,
        "verificationStatus": _CONFIRMED,
        "category": _DIAGNOSIS,
        "code": concept | ({"text": name} if name or not illness else {}),
        "subject": profile.patient,
        "encounter": encounter,
    }
    if not (illness or name):
        body["code"] = {"text": conclusion}
    elif conclusion:
        body["note"] = [{"text": conclusion}]
    if at:
        body["recordedDate"] = at
    labels = in_order((*everywhere, *labels_of_code(illness)))
    return profile.add("Condition", form.DIAGNOSES, f"{key}|{illness}|{name}", body, labels)
