"""Another vendor's records, small and as they should be, and their way into the books."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import orjson

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.feeds import deliver, readers
from sosuckhoe.exchange.feeds.deliver import Parcel
from sosuckhoe.exchange.xml130.mapping.codes import hl7
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
SOURCE = "song-hong"
URI = f"urn:sosuckhoe:source:{SOURCE}"
CCCD = Identifier("cccd", "079160000001")
NATIONAL = "http://fhir.ehealth.gov.vn/core/sid/national_id"


def patient(key="p1", cccd=CCCD.value, **more):
    made = {
        "resourceType": "Patient",
        "id": key,
        "meta": {"lastUpdated": "2026-02-01T08:00:00Z"},
        "identifier": [{"system": NATIONAL, "value": cccd}] if cccd else [],
        "name": [{"use": "official", "family": "Nguyễn", "given": ["Thị", "Lan"]}],
        "gender": "female",
        "birthDate": "1960-05-02",
        "telecom": [{"system": "phone", "value": "0900000001"}],
        **more,
    }
    return {name: value for name, value in made.items() if value}


def encounter(name="e1", whose="p1", **more):
    return {
        "resourceType": "Encounter",
        "id": name,
        "meta": {"lastUpdated": "2026-02-01T08:00:00Z"},
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{whose}"},
        "serviceProvider": {"reference": "Organization/o1"},
        "period": {"start": "2026-01-31T08:00:00+07:00"},
        **more,
    }


def glucose(name="g1", whose="p1", value=7.8, **more):
    return {
        "resourceType": "Observation",
        "id": name,
        "meta": {"lastUpdated": "2026-02-01T08:00:00Z"},
        "status": "final",
        "category": [hl7("observation-category", "laboratory")],
        "code": {"coding": [{"system": "http://loinc.org", "code": "14749-6"}], "text": "Glucose"},
        "subject": {"reference": f"Patient/{whose}"},
        "encounter": {"reference": "Encounter/e1"},
        "effectiveDateTime": "2026-01-31T09:00:00+07:00",
        "valueQuantity": {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        **more,
    }


def allergy(name="a1", whose="p1", **more):
    return {
        "resourceType": "AllergyIntolerance",
        "id": name,
        "meta": {"lastUpdated": "2026-02-01T08:00:00Z"},
        "clinicalStatus": hl7("allergyintolerance-clinical", "active"),
        "code": {"text": "Penicillin"},
        "patient": {"reference": f"Patient/{whose}"},
        "recordedDate": "2026-01-31",
        **more,
    }


def organization(name="o1", code="79001"):
    return {
        "resourceType": "Organization",
        "id": name,
        "identifier": [{"system": "urn:sosuckhoe:sid:facility", "value": code}],
        "name": "Bệnh viện Sông Hồng",
    }


def bundle(*resources, kind="collection", **more):
    entries = [one if "resource" in one or "request" in one else {"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries, **more}


def give(content, kind=readers.BUNDLE, name="b.json", source=SOURCE, at=AT):
    """Receive a file, without filing it."""
    raw = content if isinstance(content, bytes) else orjson.dumps(content)
    return deliver.receive(PROGRAM, Parcel(source, kind, name), io.BytesIO(raw), "import", at)


def send(*resources, at=AT, name="b.json", **more):
    """Receive a bundle and file everything that waits."""
    receipt = give(bundle(*resources, **more), name=name, at=at)
    deliver.drain(readers.readers())
    return receipt


def lines(*resources):
    return b"\n".join(orjson.dumps(one) for one in resources) + b"\n"


def counts(delivery):
    row = db.one("select filed, unchanged, older, put_off, refused from exchange_delivery where id = %s", (delivery,))
    return {name: number for name, number in row._asdict().items() if number}


def findings(delivery):
    return db.tuples(
        "select place, problem from exchange_delivery_finding where delivery = %s order by piece, part", (delivery,)
    )


def book(number=CCCD):
    """Everything of a person's book, by type."""
    person = identity.person_of(number)
    found = {}
    for stored in clinical.of_person(person) if person else ():
        found.setdefault(stored.type, []).append(orjson.loads(stored.body))
    return found
