"""Which search parameters are defined here, as this process knows it.

Read again every KNOWN_SECONDS at most, with the first write or search after that: so long another process writes
without a parameter that has just become active. `reindexing` waits for it.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import msgspec

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in
from sosuckhoe.clinical.search import custom, defining, parameters
from sosuckhoe.clinical.search.custom import Component, Custom, Registry
from sosuckhoe.clinical.structure import Invalid, Issue

KNOWN_SECONDS = 1.0
_ALL = "select meaning::text, searchable from clinical_parameter order by type, code"


def refresh() -> None:
    """Know what is defined: asked before every write and search, read once in KNOWN_SECONDS."""
    period = int(time.monotonic() / KNOWN_SECONDS)
    if _read.get("period") != period:
        custom.use(_made(tuple(db.tuples(_ALL))))
        _read["period"] = period


def forget() -> None:
    """Look anew at the next write or search."""
    _read.clear()


_read: dict[str, int] = {}


@lru_cache(maxsize=2)
def _made(rows: tuple[tuple[str, bool], ...]) -> Registry:
    if not rows:
        return custom.NONE
    return Registry(_custom(msgspec.json.decode(text), searchable) for text, searchable in rows)


def _custom(told: dict[str, Any], searchable: bool) -> Custom:  # noqa: FBT001 -- a column
    parts = tuple(Component(one[0], one[1], tuple(one[2]), tuple(one[3])) for one in told["components"])
    lists = {name: tuple(told[name]) for name in ("leaves", "targets")}
    return Custom(**{**told, **lists, "components": parts, "is_searchable": searchable})


def definition(key: UUID, body: dict[str, Any] | None) -> tuple[UUID, list[Custom]]:
    """What a SearchParameter defines under its key: nothing unless it is active.

    A draft is checked like an active one. Raises Invalid.
    """
    if body is None or body["status"] == "retired":
        return key, []
    found = defining.customs(body, _kind_of)
    return key, found if body["status"] == "active" else []


def _kind_of(url: str) -> str | None:
    """The kind of the parameter of an address."""
    official = defining.official_kinds().get(url)
    return official or db.value("select kind from clinical_parameter where url = %s limit 1", (url,))


def write(definitions: list[tuple[UUID, list[Custom]]]) -> None:
    """Note what SearchParameters define now, in the transaction that stores them.

    Raises Invalid (SSK-3284) when another one has a code already.
    """
    for key, customs in definitions:
        _write(key, customs)
    if definitions:
        forget()


def _write(key: UUID, customs: list[Custom]) -> None:
    own = (bucket_in(key), key)
    types = [parameters.number_of()[one.type] for one in customs]
    codes = [one.code for one in customs]
    db.execute(
        """
        delete from clinical_parameter where bucket = %s and rid = %s
          and (type, code) not in (select * from unnest(%s::int2[], %s::text[]))
        """,
        (*own, types, codes),
    )
    for number, one in zip(types, customs, strict=True):
        values = (number, one.code, *own, uuid4(), one.url, one.kind, _text(one))
        if not db.execute(_ADD, values):
            raise Invalid([Issue("SSK-3284", f"{defining.TYPE}.code")])


_ADD = """
insert into clinical_parameter as kept (type, code, bucket, rid, made, url, kind, meaning)
values (%s, %s, %s, %s, %s, %s, %s, %s)
on conflict (type, code) do update set
  url = excluded.url,
  kind = excluded.kind,
  meaning = excluded.meaning,
  made = case when kept.meaning - '{url,sentence}'::text[] = excluded.meaning - '{url,sentence}'::text[]
    then kept.made else excluded.made end,
  searchable = kept.searchable
    and kept.meaning - '{url,sentence}'::text[] = excluded.meaning - '{url,sentence}'::text[]
where kept.bucket = excluded.bucket and kept.rid = excluded.rid
"""


def _text(one: Custom) -> str:
    return msgspec.json.encode(one._asdict()).decode()
