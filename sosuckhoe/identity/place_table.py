"""The table of places in the database: the same as `places.py` answers, for statements that join by place.

It is filled from the data files whenever the tables are brought up to date. Processes ask `places.py`, which keeps them
in memory: pure rules may not know a database, and a question costs a look into a dictionary (docs/adr/0007).
"""

from __future__ import annotations

from datetime import date

from sosuckhoe.base import db
from sosuckhoe.identity import places
from sosuckhoe.identity.places import COMMUNE, DISTRICT, PROVINCE, REFORM, Place

COLUMNS = ("code", "valid_from", "valid_until", "level", "name", "parent", "province", "becomes")
_TYPES = ("text", "date", "date", "text", "text", "text", "text", "text")

Row = tuple[str, date, date, str, str, str, str, str | None]


def rows() -> list[Row]:
    """Everything that every code has meant, by code and day, as the table has it."""
    return sorted(_row(one) for one in places.everything())


def fill() -> int:
    """Bring the table to what the files say, in one transaction; how many rows were written or taken out."""
    with db.atomic():
        db.execute("create temp table place_told (like identity_place) on commit drop")
        db.copy("place_told", COLUMNS, _TYPES, rows())
        gone = db.execute(
            """
            delete from identity_place stands where not exists (
              select from place_told told where told.code = stands.code and told.valid_from = stands.valid_from)
            """
        )
        written = db.execute(
            """
            insert into identity_place as stands select * from place_told
            on conflict (code, valid_from) do update set valid_until = excluded.valid_until, level = excluded.level,
              name = excluded.name, parent = excluded.parent, province = excluded.province, becomes = excluded.becomes
            where stands is distinct from excluded
            """
        )
        db.execute("drop table place_told")
    return gone + written


def _row(one: Place) -> Row:
    return (
        one.code, one.valid_from, one.valid_until, one.level, one.name, one.parent, _province(one), _becomes(one),
    )  # fmt: skip


def _province(one: Place) -> str:
    if one.level == PROVINCE:
        return one.code
    return one.parent if one.level == DISTRICT else places.province_of(one.code, one.valid_until) or ""


def _becomes(one: Place) -> str | None:
    if one.valid_from >= REFORM:
        return one.code
    if one.level == DISTRICT:
        return None
    return places.commune_now(one.code) if one.level == COMMUNE else places.province_now(one.code)
