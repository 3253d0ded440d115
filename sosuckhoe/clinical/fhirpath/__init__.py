"""FHIRPath: expressions over resources. https://hl7.org/fhirpath/ with https://hl7.org/fhir/R4/fhirpath.html

`compile_expression(text)` once, `.evaluate(resource)` many times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.fhirpath import checking, single
from sosuckhoe.clinical.fhirpath.allowance import Allowance
from sosuckhoe.clinical.fhirpath.compiling import compiled
from sosuckhoe.clinical.fhirpath.environment import Conforms, Environment, Outside
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem, FhirPathProblem, SemanticProblem, SyntaxProblem
from sosuckhoe.clinical.fhirpath.node import Node, root
from sosuckhoe.clinical.fhirpath.parser import parse
from sosuckhoe.clinical.terminology import Source

__all__ = [
    "Allowance",
    "Conforms",
    "Environment",
    "ExecutionProblem",
    "Expression",
    "FhirPathProblem",
    "Node",
    "Outside",
    "SemanticProblem",
    "SyntaxProblem",
    "compile_expression",
    "root",
]


MOST_LETTERS = 10_000
"""Compiled expressions are kept, so that they must not be large."""


class Expression:
    """A compiled expression; it may be shared by threads."""

    def __init__(self, text: str) -> None:
        if len(text) > MOST_LETTERS:
            raise SyntaxProblem(MOST_LETTERS)
        self.text = text
        self.tree = parse(text)
        try:
            self._run = compiled(self.tree)
        except RecursionError as error:
            raise SyntaxProblem(len(text)) from error

    def check(self, type_name: str, *, ordered: bool = False) -> frozenset[str] | None:
        """The types that it may yield, None when not known; SemanticProblem unless every element that it names exists.

        With `ordered`, also when an unordered collection is asked for an item by its place.
        """
        return checking.check(self.tree, type_name, ordered=ordered)

    def evaluate(
        self,
        resource: Any,
        *,
        type_name: str | None = None,
        variables: Mapping[str, list[Any]] | None = None,
        at: datetime | None = None,
        resolve: Callable[[str], dict[str, Any] | None] | None = None,
        codes: Source = terminology,
        conforms: Conforms | None = None,
    ) -> list[Any]:
        """What the expression yields: Nodes and System values.

        `resource` is parsed JSON (of `type_name` when it is an element), or a Node. `at` is now, for expressions that
        ask. `resolve` finds the resource of a reference, `codes` knows value sets, `conforms` profiles.
        ExecutionProblem when the values do not suit the expression.
        """
        this = [resource if isinstance(resource, Node) else root(resource, type_name)]
        try:
            return self._run(this, Environment(this, variables or {}, at, resolve, codes, conforms))
        except (ArithmeticError, RecursionError) as error:
            raise ExecutionProblem(type(error).__name__) from error

    def holds(self, node: Node, environment: Environment) -> bool:
        """Whether it does not yield false of a node: the way of invariants, whose environment is made once for many.

        R4 has rules such as `fullUrl.contains('/_history/').not()` for elements that need not stand there: nothing
        that is said of nothing is no failure.
        """
        return single.truth(self.values_of(node, environment), "=") is not False

    def values_of(self, node: Node, environment: Environment) -> list[Any]:
        """What it yields of a node, in an environment that is made once for many."""
        try:
            return self._run([node], environment)
        except (ArithmeticError, RecursionError) as error:
            raise ExecutionProblem(type(error).__name__) from error

    def is_true(self, resource: Any, **told: Any) -> bool:
        """Whether it yields true, as invariants ask; `told` as in `evaluate`."""
        return single.truth(self.evaluate(resource, **told), "=") is True


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """The expression of a text. SyntaxProblem or SemanticProblem when it is none."""
    return Expression(text)
