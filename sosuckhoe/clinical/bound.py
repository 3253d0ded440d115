"""Who asks and what they may touch, as the values that prepared statements of the repository name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import binary
from sosuckhoe.base.binary import boolean, int2, int4, int8
from sosuckhoe.base.keys import bucket_in
from sosuckhoe.base.prepared import Value
from sosuckhoe.clinical.rights import Rights
from sosuckhoe.clinical.search.parameters import number_of


def key(type_name: str, rid: UUID) -> dict[str, Value]:
    """Where a resource stands: bucket, rid, type."""
    return {"bucket": int4(bucket_in(rid)), "rid": rid.bytes, "type": int2(number_of()[type_name])}


def rights(allowed: Rights) -> dict[str, Value]:
    """The rights under their names in `Rights`."""
    return {
        "registers": boolean(allowed.registers),
        "hidden": int2(allowed.hidden),
        "open": binary.int8_array(allowed.open),
        "everybody": boolean(allowed.everybody),
        "persons": binary.int8_array(allowed.persons),
        "holders": binary.text_array(allowed.holders),
    }


def line(actor: Actor, action: str, kind: str, at: datetime) -> dict[str, Value]:
    """What a line of the trace says of the actor and the attempt."""
    return {
        "at": binary.timestamp(at),
        "account": int8(actor.account),
        "role": actor.role.encode(),
        "own_facility": (actor.facility or "").encode(),
        "purpose": actor.purpose.encode(),
        "action": action.encode(),
        "kind": kind.encode(),
        "detail": actor.mark.encode(),
    }
