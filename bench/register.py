"""The register of so many people that look-ups are measured on: filled by the house's own writers, kept if wished.

Everybody is in identity's tables as two of three systems told of them; the third system's record of some is what is
asked with (bench/crowd.py has the errors). One in ten is drawn, nine more are made of each: other days, communes and
numbers. Indexes are made after the rows.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial, reduce
from itertools import chain, islice
from multiprocessing import get_context
from typing import NamedTuple
from uuid import UUID

import msgspec

from bench import crowd
from bench.house import House
from sosuckhoe.identity import places
from sosuckhoe.identity.claim import Claim, Identifier

TABLES = ["identity_person", "identity_identifier", "identity_block"]
PROBES = 40_000
_COPIES = 10
_BATCH = 1_000
_WHOLE = len("2000-01-01")
_RECORDS_OF_ONE = 3


class Probe(NamedTuple):
    """What a system asks with, and the Patient whom it means."""

    claim: Claim
    patient: UUID


def prepared(here: House, people: int, seed: int) -> list[Probe]:
    """Fill an empty register, or take what is there; what to ask with."""
    from sosuckhoe.base import db

    place = here.folder / "probes.json"
    if not db.value("select 1 from identity_person limit 1"):
        began = time.perf_counter()
        place.write_bytes(msgspec.json.encode(_filled(people, seed)))
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
    return msgspec.json.decode(place.read_bytes(), type=list[Probe])


def _filled(people: int, seed: int) -> list[Probe]:
    from sosuckhoe.base import db
    from sosuckhoe.site.owner import as_owner

    drawn = -(-people // _COPIES)
    asked = crowd.Asked(drawn * _RECORDS_OF_ONE, seed)
    with as_owner():
        indexes = _drop_indexes()
    with get_context("fork").Pool(2) as pool:
        one = partial(_fill_chunk, asked, drawn, max(1, people // PROBES))
        probes = list(chain.from_iterable(pool.imap_unordered(one, range(crowd.chunks(drawn)))))
    with as_owner():
        db.execute("set maintenance_work_mem = '1GB'")
        for statement in indexes:
            db.execute(statement)
        db.execute(f"vacuum (freeze, analyze) {', '.join(TABLES)}")
    return probes


def _drop_indexes() -> list[str]:
    """Take the keys and indexes of the tables away; the statements that make them again."""
    from sosuckhoe.base import db

    keys, indexes = db.tuples(_KEYS, (TABLES,)), db.tuples(_INDEXES, (TABLES,))
    for table, name, _ in keys:
        db.execute(f"alter table {table} drop constraint {name}")
    for name, _ in indexes:
        db.execute(f"drop index {name}")
    made = [f"alter table {table} add constraint {name} {told}" for table, name, told in keys]
    return [*made, *(told for _, told in indexes)]


_KEYS = """
select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) from pg_constraint
where conrelid = any (%s::regclass[]) and contype in ('p', 'u')
"""
_INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = any (%s::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)
"""


def _fill_chunk(asked: crowd.Asked, people: int, step: int, chunk: int) -> list[Probe]:
    """Enter the people of a chunk of households and their copies; some of them are asked for later."""
    from sosuckhoe.base import db
    from sosuckhoe.identity import actions

    at, probes = datetime.now(UTC), []
    everybody = _people(asked, chunk, people)
    while batch := list(islice(everybody, _BATCH)):
        for turn in range(_COPIES):
            with db.atomic():
                db.execute("set local synchronous_commit = off")
                found = actions.enter([copied(known, turn) for known, _ in batch], at)
            pairs = ((heard, ref.patient) for (_, heard), ref in zip(batch, found, strict=True) if heard)
            probes += [Probe(copied(heard, turn), patient) for heard, patient in islice(pairs, turn, None, step)]
    return probes


def _people(asked: crowd.Asked, chunk: int, people: int) -> Iterator[tuple[Claim, Claim | None]]:
    """Everybody of a chunk: what is known of them, and the claim of a system that is not known yet."""
    from sosuckhoe.identity import known
    from sosuckhoe.identity.bulk.rows import claim_of

    hear = partial(known.join, newer=True)
    for person, rows in crowd.chunk_people(asked, chunk, people):
        told = [claim_of(dict(zip(crowd.COLUMNS, row, strict=True))) for row in rows]
        heard = told.pop() if len(told) > 1 else None
        if told:
            yield _with_own(reduce(hear, told), person), heard


def _with_own(claim: Claim, person: crowd.Person) -> Claim:
    """With one number of a kind, and without those of others: a parent's, a twin's, a slip."""
    own = {person.cccd, person.social, f"{person.cccd[1:3]}{person.social[-7:]}"}
    codes = {str(person.number * 7 + source) for source in range(_RECORDS_OF_ONE)}
    kept = {
        number.system: number
        for number in claim.identifiers
        if number.value in own
        or (number.system in {"bhyt", "temp_child"} and number.value.endswith(person.social))
        or (number.system == "facility" and number.value.partition("/")[2] in codes)
    }
    return replace(claim, identifiers=tuple(kept.values()))


def copied(claim: Claim, turn: int) -> Claim:
    """Somebody of the same name, born some years before on another day into another commune, with other numbers.

    One to one, so that nobody shares a number, and members of a household keep what they have in common. Turn 0 is the
    claim itself.
    """
    if not turn:
        return claim
    province, district, commune = _place(claim.province, claim.district, claim.commune, turn)
    return Claim(
        name=claim.name,
        birth=_day(claim.birth, turn),
        sex=claim.sex,
        facility=claim.facility,
        identifiers=tuple(_number(number, turn) for number in claim.identifiers),
        phone=claim.phone and f"{claim.phone[:3]}{(int(claim.phone[3:]) + turn * 1_234_567) % 10**7:07d}",
        province=province,
        district=district,
        commune=commune,
        mother=claim.mother and _number(claim.mother, turn),
    )


def _day(birth: str, turn: int) -> str:
    """Another day, so many years before; a year alone stays one, and so does its first day."""
    if not birth:
        return birth
    year = int(birth[:4]) - turn
    if len(birth) < _WHOLE or birth.endswith("-01-01"):
        return f"{year}{birth[4:]}"
    passed = date.fromisoformat(birth).timetuple().tm_yday
    return (date(year, 1, 1) + timedelta((passed + 37 * turn) % 364 + 1)).isoformat()


def _number(number: Identifier, turn: int) -> Identifier:
    system, value = number
    if system == "facility":
        return Identifier(system, f"{value}.{turn}")
    if system == "cccd":
        century, female = divmod(int(value[3]), 2)
        year = 1900 + century * 100 + int(value[4:6]) - turn
        dated = f"{(year // 100 - 19) * 2 + female}{year % 100:02d}"
        return Identifier(system, f"0{_province(value[1:3], turn)}{dated}{value[6:]}")
    if system in {"bhyt", "temp_child"}:
        moved = _province(value[5:7], turn)
        return Identifier(system, f"{value[:3]}{moved}{moved}{value[7:]}")
    return Identifier(system, f"{_province(value[:2], turn)}{value[2:]}")


@cache
def _province(old: str, turn: int) -> str:
    """Three provinces further for each turn: the crowd spreads the numbers of one chunk over less than three."""
    codes = list(places.province_moves())
    return codes[(codes.index(old) + 3 * turn) % len(codes)]


@cache
def _place(province: str, district: str, commune: str, turn: int) -> tuple[str, str, str]:
    """Province, district and commune of another one, under the old codes where these are old."""
    codes = sorted(crowd.province_of())
    now = commune if not district else next(iter(places.commune_moves().get(commune, ())), "")
    if now not in crowd.province_of():
        return province, district, commune
    other = codes[(codes.index(now) + 331 * turn) % len(codes)]
    if district and (old := crowd.predecessors(other)):
        commune, district, province = old[0]
        return province, district, commune
    return crowd.province_of()[other], "", other
