"""By what a type can be searched, as a CapabilityStatement says it. https://hl7.org/fhir/R4/capabilitystatement.html"""

from __future__ import annotations

from functools import cache

from sosuckhoe.clinical.search import definitions, include, meaning, parameters
from sosuckhoe.clinical.search.parameters import Parameter
from sosuckhoe.doors.fhir.interactions import declared


def params(type_name: str) -> list[dict[str, str]]:
    """Every parameter that is answered, with HL7's definition and its sentence; none of a type of OWN addresses."""
    if type_name in declared.OWN:
        return []
    return [_param(one) for one in _of(type_name) if meaning.is_supported(one)]


def _of(type_name: str) -> list[Parameter]:
    return sorted(parameters.of(type_name).values(), key=lambda one: one.code)


def _param(parameter: Parameter) -> dict[str, str]:
    made = {"name": parameter.code, "type": parameter.kind}
    definition = definitions.of(parameter.type, parameter.code)
    if definition is None:
        return made
    made["definition"] = definition.url
    return {**made, "documentation": definition.sentence} if definition.sentence else made


def includes(type_name: str) -> list[str]:
    """What `_include` of this type takes."""
    return [f"{type_name}:{one.code}" for one in _of(type_name) if include.is_includable(one)]


def reverse_includes(type_name: str) -> list[str]:
    """What `_revinclude` of this type takes: the parameters that may lead to it."""
    return list(_leading_to().get(type_name, ()))


@cache
def _leading_to() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for source in parameters.types():
        for one in _of(source):
            if include.is_includable(one):
                for target in include.targets_of(one):
                    found.setdefault(target, []).append(f"{source}:{one.code}")
    return {target: tuple(names) for target, names in found.items()}
