"""Trạng thái khám bệnh, chữa bệnh (check-in): the Encounter has begun.

It is the same Encounter that XML1 of the visit completes. What else the row holds (the first order or cost of a
stay) comes again with the package and is kept with the check-in only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.xml130.mapping import registers, systems
from sosuckhoe.exchange.xml130.mapping.codes import concept
from sosuckhoe.exchange.xml130.mapping.sensitive import labels_of, security
from sosuckhoe.exchange.xml130.mapping.values import code, moment, said
from sosuckhoe.exchange.xml130.mapping.visit import encounter_key
from sosuckhoe.exchange.xml130.mapping.xml1_visit import encounter_body
from sosuckhoe.exchange.xml130.package import Package, Row
from sosuckhoe.identity.claim import PersonRef


def check_in_draft(row: Row, person: PersonRef, received: datetime, born: datetime | None = None) -> Draft:
    """The Encounter of somebody who has come. `born` is the episode's first arrival when this is not it."""
    facility, ma_lk = code(row, "MA_CSKCB"), said(row, "MA_LK")
    key = encounter_key(bucket_of(person.person), born or received, facility, ma_lk)
    body: dict[str, Any] = {"resourceType": "Encounter", "id": str(key)}
    labels = labels_of(Package(facility, {"XML0": [row]}))
    if marks := labels.everywhere + labels.named:
        body["meta"] = {"security": security(marks)}
    body.update(encounter_body(row, facility))
    arrived, admitted = moment(row.get("NGAY_VAO")), moment(row.get("NGAY_VAO_NOI_TRU"))
    body["status"] = "in-progress" if admitted else "arrived"
    body["subject"] = {"reference": f"Patient/{person.patient}"}
    if arrived:
        body["period"] = {"start": arrived}
    if admitted:
        body["classHistory"] = [{"class": body["class"], "period": {"start": admitted}}]
    if reason := _reason(row):
        body["reasonCode"] = [reason]
    if facility:
        body["serviceProvider"] = {"reference": f"Organization/{registers.register_key('Organization', facility)}"}
    if ordered := _first_order(row):
        body["basedOn"] = [ordered]
    return Draft("Encounter", key, person.person, body)


def check_in_drafts(row: Row, person: PersonRef, born: datetime, received: datetime) -> list[Draft]:
    """The Encounter of somebody who has come, and the facility it refers to."""
    found: dict[str, Draft] = {}
    registers.organization(found, code(row, "MA_CSKCB"))
    return [check_in_draft(row, person, received, born), *found.values()]


def _reason(row: Row) -> dict[str, Any]:
    reason = concept("ly_do_vnt", row.get("MA_LY_DO_VNT")) or {}
    why = said(row, "LY_DO_VNT")
    return reason | {"text": why} if why else reason


def _first_order(row: Row) -> dict[str, Any] | None:
    """The service that the person has come for, named before anything is done."""
    service, name = code(row, "MA_DICH_VU"), said(row, "TEN_DICH_VU")
    if not service and not name:
        return None
    order: dict[str, Any] = {"type": "ServiceRequest"}
    if service:
        order["identifier"] = {"system": systems.SERVICE, "value": service}
    if name:
        order["display"] = name
    return order
