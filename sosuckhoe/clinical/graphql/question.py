"""A question, read and bounded before anything is fetched. https://spec.graphql.org/October2021/"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql.error import GraphQLError
from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    parse,
)
from graphql.utilities import value_from_ast_untyped

from sosuckhoe.base.errors import Problem

MOST_TOKENS = 5_000
MOST_DEPTH = 15
MOST_FIELDS = 1_000


@dataclass(frozen=True)
class Question:
    """What is asked: the fields at the top, the fragments by name, the values of variables."""

    fields: SelectionSetNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def values_of(self, node: Any) -> dict[str, Any]:
        """The arguments of a field or directive by name."""
        return {one.name.value: value_from_ast_untyped(one.value, dict(self.variables)) for one in node.arguments or ()}

    def fields_of(self, chosen: SelectionSetNode | None, type_name: str) -> list[FieldNode]:
        """The fields that are wanted of something of a type: fragments opened, @skip and @include obeyed."""
        found: list[FieldNode] = []
        for one in chosen.selections if chosen else ():
            if not self._is_wanted(one):
                continue
            if isinstance(one, FieldNode):
                found.append(one)
                continue
            inner = self.fragments[one.name.value] if isinstance(one, FragmentSpreadNode) else one
            if not isinstance(inner, FragmentDefinitionNode | InlineFragmentNode):
                continue
            condition = inner.type_condition
            if condition is None or condition.name.value in {type_name, "Resource", "DomainResource"}:
                found += self.fields_of(inner.selection_set, type_name)
        return found

    def _is_wanted(self, node: SelectionNode) -> bool:
        given = {one.name.value: self.values_of(one).get("if") for one in node.directives or ()}
        return given.get("include", True) is not False and given.get("skip", False) is not True


def read(text: str, operation: str = "", variables: Mapping[str, Any] | None = None) -> Question:
    """A question of text. Raises SSK-3186 for what is none, SSK-3187 for what is too deep or too wide."""
    try:
        document = parse(text, no_location=False, max_tokens=MOST_TOKENS)
    except (GraphQLError, RecursionError) as error:
        places = getattr(error, "locations", None) or []
        line, column = (places[0].line, places[0].column) if places else (1, 1)
        raise Problem("SSK-3186", line=line, column=column) from error
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    asked = _operation(document, operation)
    _check(asked.selection_set, fragments, ())
    return Question(asked.selection_set, fragments, {**_defaults(asked), **(variables or {})})


def _operation(document: DocumentNode, name: str) -> OperationDefinitionNode:
    """The query that is meant; only queries are answered."""
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    meant = [one for one in found if not name or (one.name and one.name.value == name)]
    if len(meant) != 1 or meant[0].operation is not OperationType.QUERY:
        raise Problem("SSK-3186", line=1, column=1)
    return meant[0]


def _defaults(asked: OperationDefinitionNode) -> dict[str, Any]:
    return {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in asked.variable_definitions or ()
        if one.default_value is not None
    }


def _check(chosen: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], within: tuple[str, ...]) -> None:
    """Refuse unknown and circular fragments, and a question that opens to more than is answered."""
    left, waiting = MOST_FIELDS, [(chosen, 1, within)]
    while waiting:
        selected, depth, names = waiting.pop()
        for one in selected.selections:
            left -= 1
            if left < 0 or depth > MOST_DEPTH:
                raise Problem("SSK-3187", fields=MOST_FIELDS, depth=MOST_DEPTH)
            if isinstance(one, FragmentSpreadNode):
                name = one.name.value
                if name not in fragments or name in names:
                    raise Problem("SSK-3186", line=1, column=1)
                waiting.append((fragments[name].selection_set, depth, (*names, name)))
            elif isinstance(one, InlineFragmentNode):
                waiting.append((one.selection_set, depth, names))
            elif isinstance(one, FieldNode) and one.selection_set:
                waiting.append((one.selection_set, depth + 1, names))
