"""What the repository answers. Rights and the trace are the caller's, except where an `actor` is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in, bucket_of
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search import parameters


def read(type_name: str, key: UUID) -> Stored | None:
    """The newest version; None when there is none, when it is deleted, or when the key is of another type."""
    found = db.tuples(
        db.statement(__file__, "read"), (bucket_in(key), key, parameters.number_of()[type_name]), binary=True
    )
    return _stored(found[0]) if found else None


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


def _stored(line: tuple[Any, ...]) -> Stored:
    """A row of type, rid, person, version, updated, codec, body."""
    number, key, person, version, updated, packing, body = line
    return Stored(parameters.name_of()[number], key, person, version, updated, codec.unpacked(packing, body))
