"""Derive sosuckhoe/clinical/validation/data from HL7's definitions (R4, 4.0.1, and the IPS; both CC0).

    npm pack hl7.fhir.r4.examples@4.0.1 && tar xzf hl7.fhir.r4.examples-4.0.1.tgz -C r4
    npm pack hl7.fhir.uv.ips@2.0.0 && tar xzf hl7.fhir.uv.ips-2.0.0.tgz -C ips
    python tools/derive_validation.py r4/package ips/package

`base.json` has what R4's own types demand beyond their elements: rules, bindings, targets of references.
`profiles.ndjson` has one profile or extension a line, as its differential tells it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sosuckhoe.clinical.validation import compact

OUT = Path(__file__).parent.parent / "sosuckhoe" / "clinical" / "validation" / "data"
_EVERYWHERE = {"ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "dom-6"}
_HOMES = {"ele-1": "Element", "ext-1": "Extension"}
_STRENGTHS = {"required", "extensible"}
_HL7 = "http://hl7.org/fhir/StructureDefinition/"
_QUANTITIES = {f"{_HL7}SimpleQuantity": "sqty-1", f"{_HL7}MoneyQuantity": "mqty-1"}
_CORRECTED = {"que-7": "operator = 'exists' implies (answer is boolean)"}
"""R4's text asks whether an element is System.Boolean, which none is; R5 has it so."""
_UNBOUND = {"CapabilityStatement.format"}
"""Bound to mime types, but R4's own text allows "json" and "xml"."""

_STANDS_ALSO = {
    "structuredefinition-fhir-type": ["ElementDefinition.type"],
    "regex": ["ElementDefinition.type"],
    "structuredefinition-normative-version": ["ValueSet", "CodeSystem", "OperationDefinition", "ElementDefinition"],
}
"""R4's own definitions bear these where their contexts do not let them stand."""

Entry = dict[str, Any]


def main(folders: list[Path]) -> None:
    definitions = [one for folder in folders for one in _definitions(folder)]
    base: dict[str, dict[str, Any]] = {"rules": {}, "at": {}, "bindings": {}, "targets": {}}
    for definition in definitions:
        if definition.get("derivation") != "constraint" or definition["url"] in _QUANTITIES:
            for element in definition["snapshot"]["element"]:
                _add_element(element, definition, base)
    text = json.dumps(base, ensure_ascii=False, indent=0, sort_keys=True)
    (OUT / "base.json").write_text(text + "\n", encoding="utf-8")
    lines = {one["url"]: _line(one) for one in definitions if one.get("derivation") == "constraint"}
    (OUT / "profiles.ndjson").write_text("".join(lines[url] for url in sorted(lines)), encoding="utf-8")


def _definitions(folder: Path) -> Iterator[Entry]:
    for place in sorted(folder.glob("StructureDefinition-*.json")):
        definition = json.loads(place.read_text(encoding="utf-8"))
        if definition["kind"] in {"resource", "complex-type"}:
            yield definition


def _line(definition: Entry) -> str:
    made = compact.of(definition)
    made |= {"context": made["context"] + _STANDS_ALSO.get(definition["id"], [])} if "context" in made else {}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


def _add_element(element: Entry, definition: Entry, base: dict[str, dict[str, Any]]) -> None:
    path = element["path"]
    if definition["url"] in _QUANTITIES and "." in path:
        return
    for rule in element.get("constraint", []):
        _add_rule(rule, path, base)
    for kind in element.get("type", []):
        for url in kind.get("profile", []):
            if url in _QUANTITIES:
                base["at"].setdefault(path, []).append(_QUANTITIES[url])
    binding = element.get("binding", {})
    if path not in _UNBOUND and binding.get("strength") in _STRENGTHS and "valueSet" in binding:
        base["bindings"][path] = f"{binding['strength']} {binding['valueSet'].partition('|')[0]}"
    if targets := _targets(element):
        base["targets"][path] = targets


def _add_rule(rule: Entry, path: str, base: dict[str, dict[str, Any]]) -> None:
    key = rule["key"]
    if "expression" not in rule:
        return
    told = [rule["severity"], _CORRECTED.get(key, rule["expression"]), rule["human"]]
    if base["rules"].setdefault(key, told)[1] != told[1]:
        key = f"{key}@{path}"
        base["rules"][key] = told
    if key in {"sqty-1", "mqty-1"}:
        return
    home = _HOMES.get(key) or ("DomainResource" if key in _EVERYWHERE else path)
    if key not in base["at"].setdefault(home, []):
        base["at"][home].append(key)


def _targets(element: Entry) -> str:
    """The types that a reference may name; nothing where it may name any."""
    kinds = [kind for kind in element.get("type", []) if kind["code"] == "Reference"]
    urls = [url for kind in kinds for url in kind.get("targetProfile", [])]
    names = [url.removeprefix(_HL7) for url in urls]
    return "" if "Resource" in names else " ".join(names)


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
