"""Who may be whom: persons by their blocking keys, and the keys of persons (table identity_block)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import at_rest, queries
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import blocking
from sosuckhoe.identity.compare.borrowed import told_of_others
from sosuckhoe.identity.compare.score import VERDICTS, Decision, score
from sosuckhoe.identity.queries import Known

MOST_A_KEY = 50
"""How many persons one key may bring: a key of more says too little, and a batch must not wait for it."""

MOST_COUNTED, MOST_COMPARED = 50, 8
"""Of how many persons of a key a question counts what else they share, and how many of them it compares.

Among ten million, 200 and 24 cost twice as much and put who is meant first no more often (docs/performance.md).
"""

MEANT = """
with near as materialized (
  select asked.key, found.bucket, found.person, count(*) over (partition by asked.key) as holders
  from unnest(%s::int8[]) as asked (key)
  cross join lateral (
    select block.bucket, block.person from identity_block block
    where block.key = asked.key order by block.bucket, block.person limit %s
  ) found
),
nearest as materialized (
  select bucket, person from near group by bucket, person order by count(*) desc, min(holders), person limit %s
)
select null::bytea as blind, person.person, person.patient, person.claim, person.as_of
from nearest join identity_person person on person.bucket = nearest.bucket and person.person = nearest.person
where person.merged_into is null
union all
select identifier.blind, person.person, person.patient, person.claim, person.as_of
from unnest(%s::text[], %s::bytea[]) as asked (system, blind)
join identity_identifier identifier using (system, blind)
join identity_person person on person.bucket = identifier.bucket and person.person = identifier.person
"""
"""Who shares most keys, of equals those whose keys are the rarest, and who holds the numbers: of a frequent name and a
year, which bring hundreds in a country, only the index is read."""

_PAGE = 1000


class Match(NamedTuple):
    """A person who may be meant, and what was found in comparing."""

    person: Known
    decision: Decision


def match(claim: Claim, most: int = 10) -> list[Match]:
    """Who a claim may mean, most alike first: holders of its numbers and who shares most keys. One query."""
    people, holders = _meant(claim)
    own = told_of_others(claim, {number: holder.claim for number, holder in holders.items()})
    if claim.mother in holders and claim.mother not in claim.identifiers:
        del holders[claim.mother]
    people |= {holder.ref.person: holder for holder in holders.values()}
    found = [Match(person, score(own, person.claim)) for person in people.values()]
    return sorted(found, key=_most_alike_first)[:most]


def _most_alike_first(found: Match) -> tuple[int, float, int]:
    """Those whom a rule holds apart stand last, however many bits they have; of equals the oldest key first."""
    return VERDICTS.index(found.decision.verdict), -found.decision.total, found.person.ref.person


def _meant(claim: Claim) -> tuple[dict[int, Known], dict[Identifier, Known]]:
    """The persons who share most keys, by their own, and who holds each number that a claim names, the mother's too."""
    keys = sorted(blocking.keys(claim))
    numbers = {at_rest.blind(n): n for n in ((*claim.identifiers, claim.mother) if claim.mother else claim.identifiers)}
    if not keys and not numbers:
        return {}, {}
    bound = (keys, MOST_COUNTED, MOST_COMPARED, [number.system for number in numbers.values()], list(numbers))
    people: dict[int, Known] = {}
    holders: dict[Identifier, Known] = {}
    read: dict[int, Known] = {}
    for blind, person, *row in db.tuples(MEANT, bound, binary=True):
        known = read[person] = read.get(person) or queries.read_known(person, *row)
        if blind is None:
            people[person] = known
        else:
            holders[numbers[blind]] = known
    return people, holders


def sharing(keys: Collection[int]) -> dict[int, list[Known]]:
    """The persons of each key, one object a person; keys that nobody has are absent. One query."""
    if not keys:
        return {}
    found = db.tuples(
        """
        select array_agg(near.key), person.person, person.patient, person.claim, person.as_of
        from unnest(%s::int8[]) as asked (key)
        cross join lateral (
          select block.key, block.bucket, block.person from identity_block block
          where block.key = asked.key order by block.bucket, block.person limit %s
        ) near
        join identity_person person on person.bucket = near.bucket and person.person = near.person
        where person.merged_into is null
        group by person.bucket, person.person
        """,
        (sorted(keys), MOST_A_KEY),
        binary=True,
    )
    persons: dict[int, list[Known]] = {}
    for shared, *row in found:
        person = queries.read_known(*row)
        for key in shared:
            persons.setdefault(key, []).append(person)
    return persons


def write(keys: Iterable[tuple[int, int]]) -> None:
    """Note (key, person) pairs, in one order everywhere; those that stand already stay."""
    rows = sorted(set(keys))
    if rows:
        db.execute(
            """
            insert into identity_block (key, bucket, person)
            select key, bucket, person from unnest(%s::int8[], %s::int4[], %s::int8[]) as new (key, bucket, person)
            on conflict do nothing
            """,
            ([key for key, _ in rows], [bucket_of(person) for _, person in rows], [person for _, person in rows]),
        )


def copy(keys: Iterable[tuple[int, int]]) -> None:
    """The same for keys that do not stand yet, and for many of them."""
    rows = ((key, bucket_of(person), person) for key, person in sorted(keys))
    db.copy("identity_block", ("key", "bucket", "person"), ("int8", "int4", "int8"), rows)


def key_everybody() -> None:
    """Give everybody their keys, page by page: those from before there were keys, or when the keys change."""
    last = (-1, -1)
    while page := _page_after(last):
        everybody = queries.known_all([person for _, person in page])
        write((key, person) for person, known in everybody.items() for key in blocking.keys(known.claim))
        last = page[-1]


def _page_after(last: tuple[int, int]) -> list[tuple[int, int]]:
    found = db.tuples(
        """
        select bucket, person from identity_person where (bucket, person) > (%s, %s) and merged_into is null
        order by bucket, person limit %s
        """,
        (*last, _PAGE),
    )
    return [(bucket, person) for bucket, person in found]
