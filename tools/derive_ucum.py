"""Derive sosuckhoe/clinical/data/ucum.json from the official table of UCUM (ucum-essence.xml, version 2.2).

    python tools/derive_ucum.py .venv/lib/python3.11/site-packages/ucumvert/vendor/ucum-essence.xml

Units that other units are made of are a number and a term; units that are no multiple of anything (arbitrary ones
such as [iU], logarithms such as [pH] and B, scales that start elsewhere such as Cel) are dimensions of their own.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

OUT = Path(__file__).parent.parent / "sosuckhoe" / "clinical" / "data" / "ucum.json"
NAMESPACE = "{http://unitsofmeasure.org/ucum-essence}"
OFFSETS = {"Cel": ("1", "273.15"), "[degF]": ("5/9", "459.67/1.8"), "[degRe]": ("5/4", "273.15")}
"""kelvin = value * factor + offset, of the scales of temperature."""


def main(file: Path) -> None:
    root = ET.parse(file).getroot()  # noqa: S314 -- a file that the developer names
    made: dict[str, object] = {
        "prefixes": {one.attrib["Code"]: _value(one)[0] for one in root.iter(f"{NAMESPACE}prefix")},
        "base": [one.attrib["Code"] for one in root.iter(f"{NAMESPACE}base-unit")],
    }
    units = list(root.iter(f"{NAMESPACE}unit"))
    made["base"] += [one.attrib["Code"] for one in units if _stands_alone(one)]
    made["metric"] = sorted(
        [one.attrib["Code"] for one in units if one.attrib["isMetric"] == "yes"]
        + [one.attrib["Code"] for one in root.iter(f"{NAMESPACE}base-unit")]
    )
    made["units"] = {one.attrib["Code"]: _value(one) for one in units if not _stands_alone(one)}
    made["temperatures"] = {code: [factor, _exact(offset)] for code, (factor, offset) in OFFSETS.items()}
    lines = [f"{json.dumps(key)}: {json.dumps(made[key])}" for key in made]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _stands_alone(unit: ET.Element) -> bool:
    """Whether nothing else measures the same: an arbitrary unit may still be another name of an arbitrary unit."""
    return unit.get("isSpecial") == "yes" or (unit.get("isArbitrary") == "yes" and _value(unit)[1] == "1")


def _value(element: ET.Element) -> list[str]:
    value = element.find(f"{NAMESPACE}value")
    if value is None:
        raise SystemExit(f"no value: {element.attrib}")
    return [value.attrib["value"], value.attrib.get("Unit", "1")]


def _exact(text: str) -> str:
    number, _, divisor = text.partition("/")
    return str(Fraction(number) / Fraction(divisor or 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
