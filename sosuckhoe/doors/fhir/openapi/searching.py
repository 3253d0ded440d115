"""Search parameters as parameters of OpenAPI. https://hl7.org/fhir/R4/search.html"""

from __future__ import annotations

from typing import Any

from sosuckhoe.clinical.search import definitions, parameters
from sosuckhoe.clinical.search.custom import Registry
from sosuckhoe.doors.fhir import searchable
from sosuckhoe.doors.fhir.interactions import declared

Parameter = dict[str, Any]

_CONTROLS = {
    "_sort": "Codes of search parameters, `-` before one for descending order",
    "_count": "The most matches on a page",
    "_include": "Bring along what a match refers to: `Type:parameter` or `Type:parameter:Target`",
    "_revinclude": "Bring along what refers to a match",
    "_total": "Whether matches are counted: none, estimate, accurate",
    "_summary": "The part of each resource that is wanted",
    "_elements": "The elements of each resource that are wanted",
    "_filter": "An expression over search parameters: `name co an and not (birthdate lt 2000)`",
    "_list": "Only what the List of this id holds, or a functional list ($current-problems …) of one patient",
}


def controls() -> dict[str, Parameter]:
    """What every search takes, by the name of its component."""
    return {f"search.{name}": _parameter(name, sentence) for name, sentence in _CONTROLS.items()}


def components(type_names: tuple[str, ...]) -> dict[str, Parameter]:
    """The search parameters of these types, by the name of their component; those of every type once."""
    return {
        name: _parameter(code, _sentence(type_name, code))
        for type_name in type_names
        for code, name in names(type_name).items()
    }


def names(type_name: str) -> dict[str, str]:
    """Code → component, of every parameter by which a type can be searched."""
    return {
        code: f"search.{code}" if code.startswith("_") else f"search.{type_name}.{code}"
        for code, parameter in sorted(parameters.of(type_name).items())
        if searchable.is_answered(parameter)
    }


def add_own(made: dict[str, Any], registry: Registry) -> None:
    """Add to a document what the general paths do not name: parameters that are defined here, and of OWN addresses."""
    for type_name, customs in registry.by_type.items():
        found = {one.code: f"({one.kind}) {one.sentence}" for one in customs.values() if one.is_searchable}
        for code, sentence in sorted(found.items()):
            _add(made, type_name, f"search.{type_name}.{code}", _parameter(code, sentence))
    for type_name in declared.OWN:
        for name in names(type_name).values():
            _add(made, type_name, name, made["components"]["parameters"].get(name))


def _add(made: dict[str, Any], type_name: str, name: str, parameter: Parameter | None) -> None:
    item = made["paths"].get(f"/{type_name}")
    if item is None or parameter is None:
        return
    made["components"]["parameters"][name] = parameter
    for method in {"get", "head"} & item.keys():
        item[method]["parameters"].append({"$ref": f"#/components/parameters/{name}"})


def _sentence(type_name: str, code: str) -> str:
    kind = parameters.of(type_name)[code].kind
    definition = definitions.of(type_name, code)
    return f"({kind}) {definition.sentence}" if definition else f"({kind})"


def _parameter(name: str, sentence: str) -> Parameter:
    return {
        "name": name,
        "in": "query",
        "description": sentence,
        "schema": {"type": "array", "items": {"type": "string"}},
        "style": "form",
        "explode": True,
    }
