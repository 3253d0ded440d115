"""FHIRPath operators as SQL. https://hl7.org/fhirpath/#operations"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sosuckhoe.clinical.fhirpath.syntax import Binary, Unary
from sosuckhoe.insight.views import moments
from sosuckhoe.insight.views.piece import BeyondSqlError, Piece, as_list, family, is_many, native, one

if TYPE_CHECKING:
    from sosuckhoe.insight.views.expression import Compiler

_NUMBERS = frozenset({"integer", "decimal"})
_ORDERS = frozenset({"<", "<=", ">", ">="})
_LOGIC = {
    "and": "({0} AND {1})",
    "or": "({0} OR {1})",
    "xor": "({0} <> {1})",
    "implies": "((NOT {0}) OR {1})",
}
DECIMALS = 8


def binary(compiler: Compiler, tree: Binary, this: Piece) -> Piece:
    """Two operands. BeyondSqlError for operators and types that have no SQL here."""
    left, right = compiler.piece(tree.left, this), compiler.piece(tree.right, this)
    operator = tree.operator
    if operator in _LOGIC:
        return native(_LOGIC[operator].format(compiler.truth(left), compiler.truth(right)), "boolean")
    if operator in {"=", "!="}:
        equal = _equal(compiler, left, right)
        return native(f"({'NOT ' if operator == '!=' else ''}{equal})", "boolean")
    if operator in _ORDERS:
        return native(_ordered(compiler, left, right, operator), "boolean")
    if operator in {"+", "-", "*", "/"}:
        return _counted(compiler, left, right, operator)
    if operator == "&":
        texts = [f"coalesce({_single(compiler, one_, 'text')}, '')" for one_ in (left, right)]
        return native(f"({texts[0]} || {texts[1]})", "string")
    raise BeyondSqlError(operator)


def unary(compiler: Compiler, tree: Unary, this: Piece) -> Piece:
    """A sign."""
    piece = compiler.piece(tree.operand, this)
    kind = _number_kind(piece)
    sign = "-" if tree.sign == "-" else ""
    return native(f"({sign}{one(piece, kind, compiler.problem)})", kind)


def _number_kind(*pieces: Piece) -> str:
    families = {family(piece) for piece in pieces}
    if not families <= _NUMBERS:
        raise BeyondSqlError("+")
    return "decimal" if "decimal" in families else "integer"


def _single(compiler: Compiler, piece: Piece, of: str) -> str:
    if piece and family(piece) != of:
        raise BeyondSqlError(of)
    return one(piece, of, compiler.problem)


def _comparable(piece: Piece) -> str:
    """moment, number, text or boolean: what may be compared with each other."""
    kinds = {branch.type for branch in piece}
    if kinds and kinds <= moments.KINDS:
        return "moment"
    found = family(piece)
    if found == "any" or kinds & (moments.KINDS | {"time"}):
        raise BeyondSqlError("=")
    return "number" if found in _NUMBERS else found


def _operands(compiler: Compiler, left: Piece, right: Piece, of: str) -> tuple[str, str]:
    """Both sides as single values. Computed numbers are compared to so many decimals as they come out with."""
    kind = {"moment": "text", "number": "decimal"}.get(of, of)
    found = one(left, kind, compiler.problem), one(right, kind, compiler.problem)
    return (f"round({found[0]}, {DECIMALS})", f"round({found[1]}, {DECIMALS})") if of == "number" else found


def _equal(compiler: Compiler, left: Piece, right: Piece) -> str:
    if not left or not right:
        return "CAST(NULL AS BOOLEAN)"
    kinds = _comparable(left), _comparable(right)
    if kinds[0] != kinds[1]:
        both = [f"(len({as_list(one_, 'any')}) > 0)" for one_ in (left, right)]
        return f"(CASE WHEN {both[0]} AND {both[1]} THEN FALSE END)"
    if is_many(left) or is_many(right):
        return _equal_lists(left, right, kinds[0])
    one_, other = _operands(compiler, left, right, kinds[0])
    return f"({moments.order(one_, other)} = 0)" if kinds[0] == "moment" else f"({one_} = {other})"


def _equal_lists(left: Piece, right: Piece, of: str) -> str:
    if of == "moment":
        raise BeyondSqlError("=")
    kind = "decimal" if of == "number" else of
    one_, other = as_list(left, kind), as_list(right, kind)
    return f"(CASE WHEN len({one_}) > 0 AND len({other}) > 0 THEN {one_} = {other} END)"


def _ordered(compiler: Compiler, left: Piece, right: Piece, operator: str) -> str:
    if not left or not right:
        return "CAST(NULL AS BOOLEAN)"
    kinds = _comparable(left), _comparable(right)
    if kinds[0] != kinds[1] or kinds[0] == "boolean":
        raise BeyondSqlError(operator)
    one_, other = _operands(compiler, left, right, kinds[0])
    if kinds[0] == "moment":
        return f"({moments.order(one_, other)} {operator} 0)"
    return f"({one_} {operator} {other})"


def _counted(compiler: Compiler, left: Piece, right: Piece, operator: str) -> Piece:
    if not left or not right:
        return ()
    if operator == "+" and _comparable(left) == _comparable(right) == "text":
        return native(f"({_single(compiler, left, 'text')} || {_single(compiler, right, 'text')})", "string")
    kind = "decimal" if operator == "/" and _number_kind(left, right) else _number_kind(left, right)
    one_, other = one(left, kind, compiler.problem), one(right, kind, compiler.problem)
    if operator == "/":
        return native(f"({one_} / nullif({other}, 0))", "decimal")
    if kind == "integer":
        wide = f"(CAST({one_} AS HUGEINT) {operator} {other})"
        return native(f"TRY_CAST({wide} AS BIGINT)", "integer")
    return native(f"({one_} {operator} {other})", "decimal")
