"""The document itself. https://spec.openapis.org/oas/v3.1.0#openapi-object"""

from __future__ import annotations

from typing import Any

from sosuckhoe import __version__
from sosuckhoe.clinical.search import parameters
from sosuckhoe.clinical.search.custom import NONE, Registry
from sosuckhoe.doors.fhir import binary, negotiation
from sosuckhoe.doors.fhir.openapi import paths, schemas, searching

_FIELDS = {
    "id": ("path", "The id of a resource", {"type": "string", "pattern": "^[A-Za-z0-9.-]{1,64}$"}),
    "vid": ("path", "The number of a version", {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"}),
    "job": ("path", "The number of a background job", {"type": "string", "format": "uuid"}),
    "file": ("path", "A file of a background job", {"type": "string", "pattern": "^[A-Za-z.0-9]{1,80}[.]ndjson$"}),
    "held": ("path", "A type, or * for every type of the compartment", {"type": "string"}),
    "_type": ("query", "The types that are searched, with commas; without it all", {"type": "string"}),
    "_format": ("query", "The form of the answer, before Accept", {"type": "string", "enum": ["json", "xml"]}),
    "_count": ("query", "The most versions on a page", {"type": "integer", "minimum": 1}),
    "_since": ("query", "Only versions since this moment", {"type": "string", "format": "date-time"}),
    "If-Match": ("header", 'The version that is changed: W/"3"', {"type": "string"}),
    "If-None-Match": ("header", "The version that the client has", {"type": "string"}),
    "If-Modified-Since": ("header", "The date of the version that the client has", {"type": "string"}),
    "If-None-Exist": ("header", "Create only if this search finds nothing", {"type": "string"}),
    "Idempotency-Key": ("header", "A name for this request: sent again, it is done once", {"type": "string"}),
    "X-Security-Context": ("header", "Whose a content is that is sent itself: Patient/id …", {"type": "string"}),
    "Prefer": ("header", "return=minimal, return=representation, handling=lenient …", {"type": "string"}),
}
_CONDITION = {
    "name": "condition",
    "in": "query",
    "description": "Search parameters of the type, by which the one resource is found",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "style": "form",
    "explode": True,
}
_JSON_PATCH = {"type": "array", "items": {"type": "object", "required": ["op", "path"]}}


def document(
    base: str, routes: dict[str, type], type_names: tuple[str, ...] = (), registry: Registry = NONE
) -> dict[str, Any]:
    """The OpenAPI document of the server at this address, of all resource types or of these.

    `registry` has the search parameters that are defined here.
    """
    named = type_names or parameters.types()
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "Sổ Sức Khỏe: FHIR R4",
            "version": __version__,
            "description": "The FHIR R4 (4.0.1) interface of the electronic health book of Vietnam.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": paths.of(routes, named),
        "components": _components(named),
    }
    searching.add_own(made, registry)
    return made


def _components(type_names: tuple[str, ...]) -> dict[str, Any]:
    bodies = dict.fromkeys((*type_names, "Bundle", "Parameters", "Resource"))
    of_content = _content_body() if binary.TYPE in type_names else {}
    answers = dict.fromkeys((*bodies, "CapabilityStatement"))
    return {
        "schemas": schemas.all_of(dict.fromkeys((*type_names, "CapabilityStatement"))),
        "parameters": {**_fields(), **searching.controls(), **searching.components(type_names)},
        "requestBodies": {**{name: _body(name) for name in bodies}, **_other_bodies(), **of_content},
        "responses": {**{name: _answer(name) for name in answers}, **_other_answers()},
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        },
    }


def _fields() -> dict[str, Any]:
    fields = {
        name: {"name": name, "in": place, "description": said, "schema": schema, **_required(place)}
        for name, (place, said, schema) in _FIELDS.items()
    }
    return {**fields, "condition": _CONDITION}


def _required(place: str) -> dict[str, bool]:
    return {"required": True} if place == "path" else {}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    """XML has the same content as JSON; its form is not what a JSON Schema can say."""
    return {negotiation.JSON: {"schema": schema}, negotiation.XML: {"schema": {"type": "string"}}}


def _body(name: str) -> dict[str, Any]:
    return {"required": True, "content": _content(schemas.ref(name))}


def _other_bodies() -> dict[str, Any]:
    patch = {**_content(schemas.ref("Parameters")), "application/json-patch+json": {"schema": _JSON_PATCH}}
    form = {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}
    return {
        "Patch": {"required": True, "content": patch},
        "Form": {"content": {"application/x-www-form-urlencoded": form}},
    }


def _content_body() -> dict[str, Any]:
    """What `/Binary` takes: https://hl7.org/fhir/R4/binary.html#rest."""
    whole = {"schema": {"type": "string", "format": "binary"}}
    said = "A Binary, or the content itself under its own type, which is none of FHIR's"
    content = {**_content(schemas.ref(binary.TYPE)), "application/octet-stream": whole}
    return {"Content": {"description": said, "required": True, "content": content}}


def _answer(name: str) -> dict[str, Any]:
    return {"description": name, "content": _content(schemas.ref(name))}


def _other_answers() -> dict[str, Any]:
    return {
        "Empty": {"description": "No content"},
        "OpenAPI": {"description": "This document", "content": {"application/json": {"schema": {"type": "object"}}}},
        "Refused": {"description": "What is wrong, and where", "content": _content(schemas.ref("OperationOutcome"))},
    }
