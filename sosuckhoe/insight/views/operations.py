"""FHIRPath operators as SQL. https://hl7.org/fhirpath/#operations"""

from __future__ import annotations

from collections.abc import Callable

from sosuckhoe.clinical.fhirpath.syntax import Binary, Unary
from sosuckhoe.insight.views import moments
from sosuckhoe.insight.views.compiler import Compiler
from sosuckhoe.insight.views.piece import BeyondSqlError, Piece, as_list, family, is_many, let, native, one

_NUMBERS = frozenset({"integer", "decimal"})
_ORDERS = frozenset({"<", "<=", ">", ">="})
_LOGIC = {
    "and": "({0} AND {1})",
    "or": "({0} OR {1})",
    "xor": "({0} <> {1})",
    "implies": "((NOT {0}) OR {1})",
}
DECIMALS = 8
_TYPE_OF = {"text": "string"}


def binary(compiler: Compiler, tree: Binary, this: Piece) -> Piece:
    """Two operands. BeyondSqlError for operators and types that have no SQL here."""
    made = _BINARY.get(tree.operator)
    if made is None:
        raise BeyondSqlError(tree.operator)
    return made(compiler, compiler.piece(tree.left, this), compiler.piece(tree.right, this), tree.operator)


def _logical(compiler: Compiler, left: Piece, right: Piece, operator: str) -> Piece:
    return native(_LOGIC[operator].format(compiler.truth(left), compiler.truth(right)), "boolean")


def _equality(compiler: Compiler, left: Piece, right: Piece, operator: str) -> Piece:
    return native(f"({'NOT ' if operator == '!=' else ''}{_equal(compiler, left, right)})", "boolean")


def _order(compiler: Compiler, left: Piece, right: Piece, operator: str) -> Piece:
    return native(_ordered(compiler, left, right, operator), "boolean")


def _joined(compiler: Compiler, left: Piece, right: Piece, _operator: str) -> Piece:
    texts = [f"coalesce({_single(compiler, one_, 'text')}, '')" for one_ in (left, right)]
    return native(f"({texts[0]} || {texts[1]})", "string")


def _membership(compiler: Compiler, left: Piece, right: Piece, operator: str) -> Piece:
    found, among = (left, right) if operator == "in" else (right, left)
    return native(_among(compiler, found, among), "boolean")


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
    """moment, time, number, text or boolean: what may be compared with each other."""
    kinds = {branch.type for branch in piece}
    if kinds and kinds <= moments.KINDS:
        return "moment"
    if kinds == {"time"}:
        return "time"
    found = family(piece)
    if found == "any" or kinds & (moments.KINDS | {"time"}):
        raise BeyondSqlError("=")
    return "number" if found in _NUMBERS else found


def _operands(compiler: Compiler, left: Piece, right: Piece, of: str) -> tuple[str, str]:
    """Both sides as single values. Computed numbers are compared to so many decimals as they come out with."""
    kind = {"moment": "text", "time": "text", "number": "decimal"}.get(of, of)
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
    order = moments.ORDERS.get(kinds[0])
    return f"({order(one_, other)} = 0)" if order else f"({one_} = {other})"


def _equal_lists(left: Piece, right: Piece, of: str) -> str:
    if of in moments.ORDERS:
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
    if order := moments.ORDERS.get(kinds[0]):
        return f"({order(one_, other)} {operator} 0)"
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


def _whole(compiler: Compiler, left: Piece, right: Piece, operator: str) -> Piece:
    """Whole numbers only: a quotient of doubles may fall on the other side of a whole one."""
    if not left or not right:
        return ()
    if _number_kind(left, right) != "integer":
        raise BeyondSqlError(operator)
    sign = "//" if operator == "div" else "%"
    one_, other = one(left, "integer", compiler.problem), one(right, "integer", compiler.problem)
    return native(f"({one_} {sign} nullif({other}, 0))", "integer")


def _alike(*pieces: Piece) -> str:
    """The one family of pieces whose equal values are equal as SQL has them."""
    found = {_comparable(piece) for piece in pieces if piece}
    if len(found) != 1 or found & moments.ORDERS.keys() or family(sum(pieces, ())) == "any":
        raise BeyondSqlError("|")
    return family(sum(pieces, ()))


def _union(_compiler: Compiler, left: Piece, right: Piece, _operator: str) -> Piece:
    """Each value once, where it stands first."""
    if not left and not right:
        return ()
    kind = _alike(left, right)
    both = f"list_concat({as_list(left, kind)}, {as_list(right, kind)})"
    types = {branch.type for branch in (*left, *right)}
    found = let(both, "l", "list_filter(l, lambda x, i: list_position(l, x) = i)")
    return native(found, types.pop() if len(types) == 1 else _TYPE_OF.get(kind, kind), is_many=True)


def _among(compiler: Compiler, found: Piece, among: Piece) -> str:
    """Whether one value is among others; null for none."""
    if not found:
        return "CAST(NULL AS BOOLEAN)"
    kind = _alike(found, among)
    value = one(found, kind, compiler.problem)
    return let(value, "v", f"CASE WHEN v IS NOT NULL THEN list_contains({as_list(among, kind)}, v) END")


_BINARY: dict[str, Callable[[Compiler, Piece, Piece, str], Piece]] = {
    **dict.fromkeys(_LOGIC, _logical),
    **dict.fromkeys(("=", "!="), _equality),
    **dict.fromkeys(_ORDERS, _order),
    **dict.fromkeys(("+", "-", "*", "/"), _counted),
    **dict.fromkeys(("div", "mod"), _whole),
    **dict.fromkeys(("in", "contains"), _membership),
    "|": _union,
    "&": _joined,
}
