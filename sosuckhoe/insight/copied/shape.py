"""What of a resource goes into the analytical copy: what `data/copied.yaml` names, and no other word."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.fhirpath.keys import RELATIVE

_FILE = Path(__file__).parents[1] / "data" / "copied.yaml"
_YEAR = 4
KEY_BYTES = 32


class _Keep(NamedTuple):
    """One place of a type: its JSON key, the type of its values, and whether only the year stays."""

    key: str
    type: str
    is_year: bool


def copied_types() -> tuple[str, ...]:
    """The types of which something is copied."""
    return tuple(_facts()["types"])


def pseudonym(type_name: str, name: str, key: bytes) -> str:
    """What stands for an id: the same for the same key, and not to be turned back without it."""
    if type_name in _facts()["open"]:
        return name
    return hashlib.blake2b(f"{type_name}/{name}".encode(), key=key, digest_size=16).hexdigest()


def shaped(body: dict[str, Any], key: bytes) -> dict[str, Any]:
    """The part of a resource that may be copied, its id and references replaced by pseudonyms."""
    kind = body["resourceType"]
    kept = _copied(body, _of_type(kind), key)
    return {"resourceType": kind, "id": pseudonym(kind, body["id"], key), **kept}


@cache
def _facts() -> dict[str, Any]:
    return dict(facts.read_yaml(_FILE))


@cache
def _of_type(type_name: str) -> tuple[_Keep, ...]:
    entry = _facts()["types"].get(type_name, {})
    years = frozenset(entry.get("year", ()))
    return _places(type_name, (*entry.get("keep", ()), *years), years)


def _places(type_name: str, names: tuple[str, ...], years: frozenset[str] = frozenset()) -> tuple[_Keep, ...]:
    found = [(name, step) for name in names for step in types.steps(type_name, name) or ()]
    return tuple(_Keep(step.key, step.type, name in years) for name, step in found if _may(type_name, name, step.type))


def _may(owner: str, name: str, kind: str) -> bool:
    """Whether values of a type may go in where they stand."""
    if kind in types.PRIMITIVES:
        return kind in _facts()["primitives"] or name in _facts()["texts"].get(owner, ())
    return kind in _facts()["shapes"] or "." in kind


@cache
def _of_part(kind: str) -> tuple[_Keep, ...]:
    """What of a data type goes in; of a nested element all that may."""
    if "." in kind:
        names = [step.key for step in types.all_steps(kind) if not step.is_choice] + _choices(kind)
        return _places(kind, tuple(name for name in dict.fromkeys(names) if name not in {"id", "modifierExtension"}))
    return _places(kind, tuple(_facts()["shapes"][kind]))


def _choices(kind: str) -> list[str]:
    found = {
        step.key.removesuffix(step.type[0].upper() + step.type[1:]) for step in types.all_steps(kind) if step.is_choice
    }
    return sorted(found)


def _copied(body: dict[str, Any], places: tuple[_Keep, ...], key: bytes) -> dict[str, Any]:
    made = {place.key: _value(body[place.key], place, key) for place in places if place.key in body}
    return {name: value for name, value in made.items() if value not in (None, {}, [])}


def _value(value: Any, place: _Keep, key: bytes) -> Any:
    if isinstance(value, list):
        found = [_value(one, place, key) for one in value]
        return [one for one in found if one not in (None, {}, [])]
    if place.is_year:
        return str(value)[:_YEAR]
    if place.type == "Reference":
        return _reference(value, key)
    if place.type == "Extension" and value.get("url") not in _facts()["extensions"]:
        return None
    return _copied(value, _of_part(place.type), key) if isinstance(value, dict) else value


def _reference(value: dict[str, Any], key: bytes) -> dict[str, str] | None:
    """A reference within the house, by pseudonym; any other says who it is, and is left out."""
    match = RELATIVE.fullmatch(str(value.get("reference", "")))
    return {"reference": f"{match[1]}/{pseudonym(match[1], match[2], key)}"} if match else None
