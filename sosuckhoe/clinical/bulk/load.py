"""Store many resources that came in files: their ids are kept, persons are found or made, everything is indexed.

One batch is one transaction. A resource whose patient, or the target of a conditional reference, is not there yet is
put off; what is the same already makes no version, so that loading again changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from sosuckhoe.access import audit, labels, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import BUCKETS, NOBODY, bucket_of, new_key
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import queries, row
from sosuckhoe.clinical.actions import owner
from sosuckhoe.clinical.actions.links import replaced
from sosuckhoe.clinical.actions.many import Known, Rows, Written, known_of, put, write
from sosuckhoe.clinical.bulk import conditions, places
from sosuckhoe.clinical.bulk.lines import Line, Refusal
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.structure import Invalid

TRIES = 8
_LOST = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
_NOT_DEFINED = "SSK-3287"
"""A search parameter has a part that nobody has defined: that definition may come later."""
Name = tuple[str, str]
"""A type and an id."""


@dataclass(slots=True)
class Loaded:
    """What became of a batch; `later` are lines that wait for what is not there yet, each with what it misses."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    later: list[tuple[Line, Problem]] = field(default_factory=list)


class _Place(NamedTuple):
    """Where a resource will stand."""

    key: UUID
    person: int
    is_new: bool


def load(actor: Actor, lines: Sequence[Line], at: datetime, note: Callable[[], bool] = lambda: True) -> Loaded | None:
    """Store a batch in one transaction. `note` runs in it: when it answers False nothing is stored, and None returned.

    A batch that loses a race is tried again; one that PostgreSQL refuses is halved until the line is found.
    """
    for left in reversed(range(TRIES)):
        try:
            with db.atomic():
                return _Batch(actor, at).store(lines) if note() else None
        except Invalid as problem:
            return _halved(actor, lines, at, note, problem)
        except Problem as problem:
            if problem.number != "SSK-3409" or not left:
                raise
        except _LOST:
            if not left:
                raise
        except (psycopg.DataError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
            return _halved(actor, lines, at, note, Problem("SSK-3223"))
    return None


def _halved(
    actor: Actor, lines: Sequence[Line], at: datetime, note: Callable[[], bool], problem: Problem
) -> Loaded | None:
    """Some line cannot be stored, by what it defines or by a fault that no check foresaw: the others are."""
    if len(lines) == 1:
        if problem.number == _NOT_DEFINED:
            return Loaded(later=[(lines[0], problem)])
        return Loaded(refused=[Refusal(lines[0].place, problem)])
    made = Loaded()
    with db.atomic():
        if not note():
            return None
        for half in (lines[: len(lines) // 2], lines[len(lines) // 2 :]):
            done = load(actor, half, at)
            if done is not None:
                add(made, done)
    return made


def add(sum_of: Loaded, one: Loaded) -> None:
    """Count one batch with the others."""
    sum_of.created += one.created
    sum_of.changed += one.changed
    sum_of.unchanged += one.unchanged
    sum_of.refused += one.refused
    sum_of.later += one.later


class _Batch:
    """The lines of one transaction on their way."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor = actor
        self.at = bodies.whole_milliseconds(at)
        self.done = Loaded()
        self.known_keys: dict[Name, places.Standing] = {}
        self.aliases: dict[str, str] = {}
        self.placed: dict[Name, _Place] = {}
        self.addresses: list[tuple[int, str, UUID]] = []

    def store(self, lines: Sequence[Line]) -> Loaded:
        lines = self._without_doubles(lines)
        lines = self._without_conditions(lines)
        self.known_keys = places.keys_of((line.type, line.name) for line in lines)
        lines = self._once_each(self._under_own_names(lines))
        patients = self._place_patients([line for line in lines if line.type == "Patient"])
        others = self._place_others([line for line in lines if line.type != "Patient"])
        self._write(self._allowed(patients + others))
        return self.done

    def _refuse(self, line: Line, number: str, **said: object) -> None:
        self.done.refused.append(Refusal(line.place, Problem(number, **said)))

    def _without_doubles(self, lines: Sequence[Line]) -> list[Line]:
        """One resource changes once in a transaction: what comes again is put off."""
        seen: set[Name] = set()
        left = []
        for line in lines:
            if (line.type, line.name) in seen:
                self.done.later.append((line, Problem("SSK-3424")))
            else:
                seen.add((line.type, line.name))
                left.append(line)
        return left

    def _under_own_names(self, lines: Sequence[Line]) -> list[Line]:
        """Lines whose resource goes out under another id change nothing: that one stays, references lead to it."""
        others = self._lead_to_own_names(self.known_keys)
        for name in others:
            rid, person, _ = self.known_keys[name]
            self.placed[name] = _Place(rid, person, is_new=False)
        self.done.unchanged += len(others)
        return [line for line in lines if (line.type, line.name) not in others]

    def _lead_to_own_names(self, standing: Mapping[Name, places.Standing]) -> dict[Name, str]:
        others = places.own_names(standing)
        self.aliases |= {"/".join(name): f"{name[0]}/{own}" for name, own in others.items()}
        return others

    def _once_each(self, lines: Sequence[Line]) -> list[Line]:
        """Two ids may lead to one deleted resource: the second is put off until the first stands."""
        seen: set[UUID] = set()
        left = []
        for line in lines:
            known = self.known_keys.get((line.type, line.name))
            if known and known.rid in seen:
                self.done.later.append((line, Problem("SSK-3424")))
            else:
                left.append(line)
                if known:
                    seen.add(known.rid)
        return left

    def _without_conditions(self, lines: list[Line]) -> list[Line]:
        """Conditional creates and references answered; what finds nothing yet is put off."""
        if not any(line.condition or line.asks for line in lines):
            return lines
        found = conditions.answers(self.actor, lines, self.at)
        left = []
        for line in lines:
            known = found.existing.get(line.place)
            problem = found.problems.get(line.place)
            if problem is not None:
                self.done.later.append((line, problem))
            elif known is not None:
                self.aliases[f"{line.type}/{line.name}"] = known
                self.done.unchanged += 1
            else:
                left.append(line)
        self.aliases |= found.links
        return left

    def _place_patients(self, lines: list[Line]) -> list[Line]:
        """Patients: known ids stay; of the others identity says who they are."""
        fresh = [line for line in lines if (line.type, line.name) not in self.known_keys]
        refs = owner.persons_for(self.actor, [line.body for line in fresh], self.at) if fresh else []
        standing = known_of({ref.patient for ref in refs})
        left = [line for line in lines if (line.type, line.name) in self.known_keys]
        for line in left:
            rid, person, _ = self.known_keys[line.type, line.name]
            self.placed[line.type, line.name] = _Place(rid, person, is_new=False)
        taken: dict[UUID, str] = {}
        for line, ref in zip(fresh, refs, strict=True):
            stands = standing.get(ref.patient)
            if stands is None and ref.patient not in taken:
                taken[ref.patient] = line.name
                self.placed[line.type, line.name] = _Place(ref.patient, ref.person, is_new=True)
                left.append(line)
            else:
                self._note_same(line, _Place(ref.patient, ref.person, is_new=False), taken.get(ref.patient), stands)
            self._address(line, ref.patient)
        return left

    def _note_same(self, line: Line, place: _Place, taken: str | None, stands: Known | None) -> None:
        """A Patient whom the store has under another id: that one stays, and references lead to it."""
        name = taken or places.name_of_resource("Patient", place.key, stands)
        self.aliases[f"{line.type}/{line.name}"] = f"Patient/{name}"
        self.placed[line.type, line.name] = place
        self.done.unchanged += 1

    def _place_others(self, lines: list[Line]) -> list[Line]:
        persons, outside = places.owners_of(lines, {name: place.person for name, place in self.placed.items()})
        self._lead_to_own_names(outside)
        return [line for line in lines if self._has_place(line, persons.get((line.type, line.name)))]

    def _has_place(self, line: Line, person: int | None) -> bool:
        """Whether there is a place for a resource of this person; otherwise it is refused or put off."""
        known = self.known_keys.get((line.type, line.name))
        if known is None and queries.made_here(line.name):
            self._refuse(line, "SSK-3224", type=line.type)
        elif person is None:
            self.done.later.append((line, Problem("SSK-3225", type=line.type)))
        elif known is not None and known.person != person:
            self._refuse(line, "SSK-3422")
        else:
            key = known.rid if known else self._new_key(line, person)
            self.placed[line.type, line.name] = _Place(key, person, is_new=known is None)
            return True
        return False

    def _new_key(self, line: Line, person: int) -> UUID:
        key = new_key(secrets.randbelow(BUCKETS) if person == NOBODY else bucket_of(person), self.at)
        self._address(line, key)
        return key

    def _address(self, line: Line, key: UUID) -> None:
        self.addresses.append((number_of()[line.type], line.name, key))

    def _allowed(self, lines: list[Line]) -> list[Line]:
        """What policy lets the actor load; what it does not looks as if its patient were not known."""
        left = []
        asked: dict[tuple[int, int], bool] = {}
        for line in lines:
            person = self.placed[line.type, line.name].person
            label = labels.of(line.body)
            if (person, label) not in asked:
                asked[person, label] = may_load(self.actor, person, label)
            if asked[person, label]:
                left.append(line)
            else:
                self._refuse(line, "SSK-3225", type=line.type)
        return left

    def _write(self, lines: list[Line]) -> None:
        known = known_of(place.key for place in self.placed.values() if not place.is_new)
        rows, written = Rows(), Written([], [], [], 0)
        rows.learn_wishes(place.person for place in self.placed.values())
        persons = set()
        for line in lines:
            place = self.placed[line.type, line.name]
            old = None if place.is_new else known.get(place.key)
            if (
                put(Draft(line.type, place.key, place.person, self._led(line.body)), old, self.at, 0, rows, written)
                is None
            ):
                self.done.unchanged += 1
            else:
                persons.add(place.person)
        write(rows)
        _write_addresses(self.addresses)
        lines_of_trace = [audit.Line(self.actor, "import", "Bundle", person) for person in sorted(persons)]
        audit.record_all(lines_of_trace, self.at)
        self.done.created += len(written.created)
        self.done.changed += len(written.changed)

    def _led(self, body: dict[str, Any]) -> dict[str, Any]:
        """The resource with its references to other ids of a person replaced; looked for in its text, then walked."""
        if not self.aliases:
            return body
        text = bodies.written(body)
        return (
            replaced(body, self.aliases) if any(bodies.dumps(alias)[1:-1] in text for alias in self.aliases) else body
        )


def may_load(actor: Actor, person: int, label: int) -> bool:
    """Whether policy lets an actor load a record of this person, or of a register."""
    if person == NOBODY:
        return policy.can(actor, "import", "register")
    return policy.can(actor, "import", "record", person=person, label=label)


def _write_addresses(addresses: Iterable[tuple[int, str, UUID]]) -> None:
    packed = [row.packed_address(*one) for one in sorted(addresses)]
    try:
        db.copy_packed("clinical_address", row.ADDRESS_COLUMNS, packed)
    except psycopg.errors.UniqueViolation as error:
        raise Problem("SSK-3409") from error
