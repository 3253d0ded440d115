"""What the repository answers. Rights and the trace are the caller's, except where an `actor` is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from sosuckhoe.base import db, settled
from sosuckhoe.base.keys import bucket_in, bucket_of, is_made_here
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search import parameters, reference

_ID_LENGTH = 36
_VERSION_AT = 14


def read(type_name: str, key: UUID) -> Stored | None:
    """The newest version; None when there is none, when it is deleted, or when the key is of another type."""
    for place in _places(type_name, key):
        found = db.tuples(
            db.statement(__file__, "read"), (bucket_in(place), place, parameters.number_of()[type_name]), binary=True
        )
        if found:
            return _stored(found[0])
    return None


def _places(type_name: str, key: UUID) -> Iterator[UUID]:
    """Where a resource may stand: under its key, or where that has moved to."""
    yield key
    yield from moved(type_name, [str(key)]).values()


def of_person(
    person: int, types: Iterable[str] | None = None, *, hidden_labels: int = 0, limit: int = 10_000
) -> list[Stored]:
    """A person's resources, newest first by their main date, undated ones last: one range of one index.

    `types` keeps only these; rows whose label shares a bit with `hidden_labels` are left out.
    """
    numbers = None if types is None else [parameters.number_of()[name] for name in types]
    values: dict[str, Any] = {
        "bucket": bucket_of(person),
        "person": person,
        "types": numbers,
        "hidden": hidden_labels,
        "limit": limit,
    }
    name = "of_person" if numbers is None else "of_person_types"
    return [_stored(line) for line in db.tuples(db.statement(__file__, name), values, binary=True)]


def state_of(person: int) -> str:
    """A word that changes with every write to a person's resources, and when their owner hides or shows some."""
    found = db.tuples(
        """
        select count(*), sum(version), max(updated), bit_xor(uuid_hash_extended(rid, label)) filter (where label <> 0)
        from clinical_resource where bucket = %s and person = %s
        """,
        (bucket_of(person), person),
    )
    return " ".join(str(part) for part in found[0])


def state_of_types(types: Iterable[str]) -> str:
    """A word that changes with every write to a resource of these types, also with one that commits late.

    One range of one index each and the rows behind it: for types of which there are few.
    """
    found = db.tuples(
        """
        select count(*), bit_xor(uuid_hash_extended(rid, version))
        from clinical_resource where type = any (%s)
        """,
        (sorted(parameters.number_of()[name] for name in types),),
    )
    return " ".join(str(part) for part in found[0])


def keys_of(type_name: str, ids: Iterable[str]) -> dict[str, UUID]:
    """The keys under which resources of these ids may stand; ids that cannot be any are left out.

    An id that a client chose is looked up; one that was made here is its own key.
    """
    wanted = {one for one in ids if reference.ID.fullmatch(one)} if type_name in parameters.number_of() else set()
    found = (
        db.tuples(
            "select id, rid from clinical_address where type = %s and id = any (%s)",
            (parameters.number_of()[type_name], sorted(wanted)),
            binary=True,
        )
        if any(made_here(one) is None for one in wanted)
        else []
    )
    return {one: key for one in wanted if (key := made_here(one))} | dict(found)


def moved(type_name: str, ids: Iterable[str]) -> dict[str, UUID]:
    """Where resources stand now that were made here and have moved to another bucket, when two persons became one.

    To be asked of ids under whose own key nothing stands.
    """
    wanted = sorted(one for one in ids if made_here(one))
    query = "select id, rid from clinical_address where type = %s and id = any (%s)"
    return dict(db.tuples(query, (parameters.number_of()[type_name], wanted), binary=True)) if wanted else {}


def standing_key(type_name: str, name: str) -> UUID | None:
    """Where the resource of an id stands, wherever merges have carried it; None where there is none."""
    key = keys_of(type_name, [name]).get(name)
    is_there = key is not None and whose(key) is not None
    return key if is_there else moved(type_name, [name]).get(name) if type_name in parameters.number_of() else None


def phrases(paths: Iterable[int], starts: Iterable[str], most: int) -> list[int]:
    """The tokens of the texts of codes (`clinical_phrase`) that start with one of these, up to one more than `most`."""
    found = db.tuples(
        """
        select distinct kept.token
        from unnest(%s::int8[]) asked (path), unnest(%s::text[]) start, clinical_phrase kept
        where kept.path = asked.path and kept.folded >= start and kept.folded < start || chr(1114111)
        limit %s
        """,
        (list(paths), list(starts), most + 1),
    )
    return [row[0] for row in found]


def made_here(name: str) -> UUID | None:
    """The key that an id is, when it has the shape of the server's own ids."""
    if len(name) != _ID_LENGTH or name[_VERSION_AT] != "8":
        return None
    try:
        key = UUID(name)
    except ValueError:
        return None
    return key if is_made_here(key) and str(key) == name else None


def types_there() -> tuple[str, ...]:
    """The types that the store has, or has had: one look into an index for each."""
    found = db.tuples(db.statement(__file__, "types_there"))
    return tuple(parameters.name_of()[row[0]] for row in found)


def entries_among(keys: Collection[UUID], type_name: str) -> list[str]:
    """`Type/id` of those of the resources that stand and are of this type."""
    found = db.tuples(
        """
        select r.rid from unnest(%s::int4[], %s::uuid[]) as asked (bucket, rid)
        join clinical_resource r using (bucket, rid)
        where r.type = %s and r.body is not null order by r.rid
        """,
        ([bucket_in(key) for key in keys], list(keys), parameters.number_of()[type_name]),
    )
    return [f"{type_name}/{row[0]}" for row in found]


def whose(key: UUID) -> int | None:
    """The person whose resource stands, or stood, under a key; NOBODY for a register entry, None for no resource."""
    person: int | None = db.value(
        "select person from clinical_resource where bucket = %s and rid = %s", (bucket_in(key), key)
    )
    return person


def whose_many(keys: Collection[UUID]) -> dict[UUID, int]:
    """The same for several keys: one query; keys without a resource are absent."""
    if not keys:
        return {}
    found = db.tuples(
        """
        select kept.rid, kept.person
        from unnest(%s::int4[], %s::uuid[]) as wanted (bucket, rid)
        join clinical_resource kept on kept.bucket = wanted.bucket and kept.rid = wanted.rid
        """,
        ([bucket_in(key) for key in keys], list(keys)),
        binary=True,
    )
    return dict(found)


def persons_of(patients: Iterable[UUID]) -> frozenset[int]:
    """The persons whose Patient resources these are."""
    keys = sorted(patients, key=lambda key: key.int)
    if not keys:
        return frozenset()
    values = {"buckets": [bucket_in(key) for key in keys], "keys": keys, "type": parameters.number_of()["Patient"]}
    return frozenset(row[0] for row in settled.tuples(db.statement(__file__, "persons_of"), values))


def _stored(line: tuple[Any, ...]) -> Stored:
    """A row of type, rid, person, version, updated, codec, body."""
    number, key, person, version, updated, packing, body = line
    return Stored(parameters.name_of()[number], key, person, version, updated, codec.unpacked(packing, key, body))
