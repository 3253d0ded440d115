"""Compartments: what belongs to a patient, a visit, a practitioner, a related person, a device.

https://hl7.org/fhir/R4/compartmentdefinition.html. `data/r4_compartments.json` has the parameters that put a resource
into one; the patient, visit … itself belongs to its own.
"""

from __future__ import annotations

from sosuckhoe.base import facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import parameters, reference
from sosuckhoe.clinical.search.condition import AnyOf, Condition, HasId, HasToken

ALL = "*"
_ITSELF = "{def}"


def names() -> frozenset[str]:
    """The types that have a compartment."""
    return frozenset(_compartments())


def types_in(compartment: str) -> tuple[str, ...]:
    """The types that a compartment may hold; Problem SSK-3125 when R4 has no such compartment."""
    held = _compartments().get(compartment)
    if held is None:
        raise Problem("SSK-3125", name=compartment, type=ALL)
    return tuple(one for one in parameters.types() if one in held or one == compartment)


def condition(compartment: str, name: str, type_name: str, base: str) -> Condition:
    """That a resource of a type is in the compartment of this id. Problem SSK-3125 when none can be."""
    if type_name not in types_in(compartment):
        raise Problem("SSK-3125", name=compartment, type=type_name)
    codes = [code for code in _compartments()[compartment].get(type_name, "").split() if code != _ITSELF]
    found = [reference.condition(parameters.of(type_name)[code], compartment, name, base) for code in codes]
    refers = HasToken(tuple(dict.fromkeys(token for one in found for token in one.any_of)))
    return AnyOf((HasId((name,)), refers)) if type_name == compartment else refers


def _compartments() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = facts.read_json(parameters.DATA / "r4_compartments.json")
    return found
