"""What a merge does to identity and access: accounts, relations, ties, numbers, keys, doubts, decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import at_rest, known, moving, near, queries, told_since
from sosuckhoe.identity.claim import Claim, Identifier, PersonRef
from sosuckhoe.identity.compare import blocking
from sosuckhoe.identity.moving import Move

MOVED = frozenset({
    "access_account", "access_custody", "access_desk_code", "access_emergency", "access_exclusion", "access_hidden",
    "access_hold", "access_narrowed", "access_queue", "access_relation", "access_request", "access_tie",
    "identity_person", "identity_identifier", "identity_block", "identity_doubt", "identity_review",
    "identity_standing", "identity_ticket", "identity_likeness",
})  # fmt: skip
STAYS = {
    "access_app_family": "what apps were let do with the book of the one who goes has ended: they ask the owner anew",
    "access_app_launch": "a start of an app is good for five minutes",
    "access_audit": "the trace is never rewritten; the owner's page reads the lines of both keys",
    "access_grant": "evidence of what was said under the old key is never changed; what follows from it moves",
    "identity_merge": "it says who was made one",
    "identity_merge_row": "it holds the rows as they were",
    "identity_unsettled": "whose words are still to be compared; who has become part of another is passed over",
}
_PAIRS = {"identity_doubt": False, "identity_review": True}
_BY_PERSON = (
    "access_custody", "access_emergency", "access_exclusion", "access_hidden", "access_narrowed", "access_request",
    "access_tie", "identity_standing", "identity_ticket", "identity_likeness",
)  # fmt: skip
_WITHOUT_BUCKET = ("access_desk_code", "access_hold", "access_queue")
_RESTORED = ("access_relation", *_BY_PERSON, *_WITHOUT_BUCKET, "identity_identifier", "identity_block", *_PAIRS)


def move(move: Move) -> None:
    """Everything by which one of the two was known means the one who is kept."""
    claims = queries.known_all([move.keep.person, move.gone.person])
    old = claims[move.gone.person].claim
    _move_rights(move)
    _move_numbers(move, old)
    for table, is_ordered in _PAIRS.items():
        _move_pairs(move, table, is_ordered=is_ordered)
    _move_person(move)


def restore(move: Move) -> None:
    """Each of the two is known by what was theirs; numbers heard since stay with the one who was kept."""
    heard = _heard_since(move)
    others = _forget_given_away(move)
    for table in _RESTORED:
        moving.put_back(move, table)
    for row in moving.noted(move, "access_account"):
        db.execute(
            "update access_account set person = %s where id = %s and person = %s",
            (move.gone.person, row["id"], move.keep.person),
        )
    _put_back_persons(move, others)
    for number in heard:
        hear(move.keep.person, Claim("", "", "", "", (number,)), move)
    if who := told_of_since(move):
        _tell_again(move, who.person)


def told_of_since(move: Move) -> PersonRef | None:
    """Of whom a decision or a register told something after the merge; None when nobody did."""
    return told_since.meant(move, *before(move)) if told_since.words(move) else None


def _tell_again(move: Move, person: int) -> None:
    """What was decided and what registers told since stays known of the one who was meant."""
    told = standing = queries.known_all([person])[person].claim
    for was, now in told_since.words(move):
        told = told_since.heard(told, was, now)
    told_since.note(person, standing, told, apart_from=move.number)
    db.execute(
        "update identity_person set claim = %s, as_of = greatest(as_of, %s) where bucket = %s and person = %s",
        (at_rest.sealed(person, told), move.at, bucket_of(person), person),
    )
    near.write((key, person) for key in blocking.keys(told))


def hear(person: int, claim: Claim, move: Move) -> None:
    """Add a claim that came since to what is known of one of the two, with its numbers and keys."""
    standing = queries.known_all([person])[person]
    joined = known.join(standing.claim, claim, newer=True)
    db.execute(
        "update identity_person set claim = %s, as_of = greatest(as_of, %s) where bucket = %s and person = %s",
        (at_rest.sealed(person, joined), move.at, bucket_of(person), person),
    )
    near.write((key, person) for key in blocking.keys(joined))
    for number in claim.identifiers:
        db.execute(
            """
            insert into identity_identifier as held (system, blind, bucket, person, since) values (%s, %s, %s, %s, %s)
            on conflict (system, blind) do update set bucket = excluded.bucket, person = excluded.person
            where held.person = any (%s::int8[])
            """,
            (
                number.system,
                at_rest.blind(number),
                bucket_of(person),
                person,
                move.at,
                [move.keep.person, move.gone.person],
            ),
        )


def unhear(move: Move, numbers: set[Identifier]) -> None:
    """Take numbers from the one who was kept that came since and mean the other."""
    keep = queries.known_all([move.keep.person])[move.keep.person].claim
    own = {number for claim in before(move)[:1] for number in claim.identifiers}
    left = tuple(number for number in keep.identifiers if number in own or number not in numbers)
    if left == keep.identifiers:
        return
    db.execute(
        "update identity_person set claim = %s where bucket = %s and person = %s",
        (
            at_rest.sealed(move.keep.person, replace(keep, identifiers=left)),
            bucket_of(move.keep.person),
            move.keep.person,
        ),
    )


def before(move: Move) -> tuple[Claim, Claim]:
    """What was known of the one who was kept and of the other, before they were made one."""
    rows = [row["was"] for row in moving.noted(move, "identity_person")]
    keep, gone = (at_rest.noted(row["person"], row["claim"]) for row in rows)
    return keep, gone


def _move_rights(move: Move) -> None:
    ended = "update access_app_family set ended = %s where person = %s and ended is null"
    db.execute(ended, (move.at, move.gone.person))
    for table in _BY_PERSON:
        moving.rehome(move, table)
    for table in _WITHOUT_BUCKET:
        moving.rehome(move, table, bucket=False)
    moving.rehome(move, "access_relation", "holder")
    moving.rehome(move, "access_relation", "dependant", bucket=False)
    moving.rehome(move, "access_custody", "holder", bucket=False)
    db.execute(
        "delete from access_relation where bucket = %s and holder = %s and dependant = holder",
        (bucket_of(move.keep.person), move.keep.person),
    )
    named = db.tuples(
        "update access_account set person = %s where person = %s returning id", (move.keep.person, move.gone.person)
    )
    moving.note(move, "access_account", [{"id": row[0]} for row in named])


def _move_numbers(move: Move, old: Claim) -> None:
    """Numbers and blocking keys are found through the claim: their tables have no index by person."""
    values: dict[str, Any] = {
        "person": move.gone.person,
        "systems": [number.system for number in old.identifiers],
        "values": [at_rest.blind(number) for number in old.identifiers],
        "keys": sorted(blocking.keys(old)),
    }
    listed = "select * from unnest(%(systems)s::text[], %(values)s::bytea[])"
    numbers = f"t.person = %(person)s and (t.system, t.blind) in ({listed})"
    change = {"bucket": bucket_of(move.keep.person), "person": move.keep.person}
    moving.set_aside(move, "identity_identifier", numbers, values)
    moving.put_in(move, "identity_identifier", "person", change)
    moving.set_aside(move, "identity_block", "t.person = %(person)s and t.key = any (%(keys)s::int8[])", values)
    moving.put_in(move, "identity_block", "person", change)


def _move_pairs(move: Move, table: str, *, is_ordered: bool) -> None:
    """Doubts and decisions about pairs; that between the two themselves is decided, and rests with the merge."""
    gone, keep = move.gone.person, move.keep.person
    values = {"gone": gone, "bucket": bucket_of(gone)}
    moving.set_aside(move, table, "(t.bucket = %(bucket)s and t.person = %(gone)s) or t.other = %(gone)s", values)
    for was in moving.taken(move, table):
        pair = [keep if one == gone else one for one in (was["person"], was["other"])]
        if pair[0] != pair[1]:
            one, other = sorted(pair) if is_ordered else pair
            _add(move, table, {**was, "person": one, "other": other, "bucket": bucket_of(one)})


def _add(move: Move, table: str, row: dict[str, Any]) -> None:
    added = db.tuples(
        f"""
        insert into {table} as t select (jsonb_populate_record(null::{table}, %s::jsonb)).*
        on conflict do nothing returning to_jsonb(t)
        """,
        (moving.as_json(row),),
    )
    moving.note(move, table, [orjson.loads(row[0]) for row in added])


def _move_person(move: Move) -> None:
    """The one who is kept is known by both claims; the other leads to them."""
    both = "select to_jsonb(t) from identity_person t where bucket = %s and person = %s"
    standing = queries.known_all([move.keep.person, move.gone.person])
    keep, gone = standing[move.keep.person], standing[move.gone.person]
    was = [orjson.loads(db.value(both, (bucket_of(one), one))) for one in (move.keep.person, move.gone.person)]
    joined = known.join(keep.claim, gone.claim, newer=gone.as_of > keep.as_of)
    db.execute(
        "update identity_person set claim = %s, as_of = %s where bucket = %s and person = %s",
        (
            at_rest.sealed(move.keep.person, joined),
            max(keep.as_of, gone.as_of),
            bucket_of(move.keep.person),
            move.keep.person,
        ),
    )
    db.execute(
        "update identity_person set merged_into = %s where bucket = %s and person = %s",
        (move.keep.person, bucket_of(move.gone.person), move.gone.person),
    )
    _add_keys(move, sorted(blocking.keys(joined)))
    moving.note(move, "identity_person", [{"was": row} for row in was])
    moving.note(move, "identity_joined", [{"claim": at_rest.joined(move.number, joined)}])


def _forget_given_away(move: Move) -> set[tuple[str, bytes]]:
    """The numbers that a third person has been given since: they stay theirs, so nothing of them is put back."""
    both = [move.keep.person, move.gone.person]
    rows = db.tuples(
        """
        delete from identity_merge_row kept using identity_identifier held
        where kept.bucket = %(at_bucket)s and kept.merge = %(number)s and kept.tbl = 'identity_identifier'
          and held.system = coalesce(kept.was, kept.now) ->> 'system'
          and held.blind = (coalesce(kept.was, kept.now) ->> 'blind')::bytea and held.person <> all (%(both)s::int8[])
        returning held.system, held.blind
        """,
        {**move.place, "both": both},
    )
    return {(system, bytes(blind)) for system, blind in rows}


def _put_back_persons(move: Move, others: set[tuple[str, bytes]]) -> None:
    """Each is known by what was theirs, but for the numbers of others."""
    for row in moving.noted(move, "identity_person"):
        was = row["was"]
        db.execute(
            "update identity_person set claim = %s, as_of = %s, merged_into = null where bucket = %s and person = %s",
            (_without(was["person"], was["claim"], others), was["as_of"], was["bucket"], was["person"]),
        )


def _without(person: int, claim: str, others: set[tuple[str, bytes]]) -> str | bytes:
    """What was known of a person, sealed as it was, or anew without the numbers of others."""
    if not others:
        return claim
    told = at_rest.noted(person, claim)
    left = tuple(one for one in told.identifiers if (one.system, at_rest.blind(one)) not in others)
    return at_rest.sealed(person, replace(told, identifiers=left))


def _add_keys(move: Move, keys: list[int]) -> None:
    added = db.tuples(
        """
        insert into identity_block as t (key, bucket, person) select key, %s, %s from unnest(%s::int8[]) as new (key)
        on conflict do nothing returning to_jsonb(t)
        """,
        (bucket_of(move.keep.person), move.keep.person, keys),
    )
    moving.note(move, "identity_block", [orjson.loads(row[0]) for row in added])


def _heard_since(move: Move) -> list[Identifier]:
    """Numbers that the kept person was given after the merge."""
    (row,) = moving.noted(move, "identity_joined")
    joined = at_rest.opened_joined(move.number, row["claim"])
    standing = queries.known_all([move.keep.person])[move.keep.person].claim
    return [number for number in standing.identifiers if number not in joined.identifiers]
