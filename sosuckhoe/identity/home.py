"""Codes of places in a FHIR address, as the guide has them: an extension of province, district, ward. Pure.

http://fhir.ehealth.gov.vn/core/StructureDefinition/administrative-address (github.com/hl7vn/vn-core-ig).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXTENSION = "http://fhir.ehealth.gov.vn/core/StructureDefinition/administrative-address"
_PLACES = {"province": "province", "district": "district", "ward": "commune"}


def codes_of(address: Mapping[str, Any]) -> dict[str, str]:
    """The codes that an address tells, by the fields of a claim; those that it does not tell are absent."""
    found = (one for one in address.get("extension", ()) if one.get("url") == EXTENSION)
    parts = (part for one in found for part in one.get("extension", ()) if part.get("url") in _PLACES)
    told = {_PLACES[part["url"]]: str((part.get("valueCoding") or {}).get("code", "")) for part in parts}
    return {field: code for field, code in told.items() if code}
