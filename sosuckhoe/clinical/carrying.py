"""Rows of the repository from one person's bucket to another's, with their history and their index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in, bucket_of
from sosuckhoe.clinical import codec
from sosuckhoe.identity.moving import Move, columns, copy

TABLES = ("clinical_resource", "clinical_history", "clinical_date", "clinical_text", "clinical_number")
_OF_RIDS = "t.bucket = %(bucket)s and t.rid = any (%(rids)s::uuid[])"


def keys(rids: Iterable[UUID]) -> str:
    """Keys as an array literal: a tenth of what the adapter of a list of UUIDs costs, for thousands of them."""
    return "{" + ",".join(rid.hex for rid in rids) + "}"


def buckets(rids: Iterable[UUID]) -> str:
    """The buckets of keys, as an array literal."""
    return "{" + ",".join(str(bucket_in(rid)) for rid in rids) + "}"


def keep_copies(move: Move, rids: Collection[UUID], tables: Collection[str]) -> None:
    """Keep these rows with the merge as they are; all are of one bucket."""
    if rids:
        values = {"bucket": bucket_in(next(iter(rids))), "rids": keys(rids)}
        for table in tables:
            copy(move, table, _OF_RIDS, values)


def places_for(rids: Collection[UUID], person: int) -> dict[UUID, UUID]:
    """The keys that rows have in another person's bucket: the same but for the bucket.

    A key that is taken there (an episode that changed its person has both) gets the next number that is free.
    """
    bucket = bucket_of(person)
    places = {rid: _in_bucket(rid, bucket, 0) for rid in rids}
    tries = 0
    while taken := _taken({place for rid, place in places.items() if place != rid}):
        tries += 1
        places = {rid: _in_bucket(rid, bucket, tries) if place in taken else place for rid, place in places.items()}
    return places


def _in_bucket(rid: UUID, bucket: int, tries: int) -> UUID:
    """The key with another bucket in its first 16 bits; the last 62 bits are chance, and may be counted on."""
    low = (1 << 62) - 1
    kept = rid.int & ((1 << 112) - 1)
    return UUID(int=(bucket << 112) | (kept & ~low) | ((kept + tries) & low))


def _taken(places: set[UUID]) -> set[UUID]:
    found = db.tuples(
        """
        select kept.rid from unnest(%s::int4[], %s::uuid[]) as asked (bucket, rid)
        join clinical_resource kept using (bucket, rid)
        """,
        (buckets(places), keys(places)),
    )
    return {row[0] for row in found}


def carry(places: Mapping[UUID, UUID], person: int) -> None:
    """Move rows to their new keys, and lead every id that stood for the old key to the new one."""
    moved = {rid: place for rid, place in places.items() if rid != place}
    _lead(moved)
    for table in TABLES:
        new = {"bucket": "new.bucket", "rid": "new.rid", "person": "%(person)s::int8"}
        names = columns(table)
        chosen = ", ".join(new.get(name, f"taken.{name}") for name in names)
        db.execute(
            f"""
            with new as (
              select * from unnest(%(olds)s::int4[], %(rids)s::uuid[], %(news)s::int4[], %(places)s::uuid[])
                as new (old_bucket, old_rid, bucket, rid)
            ), taken as (
              delete from {table} t using new where t.bucket = new.old_bucket and t.rid = new.old_rid returning t.*
            )
            insert into {table} ({", ".join(names)})
            select {chosen} from taken join new on new.old_rid = taken.rid and new.old_bucket = taken.bucket
            """,  # noqa: S608 -- names of tables and columns from the constant above and the catalogue
            {
                "olds": buckets(places),
                "rids": keys(places),
                "news": buckets(places.values()),
                "places": keys(places.values()),
                "person": person,
            },
        )
    for rid, place in moved.items():
        if _in_bucket(rid, bucket_in(place), 0) != place:
            _seal_again(rid, place)


def _seal_again(rid: UUID, place: UUID) -> None:
    """A body is sealed to its key without the bucket; where the rest changed too, it opens no more."""
    for table in ("clinical_resource", "clinical_history"):
        rows = db.tuples(
            f"select version, codec, body from {table} where bucket = %s and rid = %s and body is not null",  # noqa: S608 -- names from above
            (bucket_in(place), place),
            binary=True,
        )
        for version, packing, body in rows:
            db.execute(
                f"update {table} set body = %s where bucket = %s and rid = %s and version = %s",  # noqa: S608 -- names from above
                (codec.carried(packing, rid, place, body), bucket_in(place), place, version),
            )


def _lead(moved: Mapping[UUID, UUID]) -> None:
    values = {
        "olds": buckets(moved),
        "rids": keys(moved),
        "news": buckets(moved.values()),
        "places": keys(moved.values()),
    }
    pairs = (
        "unnest(%(olds)s::int4[], %(rids)s::uuid[], %(news)s::int4[], %(places)s::uuid[]) as new (ob, old, bucket, rid)"
    )
    db.execute(
        f"""
        update clinical_address led set bucket = new.bucket, rid = new.rid from {pairs}
        where led.bucket = new.ob and led.rid = new.old
        """,  # noqa: S608 -- a constant
        values,
    )
    db.execute(
        f"""
        insert into clinical_address (type, id, bucket, rid)
        select kept.type, new.old::text, new.bucket, new.rid
        from {pairs} join clinical_resource kept on kept.bucket = new.ob and kept.rid = new.old
        on conflict (type, id) do update set bucket = excluded.bucket, rid = excluded.rid
        """,  # noqa: S608 -- a constant
        values,
    )


def wipe(rids: Collection[UUID]) -> None:
    """Remove rows with everything that belongs to them, and the ids that lead to them."""
    values = (buckets(rids), keys(rids))
    for table in (*TABLES, "clinical_address"):
        db.execute(
            f"""
            delete from {table} t using unnest(%s::int4[], %s::uuid[]) as gone (bucket, rid)
            where t.bucket = gone.bucket and t.rid = gone.rid
            """,  # noqa: S608 -- names from the constant above
            values,
        )
