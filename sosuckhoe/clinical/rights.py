"""Whose rows an actor may touch, as values of SQL: a read asks for its rights in the statement that reads."""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.policy import Scope
from sosuckhoe.base.errors import Problem


class Rights(NamedTuple):
    """What `sql/look.sql` asks of a row, in its order.

    `registers`: entries of registers may be seen. Of persons' rows those without a bit of `hidden_labels`, of
    everybody, of `persons`, or of whomever `facility` has treated.
    """

    registers: bool
    hidden_labels: int
    everybody: bool
    persons: list[int]
    facility: str | None


def rights_of(actor: Actor, action: str) -> Rights:
    """The rights of an actor for `read`, `search` …; raises SSK-1003 when there are none at all."""
    records, registers = _scope(actor, action, "record"), _scope(actor, action, "register")
    if records is None:
        if registers is None:
            raise Problem("SSK-1003", action=f"{action} record")
        return Rights(registers=True, hidden_labels=0, everybody=False, persons=[], facility=None)
    return Rights(
        registers is not None,
        records.hidden_labels,
        records.persons is None and records.facility is None,
        sorted(records.persons or ()),
        records.facility,
    )


def _scope(actor: Actor, action: str, kind: str) -> Scope | None:
    try:
        return policy.scope(actor, action, kind)
    except Problem:
        return None
