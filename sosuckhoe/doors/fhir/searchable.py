"""By what a type can be searched, as a CapabilityStatement says it. https://hl7.org/fhir/R4/capabilitystatement.html"""

from __future__ import annotations

from functools import lru_cache

from sosuckhoe.clinical.search import custom, definitions, include, meaning, parameters
from sosuckhoe.clinical.search.custom import Custom, Registry
from sosuckhoe.clinical.search.parameters import Parameter
from sosuckhoe.doors.fhir.interactions import declared


def params(type_name: str, registry: Registry = custom.NONE) -> list[dict[str, str]]:
    """Every parameter that is answered, with HL7's definition and its sentence."""
    customs = [one for _, one in sorted(registry.of(type_name).items()) if one.is_searchable]
    return [_param(one) for one in _of(type_name) if is_answered(one)] + [_custom(one) for one in customs]


def is_answered(one: Parameter) -> bool:
    """Whether its type is searched by a parameter; one of OWN addresses is by few."""
    return one.code in declared.SEARCHED_BY[one.type] if one.type in declared.OWN else meaning.is_supported(one)


def _of(type_name: str) -> list[Parameter]:
    return sorted(parameters.of(type_name).values(), key=lambda one: one.code)


def _with_customs(type_name: str, registry: Registry) -> list[Parameter]:
    customs = registry.of(type_name).values()
    return _of(type_name) + [custom.parameter(one) for one in customs if one.is_searchable]


def _custom(one: Custom) -> dict[str, str]:
    made = {"name": one.code, "type": one.kind, "definition": one.url}
    return {**made, "documentation": one.sentence} if one.sentence else made


def _param(parameter: Parameter) -> dict[str, str]:
    made = {"name": parameter.code, "type": parameter.kind}
    definition = definitions.of(parameter.type, parameter.code)
    if definition is None:
        return made
    made["definition"] = definition.url
    return {**made, "documentation": definition.sentence} if definition.sentence else made


def includes(type_name: str, registry: Registry = custom.NONE) -> list[str]:
    """What `_include` of this type takes."""
    return [f"{type_name}:{one.code}" for one in _with_customs(type_name, registry) if include.is_includable(one)]


def reverse_includes(type_name: str, registry: Registry = custom.NONE) -> list[str]:
    """What `_revinclude` of this type takes: the parameters that may lead to it."""
    return list(_leading_to(registry).get(type_name, ()))


@lru_cache(maxsize=2)
def _leading_to(registry: Registry) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for source in parameters.types():
        for one in _with_customs(source, registry):
            if include.is_includable(one):
                for target in parameters.targets_of(one):
                    found.setdefault(target, []).append(f"{source}:{one.code}")
    return {target: tuple(names) for target, names in found.items()}
