"""Patient, relatives and blood group back into THONGTINCHUNG."""

from __future__ import annotations

import re
from typing import Any

from sosuckhoe.exchange.qd831.mapping import systems
from sosuckhoe.exchange.qd831.mapping.values import written
from sosuckhoe.exchange.xml130.mapping import systems as hospital
from sosuckhoe.exchange.xml130.package import Row
from sosuckhoe.identity import identifiers

Body = dict[str, Any]
_SEX = {"male": "1", "female": "2"}
_TAGS = {"cccd": "MADINHDANH", "cmnd": "SOCMND", "passport": "SOCMND", "bhyt": "MATHE", "bhxh": "MABHXH"}
_CODED = {
    hospital.EXT_RACE: "MADANTOC",
    hospital.EXT_OCCUPATION: "MANGHENGHIEP",
    hospital.EXT_NATIONALITY: "MAQUOCTICH",
}
_PLACES = {"province": "MATINH_HIENTAI", "district": "MAHUYEN_HIENTAI", "ward": "MAXA_HIENTAI"}
_BLOOD = {"882-1", "883-9", "10331-7"}
_GROUP = re.compile(r"(AB|A|B|O)?(?:Rh)?([+-])?")


def row_of_patient(body: Body) -> Row:
    """The fields of THONGTINCHUNG that a Patient tells."""
    row = {
        "HOTEN": next((name.get("text", "") for name in body.get("name", ()) if name.get("use") != "temp"), ""),
        "GIOITINH": _SEX.get(body.get("gender", ""), ""),
        "NGAYSINH": written(body.get("birthDate")),
        **_numbers(body),
        **_telecom(body),
        **_address(next(iter(body.get("address", ())), {})),
        **_extensions(body),
    }
    return {tag: text for tag, text in row.items() if text}


def row_of_relative(body: Body) -> Row:
    """The fields of QUANHE_GIADINH."""
    row: Row = {}
    for concept in body.get("relationship", ()):
        codes = {one.get("system"): one.get("code", "") for one in concept.get("coding", ())}
        if "GUARD" in codes.values():
            row["GIAMHO"] = "1"
        else:
            row |= {"LOAI_QUANHE": codes.get(systems.RELATION, ""), "TEN_QUANHE": concept.get("text", "")}
    row["HOTEN"] = next((name.get("text", "") for name in body.get("name", ())), "")
    for phone in body.get("telecom", ()):
        row["DIENTHOAI" if phone.get("use") == "home" else "DIDONG"] = phone.get("value", "")
    return {tag: text for tag, text in row.items() if text}


def blood_group_of(body: Body) -> Row:
    """The fields of a blood group; empty for another Observation, and for a group that is none."""
    codes = {one.get("code") for one in body["code"].get("coding", ())}
    value = body.get("valueCodeableConcept", {})
    found = (
        _GROUP.fullmatch(next((one.get("code", "") for one in value.get("coding", ())), "")) if codes & _BLOOD else None
    )
    if found is None:
        return {}
    told = {"NHOMMAU_HEABO": found[1] or "", "NHOMMAU_HERH": found[2] or ""}
    return {tag: text for tag, text in told.items() if text}


def _numbers(body: Body) -> Row:
    kinds = {system.uri: kind for kind, system in identifiers.systems().items()}
    row: Row = {}
    for number in body.get("identifier", ()):
        tag = _TAGS.get(kinds.get(number.get("system", ""), ""))
        if tag:
            row.setdefault(tag, number.get("value", ""))
    return row


def _telecom(body: Body) -> Row:
    row: Row = {}
    for one in body.get("telecom", ()):
        if one.get("system") in {"email", "phone"} and one.get("value"):
            mobile = "DIENTHOAI_CD" if one.get("use") == "home" else "DIENTHOAI_DD"
            row.setdefault("EMAIL" if one["system"] == "email" else mobile, one["value"])
    return row


def _address(address: Body) -> Row:
    return {"DIACHI_HIENTAI": address.get("text", "")} | {
        _PLACES[part["url"]]: part.get("valueCoding", {}).get("code", "")
        for extension in address.get("extension", ())
        for part in extension.get("extension", ())
        if part["url"] in _PLACES
    }


def _extensions(body: Body) -> Row:
    row: Row = {}
    for extension in body.get("extension", ()):
        url = extension["url"]
        if url in _CODED:
            codings = extension.get("valueCodeableConcept", {}).get("coding", ())
            row[_CODED[url]] = next((one.get("code", "") for one in codings), "")
        elif url == hospital.EXT_RELIGION:
            row["MATONGIAO"] = extension.get("valueCodeableConcept", {}).get("text", "")
        elif url == hospital.EXT_BIRTH_PLACE:
            row["MATINH_KHAISINH"] = _address(extension.get("valueAddress", {})).get("MATINH_HIENTAI", "")
    return row
