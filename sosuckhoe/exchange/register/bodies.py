"""Entries of the registers as resources of a care services directory. Pure.

IHE mCSD: https://profiles.ihe.net/ITI/mCSD/volume-3.html. A validity stands in the `period` of the identifier (of an
Organization, whose own element R4 does not have) or of the resource; `active` is what it says on the day of writing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.register import lists
from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.names import human_name
from sosuckhoe.exchange.xml130.mapping.registers import register_key
from sosuckhoe.identity import places

FACILITY_LICENCE = "urn:sosuckhoe:sid:facility-licence"
SERVICE = "urn:sosuckhoe:sid:facility-service"
ROLE = "urn:sosuckhoe:cs:practitioner-role"
TITLE = "urn:sosuckhoe:cs:professional-title"

Body = dict[str, Any]
Values = Mapping[str, str]


def drafts_of(kind: str, entry: Values, worker: str, on: date) -> list[Draft]:
    """The resources of one entry, as of a day; of a licence none, because a practitioner may have several."""
    if kind == lists.FACILITIES:
        return _of_facility(entry, on)
    if kind == lists.ROLES:
        return [_role(entry, worker, on)]
    return [_service(entry, on) if kind == lists.SERVICES else _affiliation(entry, on)]


def practitioner(worker: str, licences: Sequence[Values], on: date) -> Draft:
    """One practitioner with every licence, the newest first, whose name is the one in use."""
    key = register_key("Practitioner", worker)
    newest = licences[0]
    numbers = {entry["social_insurance"] for entry in licences if entry["social_insurance"]}
    identifiers = [
        _identifier(systems.PRACTICE_LICENCE, entry["licence"], entry, entry["issuer"]) for entry in licences
    ]
    identifiers += [{"system": systems.SOCIAL_INSURANCE, "value": number} for number in sorted(numbers)]
    body: Body = {
        "resourceType": "Practitioner",
        "id": str(key),
        "identifier": identifiers,
        "active": any(is_in_force(entry, on) for entry in licences),
        "name": [human_name(newest["name"])],
        "gender": newest["sex"],
        "qualification": [_qualification(entry) for entry in licences],
    }
    return Draft("Practitioner", key, NOBODY, _told(body))


def is_in_force(licence: Values, on: date) -> bool:
    """Whether somebody may practise by this licence on a day."""
    is_active = licence["status"] in {"", "active"}
    return is_active and lists.is_valid(licence["valid_from"], licence["valid_until"], on)


def _qualification(licence: Values) -> Body:
    return _told(
        {
            "identifier": [_identifier(systems.PRACTICE_LICENCE, licence["licence"], licence, "")],
            "code": _told({"coding": [{"system": TITLE, "display": licence["title"]}], "text": licence["scope"]}),
            "period": _period(licence),
            "issuer": _told({"display": licence["issuer"]}),
        }
    )


def stray(number: str, worker: Draft) -> Draft:
    """What hospital files entered of a practitioner by another number, before the register knew whose it is."""
    key = register_key("Practitioner", number)
    shared = {name: worker.body[name] for name in ("identifier", "name")}
    body = {"resourceType": "Practitioner", "id": str(key), "active": False, **shared}
    return Draft("Practitioner", key, NOBODY, body)


def _of_facility(values: Values, on: date) -> list[Draft]:
    code, is_active = values["facility"], lists.is_valid(values["valid_from"], values["valid_until"], on)
    organization, location = register_key("Organization", code), register_key("Location", code)
    numbers = [_identifier(systems.FACILITY, code, values, "")]
    shared: Body = {"name": values["name"], "telecom": _phone(values["phone"])}
    licence = [_identifier(FACILITY_LICENCE, values["licence"], values, "")] if values["licence"] else []
    one: Body = {
        "resourceType": "Organization",
        "id": str(organization),
        "identifier": [*numbers, *licence],
        "active": is_active,
        "type": [{"text": values["kind"]}] if values["kind"] else [],
        **shared,
        "address": [_address(values, on)],
        "partOf": _reference("Organization", values["parent"]) if values["parent"] else {},
    }
    other: Body = {
        "resourceType": "Location",
        "id": str(location),
        "identifier": numbers,
        "status": "active" if is_active else "inactive",
        **shared,
        "mode": "instance",
        "type": [{"text": values["kind"]}] if values["kind"] else [],
        "address": _address(values, on),
        "managingOrganization": _reference("Organization", code),
    }
    return [
        Draft("Organization", organization, NOBODY, _told(one)),
        Draft("Location", location, NOBODY, _told(other)),
    ]


def _role(values: Values, worker: str, on: date) -> Draft:
    key = register_key("PractitionerRole", lists.code_of(lists.ROLES, dict(values)))
    named = lists.roles()[values["role"]]
    body: Body = {
        "resourceType": "PractitionerRole",
        "id": str(key),
        "active": lists.is_valid(values["valid_from"], values["valid_until"], on),
        "period": _period(values),
        "practitioner": _reference("Practitioner", worker),
        "organization": _reference("Organization", values["facility"]),
        "code": [{"coding": [{"system": ROLE, "code": values["role"], "display": named["en"]}], "text": named["vi"]}],
        "specialty": [{"text": values["department"]}] if values["department"] else [],
        "location": [_reference("Location", values["facility"])],
    }
    return Draft("PractitionerRole", key, NOBODY, _told(body))


def _service(values: Values, on: date) -> Draft:
    key = register_key("HealthcareService", lists.code_of(lists.SERVICES, dict(values)))
    body: Body = {
        "resourceType": "HealthcareService",
        "id": str(key),
        "identifier": [_identifier(SERVICE, values["service"], values, "")],
        "active": lists.is_valid(values["valid_from"], values["valid_until"], on),
        "providedBy": _reference("Organization", values["facility"]),
        "specialty": [{"text": values["specialty"]}] if values["specialty"] else [],
        "location": [_reference("Location", values["facility"])],
        "name": values["name"],
    }
    return Draft("HealthcareService", key, NOBODY, _told(body))


def _affiliation(values: Values, on: date) -> Draft:
    key = register_key("OrganizationAffiliation", lists.code_of(lists.AFFILIATIONS, dict(values)))
    body: Body = {
        "resourceType": "OrganizationAffiliation",
        "id": str(key),
        "active": lists.is_valid(values["valid_from"], values["valid_until"], on),
        "period": _period(values),
        "organization": _reference("Organization", values["facility"]),
        "participatingOrganization": _reference("Organization", values["member"]),
        "code": [{"text": values["kind"]}],
    }
    return Draft("OrganizationAffiliation", key, NOBODY, _told(body))


def _identifier(system: str, value: str, validity: Values, issuer: str) -> Body:
    assigner = {"display": issuer} if issuer else {}
    return _told({"system": system, "value": value, "period": _period(validity), "assigner": assigner})


def _period(values: Values) -> Body:
    return _told({"start": values["valid_from"], "end": values["valid_until"]})


def _phone(number: str) -> list[Body]:
    return [{"system": "phone", "value": number}] if number else []


def _address(values: Values, on: date) -> Body:
    """The street as written; the names behind the codes, of the day when they are codes of that day."""
    province, commune = values["province"], values["commune"]
    day = on if places.province_name(province, on) and (not commune or places.commune_name(commune, on)) else None
    before = places.LAST_OF_63
    district = places.district_of(commune, before) or "" if not day else ""
    names = places.address(commune, district, province, day or before)
    lines = [part for part in (values["address"], names) if part]
    return _told(
        {
            "text": ", ".join(lines),
            "line": [values["address"]] if values["address"] else [],
            "city": places.commune_name(commune, day or before) or "",
            "state": places.province_name(province, day or before) or "",
            "country": "VN",
        }
    )


def _reference(type_name: str, code: str) -> Body:
    return {"reference": f"{type_name}/{register_key(type_name, code)}"}


def _told(body: Body) -> Body:
    """Without what is empty; `active: false` is told."""
    return {name: value for name, value in body.items() if value not in ("", [], {}, None)}
