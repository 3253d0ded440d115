"""What identity knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in, bucket_of
from sosuckhoe.identity import at_rest
from sosuckhoe.identity.claim import Claim, Identifier, PersonRef

HOLDERS = """
select identifier.blind, person.merged_into, person.person, person.patient, person.claim, person.as_of
from unnest(%s::text[], %s::bytea[]) as asked (system, blind)
join identity_identifier identifier using (system, blind)
join identity_person person on person.bucket = identifier.bucket and person.person = identifier.person
"""


class Facility(NamedTuple):
    """An entry of the register of facilities, valid between two dates. `certificate` is PEM, '' when there is none."""

    facility: str
    name: str
    kind: str = ""
    province: str = ""
    commune: str = ""
    vendor: str = ""
    certificate: str = ""
    signature_required: bool = False
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(slots=True)
class Known:
    """A person and what is known of them, as of the newest claim; `kept` is the claim as in its row, empty if new."""

    ref: PersonRef
    claim: Claim
    as_of: datetime
    kept: bytes = b""


def holders(numbers: Collection[Identifier]) -> dict[Identifier, Known]:
    """Which person each number means; unknown numbers are absent. One object a person, however many numbers."""
    asked = {at_rest.blind(number): number for number in numbers}
    return _meant(asked, _holders(asked, HOLDERS))


def holders_held(numbers: Collection[Identifier]) -> dict[Identifier, Known] | None:
    """The same, and until the transaction ends nobody makes them one with another; None when that has just happened."""
    asked = {at_rest.blind(number): number for number in numbers}
    found = _holders(asked, f"{HOLDERS} for key share of person")
    return None if any(row[1] is not None for row in found) else _meant(asked, found)


def _holders(asked: Mapping[bytes, Identifier], query: str) -> list[tuple[Any, ...]]:
    return db.tuples(query, ([number.system for number in asked.values()], list(asked)), binary=True)


def _meant(asked: Mapping[bytes, Identifier], found: Sequence[tuple[Any, ...]]) -> dict[Identifier, Known]:
    persons: dict[int, Known] = {}
    for _, _, person, *row in found:
        if person not in persons:
            persons[person] = read_known(person, *row)
    return {asked[row[0]]: persons[row[2]] for row in found}


def are_living(persons: Collection[int]) -> bool:
    """Whether none of them has become part of another; none will until the transaction ends."""
    keys = sorted(persons)
    found = db.tuples(
        """
        select person.merged_into from unnest(%s::int4[], %s::int8[]) as asked (bucket, person)
        join identity_person person using (bucket, person) for key share of person
        """,
        ([bucket_of(person) for person in keys], keys),
    )
    return all(row[0] is None for row in found)


def keys_of_person(person: int) -> list[int]:
    """The person's key, and those of everybody who has become part of them: the trace has lines of each."""
    found = db.tuples(
        """
        with recursive part (person) as (
          select %s::int8
          union
          select done.gone from part join identity_merge done on done.keep = part.person and done.undone is null
        )
        select person from part
        """,
        (person,),
    )
    return [row[0] for row in found]


def known(person: int) -> Known | None:
    """What is known of a person."""
    row = db.one(
        "select patient, claim, as_of from identity_person where bucket = %s and person = %s",
        (bucket_of(person), person),
    )
    return read_known(person, *row) if row else None


def known_by_patient(patient: UUID) -> Known | None:
    """What is known of the person who has, or had, this Patient."""
    return known_by_patients([patient]).get(patient)


def known_by_patients(patients: Collection[UUID]) -> dict[UUID, Known]:
    """The same of several, by Patient; those of nobody are absent. One statement."""
    asked = list(patients)
    found = db.tuples(
        """
        select person, patient, claim, as_of
        from unnest(%s::int4[], %s::uuid[]) as asked (bucket, patient) join identity_person using (bucket, patient)
        """,
        ([bucket_in(patient) for patient in asked], asked),
    )
    return {row[1]: read_known(*row) for row in found}


def known_all(persons: Collection[int]) -> dict[int, Known]:
    """What is known of these persons; unknown keys are absent."""
    keys = list(persons)
    found = db.tuples(
        """
        select person, patient, claim, as_of
        from unnest(%s::int4[], %s::int8[]) as asked (bucket, person) join identity_person using (bucket, person)
        """,
        ([bucket_of(person) for person in keys], keys),
        binary=True,
    )
    return {row[0]: read_known(*row) for row in found}


def everybody(page: int = 5000) -> Iterator[tuple[int, Claim]]:
    """Everybody's key and what is known of them, in the order of the table, page by page; merged ones are left out."""
    last = (-1, -1)
    while True:
        found = db.tuples(
            """
            select bucket, person, claim from identity_person
            where (bucket, person) > (%s, %s) and merged_into is null order by bucket, person limit %s
            """,
            (*last, page),
            binary=True,
        )
        if not found:
            return
        yield from ((person, at_rest.opened(person, claim)) for _, person, claim in found)
        last = found[-1][:2]


def person_of(number: Identifier) -> int | None:
    """The person whom a number means."""
    found: int | None = db.value(
        "select person from identity_identifier where system = %s and blind = %s",
        (number.system, at_rest.blind(number)),
    )
    return found


def facilities(codes: Collection[str]) -> dict[str, Facility]:
    """The register's entries of these MA_CSKCB; unknown codes are absent."""
    found = db.tuples(
        """
        select facility, name, kind, province, commune, vendor, certificate, signature_required,
          valid_from, valid_until
        from identity_facility where facility = any(%s)
        """,
        (list(codes),),
    )
    return {row[0]: Facility(*row) for row in found}


def facility(code: str) -> Facility | None:
    """The register's entry of a MA_CSKCB."""
    return facilities([code]).get(code)


def facilities_in(provinces: Collection[str]) -> dict[str, Facility]:
    """The register's entries of provinces, by their codes as the register writes them."""
    found = db.tuples(
        """
        select facility, name, kind, province, commune, vendor, certificate, signature_required,
          valid_from, valid_until
        from identity_facility where province = any(%s)
        """,
        (list(provinces),),
    )
    return {row[0]: Facility(*row) for row in found}


def new_person_keys(count: int) -> list[int]:
    """Keys that nobody has had."""
    rows: list[tuple[Any, ...]] = db.tuples(
        "select nextval('identity_person_key') from generate_series(1, %s)", (count,)
    )
    return [row[0] for row in rows]


def read_known(person: int, patient: UUID, claim: bytes, as_of: datetime) -> Known:
    """A person from their row: key, patient, claim as it is sealed, moment of the newest claim."""
    return Known(PersonRef(person, patient), at_rest.opened(person, claim), as_of, bytes(claim))
