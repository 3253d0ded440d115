"""What is remembered of each system's records: whose they are, which resource they became, what still waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from sosuckhoe.base import db, sealing
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.body import dumps
from sosuckhoe.exchange import at_rest
from sosuckhoe.exchange.feeds.happening import VISIT
from sosuckhoe.exchange.feeds.item import Item
from sosuckhoe.exchange.feeds.rewriting import Named
from sosuckhoe.identity.claim import Claim

_read_claim = msgspec.json.Decoder(Claim).decode


class Word(NamedTuple):
    """What a system says of who somebody is. `record` is its own id of the patient; `born` when it was first heard."""

    source: str
    record: str
    person: int
    born: datetime
    as_of: datetime
    digest: bytes
    delivery: int
    claim: Claim


class Told(NamedTuple):
    """A record and the resource that it became; an empty digest: it was taken back. `day`: happening.py."""

    name: Named
    record: str
    person: int
    key: UUID
    as_of: datetime
    digest: bytes
    delivery: int
    day: date | None = None
    is_erased: bool = False
    """By right, for good."""


def words(source: str, records: Collection[str]) -> dict[str, Word]:
    """What a system has said of these patient records; unknown ones are absent."""
    found = db.tuples(
        """
        select source, id, person, born, as_of, digest, delivery, claim from exchange_word
        where source = %s and id = any(%s)
        """,
        (source, list(records)),
    )
    return {row[1]: _word(row) for row in found}


def words_of(person: int) -> list[Word]:
    """What every system says of one person, the newest word first."""
    found = db.tuples(
        """
        select source, id, person, born, as_of, digest, delivery, claim from exchange_word
        where bucket = %s and person = %s order by as_of desc, source, id
        """,
        (bucket_of(person), person),
    )
    return [_word(row) for row in found]


def _word(row: tuple[Any, ...]) -> Word:
    return Word._make((*row[:5], bytes(row[5]), row[6], opened(row[0], row[1], row[7])))


def sealed(source: str, record: str, claim: bytes) -> bytes:
    """What a system says of who somebody is, as its row keeps it; the JSON of a claim."""
    return sealing.seal(at_rest.WORD, sealing.place(source, record), claim)


def opened(source: str, record: str, kept: bytes) -> Claim:
    """The claim of a row."""
    return _read_claim(sealing.unseal(at_rest.WORD, sealing.place(source, record), kept))


def told(source: str, names: Collection[Named]) -> dict[Named, Told]:
    """Which resources these records became; unknown ones are absent."""
    found = db.tuples(
        """
        select type, id, record, person, key, as_of, digest, delivery, day, erased is not null from exchange_told
        join unnest(%s::text[], %s::text[]) as asked (type, id) using (type, id) where source = %s
        """,
        ([one for one, _ in names], [other for _, other in names], source),
    )
    return {(row[0], row[1]): Told._make(((row[0], row[1]), *row[2:6], bytes(row[6]), *row[7:])) for row in found}


def write_words(found: Iterable[Word]) -> None:
    """Keep words, each in the place of the one before it."""
    for one in sorted(found):
        db.execute(
            """
            insert into exchange_word (source, id, bucket, person, born, as_of, digest, delivery, claim)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (source, id) do update set bucket = excluded.bucket, person = excluded.person,
              as_of = excluded.as_of, digest = excluded.digest, delivery = excluded.delivery, claim = excluded.claim
            """,
            (
                one.source, one.record, bucket_of(one.person), one.person, one.born, one.as_of, one.digest,
                one.delivery, sealed(one.source, one.record, msgspec.json.encode(one.claim)),
            ),
        )  # fmt: skip


def write_told(source: str, found: Sequence[Told]) -> None:
    """Keep which resources records became."""
    rows = sorted(found)
    if not rows:
        return
    db.execute(
        """
        insert into exchange_told (source, type, id, record, bucket, person, key, as_of, digest, delivery, day)
        select %s, * from unnest(
          %s::text[], %s::text[], %s::text[], %s::int4[], %s::int8[], %s::uuid[], %s::timestamptz[], %s::bytea[],
          %s::int8[], %s::date[]
        )
        on conflict (source, type, id) do update set record = excluded.record, bucket = excluded.bucket,
          person = excluded.person, key = excluded.key, as_of = excluded.as_of, digest = excluded.digest,
          delivery = excluded.delivery, day = excluded.day
        """,
        (
            source,
            [one.name[0] for one in rows],
            [one.name[1] for one in rows],
            [one.record for one in rows],
            [bucket_of(one.person) if one.person else 0 for one in rows],
            [one.person for one in rows],
            [one.key for one in rows],
            [one.as_of for one in rows],
            [one.digest for one in rows],
            [one.delivery for one in rows],
            [one.day for one in rows],
        ),
    )


def renew_days(source: str, records: Collection[str]) -> None:
    """Bring the newest days of these patient records up to date with their records."""
    if records:
        db.execute(
            """
            update exchange_word word set visited = newest.visited, heard = newest.heard
            from (
              select record, max(day) filter (where type = %s) as visited, max(day) as heard
              from exchange_told where source = %s and record = any(%s) group by record
            ) newest
            where word.source = %s and word.id = newest.record
              and (word.visited, word.heard) is distinct from (newest.visited, newest.heard)
            """,
            (VISIT, source, sorted(records), source),
        )


def put_off(source: str, waiting: Mapping[Named, tuple[str, Item]], delivery: int) -> None:
    """Keep records until their patient comes; of two versions of one record the newer stays."""
    for (kind, name), (record, item) in sorted(waiting.items(), key=lambda one: one[0]):
        db.execute(
            """
            insert into exchange_put_off as kept (source, type, id, record, as_of, delivery, codec, body)
            values (%s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (source, type, id) do update set record = excluded.record, as_of = excluded.as_of,
              delivery = excluded.delivery, codec = excluded.codec, body = excluded.body
            where kept.as_of <= excluded.as_of
            """,
            (source, kind, name, record, item.as_of, delivery, at_rest.SEALED, _kept(source, kind, name, item)),
        )


def taken_up(source: str, records: Collection[str]) -> list[Item]:
    """What has waited for these patient records, and waits no more."""
    if not records:
        return []
    found = db.tuples(
        """
        delete from exchange_put_off where source = %s and record = any(%s) returning type, id, as_of, codec, body
        """,
        (source, list(records)),
    )
    return [_item(source, *row) for row in sorted(found, key=lambda row: row[:2])]


def _kept(source: str, kind: str, name: str, item: Item) -> bytes:
    bound = sealing.place(source, kind, name)
    return at_rest.kept(at_rest.PUT_OFF, bound, dumps(item.body) if item.body else b"")


def _item(source: str, kind: str, name: str, as_of: datetime, *packed: Any) -> Item:
    codec, body = packed
    content = at_rest.opened(codec, at_rest.PUT_OFF, sealing.place(source, kind, name), body)
    return Item(0, f"{kind}/{name}", kind, name, as_of, jsontext.read(content) if content else None)
