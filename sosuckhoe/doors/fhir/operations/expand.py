"""ValueSet/$expand. https://hl7.org/fhir/R4/valueset-operation-expand.html"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.terminology import CodeSystem, Members, expanding
from sosuckhoe.doors.fhir.operations import telling, vocabularies
from sosuckhoe.doors.fhir.operations.asked import Asked
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation

NAMES = (
    "url", "valueSet", "valueSetVersion", "filter", "offset", "count", "includeDesignations", "designation",
    "includeDefinition", "date", "activeOnly", "excludeNested", "excludeNotForUI", "displayLanguage", "system-version",
)  # fmt: skip
_HEAD = ("url", "version", "name", "title", "status", "language", "experimental")
_ECHOED = {
    "filter": "String", "offset": "Integer", "count": "Integer", "includeDesignations": "Boolean",
    "activeOnly": "Boolean", "excludeNested": "Boolean", "excludeNotForUI": "Boolean", "displayLanguage": "Code",
}  # fmt: skip


def run(call: Call) -> Answer:
    """The codes of a value set: all, a page, or what a text finds. Pages and findings are flat, the rest as asked."""
    asked = Asked(call, *NAMES)
    value_set, members = vocabularies.value_set(call, asked, vocabularies.of(call, asked))
    wish = _wish(asked)
    page = expanding.expand(members, wish)
    made = {"resourceType": "ValueSet", "status": "active"}
    made |= {key: value_set[key] for key in _HEAD if key in value_set}
    if asked.flag("includeDefinition") and "compose" in value_set:
        made["compose"] = value_set["compose"]
    return telling.resource(made | {"expansion": _expansion(call, asked, wish, members, page)})


def _wish(asked: Asked) -> expanding.Wish:
    text, offset, count = asked.text("filter"), asked.number("offset"), asked.number("count")
    is_page = bool(text) or offset is not None or count is not None
    languages = frozenset(one.rpartition("|")[2].partition("-")[0] for one in asked.texts("designation"))
    return expanding.Wish(
        text,
        offset or 0,
        count,
        asked.text("displayLanguage"),
        asked.flag("activeOnly"),
        asked.flag("excludeNotForUI"),
        asked.flag("includeDesignations"),
        languages,
        not is_page and not asked.flag("excludeNested", otherwise=True),
    )


def _expansion(
    call: Call, asked: Asked, wish: expanding.Wish, members: Members, page: expanding.Page
) -> dict[str, Any]:
    values = {"filter": wish.text, "offset": wish.offset, "count": wish.count, "displayLanguage": wish.language}
    echoed = [
        {"name": name, f"value{kind}": values[name] if name in values else asked.flag(name)}
        for name, kind in _ECHOED.items()
        if name in asked
    ]
    used = sorted({f"{part.url}|{part.version}" for part in members.include if part.url and part.version})
    made: dict[str, Any] = {
        "identifier": f"urn:uuid:{uuid4()}",
        "timestamp": call.at.isoformat(timespec="milliseconds"),
        "total": page.total,
        "offset": wish.offset,
        "parameter": [*echoed, *_uris("version", used), *_uris("used-supplement", _supplements(members))],
        "contains": page.contains,
    }
    return {key: value for key, value in made.items() if value != []}


def _uris(name: str, found: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": name, "valueUri": one} for one in found]


def _supplements(members: Members) -> list[str]:
    """What said more of the codes than their systems do."""
    systems = [part.system for part in members.include if isinstance(part.system, CodeSystem)]
    return sorted({one for system in systems for one in system.supplements})


VALUE_SET = Operation(
    "expand",
    "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
    frozenset({TYPE, INSTANCE}),
    run,
    types=frozenset({"ValueSet"}),
)
