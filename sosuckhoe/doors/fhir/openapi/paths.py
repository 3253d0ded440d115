"""Routes and operations as paths of OpenAPI."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sosuckhoe.clinical.search import compartment
from sosuckhoe.doors.fhir import binary, operations
from sosuckhoe.doors.fhir.interactions import declared
from sosuckhoe.doors.fhir.openapi import searching
from sosuckhoe.doors.fhir.operations.operation import TYPE, Operation
from sosuckhoe.doors.fhir.operations.routing import PLACES

PathItem = dict[str, Any]
METHODS = ("get", "head", "post", "put", "patch", "delete")
_FIELD = re.compile(r"\{(\w+)\}")
_ADDRESS = re.compile(r"https?://\S+")
_NOT_WORD = re.compile(r"[^A-Za-z0-9]+")
_OPEN = frozenset({"capabilities", "serving"})
"""Interactions that ask for no sign-in."""


class _Said(NamedTuple):
    """What a responder's module takes and answers, beside what every one does. `{}` is the type."""

    body: str = ""
    parameters: tuple[str, ...] = ()
    answers: tuple[tuple[int, str], ...] = ((200, "{}"),)
    is_search: bool = False


_WRITE = ("If-Match", "Prefer", "Idempotency-Key")
_SAID = {
    "capabilities": _Said(answers=((200, "CapabilityStatement"),)),
    "conditional_delete": _Said("", (*_WRITE, "condition"), ((204, ""),)),
    "conditional_patch": _Said("Patch", (*_WRITE, "condition")),
    "conditional_update": _Said("{}", (*_WRITE, "condition"), ((200, "{}"), (201, "{}"))),
    "create": _Said("{}", ("If-None-Exist", "Prefer", "Idempotency-Key"), ((200, "{}"), (201, "{}"))),
    "delete": _Said("", _WRITE, ((204, ""),)),
    "history": _Said("", ("_count", "_since"), ((200, "Bundle"),)),
    "patch": _Said("Patch", _WRITE),
    "read": _Said("", ("If-None-Match", "If-Modified-Since"), ((200, "{}"), (304, ""))),
    "search": _Said("", ("Prefer",), ((200, "Bundle"),), is_search=True),
    "search_compartment": _Said("", ("Prefer",), ((200, "Bundle"),), is_search=True),
    "search_system": _Said("", ("Prefer", "_type"), ((200, "Bundle"),), is_search=True),
    "serving": _Said(answers=((200, "OpenAPI"),)),
    "transaction": _Said("Bundle", ("Prefer", "Idempotency-Key"), ((200, "Bundle"),)),
    "update": _Said("{}", _WRITE, ((200, "{}"), (201, "{}"))),
    "vread": _Said("", ("If-None-Match", "If-Modified-Since"), ((200, "{}"), (304, ""))),
}
_UNSAID = _Said(answers=((200, "Resource"),))


def of(routes: dict[str, type], type_names: tuple[str, ...]) -> dict[str, PathItem]:
    """Every path below the server's address, each type its own."""
    made: dict[str, PathItem] = {}
    for template, resource in routes.items():
        for type_name in _types_at(template, type_names):
            made[_path(template, type_name)] = _item(template, resource, type_name)
    for operation in operations.OPERATIONS:
        for template, type_name in _places(operation, type_names):
            path = _path(f"{template}/${operation.name}", type_name)
            made[path] = _operation_item(operation, path, type_name)
    return dict(sorted(made.items()))


def _types_at(template: str, type_names: tuple[str, ...]) -> tuple[str, ...]:
    """The types for which an address stands: `{held}` only below those that have a compartment.

    A type with addresses of its own (`declared.OWN`) has none of the general ones.
    """
    type_names = tuple(one for one in type_names if one not in declared.OWN)
    if "{held}" in template:
        return tuple(one for one in type_names if one in compartment.names())
    return type_names if "{type_name}" in template else ("",)


def _path(template: str, type_name: str) -> str:
    path = template.replace("{type_name}", type_name).replace("{name}", "{id}").replace("{version}", "{vid}")
    return path or "/"


def _places(operation: Operation, type_names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for level, template in PLACES.items():
        if level in operation.levels:
            standing = [name for name in type_names if operation.stands_at(level, name)]
            yield from ((template, name) for name in (standing if "{type_name}" in template else ("",)))


def _item(template: str, resource: type, type_name: str) -> PathItem:
    path = _path(template, type_name)
    found = {method: getattr(resource, f"on_{method}", None) for method in METHODS}
    item: PathItem = {
        method: _of_responder(method, path, responder, type_name) for method, responder in found.items() if responder
    }
    return _with_fields(item, path)


def _with_fields(item: PathItem, path: str) -> PathItem:
    fields = _FIELD.findall(path)
    return {"parameters": [_parameter_ref(field) for field in fields], **item} if fields else item


def _of_responder(method: str, path: str, responder: Callable[..., None], type_name: str) -> dict[str, Any]:
    module = responder.__module__.rpartition(".")[2]
    said = _SAID.get(module, _UNSAID)
    summary, address = _documented(responder.__module__)
    made: dict[str, Any] = {"operationId": _operation_id(method, path), "summary": summary}
    if address:
        made["externalDocs"] = {"url": address}
    if type_name:
        made["tags"] = [type_name]
    made["parameters"] = _parameters(said, "" if "{held}" in path else type_name, is_form=path.endswith("/_search"))
    if body := _body(said, method, path, type_name):
        made["requestBody"] = body
    made["responses"] = _responses(said.answers, type_name)
    if module in _OPEN:
        made["security"] = []
    return made


def _documented(module: str) -> tuple[str, str]:
    """The first sentence of a module, which says what it does, and the address that it follows."""
    said = (sys.modules[module].__doc__ or "").partition("\n")[0]
    address = _ADDRESS.search(said)
    return _ADDRESS.sub("", said).strip(), address[0] if address else ""


def _operation_id(method: str, path: str) -> str:
    return "_".join([method, *_NOT_WORD.sub(" ", path).split()])


def _parameters(said: _Said, type_name: str, *, is_form: bool) -> list[dict[str, str]]:
    names = ["_format", *said.parameters]
    if said.is_search and not is_form:
        searchable = searching.names(type_name).values() if type_name else ()
        names += [*searching.controls(), *searchable]
    if _takes_content(said, type_name):
        names.append("X-Security-Context")
    return [_parameter_ref(name) for name in dict.fromkeys(names)]


def _takes_content(said: _Said, type_name: str) -> bool:
    """Whether what is sent there may be no resource: https://hl7.org/fhir/R4/binary.html#rest."""
    return type_name == binary.TYPE and said in (_SAID["create"], _SAID["update"])


def _body(said: _Said, method: str, path: str, type_name: str) -> dict[str, str]:
    if path.endswith("/_search"):
        return {"$ref": "#/components/requestBodies/Form"}
    name = said.body.replace("{}", type_name)
    if _takes_content(said, type_name):
        name = "Content"
    if not name and said is _UNSAID and method in {"post", "put", "patch"}:
        name = "Resource"
    return {"$ref": f"#/components/requestBodies/{name}"} if name else {}


def _responses(answers: Iterable[tuple[int, str]], type_name: str) -> dict[str, Any]:
    made = {str(status): _response_ref(name.replace("{}", type_name) or "Empty") for status, name in answers}
    return {**made, "4XX": _response_ref("Refused")}


def _operation_item(operation: Operation, path: str, type_name: str) -> PathItem:
    about: dict[str, Any] = {
        "summary": f"Operation ${operation.name}.",
        "externalDocs": {"url": operation.definition},
        "tags": [type_name or TYPE] if type_name else ["system"],
        "responses": {"200": _response_ref("Resource"), "202": _response_ref("Empty"), "4XX": _response_ref("Refused")},
    }
    item: PathItem = {}
    if not operation.affects_state:
        item["get"] = {"operationId": _operation_id("get", path), **about, "parameters": [_parameter_ref("_format")]}
    body = {"$ref": "#/components/requestBodies/Parameters"}
    item["post"] = {"operationId": _operation_id("post", path), **about, "requestBody": body}
    return _with_fields(item, path)


def _parameter_ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _response_ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}
