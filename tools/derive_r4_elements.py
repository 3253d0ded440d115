"""Derive sosuckhoe/clinical/data/r4_elements.json from HL7's definitions (R4, 4.0.1; CC0).

    npm pack hl7.fhir.r4.examples@4.0.1 && tar xzf hl7.fhir.r4.examples-4.0.1.tgz
    python tools/derive_r4_elements.py package

Every type and nested element becomes one line, "name type|type min..max; …", where '@Observation.component' names
a nested element. Codes of required bindings are listed where the value set is a plain list of at most 60.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent.parent / "sosuckhoe" / "clinical" / "data" / "r4_elements.json"
MOST_CODES = 60
_PRIMITIVE = "http://hl7.org/fhirpath/"

Entry = dict[str, Any]


def main(folder: Path) -> None:
    sets, systems = _terminology(folder)
    types: dict[str, dict[str, str]] = {}
    codes: dict[str, str] = {}
    for element in _elements(folder):
        path = element["path"]
        parent, _, name = path.rpartition(".")
        if not parent:
            types.setdefault(path, {})
            continue
        types.setdefault(parent, {})[name] = f"{_type(element)} {element['min']}..{element['max']}"
        if known := _bound_codes(element, sets, systems):
            codes[path] = " ".join(known)
    lines = {name: "; ".join(f"{key} {text}" for key, text in inner.items()) for name, inner in types.items()}
    text = json.dumps({"elements": lines, "codes": codes}, ensure_ascii=False, indent=0, sort_keys=True)
    OUT.write_text(text + "\n", encoding="utf-8")


def resources(path: Path) -> Iterator[Entry]:
    """The resources of a bundle of definitions."""
    yield from (entry["resource"] for entry in json.loads(path.read_text(encoding="utf-8"))["entry"])


def _of_kind(folder: Path, type_name: str) -> Iterator[Entry]:
    for place in sorted(folder.glob(f"{type_name}-*.json")):
        yield json.loads(place.read_text(encoding="utf-8"))


def _elements(folder: Path) -> Iterator[Entry]:
    for definition in _of_kind(folder, "StructureDefinition"):
        if is_concrete(definition):
            yield from definition["snapshot"]["element"]


def is_concrete(definition: Entry) -> bool:
    """Whether a definition is of a type that resources are made of, not of a profile or an abstract type."""
    if definition["resourceType"] != "StructureDefinition":
        return False
    is_type = definition["kind"] in {"resource", "complex-type"} and definition.get("derivation") != "constraint"
    return (is_type and not definition["abstract"]) or definition["type"] in {"Element", "BackboneElement"}


def _type(element: Entry) -> str:
    if "contentReference" in element:
        return "@" + element["contentReference"].partition("#")[2]
    types = [_type_code(entry) for entry in element.get("type", [])]
    return f"@{element['path']}" if types in (["BackboneElement"], ["Element"]) else "|".join(types)


def _type_code(entry: Entry) -> str:
    if entry["code"] == "OperationOutcome":
        return "Resource"  # R4 says Resource of Bundle.entry.response.outcome; the package narrows it
    if not entry["code"].startswith(_PRIMITIVE):
        return str(entry["code"])
    named = (inner["valueUrl"] for inner in entry.get("extension", []) if "fhir-type" in inner["url"])
    return str(next(named, "string"))


def _terminology(folder: Path) -> tuple[dict[str, Entry], dict[str, Entry]]:
    found: dict[str, dict[str, Entry]] = {"ValueSet": {}, "CodeSystem": {}}
    for type_name, known in found.items():
        for resource in _of_kind(folder, type_name):
            known.setdefault(resource.get("url", ""), resource)
    return found["ValueSet"], found["CodeSystem"]


def _bound_codes(element: Entry, sets: dict[str, Entry], systems: dict[str, Entry]) -> list[str]:
    binding = element.get("binding", {})
    is_code = any(entry["code"] == "code" for entry in element.get("type", []))
    if not is_code or binding.get("strength") != "required":
        return []
    known = sets.get(binding.get("valueSet", "").partition("|")[0])
    codes = _expand(known, systems) if known else []
    return codes if len(codes) <= MOST_CODES else []


def _expand(known: Entry, systems: dict[str, Entry]) -> list[str]:
    codes: list[str] = []
    for part in known.get("compose", {}).get("include", []):
        concepts = part.get("concept") or systems.get(part.get("system", ""), {}).get("concept")
        if concepts is None or "filter" in part or "valueSet" in part:
            return []
        codes += _flat(concepts)
    return codes


def _flat(concepts: list[Entry]) -> list[str]:
    return [code for entry in concepts for code in (entry["code"], *_flat(entry.get("concept", [])))]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
