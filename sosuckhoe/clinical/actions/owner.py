"""Whose a resource is: the person behind its patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import queries
from sosuckhoe.clinical.search import parameters, reference
from sosuckhoe.clinical.search.steps import values_at
from sosuckhoe.identity import actions as identity
from sosuckhoe.identity import home, identifiers
from sosuckhoe.identity.claim import Claim, Identifier, PersonRef

_THROUGH = {"Binary": "securityContext", "Provenance": "target", "Bundle": "entry.resource.subject"}
"""Types that belong to whomever the resource belongs to that they point at, when they name no patient."""


def person_of(type_name: str, body: dict[str, Any], base: str, known: dict[str, int]) -> int:
    """The person whom a resource (not a Patient) is about; NOBODY when it names none.

    `base` is the server's address. `known` are persons of Patients by how a transaction refers to them: of those that
    it makes, and of those that were asked for, which are added. Raises SSK-1002 when the patient is not known: as if
    it may not be seen.
    """
    for text, types in _ways(type_name, body):
        if text in known:
            return known[text]
        person = _person_behind(text.removeprefix(f"{base}/"), types)
        if person is not None:
            if text.startswith("Patient/"):
                known[text] = person
            return person
    return NOBODY


def learn_persons(bodies: Iterable[tuple[str, dict[str, Any]]], base: str, known: dict[str, int]) -> None:
    """Add to `known` whom the Patients with ids of this server are that these resources name: one query.

    What is not found this way `person_of` looks for singly, and says that it is not there.
    """
    keys: dict[str, UUID] = {}
    for type_name, body in bodies:
        for text, _ in _ways(type_name, body):
            name = text.removeprefix(f"{base}/")
            if (
                name.startswith("Patient/")
                and text not in known
                and (key := queries.made_here(name[len("Patient/") :]))
            ):
                keys[text] = key
    found = queries.whose_many(keys.values())
    known |= {text: found[key] for text, key in keys.items() if key in found}


def patient_of(type_name: str, body: dict[str, Any], base: str) -> tuple[bool, UUID | None]:
    """The key of the Patient whom a resource (not a Patient) names, None when it names nobody; False: look further.

    The first is False where only the store knows: an id that a client chose, a way through another resource.
    """
    for text, types in _ways(type_name, body):
        found = reference.RELATIVE.fullmatch(text.removeprefix(f"{base}/"))
        if found is not None and found.group(1) in (types or parameters.number_of()):
            key = queries.made_here(found.group(2)) if found.group(1) == "Patient" else None
            return key is not None, key
    return True, None


def reference_of(type_name: str, body: dict[str, Any]) -> tuple[str, str] | None:
    """Type and id of what says whose a resource (not a Patient) is; None when it belongs to nobody."""
    for text, types in _ways(type_name, body):
        found = _relative(text)
        if found is not None and found[0] in (types or parameters.number_of()):
            return found
    return None


@lru_cache(maxsize=1 << 12)
def _relative(text: str) -> tuple[str, str] | None:
    """Type and id of a reference within this server: one person's come again and again."""
    found = reference.RELATIVE.fullmatch(text)
    return (found.group(1), found.group(2)) if found else None


def _ways(type_name: str, body: dict[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """References that may lead to the person, with the types that they may lead to (none: all)."""
    for keys, types in _paths(type_name):
        if keys[0] in body:
            for held in values_at(body, keys):
                yield held.get("reference") or "", types


@cache
def _paths(type_name: str) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    known = parameters.of(type_name)
    owner = known.get("patient") or (known.get("subject") if parameters.is_personal(type_name) else None)
    paths = [(tuple(path.steps.split(".")), frozenset({"Patient"})) for path in (owner.paths if owner else ())]
    through = _THROUGH.get(type_name)
    return (*paths, *([(tuple(through.split(".")), frozenset[str]())] if through else []))


def _person_behind(text: str, types: Iterable[str] | None) -> int | None:
    """The person of the resource that a reference means; None when it is of another type than asked."""
    found = reference.RELATIVE.fullmatch(text)
    if found is None or found.group(1) not in (types or parameters.number_of()):
        return None
    for ask in (queries.keys_of, queries.moved):
        for key in ask(found.group(1), [found.group(2)]).values():
            person = queries.whose(key)
            if person is not None:
                return person
    raise Problem("SSK-1002")


def persons_for(actor: Actor, patients: list[dict[str, Any]], at: datetime) -> list[PersonRef]:
    """The persons whom new Patient resources mean, found or made by identity."""
    try:
        return [found.ref for found in identity.find_or_create([claim_of(actor, one) for one in patients], at)]
    except identity.Raced as error:
        raise Problem("SSK-3409") from error


def _number_in(identifier: dict[str, Any]) -> Iterator[Identifier]:
    """The number of an Identifier, when it is of a kind that identity knows and could be somebody's."""
    value = identifier.get("value") or ""
    for kind, system in identifiers.systems().items():
        is_kind = identifier.get("system") == system.uri and not system.scoped
        if is_kind and system.pattern.fullmatch(value) and not identifiers.is_filler(value):
            yield Identifier(kind, value)


def claim_of(actor: Actor, patient: dict[str, Any]) -> Claim:
    """What a Patient resource says of who somebody is."""
    names = patient.get("name") or [{}]
    name = next((one for one in names if one.get("use") == "official"), names[0])
    numbers = [number for one in patient.get("identifier") or () for number in _number_in(one)]
    phones = [one.get("value", "") for one in patient.get("telecom") or () if one.get("system") == "phone"]
    lives = home.codes_of(_home_of(patient))
    return Claim(
        name=name.get("text") or " ".join([name.get("family", ""), *name.get("given", ())]).strip(),
        birth=patient.get("birthDate", ""),
        sex=patient.get("gender", ""),
        facility=actor.facility or "",
        identifiers=tuple(numbers),
        phone=phones[0] if phones else "",
        province=lives.get("province", ""),
        district=lives.get("district", ""),
        commune=lives.get("commune", ""),
    )


def _home_of(patient: dict[str, Any]) -> dict[str, Any]:
    """The address at home, else the first that tells no other use."""
    addresses: list[dict[str, Any]] = patient.get("address") or []
    at_home = (one for one in addresses if one.get("use") == "home")
    return next(at_home, next((one for one in addresses if "use" not in one), {}))
