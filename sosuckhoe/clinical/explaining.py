"""How a search would be answered: its plan, its SQL with places for the values, and what PostgreSQL makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sosuckhoe.access import addresses, audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.clinical import grounding, paging
from sosuckhoe.clinical.search import order_sql, plan, sql
from sosuckhoe.clinical.search.condition import MOMENT
from sosuckhoe.clinical.search.query import Query

_TOLD = ("Node Type", "Index Name", "Relation Name", "Plan Rows")


class Explained(NamedTuple):
    """`plan` is the one chosen, `sql` has no values, `estimate` is PostgreSQL's, `steps` are indented lines."""

    plan: str
    sql: str
    estimate: int
    steps: list[str]


def explain(actor: Actor, query: Query, at: datetime) -> Explained:
    """How a search would be answered for this actor, who must be allowed to ask (SSK-1003). Nothing is read."""
    policy.check(actor, "explain", addresses.kinds()[query.type])
    with db.atomic():
        seen, conditions = grounding.grounded(actor, query.type, query.conditions)
        audit.record(actor, "explain", kind=query.type, person=None, at=at)
        query = replace(query, conditions=conditions)
        if paging.finds_nothing(query, seen):
            return Explained("nothing", "", 0, [])
        chosen = paging.chosen_plan(query, seen)
        if query.sort:
            statement = order_sql.page(query, seen, plan.TIES if chosen == plan.ORDER else chosen)
        else:
            is_first = query.order.by != MOMENT or (query.order.descending and query.after is None)
            statement = sql.page(query, seen, chosen, dated=None if is_first else True)
        tree = paging.explained(statement)
        estimate = round(paging.explained(sql.every(query, seen))["Plan Rows"])
    places = {name: f":{name}" for name in statement.values}
    return Explained(chosen, (statement.text % places).strip(), estimate, list(_steps(tree, 0)))


def _steps(node: dict[str, Any], depth: int) -> Iterator[str]:
    """The steps of a plan, without the conditions, in which values stand."""
    yield "  " * depth + " · ".join(str(node[key]) for key in _TOLD if key in node)
    for inner in node.get("Plans", ()):
        yield from _steps(inner, depth + 1)
