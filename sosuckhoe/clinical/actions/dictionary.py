"""Learn what the resources of a type have in common, so that they take less room."""

from __future__ import annotations

from datetime import datetime

import zstandard

from sosuckhoe.base import db, sealing
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.search.parameters import number_of

ENOUGH = 1_000
"""Resources of a type from which a dictionary is worth making."""

_SAMPLES = 2_000
_SIZE = 32 * 1024


def train_dictionary(type_name: str, at: datetime) -> int | None:
    """A new dictionary from a type's newest resources, used for what is stored from now on; its codec.

    None when there are too few, or they have nothing in common. Older dictionaries stay, as what they packed does.
    """
    sample = _sample(number_of()[type_name])
    if len(sample) < ENOUGH:
        return None
    try:
        made = zstandard.train_dictionary(_SIZE, sample)
    except zstandard.ZstdError:
        return None
    number: int = db.value("select coalesce(max(codec), 0) + 1 from clinical_dictionary")
    sealed = sealing.seal(codec.DICTIONARY, sealing.place(number), made.as_bytes())
    db.execute(
        "insert into clinical_dictionary (codec, type, trained, body) values (%s, %s, %s, %s)",
        (number, number_of()[type_name], at, sealed),
    )
    return number


def types_without_dictionary() -> list[str]:
    """Types that have enough resources and no dictionary yet."""
    found = db.tuples(
        """
        select wanted.type from unnest(%s::int2[]) as wanted (type)
        where not exists (select from clinical_dictionary made where made.type = wanted.type)
          and exists (select from clinical_resource kept where kept.type = wanted.type offset %s)
        """,
        (list(number_of().values()), ENOUGH - 1),
    )
    wanted = {number for (number,) in found}
    return [name for name, number in number_of().items() if number in wanted]


def _sample(type_number: int) -> list[bytes | bytearray | memoryview]:
    found = db.tuples(
        """
        select codec, rid, body from clinical_resource where type = %s and body is not null
        order by updated desc, rid desc limit %s
        """,
        (type_number, _SAMPLES),
        binary=True,
    )
    return [codec.unpacked(packing, key, body) for packing, key, body in found]
