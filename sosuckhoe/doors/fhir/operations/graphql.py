"""$graphql, of the system and of an instance. https://hl7.org/fhir/R4/graphql.html"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import admission, finding, jsontext, reading
from sosuckhoe.clinical.fhirpath import Outside
from sosuckhoe.clinical.graphql import question
from sosuckhoe.clinical.graphql.answer import Answer, Found, Pairs
from sosuckhoe.clinical.search import cursor
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.search.reference import RELATIVE
from sosuckhoe.doors.fhir import asking, outcome
from sosuckhoe.doors.fhir.operations.operation import ANY, INSTANCE, SYSTEM, Call, Operation

MOST_FETCHES = 200
_TEXT = re.compile(r"application/graphql\s*(;.*)?")
_MEDIA = "application/json; charset=utf-8"
_UNSEEN = frozenset({"SSK-1002", "SSK-3410", "SSK-3005"})


@dataclass
class Repository:
    """The repository with the rights of the caller; every read and search leaves its trace."""

    call: Call
    left: int = MOST_FETCHES
    known: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    @cached_property
    def outside(self) -> Outside:
        """Value sets and profiles, those that the caller may see."""
        return admission.outside(admission.told_of(self.call.actor, self.call.at))

    def read(self, type_name: str, name: str) -> dict[str, Any] | None:
        """A resource; each is read once in an answer."""
        place = f"{type_name}/{name}"
        if place not in self.known:
            self._count()
            self.known[place] = self._read(type_name, name)
        return self.known[place]

    def resolve(self, reference: str) -> dict[str, Any] | None:
        """The resource of a reference to this server."""
        found = RELATIVE.fullmatch(reference.removeprefix(f"{self.call.base}/"))
        return self.read(found.group(1), found.group(2)) if found else None

    def search(self, type_name: str, pairs: Pairs) -> Found:
        """A page of a search."""
        self._count()
        query = parse(type_name, pairs, base=self.call.base, now=self.call.at)
        page = finding.search(self.call.actor, query, self.call.at)
        after, before = (cursor.write(place) if place is not None else "" for place in (page.after, page.before))
        return Found([orjson.loads(row.body) for row in page.found], page.total, after, before)

    def _read(self, type_name: str, name: str) -> dict[str, Any] | None:
        try:
            asking.type_of(type_name)
            found: dict[str, Any] = orjson.loads(reading.read(self.call.actor, type_name, name, self.call.at).body)
        except Problem as problem:
            if problem.number not in _UNSEEN:
                raise
            return None
        return found

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Problem("SSK-3189", limit=MOST_FETCHES)


def run(call: Call) -> None:
    """Answer a question; what goes wrong below its fields stands among the errors of the answer."""
    asked = question.read(*_asked(call))
    resource = orjson.loads(reading.read(call.actor, call.type, call.id, call.at).body) if call.id else None
    answer = Answer(asked, Repository(call))
    try:
        made: dict[str, Any] = {"data": answer.of_resource(resource) if resource else answer.of_system()}
    except Problem as problem:
        told = outcome.of_problem(problem)
        made = {"data": None, "errors": [{"message": problem.en, "extensions": {"resource": told}}]}
    call.response.content_type = _MEDIA
    call.response.data = orjson.dumps(made)


def _asked(call: Call) -> tuple[str, str, dict[str, Any]]:
    """The text of the question, the name of the operation, the variables."""
    given: dict[str, Any] = dict(asking.pairs_of(call.request.query_string))
    if isinstance(given.get("variables"), str):
        given["variables"] = jsontext.read_any(given["variables"].encode(), asking.MOST_BYTES)
    if call.request.method == "POST" and call.request.content_length:
        if _TEXT.fullmatch(call.request.content_type or ""):
            given["query"] = asking.content(call.request, form=_TEXT).decode("utf-8", "replace")
        else:
            given |= jsontext.read(asking.content(call.request), asking.MOST_BYTES)
    text, variables = given.get("query"), given.get("variables") or {}
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise Problem("SSK-3181", name="$graphql", need="query")
    return text, str(given.get("operationName") or ""), variables


ALL = Operation(
    "graphql",
    "http://hl7.org/fhir/OperationDefinition/Resource-graphql",
    frozenset({SYSTEM, INSTANCE}),
    run,
    types=ANY,
)
