"""FHIRPath expressions as SQL for DuckDB. https://hl7.org/fhirpath/

What is not handled here raises BeyondSqlError: the plain engine evaluates it.
"""

from __future__ import annotations

from sosuckhoe.clinical.fhirpath.syntax import (
    Binary,
    Call,
    Index,
    Literal,
    Member,
    OfType,
    Special,
    Unary,
    Variable,
)
from sosuckhoe.insight.views import functions, operations
from sosuckhoe.insight.views.compiler import Compiler, Ways
from sosuckhoe.insight.views.definition import Constant
from sosuckhoe.insight.views.piece import Values


def compiler(resource: str, constants: dict[str, Constant], values: Values) -> Compiler:
    """A compiler for the expressions of one view; what they hold is bound to `values`."""
    return Compiler(_WAYS, resource, constants, values)


_WAYS: Ways = {
    Literal: Compiler.literal,
    Member: Compiler.member,
    Call: functions.call,
    Binary: operations.binary,
    Variable: Compiler.variable,
    Index: Compiler.item,
    Special: Compiler.special,
    OfType: functions.cast,
    Unary: operations.unary,
}
