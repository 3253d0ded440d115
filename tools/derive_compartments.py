"""Derive sosuckhoe/clinical/data/r4_compartments.json from HL7's CompartmentDefinitions (R4, 4.0.1; CC0).

    npm pack hl7.fhir.r4.examples@4.0.1 && tar xzf hl7.fhir.r4.examples-4.0.1.tgz
    python -m tools.derive_compartments package

For each compartment the types that it may hold, with the reference parameters that put a resource into it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

OUT = Path(__file__).parent.parent / "sosuckhoe" / "clinical" / "data" / "r4_compartments.json"
NAMES = ("device", "encounter", "patient", "practitioner", "relatedPerson")


def main(folder: Path) -> None:
    found: dict[str, dict[str, str]] = {}
    for name in NAMES:
        definition = json.loads((folder / f"CompartmentDefinition-{name}.json").read_text(encoding="utf-8"))
        held = {entry["code"]: " ".join(entry["param"]) for entry in definition["resource"] if entry.get("param")}
        found[definition["code"]] = held
    OUT.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
