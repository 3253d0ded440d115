"""What a facility or another system has written of somebody: visits, profiles, records of feeds, direct writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import codec, jsontext
from sosuckhoe.clinical.coding import ICD10
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.exchange import queries, sources
from sosuckhoe.exchange.erasing import kept_until
from sosuckhoe.identity import uncopying


class Part(NamedTuple):
    """What was written together. `ma_lk`: of a visit or a profile; '' for a record that came by itself.

    `keys`: of all resources that were ever made from it.
    """

    ma_lk: str
    day: date
    keys: list[UUID]


def parts_of(person: int, writer: str, entry: UUID | None, *, to_change: bool = True) -> list[Part]:
    """What a writer (a facility's code, or the URI of another system) has written: what an entry belongs to, or all.

    `to_change`: nobody files a newer version of it until the transaction ends.
    """
    source, lock = sources.of_uri(writer), "for update" if to_change else ""
    if source is not None:
        found = _told(person, source.id, lock)
    else:
        found = [*_episodes(person, writer, lock), *_direct(person, writer)]
    return [one for one in found if entry is None or entry in one.keys]


def writer_of(person: int, writers: Sequence[str], entry: UUID) -> str:
    """Which of the writers has written an entry; '' for none of them."""
    return next((one for one in writers if parts_of(person, one, entry, to_change=False)), "")


def systems_of(person: int) -> list[str]:
    """The URIs of the other systems whose records stand in somebody's book."""
    found = db.tuples(
        """
        select distinct source from exchange_told
        where bucket = %s and person = %s and erased is null order by source
        """,
        (bucket_of(person), person),
    )
    return [sources.uri_of(source) for (source,) in found if source in sources.sources()]


def law_keeps_until(person: int, writer: str, parts: Sequence[Part]) -> date:
    """The first day on which none of them need be kept any more."""
    return max(kept_until(_row(person, writer, one), one.day) for one in parts)


def _episodes(person: int, facility: str, lock: str) -> list[Part]:
    found = db.tuples(
        f"""
        select e.ma_lk, coalesce(e.visit, e.born), array(
          select distinct key from exchange_record r, unnest(r.keys) key
          where r.bucket = e.bucket and r.person = e.person and r.facility = e.facility and r.ma_lk = e.ma_lk)
        from exchange_episode e
        where e.bucket = %s and e.person = %s and e.facility = %s and e.version > 0 and e.erased is null
        order by e.ma_lk {lock}
        """,  # noqa: S608 -- a constant
        (bucket_of(person), person, facility),
    )
    return [Part(ma_lk, day_of(moment), keys) for ma_lk, moment, keys in found]


def _told(person: int, source: str, lock: str) -> list[Part]:
    found = db.tuples(
        f"""
        select t.key, coalesce(r.moment, t.as_of) from exchange_told t
        join clinical_resource r on r.bucket = t.bucket and r.rid = t.key and r.body is not null
        where t.bucket = %s and t.person = %s and t.source = %s and t.erased is null
        order by t.type, t.id {lock and f"{lock} of t"}
        """,  # noqa: S608 -- as above
        (bucket_of(person), person, source),
    )
    return [Part("", day_of(moment), [key]) for key, moment in found]


def _direct(person: int, facility: str) -> list[Part]:
    """What a facility's systems and staff made on `/fhir`: the trace says who did."""
    moments: dict[UUID, datetime] = dict(
        db.tuples(
            """
            select rid, coalesce(moment, updated) from clinical_resource
            where bucket = %s and person = %s and source = 0 and type <> %s and body is not null
            """,
            (bucket_of(person), person, number_of()["Patient"]),
        )
    )
    now = {key: key for key in moments} | uncopying.stood_before("clinical_now", moments)
    persons = [person, *uncopying.persons_before(person)]
    made = db.tuples(
        """
        select distinct key from access_audit
        where (bucket, person) in (select * from unnest(%s::int4[], %s::int8[]))
          and action = 'create' and outcome = 'done' and facility = %s and key = any (%s)
        """,
        ([bucket_of(one) for one in persons], persons, facility, list(now)),
    )
    keys = sorted({now[key] for (key,) in made})
    return [Part("", day_of(moments[key]), [key]) for key in keys]


def _row(person: int, writer: str, part: Part) -> dict[str, str]:
    """What decides for how long a part is kept, under the tags of XML1."""
    if not part.ma_lk:
        return {"MA_BENH_CHINH": ";".join(_codes(_body(person, part.keys[0])))}
    package = queries.package(writer, part.ma_lk)
    rows = package.tables.get("XML1", []) if package else []
    return dict(rows[0]) if rows else {}


def _body(person: int, key: UUID) -> Any:
    found = db.tuples(
        "select codec, body from clinical_resource where bucket = %s and rid = %s and body is not null",
        (bucket_of(person), key),
        binary=True,
    )
    for packing, packed in found:
        content = codec.unpacked(packing, key, packed)
        return jsontext.read(content, len(content))
    return {}


def _codes(value: Any) -> Iterator[str]:
    """Every ICD-10 code that stands anywhere in a resource."""
    if isinstance(value, dict):
        if value.get("system") == ICD10 and isinstance(value.get("code"), str):
            yield value["code"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _codes(inner)
