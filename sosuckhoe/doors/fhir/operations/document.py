"""Composition/$document. https://hl7.org/fhir/R4/composition-operation-document.html"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson

from sosuckhoe.access import policy
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, admission, everything, finding, graphs, jsontext, reading
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.body import name_in
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.search.reference import RELATIVE
from sosuckhoe.clinical.vocabulary import Vocabulary, body_of
from sosuckhoe.doors.fhir import answering, asking
from sosuckhoe.doors.fhir.operations import asked
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation

_UNSEEN = frozenset({"SSK-1002", "SSK-3410", "SSK-3005", *policy.NO_RIGHT})


def run(call: Call) -> Answer:
    """The Composition with everything that it names and the caller may see, as one document.

    `persist=true`, by POST, stores the document as a Bundle of the same person. `graph` names a stored GraphDefinition:
    then the document has what the Composition itself names and what the graph leads to.
    """
    given = call.only("persist", "graph") if call.id else call.only("id", "persist", "graph")
    name = call.id or str(given.get("id", [""])[-1]).removeprefix(f"{call.base}/").removeprefix("Composition/")
    if not name:
        raise Problem("SSK-3181", name="$document", need="id")
    persist = str(given.get("persist", ["false"])[-1]).lower()
    if persist not in {"true", "false"}:
        raise Problem("SSK-3004", name="persist", form="true, false")
    if persist == "true" and call.request.method != "POST":
        raise Problem("SSK-3427", method=call.request.method)
    composition = reading.read(call.actor, "Composition", name, call.at)
    more = _along(call, str(given["graph"][-1]), composition) if "graph" in given else None
    made = _document(call, composition, more)
    if persist == "false":
        return Answer(200, {}, made)
    done = actions.create(call.actor, "Bundle", jsontext.read(made, asking.MOST_BUNDLE_BYTES), call.at, base=call.base)
    return answering.of_change(done, call.base, asking.prefers(call.request).get("return"))


def _along(call: Call, canonical: str, composition: Stored) -> list[Stored]:
    """What a stored graph leads to. SSK-3176 for one that is not here; SSK-3177 to SSK-3179."""
    told = admission.told_of(call.actor, call.at)
    found = Vocabulary(call.actor, call.at).stored("GraphDefinition", *asked.canonical(canonical))
    if found is None:
        raise Problem("SSK-3176")
    return graphs.Walk(_Reach(call, composition.person), admission.outside(told)).reached(body_of(found), composition)


@dataclass
class _Reach:
    """What the caller may see of one person and of registers, each read once; every read and search leaves its trace.

    What is of others is no part of this one's document.
    """

    call: Call
    person: int
    met: dict[str, Stored | None] = field(default_factory=dict)

    def resolve(self, reference: str) -> Stored | None:
        """What a reference to this server leads to."""
        found = RELATIVE.fullmatch(reference.removeprefix(f"{self.call.base}/"))
        if found and reference not in self.met:
            self.met[reference] = self._read(found.group(1), found.group(2))
        return self.met.get(reference)

    def search(self, type_name: str, pairs: Sequence[tuple[str, str]]) -> list[Stored]:
        """What a search finds; SSK-3179 for more than a graph may lead to."""
        wanted = [("_count", str(graphs.MOST_REACHED)), *((name, text) for name, text in pairs if name != "_count")]
        query = parse(type_name, wanted, base=self.call.base, now=self.call.at)
        try:
            page = finding.search(self.call.actor, query, self.call.at)
        except Problem as problem:
            if problem.number not in policy.NO_RIGHT:
                raise
            return []
        if page.after is not None:
            raise Problem("SSK-3179", most=graphs.MOST_REACHED)
        return [row for row in page.found if row.person in {NOBODY, self.person}]

    def _read(self, type_name: str, name: str) -> Stored | None:
        try:
            asking.type_of(type_name)
            found = reading.read(self.call.actor, type_name, name, self.call.at)
        except Problem as problem:
            if problem.number not in _UNSEEN:
                raise
            return None
        return found if found.person in {NOBODY, self.person} else None


def _document(call: Call, composition: Stored, more: list[Stored] | None) -> bytes:
    """What the Composition names, and the register entries that these name; with a graph, what it leads to instead."""
    named = everything.referred(call.actor, [composition], composition.person, call.base, rounds=1)
    further = everything.referred(call.actor, [composition, *named], NOBODY, call.base) if more is None else more
    rows = {(row.type, row.key): row for row in (composition, *named, *further)}
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid4()}"},
        "type": "document",
        "timestamp": call.at.isoformat(timespec="milliseconds"),
        "entry": [
            {"fullUrl": f"{call.base}/{row.type}/{name_in(row.type, row.body)}", "resource": orjson.Fragment(row.body)}
            for row in rows.values()
        ],
    }
    return orjson.dumps(bundle)


COMPOSITION = Operation(
    "document",
    "http://hl7.org/fhir/OperationDefinition/Composition-document",
    frozenset({INSTANCE, TYPE}),
    run,
    types=frozenset({"Composition"}),
)
