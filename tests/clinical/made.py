"""Made-up resources, as the mapping of a hospital's package makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sosuckhoe.base.keys import bucket_of, derived_key
from sosuckhoe.clinical.draft import Draft

AT = datetime(2026, 11, 3, 2, 15, 30, 123456, tzinfo=UTC)
PERSON = 4711


def key(*parts: str, person: int = PERSON) -> UUID:
    return derived_key(bucket_of(person), AT, *parts)


def draft(type_name: str, name: str, /, *, person: int = PERSON, **content: object) -> Draft:
    made = key(type_name, name, person=person)
    return Draft(type_name, made, person, {"resourceType": type_name, "id": str(made), **content})


def patient(person: int = PERSON, **content: object) -> Draft:
    return draft("Patient", "self", person=person, **content)


def observation(name: str, *, person: int = PERSON, code: str = "718-7", **content: object) -> Draft:
    body = {
        "identifier": [{"system": "urn:test:lis", "value": name}],
        "status": "final",
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": code}], "text": "Huyết sắc tố"},
        "subject": {"reference": f"Patient/{patient(person).key}"},
        "encounter": {"reference": f"Encounter/{key('Encounter', 'visit', person=person)}"},
        "effectiveDateTime": "2026-05-02T10:11:00+07:00",
        "valueQuantity": {"value": 13.5, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"},
    }
    return draft("Observation", name, person=person, **{**body, **content})
