"""What this server knows of codes. https://hl7.org/fhir/R4/terminologycapabilities.html"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from sosuckhoe.clinical.terminology import BUILT_IN, library
from sosuckhoe.doors.fhir.operations import expand

_STRUCTURE = ("is-a", "descendent-of", "is-not-a", "generalizes", "in", "not-in")


@lru_cache(maxsize=8)
def statement(base: str) -> bytes:
    """The TerminologyCapabilities of the server at this address; lists that were stored come on top."""
    return orjson.dumps(
        {
            "resourceType": "TerminologyCapabilities",
            "status": "active",
            "date": "2026-11-01",
            "kind": "instance",
            "software": {"name": "Sổ Sức Khỏe"},
            "implementation": {"description": "Sổ sức khỏe điện tử", "url": base},
            "codeSystem": [_system(url) for url in library.system_urls()],
            "expansion": {
                "hierarchical": True,
                "paging": True,
                "incomplete": False,
                "parameter": [{"name": name} for name in expand.NAMES],
                "textFilter": "Beginnings of words, with or without Vietnamese marks; best first.",
            },
            "codeSearch": "all",
            "validateCode": {"translations": True},
            "translation": {"needsMap": False},
        }
    )


def _system(url: str) -> dict[str, Any]:
    """Address, editions and, for lists of our own, what can be filtered by; HL7's lists are not read for this."""
    made: dict[str, Any] = {"uri": url}
    if versions := library.editions(url):
        made["version"] = [{"code": one, "isDefault": one == versions[0], "filter": _filters(url)} for one in versions]
        made["subsumption"] = True
    return made


def _filters(url: str) -> list[dict[str, Any]]:
    properties = sorted(getattr(BUILT_IN.system(url), "properties", ()))
    structure = [{"code": "concept", "op": list(_STRUCTURE)}, {"code": "code", "op": ["regex"]}]
    return [*structure, *({"code": name, "op": ["=", "in", "not-in", "regex", "exists"]} for name in properties)]
