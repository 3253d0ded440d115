"""Everything that a stored resource is found by, as rows of the tables: of a write, or computed anew."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.clinical import defined, row
from sosuckhoe.clinical.search import custom, custom_index, digest
from sosuckhoe.clinical.search.extract import Found, extract
from sosuckhoe.clinical.search.phrase import Phrase


class Index(NamedTuple):
    """`found` has what stands in `clinical_resource` itself; the others are packed rows (row.py) and texts of codes."""

    found: Found
    dates: list[bytes]
    texts: list[bytes]
    numbers: list[bytes]
    phrases: list[Phrase]


def index_of(type_name: str, key: UUID, body: dict[str, Any]) -> Index:
    """All index values of a resource, from its content and the parameters that are in use."""
    defined.refresh()
    found = extract(type_name, body)
    for one in custom.current().of(type_name).values():
        custom_index.add(one, body, found)
    moment = row.packed_moment(found)
    return Index(
        found,
        [row.packed_date(key, digest.path_hash(type_name, steps), value) for steps, value in found.dates],
        [row.packed_text(key, digest.path_hash(type_name, steps), text, moment) for steps, text in found.texts],
        [row.packed_number(key, digest.path_hash(type_name, one.steps), one, moment) for one in found.numbers],
        [one for one in found.tokens if type(one) is Phrase],
    )
