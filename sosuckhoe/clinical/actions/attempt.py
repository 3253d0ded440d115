"""One try at a change: everything in one transaction, and a line of the trace also when it is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sosuckhoe.access import addresses, audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NO_ONE, NOBODY

_here = threading.local()


class Attempt:
    """What an actor tries at a moment."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor = actor
        self.at = at
        self.refusal: audit.Line | None = None
        self._done: list[audit.Line] = []
        self._allowed: set[tuple[str, str, int, int]] = set()

    def check(self, action: str, type_name: str, person: int, *, label: int = 0, key: UUID | None = None) -> None:
        """Raise unless policy allows it: SSK-1002 for a person's record, SSK-1003 for a register.

        What it has allowed for a person it allows for the rest of the attempt: a transaction asks once, not per entry.
        """
        asked = (action, type_name if self.actor.narrowing else "", person, label)
        if asked in self._allowed:
            return
        try:
            if person == NOBODY:
                policy.check(self.actor, action, addresses.entry_kind(type_name), type_name=type_name)
            else:
                policy.check(self.actor, action, "record", person=person, label=label, type_name=type_name)
        except Problem:
            self.refusal = audit.Line(self.actor, action, type_name, person, key, "refused")
            raise
        self._allowed.add(asked)

    def missing(self, action: str, type_name: str) -> Problem:
        """What does not exist is refused as what may not be seen is, with a line of the trace: SSK-1002."""
        policy.can(self.actor, action, "record", person=NO_ONE, type_name=type_name)
        self.refusal = audit.Line(self.actor, action, type_name, NOBODY, None, "refused")
        return Problem("SSK-1002")

    def expect(self, action: str, persons: Iterable[int]) -> None:
        """Ask once for many persons; who is not allowed is asked for singly by `check`, which refuses and says so."""
        for person in policy.allowed_of(self.actor, action, "record", set(persons) - {NOBODY}):
            self._allowed.add((action, "", person, 0))

    def done(self, action: str, type_name: str, person: int, key: UUID) -> None:
        """Note for the trace that it is done; `write_trace` writes all at once."""
        self._done.append(audit.Line(self.actor, action, type_name, person, key))

    def write_trace(self) -> None:
        """Write the lines of what was done."""
        audit.record_all(self._done, self.at)


@contextmanager
def attempt(actor: Actor, at: datetime) -> Iterator[Attempt]:
    """A transaction; inside another one, a part of it. The refusal is written after the outermost is rolled back."""
    outermost = getattr(_here, "attempts", None) is None
    made = Attempt(actor, at)
    if outermost:
        _here.attempts = []
    _here.attempts.append(made)
    try:
        with db.atomic():
            yield made
            if outermost:
                _trace_refusals(at)
    except Problem:
        if outermost:
            _trace_refusals(at)
        raise
    finally:
        if outermost:
            _here.attempts = None


def _trace_refusals(at: datetime) -> None:
    audit.record_all([one.refusal for one in _here.attempts if one.refusal], at)
