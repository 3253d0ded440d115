"""The code system or value set that a call of a terminology operation names."""

from __future__ import annotations

from datetime import date
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import grounding
from sosuckhoe.clinical.terminology import Members, System, compose, parsed, supplementing, vietnam
from sosuckhoe.clinical.vocabulary import Vocabulary, body_of, system_of
from sosuckhoe.doors.fhir.operations.asked import Asked, canonical
from sosuckhoe.doors.fhir.operations.operation import Call


def of(call: Call, asked: Asked) -> Vocabulary:
    """What the caller may use, with the editions of `date`, or those that `system-version` names.

    SSK-1003 for who may not read registers, SSK-3004 for a date that is none.
    """
    grounding.seen_by(call.actor, "CodeSystem")
    editions = _editions(asked.text("date")) if "date" in asked else {}
    editions |= dict(canonical(text) for text in asked.texts("system-version"))
    return Vocabulary(call.actor, call.at, editions, supplemented=True)


def _editions(text: str) -> dict[str, str]:
    try:
        return vietnam.editions_on(date.fromisoformat(text[:10]))
    except ValueError as error:
        raise Problem("SSK-3004", name="date", form="YYYY-MM-DD") from error


def system(vocabulary: Vocabulary, url: str, version: str = "") -> System:
    """A code system by its address; SSK-3200 when it is not here."""
    address, _, written = url.partition("|")
    found = vocabulary.system(address, version or written)
    if found is None:
        raise Problem("SSK-3200")
    return found


def system_stored(vocabulary: Vocabulary, name: str) -> System:
    """The code system that is stored under an id."""
    found = system_of(vocabulary.read("CodeSystem", name))
    if found is None:
        raise Problem("SSK-3200")
    return vocabulary.with_supplements(found)


def system_sent(resource: dict[str, Any]) -> System:
    """A code system that came with the call."""
    found = parsed.code_system(resource)
    if found is None:
        raise Problem("SSK-3200")
    return found


def value_set(call: Call, asked: Asked, vocabulary: Vocabulary) -> tuple[dict[str, Any], Members]:
    """The value set of a call, by id, address or content, and its codes.

    Raises Problem SSK-3201 when it is not here, SSK-3460 when a supplement that it names is not.
    """
    found, members = _value_set(call, asked, vocabulary)
    for address in supplementing.named_by(found):
        _check_supplement(vocabulary, address)
    return found, members


def _check_supplement(vocabulary: Vocabulary, address: str) -> None:
    """A value set is not used without the supplements that it names."""
    stored = vocabulary.stored("CodeSystem", *canonical(address))
    if stored is None or body_of(stored).get("content") != "supplement":
        raise Problem("SSK-3460")


def _value_set(call: Call, asked: Asked, vocabulary: Vocabulary) -> tuple[dict[str, Any], Members]:
    if call.id:
        stored = vocabulary.read("ValueSet", call.id)
        return body_of(stored), vocabulary.members_of(stored)
    if asked.one_of("url", "valueSet") == "valueSet":
        sent = asked.resource("valueSet", "ValueSet") or {}
        return sent, compose(sent, vocabulary)
    url, version = canonical(asked.text("url"))
    version = asked.text("valueSetVersion") or version
    found, members = vocabulary.value_set(url, version), vocabulary.members(url, version)
    if found is None or members is None:
        raise Problem("SSK-3201")
    return dict(found), members
