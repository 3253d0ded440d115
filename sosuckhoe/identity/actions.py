"""What identity changes: it finds the person whom a claim means, or makes a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of, new_key
from sosuckhoe.identity import at_rest, dated, doubts, known, likeness, matching, near, queries, unsettled
from sosuckhoe.identity.claim import Claim, Identifier, PersonRef
from sosuckhoe.identity.compare import blocking
from sosuckhoe.identity.compare.borrowed import told_of_others
from sosuckhoe.identity.compare.choosing import Candidate, meant
from sosuckhoe.identity.compare.levels import is_unnamed
from sosuckhoe.identity.compare.score import APART, LINK, score
from sosuckhoe.identity.likeness import Likeness
from sosuckhoe.identity.queries import Facility, Known

LIKENESS = doubts.LIKENESS
_TRIES = 3


class Raced(Exception):  # noqa: N818 -- nothing failed: another transaction was first
    """Another transaction gave one of the numbers to a person meanwhile. Roll back and begin again."""


class Found(NamedTuple):
    """The person that a claim means, what is now known of them, and whether this claim changed it."""

    ref: PersonRef
    claim: Claim
    changed: bool


@dataclass(slots=True)
class _Desk:
    """The persons that a batch of claims touches, while it is being decided."""

    at: datetime
    holders: dict[Identifier, Known]
    made: list[Known] = field(default_factory=list)
    changed: dict[int, Known] = field(default_factory=dict)
    new_numbers: dict[Identifier, Known] = field(default_factory=dict)
    doubts: dict[tuple[int, int, str], float] = field(default_factory=dict)
    new_keys: set[tuple[int, int]] = field(default_factory=set)
    alike: dict[int, list[Known]] = field(default_factory=dict)
    """Persons by blocking key: those who were there, and those of this batch as they come."""
    joined_alike: set[int] = field(default_factory=set)
    likenesses: list[Likeness] = field(default_factory=list)
    unsettled: set[int] = field(default_factory=set)
    """Of whom more is known now: they may prove to be one with somebody whom no record could show before."""
    told: dict[int, str] = field(default_factory=dict)
    """When the source wrote each claim (by `id`), where it says so: ISO moments in UTC."""


def find_or_create(claims: Sequence[Claim], at: datetime, told: Sequence[datetime | None] = ()) -> list[Found]:
    """The person of each claim, in order, inside the caller's transaction.

    `told` says of each claim when its source wrote it, where it does: then no order matters (dated.py).

    A shared number joins first (data/matching.yaml), then likeness from the threshold on (compare/score.py); what is
    less alike becomes a new person and a doubt. Claims of one batch see each other. Raises Raced.
    """
    holders = queries.holders_held({number for claim in claims for number in _numbers(claim)})
    if holders is None:
        raise Raced
    desk = _Desk(at, holders)
    desk.told = {id(claim): moment(when) for claim, when in zip(claims, told, strict=bool(told)) if when}
    _look_around(desk, [claim for claim in claims if _find(desk, claim) is None])
    spare = iter(queries.new_person_keys(len(claims)))
    found = [_settle(desk, claim, spare) for claim in claims]
    joined = desk.joined_alike - {person.ref.person for person in desk.made}
    if joined and not queries.are_living(joined):
        raise Raced
    _write_made(desk)
    near.write(desk.new_keys)
    _write_numbers(desk)
    _write_changed(desk)
    doubts.write(desk.doubts, at)
    likeness.write(desk.likenesses, at)
    unsettled.write(desk.unsettled, at)
    return found


def find_again(claims: Sequence[Claim], at: datetime, told: Sequence[datetime | None] = ()) -> list[Found]:
    """The same for a large batch: what raced is read again by itself, so that the rest of the work is not done twice.

    Whoever was first has committed by then, because its rows were waited for. Raises Raced after three tries.
    """
    for _ in range(_TRIES - 1):
        with suppress(Raced), db.atomic():
            return find_or_create(claims, at, told)
    return find_or_create(claims, at, told)


def enter(claims: Sequence[Claim], at: datetime) -> list[PersonRef]:
    """A new person of each claim, inside the caller's transaction: for millions whom bulk linkage has compared.

    Nobody is looked for. Fails as the database does when somebody has one of the numbers.
    """
    desk = _Desk(at, {})
    for claim, person in zip(claims, queries.new_person_keys(len(claims)), strict=True):
        made = Known(PersonRef(person, new_key(bucket_of(person), at)), claim, at)
        desk.made.append(made)
        desk.new_numbers |= dict.fromkeys(claim.identifiers, made)
        desk.new_keys |= {(key, person) for key in blocking.keys(claim)}
    _write_made(desk)
    near.copy(desk.new_keys)
    _copy_numbers(desk)
    return [made.ref for made in desk.made]


def _look_around(desk: _Desk, claims: Iterable[Claim]) -> None:
    """Fetch who shares a key with these claims; a person who is known already stays one object."""
    persons = {holder.ref.person: holder for holder in desk.holders.values()}
    found = near.sharing({key for claim in claims for key in blocking.keys(claim)})
    desk.alike = {
        key: [persons.setdefault(other.ref.person, other) for other in others] for key, others in found.items()
    }


def _settle(desk: _Desk, claim: Claim, spare: Iterable[int]) -> Found:
    person = _find(desk, claim) or _find_alike(desk, claim)
    if person is None:
        person = _make(desk, claim, next(iter(spare)))
        changed = True
    else:
        changed = _hear(desk, person, claim)
    for number in claim.identifiers:
        if number not in desk.holders:
            desk.holders[number] = desk.new_numbers[number] = person
    return Found(person.ref, person.claim, changed)


def _find(desk: _Desk, claim: Claim) -> Known | None:
    """The holder of the most trusted number that may join this claim."""
    order = list(matching.demands())
    numbers = sorted((n for n in claim.identifiers if n.system in order), key=lambda n: order.index(n.system))
    for number in numbers:
        holder = desk.holders.get(number)
        if holder and matching.same_person(number.system, claim, holder.claim):
            return holder
    return None


def _find_alike(desk: _Desk, claim: Claim) -> Known | None:
    """The one most alike, where that is sure. Others who might be meant as well become doubts about that person."""
    found = _compared(desk, claim)
    best = meant(found)
    if best is None:
        return None
    person = best.whom.ref.person
    desk.joined_alike.add(person)
    desk.likenesses.append(Likeness(person, claim.facility, best.decision))
    for one in found:
        if one.decision.verdict == LINK and one is not best:
            desk.doubts[person, one.whom.ref.person, LIKENESS] = one.decision.total
    return best.whom


def _compared(desk: _Desk, claim: Claim) -> list[Candidate[Known]]:
    """Everybody who shares a key with a claim, compared; the oldest person first."""
    own = told_of_others(claim, _named(desk, claim))
    others = {other.ref.person: other for key in blocking.keys(own) for other in desk.alike.get(key, ())}
    return [Candidate(score(own, others[key].claim), others[key].claim, others[key]) for key in sorted(others)]


def _named(desk: _Desk, claim: Claim) -> dict[Identifier, Claim]:
    return {number: desk.holders[number].claim for number in _numbers(claim) if number in desk.holders}


def _numbers(claim: Claim) -> tuple[Identifier, ...]:
    """The numbers that a claim names: its own, and the mother's."""
    return (*claim.identifiers, claim.mother) if claim.mother else claim.identifiers


def _make(desk: _Desk, claim: Claim, person: int) -> Known:
    when = desk.told.get(id(claim))
    heard = dated.first(claim, when) if when else claim
    made = Known(PersonRef(person, new_key(bucket_of(person), desk.at)), heard, desk.at)
    desk.made.append(made)
    _note_doubts(desk, claim, made)
    _note_likeness(desk, claim, made)
    _key(desk, made, blocking.keys(claim))
    return made


def _key(desk: _Desk, person: Known, keys: Iterable[int]) -> None:
    for key in keys:
        desk.alike.setdefault(key, []).append(person)
        desk.new_keys.add((key, person.ref.person))


def _hear(desk: _Desk, person: Known, claim: Claim) -> bool:
    when = desk.told.get(id(claim))
    if when:
        joined = dated.join(person.claim, claim, when, moment(person.as_of))
    else:
        joined = known.join(person.claim, claim, newer=desk.at >= person.as_of)
    if joined == person.claim:
        return False
    _key(desk, person, blocking.keys(joined) - blocking.keys(person.claim))
    if known.tells_more(person.claim, joined):
        desk.unsettled.add(person.ref.person)
    person.claim, person.as_of = joined, max(desk.at, person.as_of)
    desk.changed[person.ref.person] = person
    return True


def moment(at: datetime) -> str:
    """A moment as words are dated by."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _note_doubts(desk: _Desk, claim: Claim, person: Known) -> None:
    """Remember whose numbers this new person carries: those that would have joined, had name and birth agreed."""
    for number in claim.identifiers:
        holder = desk.holders.get(number)
        if holder and number.system in matching.demands():
            desk.doubts[person.ref.person, holder.ref.person, number.system] = score(claim, holder.claim).total


def _note_likeness(desk: _Desk, claim: Claim, person: Known) -> None:
    """Remember who is alike, but not enough to be joined; a pair that a number told already is told once.

    A newborn under its mother's name is settled when others have had the time to be told of (bridging.py).
    """
    told = {other for made, other, _ in desk.doubts if made == person.ref.person}
    for decision, _, other in _compared(desk, claim):
        if decision.verdict != APART and other.ref.person not in told:
            desk.doubts[person.ref.person, other.ref.person, LIKENESS] = decision.total
        if decision.may_be_newborn_of_home:
            is_newborn = is_unnamed(told_of_others(claim, _named(desk, claim)))
            desk.unsettled.add((person if is_newborn else other).ref.person)


def _write_made(desk: _Desk) -> None:
    if desk.made:
        db.copy(
            "identity_person",
            ("bucket", "person", "patient", "claim", "as_of", "created"),
            ("int4", "int8", "uuid", "bytea", "timestamptz", "timestamptz"),
            (
                (bucket_of(p.ref.person), *p.ref, at_rest.sealed(p.ref.person, p.claim), desk.at, desk.at)
                for p in desk.made
            ),
        )


def _write_numbers(desk: _Desk) -> None:
    """In one order everywhere, so that two batches wait for each other and never lock each other out."""
    if not desk.new_numbers:
        return
    numbers = sorted(desk.new_numbers)
    written = db.execute(
        """
        insert into identity_identifier (system, blind, bucket, person, since)
        select system, blind, bucket, person, %s
        from unnest(%s::text[], %s::bytea[], %s::int4[], %s::int8[]) as new (system, blind, bucket, person)
        on conflict do nothing
        """,
        (
            desk.at,
            [n.system for n in numbers],
            [at_rest.blind(n) for n in numbers],
            [bucket_of(desk.new_numbers[n].ref.person) for n in numbers],
            [desk.new_numbers[n].ref.person for n in numbers],
        ),
    )
    if written != len(numbers):
        raise Raced


def _copy_numbers(desk: _Desk) -> None:
    rows = ((number, desk.new_numbers[number].ref.person) for number in sorted(desk.new_numbers))
    db.copy(
        "identity_identifier",
        ("system", "blind", "bucket", "person", "since"),
        ("text", "bytea", "int4", "int8", "timestamptz"),
        ((number.system, at_rest.blind(number), bucket_of(person), person, desk.at) for number, person in rows),
    )


def _write_changed(desk: _Desk) -> None:
    """Only over what was read: another transaction's word that came meanwhile must be joined, not overwritten."""
    made = {person.ref.person for person in desk.made}
    changed = [desk.changed[key] for key in sorted(desk.changed) if key not in made]
    if not changed:
        return
    written = db.execute(
        """
        update identity_person known set claim = new.claim, as_of = new.as_of
        from unnest(%s::int4[], %s::int8[], %s::bytea[], %s::bytea[], %s::timestamptz[])
          as new (bucket, person, kept, claim, as_of)
        where known.bucket = new.bucket and known.person = new.person and known.claim = new.kept
        """,
        (
            [bucket_of(p.ref.person) for p in changed],
            [p.ref.person for p in changed],
            [p.kept for p in changed],
            [at_rest.sealed(p.ref.person, p.claim) for p in changed],
            [p.as_of for p in changed],
        ),
    )
    if written != len(changed):
        raise Raced


def register_facilities(facilities: Iterable[Facility]) -> None:
    """Enter facilities in the register, or bring them up to date."""
    for facility in facilities:
        db.execute(
            """
            insert into identity_facility
              (facility, name, kind, province, commune, vendor, certificate, signature_required,
               valid_from, valid_until)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (facility) do update set
              name = excluded.name, kind = excluded.kind, province = excluded.province, commune = excluded.commune,
              vendor = excluded.vendor, certificate = excluded.certificate,
              signature_required = excluded.signature_required,
              valid_from = excluded.valid_from, valid_until = excluded.valid_until
            """,
            facility,
        )
