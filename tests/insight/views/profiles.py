"""A profile that a view asks for, and the same question without it."""

from __future__ import annotations

ADDRESS = "https://example.org/result-of"


def of_code(code):
    """A profile of Observation that demands a LOINC code."""
    return {
        "resourceType": "StructureDefinition", "id": "result-of", "url": ADDRESS, "name": "ResultOf",
        "status": "active", "kind": "resource", "abstract": False, "type": "Observation", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
        "differential": {"element": [
            {"id": "Observation", "path": "Observation"},
            {"id": "Observation.code", "path": "Observation.code",
             "patternCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": code}]}},
        ]},
    }  # fmt: skip


def view(*conditions):
    """The codes of results for which all of these hold."""
    return {
        "resource": "Observation",
        "where": [{"path": one} for one in conditions],
        "select": [{"column": [{"name": "code", "path": "code.coding.code.first()"}]}],
    }


CONFORMS = f"conformsTo('{ADDRESS}')"
"""What asks for the profile."""


def by_code(code):
    """The same in words that have SQL."""
    return f"code.coding.where(system = 'http://loinc.org' and code = '{code}').exists()"
