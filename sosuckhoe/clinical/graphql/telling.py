"""Answers about the schema itself, bounded. https://spec.graphql.org/October2021/#sec-Introspection"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql.language import FieldNode, SelectionSetNode

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.graphql import schema
from sosuckhoe.clinical.graphql.question import Question

MOST_TOLD = 1_500_000
"""Values in one answer: the whole schema, as tools ask for it, has about two thirds as many."""

NAMES = frozenset({"__schema", "__type"})


class Teller:
    """The answer to one question about the schema."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.left = MOST_TOLD

    def of(self, field: FieldNode) -> Any:
        """What `__schema` or `__type(name: …)` says. SSK-3187 for more than MOST_TOLD, SSK-3188 for no such field."""
        if field.name.value == "__schema":
            return self._value(schema.root(), [field])
        return self._value(schema.named(str(self.question.values_of(field).get("name"))), [field])

    def _value(self, value: Any, fields: list[FieldNode]) -> Any:
        self.left -= 1
        if self.left < 0:
            raise Problem("SSK-3187", fields=MOST_TOLD, depth=1)
        if isinstance(value, list):
            return [self._value(one, fields) for one in value]
        chosen = tuple(one for field in fields if field.selection_set for one in field.selection_set.selections)
        if value is not None and isinstance(value, Mapping) != bool(chosen):
            raise Problem("SSK-3188", name=fields[0].name.value, type="{ … }")
        if not isinstance(value, Mapping):
            return value
        return self._object(value, SelectionSetNode(selections=chosen))

    def _object(self, node: schema.Node, chosen: SelectionSetNode) -> dict[str, Any]:
        asked: dict[str, list[FieldNode]] = {}
        for field in self.question.fields_of(chosen, node["__typename"]):
            asked.setdefault((field.alias or field.name).value, []).append(field)
        return {key: self._field(node, fields) for key, fields in asked.items()}

    def _field(self, node: schema.Node, fields: list[FieldNode]) -> Any:
        name = fields[0].name.value
        if name not in node:
            raise Problem("SSK-3188", name=name[:64], type=node["__typename"])
        value = node[name]
        return self._value(value() if callable(value) else value, fields)
