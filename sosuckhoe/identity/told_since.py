"""What decisions and registers told of a kept person after a merge: an undo leaves it with the one who was meant.

Each such word is a pair of claims, before and after it, kept beside the rows of the merge (`identity_told`) and sealed
as the joined claim is.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import orjson

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import at_rest, known, moving
from sosuckhoe.identity.claim import Claim, PersonRef
from sosuckhoe.identity.moving import Move

TABLE = "identity_told"
_POINTS = tuple(field.name for field in fields(Claim) if field.name not in {"identifiers", "extra"})
_OWN = frozenset({known.SETTLED, known.TOLD})
_ASKED_BY = (frozenset({"cccd"}), frozenset({"bhxh", "bhyt", "temp_child"}))
"""The numbers by which the population register and social insurance speak of somebody."""


def note(person: int, before: Claim, after: Claim, *, apart_from: int = 0) -> None:
    """Keep what a word changed, beside the newest merge that stands of the person, if there is one."""
    merge = db.value(
        "select max(merge) from identity_merge where keep = %s and undone is null and merge <> %s", (person, apart_from)
    )
    if merge is None:
        return
    rows = [{"claim": at_rest.joined(merge, claim)} for claim in (before, after)]
    db.execute(
        """
        insert into identity_merge_row (bucket, merge, tbl, now)
        select %s, %s, %s, now from jsonb_array_elements(%s::jsonb) as now
        """,
        (bucket_of(person), merge, TABLE, orjson.dumps(rows).decode()),
    )


def words(move: Move) -> list[tuple[Claim, Claim]]:
    """What was known before and after each word since the merge, oldest first."""
    claims = [at_rest.opened_joined(move.number, row["claim"]) for row in moving.noted(move, TABLE)]
    return list(zip(claims[::2], claims[1::2], strict=True))


def meant(move: Move, keep: Claim, gone: Claim) -> PersonRef:
    """Whom registers meant since: who alone had a number by which they ask, or else the one who was kept."""
    for systems in _ASKED_BY:
        has = [any(number.system in systems for number in claim.identifiers) for claim in (keep, gone)]
        if has[0] != has[1]:
            return move.keep if has[0] else move.gone
    return move.keep


def heard(claim: Claim, before: Claim, after: Claim) -> Claim:
    """A claim after the same word: what the word changed or settled, and no more. Numbers are given elsewhere."""
    settled = known.settled_in(after) - known.settled_in(before)
    points: dict[str, Any] = {
        point: getattr(after, point)
        for point in _POINTS
        if point in settled or getattr(before, point) != getattr(after, point)
    }
    extra = {key: value for key, value in claim.extra.items() if not _is_told(key, settled, before, after)}
    told = {key: value for key, value in after.extra.items() if _is_told(key, settled, before, after)}
    return known.settle(replace(claim, **points, extra={**extra, **told}), settled)


def _is_told(key: str, settled: frozenset[str], before: Claim, after: Claim) -> bool:
    return key not in _OWN and (key in settled or before.extra.get(key) != after.extra.get(key))
