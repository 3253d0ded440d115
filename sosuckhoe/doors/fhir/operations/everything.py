"""Patient/$everything and Encounter/$everything.

https://hl7.org/fhir/R4/operation-patient-everything.html
https://hl7.org/fhir/R4/operation-encounter-everything.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from sosuckhoe.access import audit
from sosuckhoe.access.audit import Line
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import everything, reading
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.everything import Found, Wish
from sosuckhoe.clinical.finding import Page
from sosuckhoe.clinical.search import parameters
from sosuckhoe.clinical.search.date import range_of
from sosuckhoe.doors.fhir import answering
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation

_OF_PATIENT = ("start", "end", "_since", "_type", "_count", "_cursor")
_OF_ENCOUNTER = ("_since", "_type", "_count", "_cursor")
_COUNT = re.compile(r"[1-9][0-9]{0,5}")
_TYPE_LEVEL_COUNT = 1000


def of_patient(call: Call) -> Answer:
    """One person's resources that the actor may see, the Patient first, and what they refer to."""
    given = call.only(*_OF_PATIENT)
    wish = _wish(given)
    patient = reading.read(call.actor, "Patient", call.id, call.at)
    wish = wish._replace(but=patient.key)
    found = _behind(patient, call, wish)
    also = _also(call, found, NOBODY, wish)
    _trace(call, [patient, *found.rows], patient)
    return _answer(call, given, found, also)


def of_patients(call: Call) -> Answer:
    """The resources of all persons whom the actor may see, one person after the other."""
    given = call.only(*_OF_PATIENT)
    wish = _wish(given, _TYPE_LEVEL_COUNT)
    found = everything.of_all(call.actor, wish)
    also = _also(call, found, NOBODY, wish)
    _trace(call, found.rows)
    return _answer(call, given, found, also)


def of_encounter(call: Call) -> Answer:
    """What names one visit, and what it refers to, the person included."""
    given = call.only(*_OF_ENCOUNTER)
    wish = _wish(given)
    visit = reading.read(call.actor, "Encounter", call.id, call.at)
    wish = wish._replace(but=visit.key, visit=everything.tokens_of_visit(call.id, call.base))
    found = _behind(visit, call, wish)
    also = _also(call, found, visit.person, wish)
    _trace(call, [visit, *found.rows, *also], visit)
    return _answer(call, given, found, also)


def _behind(first: Stored, call: Call, wish: Wish) -> Found:
    """A page of the person whose resource is `first`, which opens the first page when it is wanted."""
    is_wanted = wish.after is None and (wish.types is None or first.type in wish.types)
    opening = [first] if is_wanted and (wish.since is None or first.updated > wish.since) else []
    found = everything.of_person(call.actor, first.person, wish._replace(size=wish.size - len(opening)))
    return Found([*opening, *found.rows], found.after)


def _also(call: Call, found: Found, person: int, wish: Wish) -> list[Stored]:
    brought = everything.referred(call.actor, found.rows, person, call.base)
    return [one for one in brought if wish.types is None or one.type in wish.types]


def _trace(call: Call, seen: list[Stored], first: Stored | None = None) -> None:
    """One line for every person whose rows go out, on the disk before they do.

    No transaction is around it and the reads before it: a statement within one is planned anew (0.4 ms).
    """
    persons = {one.person for one in seen} - {NOBODY}
    kind, key = (first.type, first.key) if first else ("Patient", None)
    audit.record_all([Line(call.actor, "everything", kind, person, key) for person in sorted(persons)], call.at)


def _answer(call: Call, given: dict[str, list[Any]], found: Found, also: list[Stored]) -> Answer:
    asked = [(name, str(value)) for name, values in given.items() if name != "_cursor" for value in values]
    path = "/".join(filter(None, (call.type, call.id, "$everything")))
    links = {"self": answering.address(call.base, path, asked)}
    if found.after is not None:
        more = [*asked, ("_cursor", everything.write_place(found.after))]
        links["next"] = answering.address(call.base, path, more)
    is_whole = found.after is None and "_cursor" not in given
    page = Page(found.rows, len(found.rows) if is_whole else None, None, included=also)
    return Answer(200, {}, answering.searchset(page, call.base, links, []))


def _wish(given: dict[str, list[Any]], most: int = everything.MOST) -> Wish:
    """The parameters, understood. Raises SSK-3004."""
    start, end, since = (_range(given, name) for name in ("start", "end", "_since"))
    return Wish(
        size=_count(given, most),
        types=_types(given),
        since=since[0] if since else None,
        start=start[0] if start else None,
        end=end[1] if end else None,
        after=everything.read_place(str(given["_cursor"][-1])) if "_cursor" in given else None,
    )


def _range(given: dict[str, list[Any]], name: str) -> tuple[datetime, datetime] | None:
    if name not in given:
        return None
    found = range_of(str(given[name][-1]))
    if found is None or len(given[name]) > 1:
        raise Problem("SSK-3004", name=name, form="YYYY-MM-DD" if name != "_since" else "YYYY-MM-DDThh:mm:ssZ")
    return found


def _count(given: dict[str, list[Any]], most: int) -> int:
    text = str(given.get("_count", [most])[-1])
    if not _COUNT.fullmatch(text):
        raise Problem("SSK-3004", name="_count", form=f"1 … {most}")
    return min(int(text), most)


def _types(given: dict[str, list[Any]]) -> frozenset[str] | None:
    if "_type" not in given:
        return None
    names = frozenset(name.strip() for value in given["_type"] for name in str(value).split(","))
    if not names <= parameters.number_of().keys():
        raise Problem("SSK-3004", name="_type", form="Type,Type")
    return names


PATIENT = Operation(
    "everything",
    "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    frozenset({INSTANCE}),
    of_patient,
    types=frozenset({"Patient"}),
)
PATIENTS = replace(PATIENT, levels=frozenset({TYPE}), run=of_patients)
ENCOUNTER = Operation(
    "everything",
    "http://hl7.org/fhir/OperationDefinition/Encounter-everything",
    frozenset({INSTANCE}),
    of_encounter,
    types=frozenset({"Encounter"}),
)
