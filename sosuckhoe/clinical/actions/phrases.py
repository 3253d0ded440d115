"""Texts of codes on their way into `clinical_phrase` (search/phrase.py).

A process asks the table once for each text that it meets, and remembers what others have committed; what its own
transaction adds may still be rolled back. Nothing waits for another writer: two may add the same text. What it
remembers it asks for again after ten minutes, for a text that stood in one record alone goes when that is erased.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable

from sosuckhoe.base import binary, db
from sosuckhoe.base.prepared import Value
from sosuckhoe.clinical.search.phrase import Phrase

KNOWN: set[bytes] = set()
_MOST_KNOWN = 1 << 16
_KNOWN_SECONDS = 600.0
_learnt = [time.monotonic()]
"""When the process began to remember."""

_COMMITTED = """
select distinct kept.token
from unnest(%s::int8[], %s::text[]) asked (path, folded)
join clinical_phrase kept on kept.path = asked.path and kept.folded = asked.folded
where kept.made <> pg_current_xact_id()
"""
_ADD = """
insert into clinical_phrase (path, token, folded)
select asked.path, asked.token, asked.folded
from unnest(%s::int8[], %s::int8[], %s::text[]) asked (path, token, folded)
where not exists (
  select from clinical_phrase kept where kept.path = asked.path and kept.folded = asked.folded
)
"""

_NOBODYS = """
delete from clinical_phrase kept using unnest(%s::int8[], %s::int8[]) as gone (path, token)
where kept.path = gone.path and kept.token = gone.token
  and not exists (select from clinical_resource r where r.tokens && array[gone.token])
"""

ADDED = """
insert into clinical_phrase (path, token, folded)
select asked.path, asked.token, asked.folded
from owner, unnest(%(phrase_path)s::int8[], %(phrase_token)s::int8[], %(phrase_folded)s::text[])
  asked (path, token, folded)
where not exists (
  select from clinical_phrase kept where kept.path = asked.path and kept.folded = asked.folded
)
"""
"""A part of a statement that writes one resource (actions/alone.py); `arrays` are its values."""


def arrays(met: Iterable[Phrase]) -> dict[str, Value]:
    """Texts as the values of ADDED."""
    texts = list(met)
    return {
        "phrase_path": binary.int8_array(one.path for one in texts),
        "phrase_token": binary.array(binary.INT8, texts),
        "phrase_folded": binary.text_array(one.folded for one in texts),
    }


def unknown(met: Iterable[Phrase]) -> list[Phrase]:
    """Those of the texts of which the process does not know that the table has them."""
    if time.monotonic() - _learnt[0] > _KNOWN_SECONDS:
        KNOWN.clear()
        _learnt[0] = time.monotonic()
    return [one for one in met if one not in KNOWN]


def forget(met: Collection[Phrase]) -> None:
    """Remove the texts that no resource stands with any more."""
    KNOWN.difference_update(met)
    db.execute(_NOBODYS, ([one.path for one in met], [_number(one) for one in met]))


def _number(token: bytes) -> int:
    return int.from_bytes(token[4:], "big", signed=True)


def remember(met: Iterable[Phrase]) -> None:
    """Texts of a write that has been committed are in the table."""
    if len(KNOWN) > _MOST_KNOWN:
        KNOWN.clear()
    KNOWN.update(met)


def write(met: Iterable[Phrase]) -> int:
    """Add the texts that the table does not have; how many."""
    new = {_number(one): one for one in unknown(met)}
    if not new:
        return 0
    asked = [one.path for one in new.values()], [one.folded for one in new.values()]
    committed = {token for (token,) in db.tuples(_COMMITTED, asked)}
    remember(new.pop(token) for token in committed & new.keys())
    if not new:
        return 0
    texts = [one.folded for one in new.values()]
    return db.execute(_ADD, ([one.path for one in new.values()], list(new), texts))
