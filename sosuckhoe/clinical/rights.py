"""Whose rows an actor may touch, as values of SQL: a read asks for its rights in the statement that reads."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

from sosuckhoe.access import addresses, policy, sight
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.policy import Scope
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import narrowing
from sosuckhoe.clinical.search import within as narrowed
from sosuckhoe.clinical.search.within import Within


class Rights(NamedTuple):
    """What `access/sight.py` asks of a row, by its names.

    `registers`: entries of registers may be seen. Of persons' rows those without a bit of `hidden` (or of whomever is
    `open`, or where a tie shows them), of everybody, of `persons`, or of those to whom a tie of `holders` leads.
    `within`: of all these only those that an app may see (`narrowed_by`).
    """

    registers: bool
    hidden: int = 0
    open: list[int] = []  # noqa: RUF012 -- never added to
    everybody: bool = False
    persons: list[int] = []  # noqa: RUF012 -- never added to
    holders: list[str] = []  # noqa: RUF012 -- never added to
    within: Within | None = None


def rights_of(actor: Actor, action: str, type_name: str = "", *, versions: bool = False) -> Rights:
    """The rights of an actor for `read`, `search` …; raises SSK-1003 when there are none at all.

    Of one type, of its superseded `versions` too, or of every type but those that name persons (`may_be_told`).
    SSK-1200 when the actor's app has no scope for it.
    """
    entries = addresses.entry_kind(type_name) if type_name else "register"
    whole = _rights_of(actor, "read" if action == "everything" else action, entries)
    if actor.narrowing is None:
        return whole
    persons = None if whole.everybody or whole.holders else whole.persons
    if not type_name:
        return whole._replace(within=narrowing.of_every_type(actor.narrowing, action, persons))
    ask = narrowing.of_versions if versions else narrowing.of_type
    return whole._replace(within=ask(actor.narrowing, action, type_name, persons))


def may_be_told(actor: Actor, action: str, type_name: str) -> bool:
    """Whether rights of every type hold for entries of this one: those that name persons have rights of their own."""
    return addresses.entry_kind(type_name) == "register" or _scope(actor, action, "group") is not None


def narrowed_by(text: str, values: dict[str, Any], within: Within | None, row: str = "r") -> str:
    """A statement with `{within}` written out; its values are added to the others."""

    def bind(value: object) -> str:
        name = f"within{len(values)}"
        values[name] = value
        return f"%({name})s"

    written = narrowed.clause(bind, within, row)
    return text.replace("{within}", f"and {written}" if written else "")


def _rights_of(actor: Actor, action: str, entries: str) -> Rights:
    """Of who has no book of their own the rules alone decide, and those stay as they are while this process runs."""
    return (
        _asked(actor, action, entries)
        if actor.person is not None or actor.narrowing is not None
        else _of_staff(actor, action, entries)
    )


@lru_cache(maxsize=1024)
def _of_staff(actor: Actor, action: str, entries: str) -> Rights:
    return _asked(actor, action, entries)


def _asked(actor: Actor, action: str, entries: str) -> Rights:
    records, registers = _scope(actor, action, "record"), _scope(actor, action, entries)
    if records is None:
        if registers is None:
            raise Problem("SSK-1003", action=f"{action} record")
        return Rights(registers=True)
    return Rights(
        registers is not None,
        records.hidden_labels,
        sorted(records.open),
        records.persons is None and not records.holders,
        sorted(records.persons or ()),
        list(records.holders),
    )


@cache
def statement(room_file: str, name: str) -> str:
    """A statement of this room with the condition of `access/sight.py` where it says `{may_see}`, or of other rows."""
    text = db.statement(room_file, name).replace("{may_see}", sight.may_see())
    return text.replace("{may_see_examined}", sight.may_see("examined"))


def _scope(actor: Actor, action: str, kind: str) -> Scope | None:
    try:
        return policy.scope(actor, action, kind)
    except Problem:
        return None
