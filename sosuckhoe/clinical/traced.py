"""A page and the trace of whom it shows as one statement: a second one costs as much again as finding one resource."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import binary, db, settled
from sosuckhoe.clinical import bound
from sosuckhoe.clinical.search.statement import Statement


class Trace(NamedTuple):
    """What the lines say beside the person: who searched which type when."""

    actor: Actor
    kind: str
    at: datetime


def tuples(statement: Statement, shown: int, trace: Trace) -> list[tuple[Any, ...]]:
    """The rows of a settled page that has the columns of `sql.COLUMNS` and `bucket`, of which so many are shown."""
    text = db.statement(__file__, "traced").replace("{shown}", str(shown)).replace("{page}", statement.text)
    line = bound.line(trace.actor, "search", trace.kind, trace.at)
    return settled.tuples(text, statement.values, {**line, "alone": binary.boolean(audit.need_not_wait())})
