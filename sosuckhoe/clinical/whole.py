"""A search read to its end, for what is computed from all that it finds. Rights and trace are those of a search."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import finding
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search.query import MOST_COUNT, Query

MOST = 20_000
"""More are refused, not cut: what is computed from a part is wrong."""


def found(actor: Actor, query: Query, at: datetime) -> list[Stored]:
    """All that the actor may see of what the query asks, newest first. Raises SSK-3182 for more than MOST."""
    gathered: list[Stored] = []
    query = replace(query, count=MOST_COUNT)
    while True:
        page = finding.search(actor, query, at)
        gathered += page.found
        if len(gathered) > MOST:
            raise Problem("SSK-3182", limit=MOST)
        if page.after is None:
            return gathered
        query = replace(query, after=page.after)
