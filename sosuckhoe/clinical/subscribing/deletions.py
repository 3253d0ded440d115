"""Whether a subscriber may know that a resource was deleted: who might see it, were it still there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sosuckhoe.access import audit, labels
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_in
from sosuckhoe.clinical import queries
from sosuckhoe.clinical.rights import narrowed_by, rights_of, statement
from sosuckhoe.clinical.search.parameters import number_of


def seen(actor: Actor | None, type_name: str, names: set[str], at: datetime) -> set[str]:
    """Of these ids of a type those whose deletion the actor may know of now; the trace of their persons says so.

    What stands in the place of a deleted resource has its person and its label, also those that were given since.
    What was erased by right is not told.
    """
    if actor is None or not names:
        return set()
    try:
        allowed = rights_of(actor, "search", type_name, versions=True)
    except Problem:
        return set()
    keys = _keys(type_name, names)
    rids = sorted(keys, key=lambda key: key.int)
    values = {
        **allowed._asdict(), "buckets": [bucket_in(rid) for rid in rids], "rids": rids,
        "type": number_of()[type_name], "erased": labels.ERASED,
    }  # fmt: skip
    text = narrowed_by(statement(queries.__file__, "deleted"), values, allowed.within)
    found = db.tuples(text, values, binary=True)
    persons = sorted({person for _, person in found if person != NOBODY})
    audit.record_looks(actor, "history", [(person, type_name) for person in persons], at)
    return {keys[rid] for rid, _ in found}


def _keys(type_name: str, names: set[str]) -> dict[UUID, str]:
    """The ids by where their resources may stand: under their own key, or where a merge has carried them."""
    return {
        key: name
        for places in (queries.keys_of(type_name, names), queries.moved(type_name, names))
        for name, key in places.items()
    }
