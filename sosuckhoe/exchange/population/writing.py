"""The person after a decision: what is known, the Patient resource, its Provenance. In the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sosuckhoe.base.keys import bucket_of, new_key
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.population.client import SYSTEM
from sosuckhoe.exchange.xml130.mapping import patient_body
from sosuckhoe.identity import rewriting
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.queries import Known

CHANGE = "urn:sosuckhoe:sid:population-change"
_UPDATED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": "UPDATE"}]}


def rewrite(person: Known, claim: Claim, at: datetime, change: str = "", reason: str = "", who: str = SYSTEM) -> bool:
    """Make this claim what is known of the person; whether that changed anything. Raises identity's Raced.

    `change` is the register's key of an official change; `reason` says in a few words why, never a value; `who` is
    the register whose word it is.
    """
    before = patient_body(person.claim, person.ref.patient)
    if not rewriting.rewrite(person, claim, at):
        return False
    body = patient_body(claim, person.ref.patient)
    if body != before:
        patient = Draft("Patient", person.ref.patient, person.ref.person, body)
        clinical.put_many([patient, _provenance(person, at, change, reason, who)], at)
    return True


def _provenance(person: Known, at: datetime, change: str, reason: str, who: str) -> Draft:
    key = new_key(bucket_of(person.ref.person), at)
    body: dict[str, Any] = {
        "resourceType": "Provenance",
        "id": str(key),
        "target": [{"reference": f"Patient/{person.ref.patient}"}],
        "recorded": at.isoformat(timespec="seconds"),
        "activity": _UPDATED,
        "agent": [{"who": {"display": who}}],
    }
    if reason:
        body["reason"] = [{"text": reason}]
    if change:
        body["entity"] = [{"role": "source", "what": {"identifier": {"system": CHANGE, "value": change}}}]
    return Draft("Provenance", key, person.ref.person, body)
