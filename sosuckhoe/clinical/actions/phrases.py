"""Texts of codes on their way into `clinical_phrase` (search/phrase.py).

A process asks the table once for each text that it meets, and remembers what others have committed; what its own
transaction adds may still be rolled back. Nothing waits for another writer: two may add the same text.
"""

from __future__ import annotations

from collections.abc import Iterable

from sosuckhoe.base import db
from sosuckhoe.clinical.search.phrase import Phrase

KNOWN: set[bytes] = set()
_MOST_KNOWN = 1 << 16
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


def write(met: Iterable[Phrase]) -> None:
    """Add the texts that the table does not have."""
    new = {int.from_bytes(one[4:], "big", signed=True): one for one in met if one not in KNOWN}
    if not new:
        return
    asked = [one.path for one in new.values()], [one.folded for one in new.values()]
    committed = {token for (token,) in db.tuples(_COMMITTED, asked)}
    if len(KNOWN) > _MOST_KNOWN:
        KNOWN.clear()
    KNOWN.update(new.pop(token) for token in committed & new.keys())
    if new:
        texts = [one.folded for one in new.values()]
        db.execute(_ADD, ([one.path for one in new.values()], list(new), texts))
