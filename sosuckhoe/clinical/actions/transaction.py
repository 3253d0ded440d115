"""Transactions. https://hl7.org/fhir/R4/http.html#transaction

A transaction happens as a whole or not at all. The searches in it are locked first, all in one order, and answered;
then ids are given, references between entries and conditional references are resolved; then deletions, creations,
updates and patches are written at once, in the order of their keys; what the bundle reads is read last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import structure
from sosuckhoe.clinical.actions import conditional, owner
from sosuckhoe.clinical.actions.attempt import attempt
from sosuckhoe.clinical.actions.conditional import Criteria
from sosuckhoe.clinical.actions.delete import targets_of_delete
from sosuckhoe.clinical.actions.desk import Desk, Done
from sosuckhoe.clinical.actions.entry import LOOKS, Entry, of_entry, read_entries
from sosuckhoe.clinical.actions.links import conditional_in, replaced
from sosuckhoe.clinical.actions.patch import of_resource, target_of_patch
from sosuckhoe.clinical.actions.update import target_of_update
from sosuckhoe.clinical.search import parameters
from sosuckhoe.identity.claim import PersonRef

_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2}
_Place = tuple[UUID, int, PersonRef | None]


def transaction(
    actor: Actor,
    bundle: dict[str, Any],
    at: datetime,
    *,
    base: str = "",
    most_deleted: int = 1,
    look: Callable[[Entry], bytes] | None = None,
) -> list[Done | bytes]:
    """Do every entry or none; what became of each in the order of the bundle, for a GET or HEAD what `look` answers.

    `most_deleted` bounds one conditional delete. Raises structure.Invalid, SSK-3425 for an entry that cannot be
    understood, and what single changes raise, with the entry in `Problem.where`.
    """
    structure.check(bundle, "Bundle")
    entries = read_entries(bundle, base)
    with attempt(actor, at) as tried:
        desk = Desk(tried, base)
        done: dict[int, Done | bytes] = {**_Work(desk, entries, most_deleted).do()}
        desk.write()
        for entry in entries:
            if entry.method in LOOKS and look is not None:
                with of_entry(entry.number):
                    done[entry.number] = look(entry)
    return [done[entry.number] for entry in entries]


class _Work:
    """The changes of one transaction on their way."""

    def __init__(self, desk: Desk, entries: Sequence[Entry], most_deleted: int) -> None:
        self.desk = desk
        self.entries = [entry for entry in entries if entry.method in _ORDER]
        self.most_deleted = most_deleted
        self.done: dict[int, Done] = {}
        self.names: dict[int, str] = {}
        self.deleted: dict[int, list[str]] = {}
        self.places: dict[int, _Place] = {}
        self.links: dict[str, str] = {}

    def do(self) -> dict[int, Done]:
        """What became of each entry, by its number."""
        references = self._references()
        conditional.lock([*(one.criteria for one in self.entries if one.criteria), *references.values()])
        self._find_targets()
        self._resolve(references)
        self._place()
        for entry in self.entries:
            if name := self.names.get(entry.number):
                self.links |= dict.fromkeys(entry.links, f"{entry.type}/{name}")
        self.links |= {text: self.links[one.words] for text, one in references.items() if one.words in self.links}
        for entry in sorted(self.entries, key=lambda one: _ORDER[one.method]):
            if entry.number not in self.done:
                with of_entry(entry.number):
                    self.done[entry.number] = self._do_one(entry, self._linked(entry))
        return self.done

    def _references(self) -> dict[str, Criteria]:
        """References that are a search and not an entry's own, by their text. https://hl7.org/fhir/R4/http.html#trules"""
        found = {}
        for entry in self.entries:
            with of_entry(entry.number):
                for text, type_name, query in conditional_in(entry.resource):
                    found[text] = conditional.read(type_name, query)
        return found

    def _find_targets(self) -> None:
        """The ids that the entries are about; a conditional create that finds something is done."""
        self.desk.learn([(entry.type, entry.name) for entry in self.entries if entry.name])
        seen: set[Criteria] = set()
        for entry in self.entries:
            if entry.criteria is None:
                self.names |= {entry.number: entry.name} if entry.name else {}
                continue
            with of_entry(entry.number):
                if entry.criteria in seen:
                    raise Problem("SSK-3424")
                seen.add(entry.criteria)
                self._find_target(entry, entry.criteria)

    def _find_target(self, entry: Entry, criteria: Criteria) -> None:
        name: str | None = None
        match entry.method:
            case "POST":
                if stored := conditional.one(self.desk, criteria):
                    self.done[entry.number] = conditional.done_of(stored)
                    name = conditional.name_of(stored)
            case "PUT":
                name = target_of_update(self.desk, criteria, entry.resource.get("id"))
            case "PATCH":
                name = target_of_patch(self.desk, criteria)
            case "DELETE":
                self.deleted[entry.number] = targets_of_delete(self.desk, criteria, self.most_deleted)
        if name:
            self.names[entry.number] = name

    def _resolve(self, references: dict[str, Criteria]) -> None:
        """Each conditional reference means one resource; those that ask what an entry asks mean that entry."""
        own = {entry.criteria for entry in self.entries if entry.method in {"POST", "PUT"}}
        holders = self.entries if references else ()
        texts = [(entry, text) for entry in holders for text, _, _ in conditional_in(entry.resource)]
        for entry, text in texts:
            criteria = references[text]
            if text in self.links or criteria in own:
                continue
            with of_entry(entry.number):
                stored = conditional.one(self.desk, criteria)
                if stored is None:
                    raise Problem("SSK-3145")
                self.links[text] = f"{stored.type}/{conditional.name_of(stored)}"
        self.links |= {text: one.words for text, one in references.items() if one in own}

    def _place(self) -> None:
        """Keys for what will be made: Patients first, then what names a patient, then what points at those."""
        made = [entry for entry in self.entries if self._is_new(entry)]
        bodies = {entry.number: self._linked(entry) for entry in made}
        patients = [entry for entry in made if entry.type == "Patient"]
        actor, at = self.desk.attempt.actor, self.desk.at
        refs = owner.persons_for(actor, [bodies[one.number] for one in patients], at) if patients else []
        for entry, ref in zip(patients, refs, strict=True):
            self._put_at(entry, (ref.patient, ref.person, ref))
        others = [entry for entry in made if entry.type != "Patient"]
        self.desk.expect((one.type, bodies[one.number]) for one in others)
        for entry in sorted(others, key=lambda one: "patient" not in parameters.of(one.type)):
            with of_entry(entry.number):
                self._put_at(entry, (*self.desk.place(entry.type, bodies[entry.number], None), None))

    def _is_new(self, entry: Entry) -> bool:
        if entry.number in self.done or entry.method not in {"POST", "PUT"}:
            return False
        name = self.names.get(entry.number)
        if name is None:
            return True
        return not self.desk.is_known(entry.type, name) and self.desk.may_choose(entry.type, name)

    def _put_at(self, entry: Entry, place: _Place) -> None:
        self.places[entry.number] = place
        self.names.setdefault(entry.number, str(place[0]))
        self.desk.new_persons |= dict.fromkeys(entry.links, place[1])

    def _linked(self, entry: Entry) -> dict[str, Any]:
        """What an entry holds, with the links that are known by now."""
        return replaced(entry.resource, self.links) if self.links else entry.resource

    def _do_one(self, entry: Entry, body: dict[str, Any]) -> Done:
        desk, name, place = self.desk, self.names.get(entry.number, ""), self.places.get(entry.number)
        if entry.method == "DELETE":
            return self._delete(entry, name)
        if entry.method == "PATCH":
            return desk.patch(entry.type, name, of_resource(body), entry.if_match)
        if place is None:
            only_new = entry.if_none_match == "*"
            return desk.update(entry.type, name, body, entry.if_match, only_new=only_new)
        if entry.if_match is not None:
            raise Problem("SSK-3412")
        key, person, ref = place
        if name != str(key):
            return desk.create_as(entry.type, name, body, key, person, ref)
        return desk.create(entry.type, body, ref) if ref else desk.put_new(entry.type, name, key, person, body)

    def _delete(self, entry: Entry, name: str) -> Done:
        if entry.criteria is None:
            return self.desk.delete(entry.type, name, entry.if_match)
        names = self.deleted[entry.number]
        if entry.if_match is not None and not names:
            raise Problem("SSK-3412")
        done = [self.desk.delete(entry.type, one, entry.if_match) for one in names]
        return done[0] if len(done) == 1 else Done(204, entry.type, "", 0, self.desk.at, b"")
