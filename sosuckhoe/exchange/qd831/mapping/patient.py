"""THONGTINCHUNG: who a profile is about, as a claim for identity; relatives and blood group as records."""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.qd831.format import ABOUT, EXAMS, KIND, RELATIVES
from sosuckhoe.exchange.qd831.mapping import systems
from sosuckhoe.exchange.qd831.mapping.place import Profile
from sosuckhoe.exchange.qd831.mapping.values import birth, day
from sosuckhoe.exchange.xml130.mapping.codes import hl7
from sosuckhoe.exchange.xml130.mapping.names import human_name
from sosuckhoe.exchange.xml130.mapping.patient import SEX, Claims
from sosuckhoe.exchange.xml130.mapping.values import code, said
from sosuckhoe.exchange.xml130.mapping.xml1_measurements import LABORATORY, blood_group
from sosuckhoe.exchange.xml130.package import Package, Row
from sosuckhoe.identity import identifiers
from sosuckhoe.identity.claim import Claim, Identifier

RECORD = "record"
GUARDIAN = hl7("v3-RoleCode", "GUARD", "guardian")
_YES = "1"


def claims_of(package: Package) -> Claims:
    """What a profile says of its person. The current address counts, or else that of permanent residence."""
    row = about(package)
    place = "HIENTAI" if said(row, "DIACHI_HIENTAI") or code(row, "MAXA_HIENTAI") else "THUONGTRU"
    claim = Claim(
        name=said(row, "HOTEN"),
        birth=birth(row.get("NGAYSINH")),
        sex=SEX.get(said(row, "GIOITINH"), "unknown"),
        facility=package.facility,
        identifiers=tuple(_numbers(package, row)),
        phone=said(row, "DIENTHOAI_DD") or said(row, "DIENTHOAI_CD"),
        address=said(row, f"DIACHI_{place}"),
        province=code(row, f"MATINH_{place}"),
        district=code(row, f"MAHUYEN_{place}"),
        commune=code(row, f"MAXA_{place}"),
        nationality=code(row, "MAQUOCTICH"),
        ethnicity=code(row, "MADANTOC"),
        occupation=code(row, "MANGHENGHIEP"),
        extra=_extra(row),
    )
    return Claims(claim, [])


def about(package: Package) -> Row:
    """The one row of THONGTINCHUNG; empty when there is none."""
    return (package.tables.get(ABOUT) or [{}])[0]


def summary_of_profile(package: Package) -> Row:
    """What an episode keeps of a profile, under the tags of a visit.

    Its kind, where the person lives, and the day of its newest examination, if it tells any.
    """
    claim = claims_of(package).patient
    days = [day(row.get("NGAYKHAM")) or day(row.get("NGAYBATDAU")) for row in package.tables.get(EXAMS, ())]
    newest = max(days, default="").replace("-", "")
    seen = {"NGAY_VAO": f"{newest}0000"} if newest else {}
    return {"MA_LOAI_KCB": KIND, "MATINH_CU_TRU": claim.province, "MAXA_CU_TRU": claim.commune, **seen}


def map_relatives(profile: Profile, rows: list[Row]) -> None:
    """Draft a RelatedPerson for each relative. Their own numbers are other persons' and stay in the kept profile."""
    for row in rows:
        name, relation = said(row, "HOTEN"), said(row, "TEN_QUANHE")
        telecom = [{"system": "phone", "value": said(row, tag), "use": use} for tag, use in _PHONES if said(row, tag)]
        told: list[dict[str, Any]] = []
        if relation or code(row, "LOAI_QUANHE"):
            told.append(_relation(code(row, "LOAI_QUANHE"), relation))
        if code(row, "GIAMHO") == _YES:
            told.append(GUARDIAN)
        parts = {"relationship": told, "name": [human_name(name)] if name else [], "telecom": telecom}
        body: dict[str, Any] = {"active": True, "patient": profile.patient}
        body.update((part, value) for part, value in parts.items() if value)
        if len(body) > 2:  # noqa: PLR2004 -- more than the two elements that every one has
            profile.add("RelatedPerson", RELATIVES, f"{name}|{relation}", body)


_PHONES = (("DIENTHOAI", "home"), ("DIDONG", "mobile"))


def _relation(written: str, name: str) -> dict[str, Any]:
    concept: dict[str, Any] = {"coding": [{"system": systems.RELATION, "code": written}]} if written else {}
    return concept | ({"text": name} if name else {})


def map_blood(profile: Profile, row: Row) -> None:
    """Draft the blood group: one Observation where ABO and Rh are both told, as hospitals' are."""
    abo, rh = said(row, "NHOMMAU_HEABO"), said(row, "NHOMMAU_HERH")
    known = [f"{abo}{rh}"] if abo and rh else [abo or f"Rh{rh}"] if abo or rh else []
    for written in known:
        concept, value = blood_group(written)
        body = {
            "status": "final",
            "category": LABORATORY,
            "code": concept,
            "subject": profile.patient,
            "valueCodeableConcept": value,
        }
        profile.add("Observation", ABOUT, "NHOMMAU", body)


def _numbers(package: Package, row: Row) -> list[Identifier]:
    own = " ".join(row.get("MA_NHANKHAU", "").split())
    numbers = [
        identifiers.identity_paper(said(row, "MADINHDANH")),
        identifiers.identity_paper(said(row, "SOCMND")),
        *identifiers.insurance_card(said(row, "MATHE")),
        identifiers.social_insurance_number(said(row, "MABHXH")),
        Identifier(RECORD, f"{package.source}/{own}") if own and package.source else None,
    ]
    return list(dict.fromkeys(number for number in numbers if number))


def _extra(row: Row) -> dict[str, str]:
    landline = said(row, "DIENTHOAI_CD") if said(row, "DIENTHOAI_DD") else ""
    told = {
        "email": said(row, "EMAIL"),
        "landline": landline,
        "religion": said(row, "MATONGIAO"),
        "birth_province": code(row, "MATINH_KHAISINH"),
    }
    return {key: value for key, value in told.items() if value}
