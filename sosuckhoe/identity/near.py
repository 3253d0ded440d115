"""Who may be whom: persons by their blocking keys, and the keys of persons (table identity_block)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import queries
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import blocking
from sosuckhoe.identity.compare.borrowed import told_of_others
from sosuckhoe.identity.compare.score import VERDICTS, Decision, score
from sosuckhoe.identity.queries import Known

MOST_A_KEY = 50
"""How many persons one key may bring: a key of more says too little, and a batch must not wait for it."""

MOST_COUNTED, MOST_COMPARED = 200, 24
"""Of how many persons of a key a question counts what else they share, and how many of them it compares."""

NEAREST = """
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
select person.person, person.patient, person.claim, person.as_of
from nearest join identity_person person on person.bucket = nearest.bucket and person.person = nearest.person
where person.merged_into is null
"""

_PAGE = 1000


class Match(NamedTuple):
    """A person who may be meant, and what was found in comparing."""

    person: Known
    decision: Decision


def match(claim: Claim, most: int = 10) -> list[Match]:
    """Who a claim may mean, most alike first: holders of its numbers and who shares most keys. Two queries."""
    holders = queries.holders((*claim.identifiers, claim.mother) if claim.mother else claim.identifiers)
    own = told_of_others(claim, {number: holder.claim for number, holder in holders.items()})
    others = nearest(blocking.keys(own))
    people = {
        person.ref.person: person for person in (*others, *(holders[n] for n in claim.identifiers if n in holders))
    }
    found = [Match(person, score(own, person.claim)) for person in people.values()]
    return sorted(found, key=_most_alike_first)[:most]


def _most_alike_first(found: Match) -> tuple[int, float, int]:
    """Those whom a rule holds apart stand last, however many bits they have; of equals the oldest key first."""
    return VERDICTS.index(found.decision.verdict), -found.decision.total, found.person.ref.person


def nearest(keys: Collection[int]) -> list[Known]:
    """The persons who share most of these keys, of equals those whose keys are the rarest; so many as are compared.

    A frequent name and a year bring hundreds in a country: only the index is read of them. One query.
    """
    found = db.tuples(NEAREST, (sorted(keys), MOST_COUNTED, MOST_COMPARED), binary=True) if keys else []
    return [queries.read_known(*row) for row in found]


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
