"""FHIRPath functions as SQL. https://hl7.org/fhirpath/#functions"""

from __future__ import annotations

from collections.abc import Callable

from sosuckhoe.clinical.fhirpath import types
from sosuckhoe.clinical.fhirpath.syntax import Call, Literal, OfType, Tree, type_argument, type_name
from sosuckhoe.insight.views import moments, patterns
from sosuckhoe.insight.views.compiler import Compiler
from sosuckhoe.insight.views.piece import (
    BeyondSqlError,
    Branch,
    Piece,
    as_list,
    family,
    is_many,
    let,
    listed,
    native,
    one,
)

_REFERENCE = "/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?$"
_INTEGERS = frozenset({"integer", "positiveInt", "unsignedInt"})


def call(compiler: Compiler, tree: Call, this: Piece) -> Piece:
    """A call. BeyondSqlError for a function that has no SQL here."""
    if tree.name in {"ofType", "as"}:
        return compiler.of_type(tree.left, type_name(tree.arguments[0]) or "", this)
    found = FUNCTIONS.get(tree.name)
    if found is None:
        raise BeyondSqlError(f"{tree.name}()")
    left = this if tree.left is None else compiler.piece(tree.left, this)
    return found(compiler, left, tree, this)


def cast(compiler: Compiler, tree: OfType, this: Piece) -> Piece:
    """`is` and `as` between two operands."""
    if tree.operator == "is":
        return _is_of(compiler.piece(tree.left, this), tree.type)
    return compiler.of_type(tree.left, tree.type, this)


def _where(compiler: Compiler, left: Piece, tree: Call, _this: Piece) -> Piece:
    return compiler.kept(left, tree.arguments[0])


def _exists(compiler: Compiler, left: Piece, tree: Call, _this: Piece) -> Piece:
    kept = compiler.kept(left, tree.arguments[0]) if tree.arguments else left
    return native(_any(kept), "boolean")


def _any(piece: Piece) -> str:
    """Whether there is an item at all. The eleven places of a choice are looked at in one reading."""
    bases = {branch.base for branch in piece}
    if len(piece) > 1 and len(bases) == 1 and all(branch.is_single_path for branch in piece):
        paths = ", ".join(f"'${branch.path}'" for branch in piece)
        return f"(len(list_filter(json_extract({bases.pop()}, [{paths}]), lambda n: n IS NOT NULL)) > 0)"
    return f"({' OR '.join(branch.exists() for branch in piece)})" if piece else "FALSE"


def _empty(_compiler: Compiler, left: Piece, _tree: Call, _this: Piece) -> Piece:
    return native(f"(NOT {_any(left)})", "boolean")


def _not(compiler: Compiler, left: Piece, _tree: Call, _this: Piece) -> Piece:
    return native(f"(NOT {compiler.truth(left)})", "boolean")


def _first(compiler: Compiler, left: Piece, _tree: Call, _this: Piece) -> Piece:
    return compiler.at(left, 0)


def _count(_compiler: Compiler, left: Piece, _tree: Call, _this: Piece) -> Piece:
    counts = [f"len({as_list((branch,), 'any')})" for branch in left]
    return native(f"CAST({' + '.join(counts) or '0'} AS BIGINT)", "integer")


def _join(compiler: Compiler, left: Piece, tree: Call, this: Piece) -> Piece:
    between = text(compiler, tree.arguments[0], this) if tree.arguments else "''"
    if family(left) != "text":
        raise BeyondSqlError("join()")
    joined = f"CASE WHEN len(l) > 0 THEN array_to_string(l, coalesce({between}, '')) END"
    return native(let(as_list(left, "text"), "l", joined), "string")


def text(compiler: Compiler, tree: Tree, this: Piece) -> str:
    """One text, as SQL."""
    piece = compiler.piece(tree, this)
    if piece and family(piece) != "text":
        raise BeyondSqlError("text")
    return one(piece, "text", compiler.problem)


def _extension(compiler: Compiler, left: Piece, tree: Call, this: Piece) -> Piece:
    url = text(compiler, tree.arguments[0], this)
    found = compiler.children(left, "extension")
    return tuple(
        listed(f"list_filter({one_.json()}, lambda n: json_extract_string(n, '$.url') = {url})", "Extension")
        if one_.is_many
        else one_
        for one_ in found
    )


def _select(compiler: Compiler, left: Piece, tree: Call, _this: Piece) -> Piece:
    return tuple(made for branch in left for made in _projected(compiler, branch, tree.arguments[0]))


def _projected(compiler: Compiler, branch: Branch, projection: Tree) -> Piece:
    name = compiler.fresh()
    inner = branch._replace(base=name, path="", is_many=False, is_list=False)
    source = as_list((branch,), branch.family if branch.is_native else "any")
    return tuple(
        made._replace(
            base=f"flatten(list_transform({source}, lambda {name}: {_items(made)}))",
            path="",
            is_many=True,
            is_list=True,
        )
        for made in compiler.piece(projection, (inner,))
    )


def _items(branch: Branch) -> str:
    return as_list((branch,), branch.family if branch.is_native else "any")


def _resource_key(compiler: Compiler, left: Piece, _tree: Call, _this: Piece) -> Piece:
    return compiler.children(left, "id")


def _reference_key(_compiler: Compiler, left: Piece, tree: Call, _this: Piece) -> Piece:
    """The id of a relative reference, of one type only when it is told: the type's name is checked by the parser."""
    kind = type_argument(tree) or "[A-Z][A-Za-z]{1,63}"
    references = [branch.below("reference", "string", is_list=False) for branch in left if branch.type == "Reference"]
    return tuple(made for branch in references for made in _keys(branch, f"'^{kind}{_REFERENCE}'"))


def _keys(branch: Branch, pattern: str) -> Piece:
    if branch.is_many:
        each = f"list_transform({branch.texts()}, lambda n: nullif(regexp_extract(n, {pattern}, 1), ''))"
        return native(f"list_filter({each}, lambda n: n IS NOT NULL)", "string", is_many=True)
    return native(f"nullif(regexp_extract({branch.texts()}, {pattern}, 1), '')", "string")


def _boundary(*, high: bool) -> Callable[[Compiler, Piece, Call, Piece], Piece]:
    def made(compiler: Compiler, left: Piece, tree: Call, _this: Piece) -> Piece:
        if tree.arguments:
            raise BeyondSqlError(tree.name)
        return tuple(found for branch in left for found in _bounded(compiler, branch, high=high))

    return made


def _bounded(compiler: Compiler, branch: Branch, *, high: bool) -> Piece:
    if branch.is_many:
        raise BeyondSqlError("boundary")
    if branch.type == "Period":
        return _bounded(compiler, compiler.children((branch,), "end" if high else "start")[0], high=high)
    if branch.type in moments.KINDS | {"time"}:
        return native(moments.boundary(branch.texts(), branch.type, high=high), branch.type)
    if branch.type not in _INTEGERS | {"decimal"} or branch.is_native:
        raise BeyondSqlError("boundary")
    written = branch.texts()
    half = "0.5 * pow(10, -length(regexp_extract(t, '[.]([0-9]+)', 1)))"
    return native(let(written, "t", f"CAST(t AS DOUBLE) {'+' if high else '-'} {half}"), "decimal")


def _of_text(pattern: str, kind: str) -> Callable[[Compiler, Piece, Call, Piece], Piece]:
    """A function of one text and texts beside it."""

    def made(compiler: Compiler, left: Piece, tree: Call, this: Piece) -> Piece:
        if family(left) != "text" or is_many(left):
            raise BeyondSqlError(tree.name)
        others = [text(compiler, argument, this) for argument in tree.arguments]
        return native(pattern.format(one(left, "text", compiler.problem), *others), kind)

    return made


def _is(_compiler: Compiler, left: Piece, tree: Call, _this: Piece) -> Piece:
    return _is_of(left, type_name(tree.arguments[0]) or "")


def _is_of(piece: Piece, name: str) -> Piece:
    """`is`: known from the definitions alone, except where an element may be of a type below its own."""
    wanted = name.rpartition(".")[2]
    if is_many(piece) or not types.exists(wanted) or name.startswith("System."):
        raise BeyondSqlError("is")
    if any(branch.is_native or (branch.type != wanted and branch.type in types.bases(wanted)) for branch in piece):
        raise BeyondSqlError("is")
    found = tuple(branch for branch in piece if wanted in types.bases(branch.type))
    return native(f"(CASE WHEN {_any(found)} THEN TRUE WHEN {_any(piece)} THEN FALSE END)", "boolean")


def _iif(compiler: Compiler, left: Piece, tree: Call, _this: Piece) -> Piece:
    """Both ways must be of one kind, and one value each."""
    if is_many(left):
        raise BeyondSqlError("iif()")
    criterion, *ways = (compiler.piece(argument, left) for argument in tree.arguments)
    found = {branch.type for way in ways for branch in way}
    kind = family(tuple(branch for way in ways for branch in way))
    if kind == "any" or any(is_many(way) for way in ways) or (len(found) > 1 and found & (moments.KINDS | {"time"})):
        raise BeyondSqlError("iif()")
    values = [one(way, kind, compiler.problem) for way in ways]
    otherwise = f" ELSE {values[1]}" if len(values) > 1 else ""
    chosen = f"(CASE WHEN {compiler.truth(criterion)} THEN {values[0]}{otherwise} END)"
    return native(chosen, found.pop() if len(found) == 1 else "string" if kind == "text" else kind)


def _matches(compiler: Compiler, left: Piece, tree: Call, _this: Piece) -> Piece:
    pattern = tree.arguments[0]
    if not isinstance(pattern, Literal) or not pattern.values or not isinstance(pattern.values[0], str):
        raise BeyondSqlError("matches()")
    if left and family(left) != "text":
        raise BeyondSqlError("matches()")
    bound = compiler.values.bind(patterns.translated(pattern.values[0]))
    return native(f"regexp_matches({one(left, 'text', compiler.problem)}, {bound}, 's')", "boolean")


FUNCTIONS: dict[str, Callable[[Compiler, Piece, Call, Piece], Piece]] = {
    "where": _where,
    "exists": _exists,
    "empty": _empty,
    "not": _not,
    "first": _first,
    "count": _count,
    "join": _join,
    "extension": _extension,
    "select": _select,
    "getResourceKey": _resource_key,
    "getReferenceKey": _reference_key,
    "lowBoundary": _boundary(high=False),
    "highBoundary": _boundary(high=True),
    "is": _is,
    "iif": _iif,
    "matches": _matches,
    "length": _of_text("length({0})", "integer"),
    "lower": _of_text("lower({0})", "string"),
    "upper": _of_text("upper({0})", "string"),
    "startsWith": _of_text("starts_with({0}, {1})", "boolean"),
    "endsWith": _of_text("ends_with({0}, {1})", "boolean"),
    "contains": _of_text("contains({0}, {1})", "boolean"),
}
