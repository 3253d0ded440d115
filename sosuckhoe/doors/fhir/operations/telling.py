"""The Parameters that operations answer with. https://hl7.org/fhir/R4/parameters.html"""

from __future__ import annotations

from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.actions import Answer

_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
Entry = dict[str, Any]


def parameters(*entries: Entry | None) -> Answer:
    """A Parameters resource of these, without those that are None."""
    return resource({"resourceType": "Parameters", "parameter": [one for one in entries if one is not None]})


def resource(made: Entry) -> Answer:
    """A resource as an answer."""
    return Answer(200, {}, bodies.dumps(made))


def value(name: str, kind: str, content: Any) -> Entry | None:
    """A parameter of one value (`kind`: 'String', 'Code' …); None when the value is empty."""
    return None if content in ("", None) else {"name": name, f"value{kind}": content}


def part(name: str, *entries: Entry | None) -> Entry:
    """A parameter of parts."""
    return {"name": name, "part": [one for one in entries if one is not None]}


def message(problems: list[Problem]) -> Entry | None:
    """What is wrong, in English with the Vietnamese sentence as its translation; None when nothing is."""
    if not problems:
        return None
    en, vi = " ".join(one.en for one in problems), " ".join(one.vi for one in problems)
    inner = [{"url": "lang", "valueCode": "vi"}, {"url": "content", "valueString": vi}]
    shadow = {"extension": [{"url": _TRANSLATION, "extension": inner}]}
    return {"name": "message", "valueString": en, "_valueString": shadow}
