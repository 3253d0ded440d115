"""The store that searches are measured on: visits of many persons, kept if wished, multiplied within PostgreSQL."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from bench import visit
from sosuckhoe.base.keys import BUCKETS, bucket_of

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hạnh", "Khai", "Lan", "Minh", "Nam", "Oanh", "Phúc", "Quân")
ROWS = 30
START = datetime(2024, 1, 1, 1, tzinfo=UTC)
HOSPITAL = "79001"
_BATCH = 50
_LEARN_AT = 2_000
"""So many persons are stored before dictionaries are learnt, as the worker would do."""


def prepare(size: int, copies: int) -> list[str]:
    """Fill an empty store, or take what is there; the ids of the Patients that were filled in.

    `copies`: how often everything is repeated under other persons and keys.
    """
    from sosuckhoe.base import db
    from sosuckhoe.site.owner import as_owner

    if not db.value("select 1 from clinical_resource limit 1"):
        _fill(size)
        with as_owner():
            if copies:
                _multiply(copies)
            db.execute("vacuum (freeze, analyze)")
    return _patients()


def token() -> str:
    """The token of a system of the hospital that has treated everybody."""
    from sosuckhoe.access import actions as access
    from sosuckhoe.access.actor import PROGRAM

    now = datetime.now(UTC)
    account = access.open_account(PROGRAM, f"bench{now:%Y%m%d%H%M%S}", name="Bench", role="system", facility=HOSPITAL)
    return access.issue_token(account, "bearer", now, timedelta(hours=3))


def _patients() -> list[str]:
    from sosuckhoe.base import db
    from sosuckhoe.clinical.search.parameters import number_of

    found = db.tuples(
        "select rid from clinical_resource where type = %s and person < %s order by person",
        (number_of()["Patient"], _APART),
    )
    return [str(row[0]) for row in found]


def _fill(size: int) -> None:
    """So many resources of visits, spread over two years."""
    from sosuckhoe.access import actions as access
    from sosuckhoe.base import db
    from sosuckhoe.clinical import actions

    now, chance = datetime.now(UTC), random.Random(7)
    persons = range(1, size // ROWS + 1)
    for first in persons[::_BATCH]:
        drafts = [one for person in range(first, first + _BATCH) for one in _visit_of(person, chance, size)]
        with db.atomic():
            actions.put_many(drafts, now)
        if first == _LEARN_AT + 1:
            for kind in actions.types_without_dictionary():
                actions.train_dictionary(kind, now)
    access.tie([(HOSPITAL, person) for person in range(1, persons[-1] + _BATCH)], now)


def _visit_of(person: int, chance: random.Random, size: int):
    """One person's visit: names, days, codes and values differ."""
    from sosuckhoe.base.keys import bucket_of, derived_key
    from sosuckhoe.clinical.draft import Draft

    day = START + timedelta(days=730) * (person * ROWS / size)
    keys = [derived_key(bucket_of(person), day, HOSPITAL, f"V{person}", str(i)) for i in range(ROWS)]
    for i, key in enumerate(keys):
        content = visit.content(i, f"V{person}.{i}", str(keys[0]), str(keys[1]), day.isoformat())
        body = {"resourceType": content.pop("resourceType"), "id": str(key), **content}
        if body["resourceType"] == "Patient":
            family, given = chance.choice(FAMILIES), [*chance.sample(GIVEN, 2), f"K{person}"]
            body["name"] = [{"use": "official", "family": family, "given": given}]
            body["birthDate"] = (
                f"{chance.randrange(1930, 2020)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            )
        elif body["resourceType"] == "Observation":
            body["valueQuantity"] = {"value": round(chance.gauss(5, 1), 2), "unit": "T/L"}
        yield Draft(body["resourceType"], key, person, body)


_APART = 1 << 48
"""Persons of one copy and of the next are so far apart: by that much a bucket moves by the same step for everybody."""

_STEP = bucket_of(_APART)
_SHIFT = "(copy.number::int8 << 20)"
_BUCKET = f"((t.bucket + copy.number * {_STEP}) & {BUCKETS - 1})"
_OTHER = {
    "bucket": _BUCKET,
    "rid": (f"encode(set_byte(set_byte(uuid_send(t.rid), 0, {_BUCKET} >> 8), 1, {_BUCKET} & 255), 'hex')::uuid"),
    "person": f"t.person + {_APART} * copy.number",
    "self": f"t.self # {_SHIFT}",
    "tokens": (
        f"(select array_agg(case when one = any (%(common)s::int8[]) then one else one # {_SHIFT} end)"
        " from unnest(t.tokens) one)"
    ),
    "folded": "regexp_replace(t.folded, '^k([0-9])', 'k' || copy.number || 'x\\1')",
}
"""What a copy has otherwise. Codes stay, for many have them; what names one person or one record becomes another token,
so that what is linked stays linked. A key differs in its bucket alone, which seals of bodies leave out: they open."""


def _multiply(copies: int) -> None:
    """Repeat everything under other persons and keys. Indexes are made anew afterwards."""
    from sosuckhoe.base import db

    db.execute("analyze clinical_resource")
    common = db.value(
        "select most_common_elems::text::int8[] from pg_stats"
        " where tablename = 'clinical_resource' and attname = 'tokens'"
    )
    tables = ["clinical_resource", "clinical_date", "clinical_text", "clinical_number", "access_tie"]
    with db.atomic():
        db.execute("set local maintenance_work_mem = '2GB'")
        indexes = db.tuples(_INDEXES, (tables,))
        for name, _ in indexes:
            db.execute(f"drop index {name}")
        for table in tables:
            columns = [row[0] for row in db.tuples(_COLUMNS, (table,))]
            values = ", ".join(_OTHER.get(column, f"t.{column}") for column in columns)
            db.execute(
                f"insert into {table} ({', '.join(columns)}) select {values}"
                f" from {table} t, generate_series(1, %(copies)s) copy (number)",
                {"copies": copies, "common": common},
            )
        for _, definition in indexes:
            db.execute(definition)


_COLUMNS = """
select attname::text from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''
"""
_INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = any (%s::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)
"""
