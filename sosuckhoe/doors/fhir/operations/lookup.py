"""CodeSystem/$lookup. https://hl7.org/fhir/R4/codesystem-operation-lookup.html"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.terminology import CodeSystem
from sosuckhoe.clinical.terminology.filters import MARKS
from sosuckhoe.doors.fhir.operations import telling, vocabularies
from sosuckhoe.doors.fhir.operations.asked import Asked, Coding
from sosuckhoe.doors.fhir.operations.operation import TYPE, Call, Operation

NAMES = ("code", "system", "version", "coding", "date", "displayLanguage", "property", "system-version")


def run(call: Call) -> Answer:
    """What is known of a code: names, properties, parents and children. SSK-3200, SSK-3206 for what is not here."""
    asked = Asked(call, *NAMES)
    coding = _coding(asked)
    system = vocabularies.system(vocabularies.of(call, asked), coding.system, coding.version)
    display = system.display(coding.code, asked.text("displayLanguage"))
    if display is None:
        raise Problem("SSK-3206")
    about = system.about
    return telling.parameters(
        telling.value("name", "String", about.title or about.name or about.url),
        telling.value("version", "String", about.version),
        telling.value("display", "String", display),
        *(_known(system, coding.code, asked.texts("property")) if isinstance(system, CodeSystem) else ()),
    )


def _coding(asked: Asked) -> Coding:
    if asked.one_of("code", "coding") == "code":
        asked.need(["system"])
        return Coding(asked.text("system"), asked.text("code"), asked.text("version"))
    coding = asked.coding("coding")
    if coding is None or not coding.system or not coding.code:
        raise Problem("SSK-3004", name="coding", form="system, code")
    return coding


def _known(system: CodeSystem, code: str, wanted: list[str]) -> Iterator[dict[str, Any]]:
    """Designations and properties; all of them, or those whose names were asked for."""
    row = system.rows[code if system.about.case_sensitive else code.lower()]
    if not wanted or "designation" in wanted:
        for language, text in system.names_of(row):
            yield telling.part(
                "designation", telling.value("language", "Code", language), telling.value("value", "String", text)
            )
    for name, kind, content in _properties(system, row):
        if not wanted or name in wanted:
            yield telling.part("property", telling.value("code", "Code", name), telling.value("value", kind, content))


def _properties(system: CodeSystem, row: int) -> Iterator[tuple[str, str, Any]]:
    for parent in system.parents_of(row):
        yield "parent", "Code", system.codes[parent]
    for child in system.children_of(row):
        yield "child", "Code", system.codes[child]
    for name in ("notSelectable", "inactive"):
        if MARKS[name](system, row):
            yield name, "Boolean", True
    for name, values in system.properties.items():
        if name in MARKS or row not in values:
            continue
        for value in values[row] if isinstance(values[row], list) else [values[row]]:
            yield name, *_typed(value)


def _typed(value: Any) -> tuple[str, Any]:
    kind = telling.kind_of(value)
    return kind, str(value) if kind == "String" else value


CODE_SYSTEM = Operation(
    "lookup",
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
    frozenset({TYPE}),
    run,
    types=frozenset({"CodeSystem"}),
)
