"""Which rows an export reads: what is asked, of whom the actor may export. Every value is bound."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from sosuckhoe.access import addresses, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import grounding, narrowing
from sosuckhoe.clinical.bulk import associated
from sosuckhoe.clinical.bulk.wanted import PROVENANCE, Wanted
from sosuckhoe.clinical.search import seen as seeing
from sosuckhoe.clinical.search import sql
from sosuckhoe.clinical.search.parameters import is_personal, number_of
from sosuckhoe.clinical.search.plan import ORDER
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.search.statement import Statement


class Rows(NamedTuple):
    """A condition on `clinical_resource r`, and its values. Names of values are its own."""

    where: str
    values: dict[str, Any]


def seen_by(actor: Actor, kind: str) -> Seen | None:
    """Whose records, or entries of registers, an actor may export; None: none."""
    try:
        scope = policy.scope(actor, "export", kind)
    except Problem:
        return None
    return Seen(*scope[:-1], narrowing.of_every_type(scope.narrowing, "export", scope.persons))


def chosen(actor: Actor, wanted: Wanted, at: datetime) -> list[Rows]:
    """Parts that share no row. Raises SSK-1003 when the actor may export no record."""
    records, entries = seen_by(actor, "record"), {kind: seen_by(actor, kind) for kind in ("register", "group")}
    if records is None:
        raise Problem("SSK-1003", action="export record")
    records = records.only(None if wanted.persons is None else frozenset(wanted.persons))
    found = [_whole(wanted, [t for t in wanted.personal if t not in wanted.filters], records)]
    for kind, seen in entries.items():
        if seen is not None:
            types = [t for t in wanted.registers if t not in wanted.filters and addresses.kinds()[t] == kind]
            found.append(_whole(wanted, types, seen))
    for type_name, searches in wanted.filters.items():
        whose = records if is_personal(type_name) else entries[addresses.kinds()[type_name]]
        if whose is not None and type_name in {*wanted.personal, *wanted.registers}:
            found.append(_filtered(actor, wanted, type_name, searches, whose, at))
    parts = [_named(number, rows) for number, rows in enumerate(found) if rows is not None]
    return [*parts, _along(wanted, records, parts)] if wanted.associated else parts


def _along(wanted: Wanted, whose: Seen, parts: list[Rows]) -> Rows:
    """The Provenance of what the other parts read, however old it is."""
    made = _base(msgspec.structs.replace(wanted, since=None), [PROVENANCE], whose)
    made.ranges.append("r.body is not null")
    own = _named("along", Rows(made.where(), made.values))
    text, values = associated.clause([f"({one.where})" for one in parts], wanted.associated)
    return Rows(
        f"{own.where}\n  and {text}", own.values | values | {k: v for one in parts for k, v in one.values.items()}
    )


def deleted(actor: Actor, wanted: Wanted) -> Rows | None:
    """What was deleted since; None when nothing of it may be told."""
    records = seen_by(actor, "record")
    if records is None or wanted.since is None:
        return None
    records = records.only(None if wanted.persons is None else frozenset(wanted.persons))
    made = _base(wanted, [*wanted.personal, *wanted.registers], records)
    made.ranges.append("r.body is null")
    return Rows(made.where(), made.values)


def _whole(wanted: Wanted, types: list[str], whose: Seen) -> Rows | None:
    if not types:
        return None
    made = _base(wanted, types, whose)
    made.ranges.append("r.body is not null")
    return Rows(made.where(), made.values)


def _base(wanted: Wanted, types: list[str], whose: Seen) -> Statement:
    made = Statement()
    if len(types) < len(number_of()):
        made.ranges.append(f"r.type = any ({made.bind([number_of()[name] for name in types])}::int2[])")
    if wanted.since is not None:
        made.ranges.append(f"r.updated > {made.bind(wanted.since)}")
    made.clauses += seeing.clauses(made, whose, by_tie=False)
    made.clauses += seeing.clauses_within(made, whose)
    return made


def _filtered(
    actor: Actor, wanted: Wanted, type_name: str, searches: tuple[str, ...], whose: Seen, at: datetime
) -> Rows:
    base = _base(wanted, [type_name], whose)
    parts, values = [], dict(base.values)
    for number, text in enumerate(searches):
        query = parse(type_name, parse_qsl(text, keep_blank_values=True), base="", now=at)
        whom, conditions = grounding.grounded(actor, type_name, query.conditions)
        query.conditions = conditions
        made = sql.filtered(query, whom, ORDER)
        named = _named(f"s{number}", Rows(made.where(), made.values))
        parts.append(f"({named.where})")
        values |= named.values
    return Rows(f"{base.where()}\n  and ({' or '.join(parts)})", values)


def _named(mark: object, rows: Rows) -> Rows:
    """The same with names of values that no other part has."""
    where = rows.where.replace("%(", f"%(p{mark}")
    return Rows(where, {f"p{mark}{name}": value for name, value in rows.values.items()})
