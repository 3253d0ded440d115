"""Everything of a person, or of one visit, page by page. Rights are in the SQL; the trace is the caller's.

One range of one index (`clinical_resource_of_person`), in its order: person, type, newest first. A page begins behind
the last row of the one before, so it stays right while others write.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from struct import Struct, error
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.access import sight
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db, settled
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_in, bucket_of
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import codec, queries
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.rights import Rights, may_be_told, narrowed_by, rights_of, statement
from sosuckhoe.clinical.search import parameters, reference, within
from sosuckhoe.clinical.search.parameters import Parameter
from sosuckhoe.clinical.search.statement import Statement

MOST = 10_000
"""So many resources stand on a page at most."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = Struct(">qh?q16s")
_COLUMNS = "r.type, r.rid, r.person, r.version, r.updated, r.codec, r.body, r.moment"
_ROUNDS = 3
_MARK = b'"reference":"'


class Place(NamedTuple):
    """The last row of a page: its person, the number of its type, its main date (None: it has none) and its key."""

    person: int
    type: int
    moment: datetime | None
    key: UUID


class Wish(NamedTuple):
    """What is wanted, `size` rows a page.

    `types`: only these (None: all); `since`: written after it; `start`, `end`: of this care period, as resources
    without a clinical date always are. `visit`: only what has one of these tokens (`tokens_of_visit`). `but` is a key
    that is left out: it is on the page already.
    """

    size: int = MOST
    types: frozenset[str] | None = None
    since: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    visit: tuple[int, ...] = ()
    but: UUID | None = None
    after: Place | None = None


class Found(NamedTuple):
    """A page, and where it ended when there is more."""

    rows: list[Stored]
    after: Place | None


def of_person(actor: Actor, person: int, wish: Wish) -> Found:
    """What the actor may see of one person. A page for nothing more only says where to go on."""
    if wish.size == 0:
        return Found([], wish.after or Place(person, 0, None, UUID(int=0)))
    made = Statement(is_settled=True)
    whose = sight.Whose(made.bind(bucket_of(person)), made.bind(person))
    made.ranges += [f"r.bucket = {whose.bucket}", f"r.person = {whose.person}"]
    _add(made, rights_of(actor, "everything"), wish, whose)
    return _run(made, wish)


def of_all(actor: Actor, wish: Wish) -> Found:
    """What the actor may see of everybody, one person after the other."""
    rights = rights_of(actor, "everything")
    if rights.everybody or rights.holders:
        made = Statement()
        _add(made, rights, wish)
        made.ranges.append(f"r.person <> {NOBODY}")
        return _run(made, wish)
    rows: list[Stored] = []
    last = wish.after
    for person in sorted(rights.persons, key=_order):
        if last is not None and _order(person) < _order(last.person):
            continue
        found = of_person(actor, person, wish._replace(size=wish.size - len(rows), after=last))
        rows += found.rows
        if found.after is not None:
            return Found(rows, found.after)
        last = None
    return Found(rows, None)


def referred(actor: Actor, rows: Sequence[Stored], person: int, base: str, *, rounds: int = _ROUNDS) -> list[Stored]:
    """Register entries that rows refer to, and what those refer to, each once, as far as the actor may see them.

    References of what was found are followed `rounds` times. With `person` also that person's own rows. Rows of other
    persons never: they are not a part of this one's.
    """
    rights = rights_of(actor, "read")
    known = {f"{one.type}/{bodies.name_in(one.type, one.body)}" for one in rows}
    gathered: list[Stored] = []
    fresh = rows
    for _ in range(rounds):
        wanted = {one for one in references_in(fresh, base) - known if _may_be_told(actor, one)}
        if not wanted:
            break
        known |= wanted
        fresh = [one for one in _by_reference(rights, wanted) if one.person in {NOBODY, person}]
        gathered += fresh
    return gathered


def _may_be_told(actor: Actor, text: str) -> bool:
    type_name = text.partition("/")[0]
    return type_name in parameters.number_of() and may_be_told(actor, "read", type_name)


def references_in(rows: Iterable[Stored], base: str) -> set[str]:
    """`Type/id` of everything on this server that the bodies refer to."""
    pieces = {piece[: piece.index(b'"')] for row in rows for piece in row.body.split(_MARK)[1:]}
    written = {piece.decode().removeprefix(f"{base}/").partition("/_history/")[0] for piece in pieces}
    return {one for one in written if reference.RELATIVE.fullmatch(one)}


def tokens_of_visit(name: str, base: str) -> tuple[int, ...]:
    """The tokens of every reference to the Encounter of an id, whatever the type and the parameter.

    https://hl7.org/fhir/R4/compartmentdefinition-encounter.html
    """
    written = f"Encounter/{name}"
    found = (reference.condition(one, "", written, base).any_of for one in _to_visits())
    return tuple(sorted({token for tokens in found for token in tokens}))


@cache
def _to_visits() -> tuple[Parameter, ...]:
    return tuple(
        parameter
        for type_name in parameters.types()
        for parameter in parameters.of(type_name).values()
        if parameter.kind == "reference" and "Encounter" in parameter.targets
    )


def write_place(place: Place) -> str:
    """A place as text for a link."""
    micros = 0 if place.moment is None else (place.moment - _EPOCH) // timedelta(microseconds=1)
    packed = _FORM.pack(place.person, place.type, place.moment is not None, micros, place.key.bytes)
    return urlsafe_b64encode(packed).decode().rstrip("=")


def read_place(text: str) -> Place:
    """The place that `write_place` wrote; Problem SSK-3004 for anything else."""
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        person, type_number, is_dated, micros, key = _FORM.unpack(packed)
        moment = _EPOCH + timedelta(microseconds=micros) if is_dated else None
    except (binascii.Error, error, OverflowError, ValueError) as fault:
        raise Problem("SSK-3004", name="_cursor", form="the next link as it was given") from fault
    return Place(person, type_number, moment, UUID(bytes=key))


def _order(person: int) -> tuple[int, int]:
    return bucket_of(person), person


def _add(made: Statement, rights: Rights, wish: Wish, whose: sight.Whose | None = None) -> None:
    """What is asked of every row; `whose` when all are of one person."""
    made.ranges.append("r.body is not null")
    marks = sight.Marks(*(made.bind(value) for value in rights[1:-1]))
    made.clauses.append(f"({sight.may_see('r', marks, whose)}) is true")
    if written := within.clause(made.bind, rights.within):
        made.clauses.append(written)
    if wish.types is not None:
        numbers = sorted(parameters.number_of()[name] for name in wish.types)
        made.ranges.append(f"r.type = any ({made.bind(numbers)}::int2[])")
    if wish.since is not None:
        made.clauses.append(f"r.updated > {made.bind(wish.since)}")
    if wish.start is not None:
        made.clauses.append(f"(r.moment is null or r.moment_to > {made.bind(wish.start)})")
    if wish.end is not None:
        made.clauses.append(f"(r.moment is null or r.moment < {made.bind(wish.end)})")
    if wish.visit:
        made.clauses.append(f"(r.tokens && {made.bind(list(wish.visit))}::int8[]) is true")
    if wish.but is not None:
        made.clauses.append(f"r.rid <> {made.bind(wish.but)}")
    if wish.after is not None:
        _add_after(made, wish.after)


def _add_after(made: Statement, place: Place) -> None:
    marks = f"{made.bind(bucket_of(place.person))}, {made.bind(place.person)}, {made.bind(place.type)}"
    key = made.bind(place.key)
    made.ranges.append(f"(r.bucket, r.person, r.type) >= ({marks})")
    behind = f"(r.moment is null and r.rid > {key})"
    if place.moment is not None:
        moment = made.bind(place.moment)
        behind = f"(r.moment is null or r.moment < {moment} or (r.moment = {moment} and r.rid > {key}))"
    made.clauses.append(f"((r.bucket, r.person, r.type) > ({marks}) or {behind})")


def _run(made: Statement, wish: Wish) -> Found:
    text = (
        f"select {_COLUMNS} from clinical_resource r where {made.where()}"  # noqa: S608 -- values are bound
        f" order by r.bucket, r.person, r.type, r.moment desc nulls last, r.rid limit {wish.size + 1}"
    )
    lines = settled.tuples(text, made.values) if made.is_settled else db.tuples(text, made.values, binary=True)
    after = None
    if len(lines) > wish.size:
        lines = lines[: wish.size]
        if lines:
            type_number, key, person, *_, moment = lines[-1]
            after = Place(person, type_number, moment, key)
    return Found(_stored(line[:-1] for line in lines), after)


def _by_reference(rights: Rights, wanted: Iterable[str]) -> list[Stored]:
    """The rows under `Type/id` that may be seen, in the order of types and keys."""
    ids: dict[str, list[str]] = {}
    for one in sorted(wanted):
        type_name, _, name = one.partition("/")
        if type_name in parameters.number_of():
            ids.setdefault(type_name, []).append(name)
    keys = [
        (type_name, key)
        for type_name, names in ids.items()
        for key in {*queries.keys_of(type_name, names).values(), *queries.moved(type_name, names).values()}
    ]
    if not keys:
        return []
    keys.sort(key=lambda pair: (pair[0], pair[1].int))
    values = {
        **rights._asdict(), "types": [parameters.number_of()[type_name] for type_name, _ in keys],
        "buckets": [bucket_in(key) for _, key in keys], "rids": [key for _, key in keys],
    }  # fmt: skip
    text = narrowed_by(statement(__file__, "look_many"), values, rights.within)
    return _stored(db.tuples(text, values, binary=True))


def _stored(lines: Iterable[tuple[Any, ...]]) -> list[Stored]:
    """Rows in their order. Their bodies are opened together: half of what opening each by itself costs."""
    names, rows = parameters.name_of(), list(lines)
    plain = codec.unpacked_many([(packing, key, body) for _, key, _, _, _, packing, body in rows])
    return [
        Stored(names[type_number], key, person, version, updated, body)
        for (type_number, key, person, version, updated, _, _), body in zip(rows, plain, strict=True)
    ]
