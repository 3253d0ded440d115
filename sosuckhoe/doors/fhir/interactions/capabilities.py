"""What this server does, from what its code does. https://hl7.org/fhir/R4/http.html#capabilities"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import falcon
import orjson
from django.conf import settings

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import include, meaning, parameters
from sosuckhoe.doors.fhir import asking
from sosuckhoe.doors.fhir.interactions import declared
from sosuckhoe.doors.fhir.operations import OPERATIONS
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, SYSTEM, TYPE
from sosuckhoe.doors.fhir.outcome import MEDIA


def on_get(request: falcon.Request, response: falcon.Response) -> None:
    """Anybody may ask."""
    asking.check_accept(request)
    for name, text in asking.pairs_of(request.query_string):
        if name == "_format":
            asking.check_format(text)
        elif name != "mode" or text != "full":
            raise Problem("SSK-3001", name=asking.shown(name), type="metadata")
    response.content_type = MEDIA
    response.data = _statement(asking.base_of(request))


@lru_cache(maxsize=8)
def _statement(base: str) -> bytes:
    return orjson.dumps(statement(base))


def statement(base: str) -> dict[str, Any]:
    """The CapabilityStatement of the server at this address."""
    return {key: _filled(value) for key, value in _statement_of(base).items()}


def _filled(element: Any) -> Any:
    """Without what is empty, which R4 does not allow."""
    if isinstance(element, dict):
        return {key: _filled(value) for key, value in element.items() if value not in ([], {})}
    return [_filled(value) for value in element] if isinstance(element, list) else element


def _statement_of(base: str) -> dict[str, Any]:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-01",
        "kind": "instance",
        "software": {"name": "Sổ Sức Khỏe"},
        "implementation": {"description": "Sổ sức khỏe điện tử", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": ["application/fhir+json", "application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Bearer token, or the session of a signed-in person."},
                "resource": [_resource(name) for name in parameters.types()],
                "interaction": [{"code": code} for code in declared.codes(declared.SYSTEM)],
                "operation": _operations(SYSTEM),
            }
        ],
    }


def _resource(type_name: str) -> dict[str, Any]:
    return {
        "type": type_name,
        "interaction": [{"code": code} for code in declared.codes(declared.INSTANCE, declared.TYPE)],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "single" if settings.FHIR_CONDITIONAL_DELETE == 1 else "multiple",
        "searchInclude": [
            f"{type_name}:{parameter.code}"
            for parameter in sorted(parameters.of(type_name).values(), key=lambda one: one.code)
            if include.is_includable(parameter)
        ],
        "searchParam": [
            {"name": parameter.code, "type": parameter.kind}
            for parameter in sorted(parameters.of(type_name).values(), key=lambda one: one.code)
            if meaning.is_supported(parameter)
        ],
        "operation": _operations(TYPE, type_name) + _operations(INSTANCE, type_name),
    }


def _operations(level: str, type_name: str = "") -> list[dict[str, str]]:
    """The operations of a level, each definition once."""
    standing = {one.definition: one.name for one in OPERATIONS if one.stands_at(level, type_name)}
    return [{"name": name, "definition": definition} for definition, name in sorted(standing.items())]
