"""$meta of an instance, a type and the system; $meta-add and $meta-delete of an instance.

https://hl7.org/fhir/R4/resource-operation-meta.html
https://hl7.org/fhir/R4/resource-operation-meta-add.html
https://hl7.org/fhir/R4/resource-operation-meta-delete.html

Security labels decide who may see a resource: whoever changes one needs the right to `relabel`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from sosuckhoe.access import addresses, policy
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, labelled, queries, reading, structure
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.fhirpath import Outside
from sosuckhoe.doors.fhir.operations.operation import ANY, INSTANCE, SYSTEM, TYPE, Call, Operation

_LISTS = ("profile", "security", "tag")
_Merge = Callable[[list[Any], list[Any]], list[Any]]


def read(call: Call) -> Answer:
    """The Meta of a resource; of a type or of the system what labels there are on what the caller may see."""
    call.only()
    if not call.id:
        types = [call.type] if call.type else queries.types_there() or ("Basic",)
        return _told(labelled.meta_of(call.actor, types, call.at))
    return _answer(reading.read(call.actor, call.type, call.id, call.at).body)


def add(call: Call) -> Answer:
    """Add profiles, tags and labels that are not there yet."""
    return _change(call, lambda old, given: list({_mark(one): one for one in (*given, *old)}.values()))


def delete(call: Call) -> Answer:
    """Take profiles, tags and labels away; what is not there is no error."""
    return _change(call, lambda old, given: [one for one in old if _mark(one) not in set(map(_mark, given))])


def _change(call: Call, merge: _Merge) -> Answer:
    given = call.only("meta").get("meta", [])
    if len(given) != 1 or not isinstance(given[0], dict):
        raise Problem("SSK-3181", name=f"${_ADD_OR_DELETE}", need="meta: Meta")
    meta = given[0]
    structure.check({"resourceType": "Basic", "code": {"text": "meta"}, "meta": meta}, "Basic")
    if meta.get("security"):
        person = reading.read(call.actor, call.type, call.id, call.at).person
        if person == NOBODY:
            policy.check(call.actor, "relabel", addresses.entry_kind(call.type))
        else:
            policy.check(call.actor, "relabel", "record", person=person)

    def changed(body: dict[str, Any], _outside: Outside) -> dict[str, Any]:
        old = body.get("meta") or {}
        lists = {name: merge(old.get(name) or [], meta.get(name) or []) for name in _LISTS}
        kept = {name: value for name, value in old.items() if name not in _LISTS}
        return {**body, "meta": kept | {name: values for name, values in lists.items() if values}}

    done = actions.patch(call.actor, call.type, call.id, changed, call.at, base=call.base)
    return _answer(done.body)


def _mark(one: Any) -> Any:
    """What tells one label from another: system and code; a profile is its address."""
    return (one.get("system", ""), one.get("code", "")) if isinstance(one, dict) else one


def _answer(body: bytes) -> Answer:
    return _told(orjson.loads(body).get("meta", {}))


def _told(meta: dict[str, Any]) -> Answer:
    made = {"resourceType": "Parameters", "parameter": [{"name": "return", "valueMeta": meta}]}
    return Answer(200, {}, orjson.dumps(made))


_ADD_OR_DELETE = "meta-add, $meta-delete"
_DEFINITION = "http://hl7.org/fhir/OperationDefinition/Resource-"
READ = Operation("meta", f"{_DEFINITION}meta", frozenset({INSTANCE, TYPE, SYSTEM}), read, types=ANY)
ADD = Operation("meta-add", f"{_DEFINITION}meta-add", frozenset({INSTANCE}), add, types=ANY, affects_state=True)
DELETE = replace(ADD, name="meta-delete", definition=f"{_DEFINITION}meta-delete", run=delete)
