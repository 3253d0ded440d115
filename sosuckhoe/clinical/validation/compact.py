"""A StructureDefinition in short: what it adds to its base. https://hl7.org/fhir/R4/profiling.html

The short form of an element has `id`, and of these what is told: `min`, `max`, `types` ({type: {profiles, targets}}),
`slicing` ({by, rules, ordered}), `fixed`, `pattern`, `binding` (strength and value set), `rules` (key, severity,
expression, sentence). An extension has its `context` (elements, or [type, expression]) and `invariants`.
"""

from __future__ import annotations

from typing import Any

Definition = dict[str, Any]
_FHIRPATH = "http://hl7.org/fhirpath/System."


def of(definition: Definition) -> Definition:
    """The short form, from the differential where there is one."""
    told = definition.get("differential") or definition.get("snapshot") or {}
    elements = [element(one) for one in told.get("element", [])]
    made = {
        "url": definition["url"],
        "type": definition["type"],
        "base": definition.get("baseDefinition", ""),
        "elements": [one for one in elements if len(one) > 1],
    }
    if definition["type"] == "Extension":
        made["context"] = [_context(one) for one in definition.get("context", [])]
        if rules := definition.get("contextInvariant"):
            made["invariants"] = rules
        made["modifier"] = any(one.get("isModifier") for one in told.get("element", [])[:1])
    return made


def _context(told: Definition) -> str | list[str]:
    """An element by its expression alone, another context with its type in front."""
    return told["expression"] if told["type"] == "element" else [told["type"], told["expression"]]


def element(told: Definition) -> Definition:
    """The short form of one element."""
    made: Definition = {"id": told.get("id") or told["path"]}
    if told.get("min"):
        made["min"] = told["min"]
    if told.get("max", "*") != "*":
        made["max"] = int(told["max"])
    if "type" in told:
        made["types"] = _types(told["type"])
    if "slicing" in told:
        made["slicing"] = _slicing(told["slicing"])
    for key, value in told.items():
        for word in ("fixed", "pattern"):
            if key.startswith(word) and key[len(word) :][:1].isupper():
                made[word] = value
    return made | _bound(told) | _rules(told)


def _bound(told: Definition) -> Definition:
    binding = told.get("binding", {})
    if binding.get("strength") in {"required", "extensible"} and "valueSet" in binding:
        return {"binding": [binding["strength"], binding["valueSet"].partition("|")[0]]}
    return {}


def _rules(told: Definition) -> Definition:
    rules = [
        [one["key"], one["severity"], one["expression"], one["human"]]
        for one in told.get("constraint", [])
        if "expression" in one and one["key"] not in {"ele-1", "ext-1"}
    ]
    return {"rules": rules} if rules else {}


def _slicing(told: Definition) -> Definition:
    by = [[one["type"], one["path"]] for one in told.get("discriminator", [])]
    return {"by": by, "rules": told.get("rules", "open"), "ordered": bool(told.get("ordered"))}


def _code(kind: Definition) -> str:
    code = str(kind["code"])
    return code.removeprefix(_FHIRPATH).lower() if code.startswith(_FHIRPATH) else code


def _types(told: list[Definition]) -> Definition:
    """One entry a type; what several entries of a type narrow it to is joined."""
    made: Definition = {}
    for kind in told:
        narrowed = made.setdefault(_code(kind), {})
        for key, word in (("profile", "profiles"), ("targetProfile", "targets")):
            if kind.get(key):
                narrowed.setdefault(word, []).extend(kind[key])
    return made
