"""Whose rows an actor may touch, as SQL: a read that asks for rights and leaves its trace is one statement."""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical.search.sql import Seen, Statement, seen_clauses


class Rights(NamedTuple):
    """What may be seen of persons' records (None: nothing), and whether entries of registers may."""

    records: Seen | None
    registers: bool


def rights_of(actor: Actor, action: str) -> Rights:
    """The rights of an actor for `read`, `search` …; raises SSK-1003 when there are none at all."""
    records, registers = _scope(actor, action, "record"), _scope(actor, action, "register")
    if records is None and registers is None:
        raise Problem("SSK-1003", action=f"{action} record")
    return Rights(records, registers is not None)


def clause(made: Statement, rights: Rights) -> str:
    """The condition on `clinical_resource r` (or its history) that holds for the rows that may be seen."""
    parts = [f"r.person = {NOBODY}"] if rights.registers else []
    if rights.records is not None:
        hidden = f"r.label & {made.bind(rights.records.hidden_labels)} = 0"
        parts.append(" and ".join([f"r.person <> {NOBODY}", hidden, *seen_clauses(made, rights.records)]))
    return "(" + " or ".join(f"({part})" for part in parts) + ")"


def _scope(actor: Actor, action: str, kind: str) -> Seen | None:
    try:
        found = policy.scope(actor, action, kind)
    except Problem:
        return None
    return Seen(found.persons, found.facility, found.hidden_labels)
