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
    told = [one for one in entries if one is not None]
    return resource({"resourceType": "Parameters"} | ({"parameter": told} if told else {}))


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
    return sentence("message", en, vi)


def sentence(name: str, en: str, vi: str) -> Entry:
    """A sentence in English with the Vietnamese one as its translation."""
    inner = [{"url": "lang", "valueCode": "vi"}, {"url": "content", "valueString": vi}]
    shadow = {"extension": [{"url": _TRANSLATION, "extension": inner}]}
    return {"name": name, "valueString": en, "_valueString": shadow}


def kind_of(content: Any) -> str:
    """The type of a value of a property: Boolean, Coding, Integer, String."""
    if isinstance(content, bool):
        return "Boolean"
    if isinstance(content, dict):
        return "Coding"
    return "Integer" if isinstance(content, int) else "String"
