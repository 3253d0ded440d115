"""Changes of single resources as they gather before one write: create, update, delete, each checked on its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from sosuckhoe.access import addresses, labels, policy
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import BUCKETS, NO_KEY, NOBODY, bucket_in, bucket_of, new_key
from sosuckhoe.clinical import admission, codec, jsontext, queries, structure
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical.actions import owner
from sosuckhoe.clinical.actions.attempt import Attempt
from sosuckhoe.clinical.actions.many import Known, Rows, Written, known_of, put, remove, write
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.fhirpath import Outside
from sosuckhoe.clinical.search import defining
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.identity.claim import PersonRef


class Done(NamedTuple):
    """What became of one resource. `status` is HTTP's: 201 made, 200 changed or the same, 204 deleted."""

    status: int
    type: str
    name: str
    version: int
    updated: datetime
    body: bytes


class Desk:
    """The changes of one transaction. `base` is the server's address, for references that begin with it."""

    def __init__(self, attempt: Attempt, base: str) -> None:
        self.attempt = attempt
        self.base = base
        self.at = bodies.whole_milliseconds(attempt.at)
        self.new_persons: dict[str, int] = {}
        self._known: dict[tuple[str, str], tuple[UUID, Known]] = {}
        self._asked: set[tuple[str, str]] = set()
        self._touched: set[UUID] = set()
        self._told = admission.told_of(attempt.actor, self.at)
        self._links: list[admission.Link] = []
        self._named: dict[tuple[str, str], dict[str, Any]] = {}
        self._profiled: list[dict[str, Any]] = []
        self._rows = Rows()
        self._written = Written([], [], [], 0)
        self._addresses: list[tuple[int, str, int, UUID]] = []

    def create(self, type_name: str, body: dict[str, Any], ref: PersonRef | None = None) -> Done:
        """A new resource under an id of the server's. `ref` is whom a Patient means."""
        if type_name == "Patient" and ref is None:
            ref = owner.persons_for(self.attempt.actor, [body], self.at)[0]
        key, person = self.place(type_name, body, ref)
        old = known_of([key]).get(key) if ref else None
        if old is not None and old.body is not None:
            self.attempt.check("read", type_name, person, label=old.label, key=key)
            return _as_it_is(type_name, str(key), key, old)
        return self.put_new(type_name, str(key), key, person, body, old)

    def place(self, type_name: str, body: dict[str, Any], ref: PersonRef | None) -> tuple[UUID, int]:
        """The key and the person of a new resource."""
        if ref is not None:
            return ref.patient, ref.person
        person = owner.person_of(type_name, body, self.base, self.new_persons)
        bucket = secrets.randbelow(BUCKETS) if person == NOBODY else bucket_of(person)
        return new_key(bucket, self.at), person

    def expect(self, bodies: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Learn in one round trip each whose resources these are, by type, what those hide and what may be created."""
        asked = list(bodies)
        owner.learn_persons(asked, self.base, self.new_persons)
        persons = {person for text, person in self.new_persons.items() if text.startswith("Patient/")}
        self._rows.learn_wishes(persons)
        self.attempt.expect("create", persons)

    def put_new(
        self, type_name: str, name: str, key: UUID, person: int, body: dict[str, Any], old: Known | None = None
    ) -> Done:
        """Store a resource under a key that is free, or whose resource is deleted."""
        self.attempt.check("create", type_name, person, label=labels.of(body))
        return self._put("create", Draft(type_name, key, person, {**body, "id": name}), old)

    def update(
        self, type_name: str, name: str, body: dict[str, Any], if_match: int | None, *, only_new: bool = False
    ) -> Done:
        """A new version of a resource, or a new resource under an id that the client chose."""
        key, old = self._find(type_name, name)
        if key is None or old is None:
            if not self.may_choose(type_name, name):
                raise self._missing("update", type_name, name)
            _check_match(None, if_match)
            return self._create_in_update(type_name, name, body)
        self._check("update", type_name, name, key, old, labels.of(body))
        _check_match(old, if_match)
        if only_new and old.body is not None:
            raise Problem("SSK-3143")
        if type_name != "Patient" and owner.person_of(type_name, body, self.base, self.new_persons) != old.person:
            raise Problem("SSK-3422")
        if old.is_erased:
            raise Problem("SSK-3150")
        body = self._still_labelled(type_name, key, body, old)
        return self._put("update", Draft(type_name, key, old.person, {**body, "id": name}), old)

    def _still_labelled(self, type_name: str, key: UUID, body: dict[str, Any], old: Known) -> dict[str, Any]:
        """The content with the sensitive labels that stand: who may not `relabel` takes none away by leaving it out."""
        actor, kind = self.attempt.actor, addresses.entry_kind(type_name) if old.person == NOBODY else "record"
        if old.body is None or not labels.lost(old.label, body):
            return body
        if policy.can(actor, "relabel", kind, person=old.person or None):
            return body
        stored = codec.unpacked(old.codec, key, old.body)
        return labels.with_those_of(jsontext.read(stored, len(stored)), body)

    def patch(
        self, type_name: str, name: str, change: Callable[[dict[str, Any], Outside], Any], if_match: int | None
    ) -> Done:
        """A new version of a resource that the actor may read, made from the one that stands."""
        key, old = self._find(type_name, name)
        if key is None or old is None:
            raise self._missing("read", type_name, name)
        self._check("read", type_name, name, key, old)
        if old.body is None:
            raise Problem("SSK-3410")
        _check_match(old, if_match)
        stored = codec.unpacked(old.codec, key, old.body)
        body = change(jsontext.read(stored, len(stored)), admission.outside(self._told))
        _check_changed(body, type_name, name)
        self.attempt.done("read", type_name, old.person, key)
        return self.update(type_name, name, body, if_match)

    def delete(self, type_name: str, name: str, if_match: int | None) -> Done:
        """A deletion; of what is deleted already, nothing. Raises SSK-1002 when there never was such a resource."""
        key, old = self._find(type_name, name)
        if key is None or old is None:
            raise self._missing("delete", type_name, name)
        self._check("delete", type_name, name, key, old)
        if type_name == defining.TYPE:
            self.attempt.check("define", type_name, old.person, key=key)
        _check_match(old, if_match)
        self._touch(key)
        remove(key, old, self.at, 0, self._rows, self._written)
        self.attempt.done("delete", type_name, old.person, key)
        return Done(204, type_name, name, old.version + (old.body is not None), self.at, b"")

    def _create_in_update(self, type_name: str, name: str, body: dict[str, Any]) -> Done:
        """As of an id that is somebody else's: SSK-1002, where SSK-1003 would say that there is no such resource."""
        try:
            return self.create_as(type_name, name, body, *self.place_as(type_name, body))
        except Problem as problem:
            if problem.number == "SSK-1003":
                raise self.attempt.missing("update", type_name) from problem
            raise

    def _missing(self, action: str, type_name: str, name: str) -> Problem:
        """What does not exist: the database is asked as often as for what may not be seen."""
        if queries.made_here(name) is None:
            known_of([NO_KEY])
        return self.attempt.missing(action, type_name)

    def _check(self, action: str, type_name: str, name: str, key: UUID | None, old: Known, label: int = 0) -> None:
        """Raise unless policy allows it; a refusal asks the database as often as what does not exist does."""
        try:
            self.attempt.check(action, type_name, old.person, label=old.label | label, key=key)
        except Problem:
            _moved([(type_name, name)])
            raise

    def write(self) -> None:
        """Write what has gathered, and its trace."""
        write(self._rows)
        if self._addresses:
            _write_addresses(self._addresses)
        self._check_profiled()
        links = [link for link in self._links if (link.type, link.name) not in self._named]
        admission.check_links(self.attempt.actor, links, self.at)
        self.attempt.write_trace()

    def _check_profiled(self) -> None:
        """What is checked by profiles, when all that its references may lead to is there."""
        known: dict[str, dict[str, Any] | None] = {"/".join(place): body for place, body in self._named.items()}
        for body in self._profiled:
            told = admission.resolving(self._told, self.attempt.actor, self.at, known)
            admission.check_rules(body, told)

    def learn(self, addresses: Iterable[tuple[str, str]]) -> None:
        """Ask for many resources, by type and id, in as few round trips as there are types, and one."""
        names: dict[str, list[str]] = {}
        for type_name, name in addresses:
            names.setdefault(type_name, []).append(name)
        keys = {
            (type_name, name): key
            for type_name, wanted in names.items()
            for name, key in queries.keys_of(type_name, wanted).items()
        }
        known = known_of(set(keys.values()))
        if moved := _moved(name for name, key in keys.items() if key not in known):
            keys |= moved
            known |= known_of(moved.values())
        self._asked |= {(type_name, name) for type_name, wanted in names.items() for name in wanted}
        for (type_name, name), key in keys.items():
            if key in known and known[key].type == number_of()[type_name]:
                self._known[type_name, name] = key, known[key]

    def check_free(self, type_name: str, name: str) -> None:
        """SSK-3141 when a resource of this id stands; SSK-1002 when the actor may not know of it."""
        key, old = self._find(type_name, name)
        if old is not None and old.body is not None:
            self._check("update", type_name, name, key, old)
            raise Problem("SSK-3141")

    def is_known(self, type_name: str, name: str) -> bool:
        """Whether an id has a row: of a resource, or of a deleted one."""
        return self._find(type_name, name)[1] is not None

    def may_choose(self, type_name: str, name: str) -> bool:
        """Whether the actor may make a resource under this id: a facility under ids that begin with its code.

        Any other id may be somebody's whom the actor may not see, and making it would tell whether it is.
        """
        actor = self.attempt.actor
        is_own = bool(actor.facility) and name.startswith(f"{actor.facility}-")
        return is_own or policy.covers_everybody(actor, "create", type_name)

    def _find(self, type_name: str, name: str) -> tuple[UUID | None, Known | None]:
        if (type_name, name) not in self._asked:
            self.learn([(type_name, name)])
        return self._known.get((type_name, name), (None, None))

    def place_as(self, type_name: str, body: dict[str, Any]) -> tuple[UUID, int, PersonRef | None]:
        """Where a resource will stand whose id the client chose."""
        ref = owner.persons_for(self.attempt.actor, [body], self.at)[0] if type_name == "Patient" else None
        return *self.place(type_name, body, ref), ref

    def create_as(
        self, type_name: str, name: str, body: dict[str, Any], key: UUID, person: int, ref: PersonRef | None
    ) -> Done:
        """Update as create: the address leads from the client's id to a key of the server's."""
        old = known_of([key]).get(key) if ref else None
        if old is not None and old.body is not None:
            raise Problem("SSK-3423")
        done = self.put_new(type_name, name, key, person, body, old)
        self._addresses.append((number_of()[type_name], name, bucket_in(key), key))
        return done

    def _put(self, action: str, draft: Draft, old: Known | None) -> Done:
        if draft.type == "Subscription":
            raise Problem("SSK-3185")
        if draft.type == defining.TYPE:
            self.attempt.check("define", draft.type, draft.person, key=draft.key)
        self._touch(draft.key)
        name = draft.body["id"]
        if admission.is_by_profiles(draft.type):
            self._profiled.append(draft.body)
        else:
            admission.check_rules(draft.body, self._told)
        self._links += admission.links_in(draft.body)
        self._named[draft.type, name] = draft.body
        content = put(draft, old, self.at, 0, self._rows, self._written)
        self.attempt.done(action, draft.type, draft.person, draft.key)
        if content is None and old is not None:
            return _as_it_is(draft.type, name, draft.key, old)
        is_new = old is None or old.body is None
        version = 1 if old is None else old.version + 1
        return Done(201 if is_new else 200, draft.type, name, version, self.at, content or b"")

    def _touch(self, key: UUID) -> None:
        """One resource changes once in a transaction."""
        if key in self._touched:
            raise Problem("SSK-3424")
        self._touched.add(key)


def _moved(missing: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Where resources stand that stood under their own key once."""
    names: dict[str, list[str]] = {}
    for type_name, name in missing:
        names.setdefault(type_name, []).append(name)
    found = {type_name: queries.moved(type_name, wanted) for type_name, wanted in names.items()}
    return {(type_name, name): key for type_name, keys in found.items() for name, key in keys.items()}


def _as_it_is(type_name: str, name: str, key: UUID, old: Known) -> Done:
    return Done(200, type_name, name, old.version, old.updated, codec.unpacked(old.codec, key, old.body or b""))


def _write_addresses(addresses: list[tuple[int, str, int, UUID]]) -> None:
    try:
        db.copy(
            "clinical_address",
            ("type", "id", "bucket", "rid"),
            ("int2", "text", "int4", "uuid"),
            sorted(addresses),
        )
    except psycopg.errors.UniqueViolation as error:
        raise Problem("SSK-3409") from error


def _check_match(old: Known | None, if_match: int | None) -> None:
    """If-Match. https://hl7.org/fhir/R4/http.html#concurrency"""
    if if_match is not None and (old is None or old.version != if_match):
        raise Problem("SSK-3412")


def _check_changed(body: Any, type_name: str, name: str) -> None:
    """A patch changes neither type nor id, and leaves a resource of R4's shape that could have been sent whole."""
    if not isinstance(body, dict) or body.get("resourceType") != type_name:
        raise Problem("SSK-3028", type=type_name)
    if body.get("id") != name:
        raise Problem("SSK-3029")
    if len(bodies.dumps(body)) > jsontext.MOST_BYTES:
        raise Problem("SSK-3010", limit=jsontext.MOST_BYTES)
    structure.check(body, type_name)
