"""What this server does, from what its code does. https://hl7.org/fhir/R4/http.html#capabilities"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import falcon
import orjson
from django.conf import settings

from sosuckhoe import __version__
from sosuckhoe.access import addresses
from sosuckhoe.access.smart import configuration
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import defined
from sosuckhoe.clinical.search import custom, parameters
from sosuckhoe.clinical.search.custom import Registry
from sosuckhoe.doors.fhir import asking, searchable
from sosuckhoe.doors.fhir.interactions import declared, terminology_capabilities
from sosuckhoe.doors.fhir.operations import OPERATIONS
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, SYSTEM, TYPE, Operation
from sosuckhoe.doors.fhir.outcome import MEDIA

_SECURITY = "SMART App Launch 2.2 and Backend Services; a system's own bearer token; the session of a signed-in person."
_SERVICES = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_ADDRESSES = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_NAMES = {
    "authorize": "authorization_endpoint", "token": "token_endpoint", "introspect": "introspection_endpoint",
    "revoke": "revocation_endpoint", "manage": "management_endpoint",
}  # fmt: skip
_DOCUMENTATION = {
    "record": "Resources of persons: seen by the person, their family and who treats them; all others find nothing.",
    "register": "A register, open to whoever is signed in, as far as their role goes.",
    "group": "Names persons: seen by who may see everybody, all others find nothing.",
}
_STATEMENTS = {
    "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data": {"export"},
    "http://hl7.org/fhir/uv/ips/CapabilityStatement/ips-server": {"summary"},
    "http://hl7.org/fhir/CapabilityStatement/terminology-server": {
        "expand", "lookup", "validate-code", "subsumes", "translate",
    },
}  # fmt: skip


def on_get(request: falcon.Request, response: falcon.Response) -> None:
    """Anybody may ask."""
    asking.check_accept(request)
    make: Callable[[str], bytes] = _statement
    for name, text in asking.pairs_of(request.query_string):
        if name == "_format":
            asking.check_format(text)
        elif name != "mode" or text not in _MODES:
            raise Problem("SSK-3001", name=asking.shown(name), type="metadata")
        else:
            make = _MODES[text]
    response.content_type = MEDIA
    response.data = make(asking.base_of(request))


def _statement(base: str) -> bytes:
    defined.refresh()
    return _made(base, custom.current())


@lru_cache(maxsize=8)
def _made(base: str, registry: Registry) -> bytes:
    return orjson.dumps(statement(base, registry))


_MODES: dict[str, Callable[[str], bytes]] = {"full": _statement, "terminology": terminology_capabilities.statement}
"""https://hl7.org/fhir/R4/http.html#capabilities"""


def statement(base: str, registry: Registry = custom.NONE) -> dict[str, Any]:
    """The CapabilityStatement of the server at this address, with the parameters that are defined here."""
    return {key: _filled(value) for key, value in _statement_of(base, registry).items()}


def _filled(element: Any) -> Any:
    """Without what is empty, which R4 does not allow."""
    if isinstance(element, dict):
        return {key: _filled(value) for key, value in element.items() if value not in ([], {})}
    return [_filled(value) for value in element] if isinstance(element, list) else element


def _statement_of(base: str, registry: Registry) -> dict[str, Any]:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-01",
        "kind": "instance",
        "instantiates": _instantiated(),
        "software": {"name": "Sổ Sức Khỏe", "version": __version__},
        "implementation": {"description": "Sổ sức khỏe điện tử", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/fhir+xml", "json", "xml"],
        "patchFormat": ["application/fhir+json", "application/fhir+xml", "application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": f"Examples that run: docs/fhir.md. OpenAPI: {base}/openapi.json",
                "security": _security(base),
                "resource": [_resource(name, registry) for name in parameters.types()],
                "interaction": [{"code": code} for code in declared.codes(declared.SYSTEM)],
                "operation": _operations(SYSTEM),
            }
        ],
    }


def _security(base: str) -> dict[str, Any]:
    """https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html#declaring-support-for-oauth2-endpoints"""
    places = configuration.endpoints(base.removesuffix("/fhir"))
    addresses = [{"url": name, "valueUri": places[place]} for name, place in _NAMES.items()]
    return {
        "extension": [{"url": _ADDRESSES, "extension": addresses}],
        "cors": bool(settings.FHIR_ORIGINS),
        "service": [{"coding": [{"system": _SERVICES, "code": "SMART-on-FHIR"}], "text": "SMART on FHIR"}],
        "description": _SECURITY,
    }


def on_get_smart(request: falcon.Request, response: falcon.Response) -> None:
    """Where apps ask to be let in. Anybody may ask."""
    response.content_type = "application/json"
    response.data = orjson.dumps(configuration.described(asking.base_of(request).removesuffix("/fhir")))


def _instantiated() -> list[str]:
    """Whose rules this server follows: a statement counts when all operations that it is about are there."""
    names = {one.name for one in OPERATIONS}
    return [url for url, needed in _STATEMENTS.items() if needed <= names]


def _resource(type_name: str, registry: Registry) -> dict[str, Any]:
    is_general = type_name not in declared.OWN
    return {
        "type": type_name,
        "profile": f"http://hl7.org/fhir/StructureDefinition/{type_name}",
        "documentation": _DOCUMENTATION[addresses.kinds()[type_name]],
        "interaction": [{"code": code} for code in declared.of_type(type_name)],
        "versioning": "versioned-update",
        "readHistory": is_general,
        "updateCreate": True,
        "conditionalCreate": is_general,
        "conditionalRead": "full-support",
        "conditionalUpdate": is_general,
        "conditionalDelete": _conditional_delete() if is_general else "not-supported",
        "searchInclude": searchable.includes(type_name, registry),
        "searchRevInclude": searchable.reverse_includes(type_name, registry),
        "searchParam": searchable.params(type_name, registry),
        "operation": _operations(TYPE, type_name) + _operations(INSTANCE, type_name),
    }


def _conditional_delete() -> str:
    return "single" if settings.FHIR_CONDITIONAL_DELETE == 1 else "multiple"


def _operations(level: str, type_name: str = "") -> list[dict[str, str]]:
    """The operations of a level, each definition once."""
    standing = {one.definition: one for one in OPERATIONS if one.stands_at(level, type_name)}
    return [_operation(standing[definition]) for definition in sorted(standing)]


def _operation(one: Operation) -> dict[str, str]:
    """https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest.resource.operation"""
    about = {"documentation": one.documentation} if one.documentation else {}
    return {"name": one.name, "definition": one.definition, **about}
