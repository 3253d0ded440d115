"""The bundles that a FHIR server of another vendor would send of what it holds. The same seed gives the same bytes.

One collection a facility and month with its visits, then one with what it holds beside them; the server's own ids.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import hl7, icd10, loinc
from sosuckhoe.exchange.xml130.mapping.names import human_name
from sosuckhoe.exchange.xml130.mapping.values import moment, partial_date
from sosuckhoe.exchange.xml130.mapping.xml4_results import measured
from sosuckhoe.identity import identifiers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.held import Copied, HeldVisit, Holding, Patient, Trait

Body = dict[str, Any]
_SEX = {"1": "male", "2": "female"}
_SERVER = "http://songhong.example/fhir"
_INSIDE = {"03", "04", "06"}


def write(holding: Holding, folder: Path) -> int:
    """Write every bundle below a folder; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    for name, content in bundles(holding):
        (folder / name).write_bytes(content)
        made += 1
    return made


def bundles(holding: Holding) -> Iterator[tuple[str, bytes]]:
    """Names of files and their content, in order of time."""
    patients = {(one.record, one.written): one for one in holding.patients}
    visits = sorted(holding.visits, key=_month)
    for (month, facility), some in groupby(visits, _month):
        bodies = [body for visit in some for body in _visit(visit, patients[visit.record, visit.written])]
        if bodies:
            yield f"{month}-{facility}.json", _bundle(bodies)
    beside = [*(_copied(one) for one in holding.copied), *(_trait(one) for one in holding.traits)]
    if beside:
        yield "beside.json", _bundle(beside)


def _month(visit: HeldVisit) -> tuple[str, str]:
    return f"{visit.written:%Y-%m}", visit.facility


def _bundle(bodies: list[Body]) -> bytes:
    entries = [{"fullUrl": f"{_SERVER}/{one['resourceType']}/{one['id']}", "resource": one} for one in bodies]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, option=orjson.OPT_INDENT_2)


def _resource(kind: str, key: str, written: datetime, **parts: Any) -> Body:
    stamp = written.replace(tzinfo=VIETNAM).isoformat(timespec="seconds")
    body = {"resourceType": kind, "id": key, "meta": {"lastUpdated": stamp}, **parts}
    return {name: part for name, part in body.items() if part}


def _visit(visit: HeldVisit, patient: Patient) -> Iterator[Body]:
    """The patient as written that day, the visit, its diagnoses, medicines and results."""
    whose, here = {"reference": f"Patient/{visit.record}"}, {"reference": f"Encounter/{visit.key}"}
    yield _patient(patient)
    yield _organization(visit)
    yield _encounter(visit, whose)
    for place, code in enumerate(visit.diagnoses):
        yield _resource(
            "Condition", f"{visit.key}-d{place}", visit.written,
            clinicalStatus=hl7("condition-clinical", "active"),
            verificationStatus=hl7("condition-ver-status", "confirmed"),
            code=icd10(code), subject=whose, encounter=here, recordedDate=moment(visit.row.get("NGAY_VAO")),
        )  # fmt: skip
    for place, row in enumerate(visit.medicines):
        yield _resource(
            "MedicationRequest", f"{visit.key}-m{place}", visit.written,
            status="completed", intent="order", category=[hl7("medicationrequest-category", "outpatient")],
            medicationCodeableConcept={"text": row["TEN_THUOC"]}, subject=whose, encounter=here,
            authoredOn=moment(row.get("NGAY_YL")), dosageInstruction=[{"text": row.get("LIEU_DUNG") or "Theo đơn"}],
        )  # fmt: skip
    for place, row in enumerate(visit.results):
        yield {**_result(f"{visit.key}-r{place}", visit.record, row, visit.written), "encounter": here}


def _patient(patient: Patient) -> Body:
    row = patient.row
    cards = identifiers.insurance_card(row.get("MA_THE_BHYT") or "")
    numbers = [identifiers.identity_paper(row.get("SO_CCCD") or ""), *cards[:1]]
    known = identifiers.systems()
    return _resource(
        "Patient", patient.record, patient.written,
        identifier=[{"system": known[one.system].uri, "value": one.value} for one in numbers if one],
        name=[human_name(row["HO_TEN"])], gender=_SEX.get(row.get("GIOI_TINH") or "", "unknown"),
        birthDate=partial_date(row.get("NGAY_SINH")),
        telecom=[{"system": "phone", "value": row["DIEN_THOAI"]}] if row.get("DIEN_THOAI") else [],
        address=[{"use": "home", "text": row["DIA_CHI"]}] if row.get("DIA_CHI") else [],
    )  # fmt: skip


def _organization(visit: HeldVisit) -> Body:
    return {
        "resourceType": "Organization",
        "id": f"F{visit.facility}",
        "meta": {"lastUpdated": "2024-01-01T00:00:00+07:00"},
        "identifier": [{"system": systems.FACILITY, "value": visit.facility}],
    }


def _encounter(visit: HeldVisit, whose: Body) -> Body:
    ends = {"start": moment(visit.row.get("NGAY_VAO")), "end": moment(visit.row.get("NGAY_RA"))}
    inside = (visit.row.get("MA_LOAI_KCB") or "") in _INSIDE
    return _resource(
        "Encounter", visit.key, visit.written,
        status="finished",
        **{"class": {"system": systems.ACT_CODE, "code": "IMP" if inside else "AMB"}},
        subject=whose,
        period={name: text for name, text in ends.items() if text},
        reasonCode=[{"text": visit.row["LY_DO_VV"]}] if visit.row.get("LY_DO_VV") else [],
        serviceProvider={"reference": f"Organization/F{visit.facility}"},
        diagnosis=[
            {"condition": {"reference": f"Condition/{visit.key}-d{place}"}, "rank": place + 1}
            for place in range(len(visit.diagnoses))
        ],
    )  # fmt: skip


def _result(key: str, record: str, row: Row, written: datetime) -> Body:
    return _resource(
        "Observation", key, written,
        status="final", category=[hl7("observation-category", "laboratory")],
        code={"text": row["TEN_CHI_SO"]}, subject={"reference": f"Patient/{record}"},
        effectiveDateTime=moment(row.get("NGAY_KQ")), **measured(row["GIA_TRI"], row.get("DON_VI_DO") or ""),
    )  # fmt: skip


def _copied(one: Copied) -> Body:
    return _result(one.key, one.record, one.row, one.written)


def _trait(one: Trait) -> Body:
    whose, on = {"reference": f"Patient/{one.record}"}, f"{one.written:%Y-%m-%d}"
    if one.kind == "blood":
        code = loinc("882-1", "ABO and Rh group [Type] in Blood", "Nhóm máu ABO, Rh")
        return _resource(
            "Observation", one.key, one.written, status="final", code={**code, "text": "Nhóm máu"}, subject=whose,
            effectiveDateTime=on, valueString=one.text,
        )  # fmt: skip
    return _resource(
        "AllergyIntolerance", one.key, one.written,
        clinicalStatus=None if one.is_denied else hl7("allergyintolerance-clinical", "active"),
        verificationStatus=hl7("allergyintolerance-verification", "refuted" if one.is_denied else "confirmed"),
        code={"text": one.text}, patient=whose, recordedDate=on,
        reaction=[] if one.is_denied else [{"manifestation": [{"text": one.reaction}]}],
    )  # fmt: skip
