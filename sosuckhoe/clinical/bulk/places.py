"""Where resources stand, and whose they are: asked for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.keys import NOBODY, bucket_in
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import codec, queries
from sosuckhoe.clinical.actions import owner
from sosuckhoe.clinical.actions.many import Known, known_of
from sosuckhoe.clinical.bulk.lines import Line
from sosuckhoe.clinical.search import link
from sosuckhoe.clinical.search.parameters import name_of, number_of

Name = tuple[str, str]


class Standing(NamedTuple):
    """The key under which a resource stands, its person, and what its own id is hashed to (None: deleted)."""

    rid: UUID
    person: int
    self: int | None


def keys_of(names: Iterable[Name]) -> dict[Name, Standing]:
    """Where resources of these types and ids stand; those that never were are absent."""
    wanted = set(names)
    here = {name: key for name in wanted if (key := queries.made_here(name[1]))}
    found = _of_keys(here) if here else {}
    elsewhere = sorted(wanted - found.keys())
    return found | (_of_addresses(elsewhere) if elsewhere else {})


def _of_addresses(names: Sequence[Name]) -> dict[Name, Standing]:
    rows = db.tuples(
        """
        select address.type, address.id, address.rid, kept.person, kept.self
        from unnest(%s::int2[], %s::text[]) as wanted (type, id)
        join clinical_address address on address.type = wanted.type and address.id = wanted.id
        join clinical_resource kept on kept.bucket = address.bucket and kept.rid = address.rid
        """,
        (_array(str(number_of()[type_name]) for type_name, _ in names), _array(f'"{name}"' for _, name in names)),
        binary=True,
    )
    return {(name_of()[number], name): Standing(rid, person, own) for number, name, rid, person, own in rows}


def _of_keys(keys: Mapping[Name, UUID]) -> dict[Name, Standing]:
    rows = db.tuples(
        """
        select kept.type, kept.rid, kept.person, kept.self
        from unnest(%s::int4[], %s::uuid[]) as wanted (bucket, rid)
        join clinical_resource kept on kept.bucket = wanted.bucket and kept.rid = wanted.rid
        """,
        (_array(str(bucket_in(key)) for key in keys.values()), _array(key.hex for key in keys.values())),
        binary=True,
    )
    found = {(name_of()[number], str(rid)): Standing(rid, person, own) for number, rid, person, own in rows}
    return {name: found[name] for name in keys if name in found}


def _array(parts: Iterable[str]) -> str:
    """Numbers, keys or quoted ids as an array literal: a tenth of what the adapter of a list costs."""
    return "{" + ",".join(parts) + "}"


def own_names(standing: Mapping[Name, Standing]) -> dict[Name, str]:
    """The ids of resources that stand under another one: a person's second Patient leads to the first."""
    others = {name: one.rid for name, one in standing.items() if one.self and one.self != link.target("/".join(name))}
    known = known_of(set(others.values()))
    return {name: name_of_resource(name[0], key, known.get(key)) for name, key in others.items()}


def name_of_resource(type_name: str, key: UUID, kept: Known | None) -> str:
    """The id under which a resource goes out."""
    if kept is None or kept.body is None:
        return str(key)
    return bodies.name_in(type_name, codec.unpacked(kept.codec, key, kept.body))


class Owners(NamedTuple):
    """Whose lines are: `persons` by line, and where what they name outside of the batch stands."""

    persons: dict[Name, int]
    outside: dict[Name, Standing]


def owners_of(lines: Sequence[Line], placed: Mapping[Name, int]) -> Owners:
    """The person of each line (not a Patient); absent when what tells it is not there yet.

    `placed` are persons of what the batch has placed. A line may lead to another line of the batch.
    """
    means = {(line.type, line.name): owner.reference_of(line.type, line.body) for line in lines}
    outside = keys_of({name for name in means.values() if name and name not in placed and name not in means})
    persons = {name: one.person for name, one in outside.items()} | dict(placed)
    found = {name: person for name in means if (person := _followed(name, means, persons)) is not None}
    return Owners(found, outside)


def _followed(name: Name, means: Mapping[Name, Any], persons: Mapping[Name, int]) -> int | None:
    """From line to line until somebody known is found; NOBODY where a line names no one."""
    seen = set()
    while name not in seen:
        seen.add(name)
        target = means[name]
        if target is None:
            return NOBODY
        if target in persons:
            return persons[target]
        if target not in means:
            return None
        name = target
    return NOBODY
