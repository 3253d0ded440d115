"""What can be wrong with an expression. Each is a Problem of the numbered family."""

from __future__ import annotations

from sosuckhoe.base.errors import Problem


class FhirPathProblem(Problem):
    """An expression that cannot be used; `part` names a word of the expression, never a value of a record."""


class SyntaxProblem(FhirPathProblem):
    """The text does not follow the grammar. `at` is the character, from 0."""

    def __init__(self, at: int) -> None:
        super().__init__("SSK-3040", at=at)


class SemanticProblem(FhirPathProblem):
    """The expression cannot mean anything: an unknown function, type, element."""

    def __init__(self, part: str) -> None:
        super().__init__("SSK-3041", part=part)


class ExecutionProblem(FhirPathProblem):
    """The values that stand there do not suit the operation."""

    def __init__(self, part: str) -> None:
        super().__init__("SSK-3042", part=part)
