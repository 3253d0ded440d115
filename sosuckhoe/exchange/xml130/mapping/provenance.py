"""Where the records of a visit are from: one Provenance, by the facility, of the package that arrived."""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.codes import hl7
from sosuckhoe.exchange.xml130.mapping.values import said
from sosuckhoe.exchange.xml130.mapping.visit import Visit

_AUTHOR = hl7("provenance-participant-type", "author", "Author")
_CREATED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": "CREATE"}]}


def map_provenance(visit: Visit, digest: str) -> None:
    """Draft the Provenance of a visit's Encounter, which all its other records refer to.

    `digest` tells the package; without it the entity names the visit's number only.
    """
    value = digest or said({"MA_LK": visit.ma_lk}, "MA_LK")
    body: dict[str, Any] = {
        "target": [visit.encounter],
        "recorded": visit.received.isoformat(timespec="seconds"),
        "activity": _CREATED,
        "agent": [{"type": _AUTHOR, "who": visit.provider or {"display": "Cơ sở khám chữa bệnh"}}],
    }
    if value:
        identifier = {"system": systems.PACKAGE if digest else systems.VISIT, "value": value}
        body["entity"] = [{"role": "source", "what": {"identifier": identifier}}]
    visit.add("Provenance", "XML1", "", body)
