"""Pieces of SQL for DuckDB that stand for FHIRPath collections.

A collection is a tuple of branches, one for each type that its items may have: `Observation.value` has eleven. A branch
is JSON at a path below a base, or a computed (native) value of one SQL type; it is one item or null, or a list.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from sosuckhoe.insight.views import kinds

SQL_TYPES = {"text": "VARCHAR", "boolean": "BOOLEAN", "integer": "BIGINT", "decimal": "DOUBLE", "any": "JSON"}
SEVERAL = "several"
"""What the database says where one value was wanted and more stand there."""


class BeyondSqlError(Exception):
    """The expression is right, but only the plain engine evaluates it. `part` names the function or operator."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(part)


class Branch(NamedTuple):
    """`base` is SQL; `path` what stands below it (`.name[*].family`). `type` is the FHIR type, or '' for unknown."""

    base: str
    type: str
    path: str = ""
    is_many: bool = False
    is_list: bool = False
    is_native: bool = False

    @property
    def family(self) -> str:
        return kinds.family(frozenset({self.type}))

    @property
    def is_single_path(self) -> bool:
        """One item of JSON at a place below its base."""
        return bool(self.path) and not self.is_many and not self.is_list and not self.is_native

    def below(self, key: str, kind: str, *, is_list: bool) -> Branch:
        """An element of this one. `is_list` of a branch says that its base is a list."""
        path = f"{self.path}.{key}{'[*]' if is_list else ''}"
        return self._replace(path=path, type=kind, is_many=self.is_many or is_list)

    def json(self) -> str:
        """JSON, or a list of it."""
        if self.is_native:
            return f"list_transform({self.base}, lambda n: to_json(n))" if self.is_many else f"to_json({self.base})"
        return self._extracted("json_extract")

    def texts(self) -> str:
        """Text, or a list of it, without nulls."""
        if self.is_native:
            return self.base
        found = self._extracted("json_extract_string", bare="'$'")
        return f"list_filter({found}, lambda n: n IS NOT NULL)" if self.is_many else found

    def _extracted(self, function: str, bare: str = "") -> str:
        if not self.path and not bare:
            return self.base
        place = f"'${self.path}'" if self.path else bare
        if not self.is_list:
            return f"{function}({self.base}, {place})"
        each = f"list_transform({self.base}, lambda b: {function}(b, {place}))"
        if "[*]" in self.path:
            return f"flatten({each})"
        return f"list_filter({each}, lambda n: n IS NOT NULL)"

    def typed(self, family: str) -> str:
        """The value, or a list of values, as SQL's type of a family."""
        if family == "any":
            return self.json()
        if self.is_native and self.family == family:
            return self.base
        kind = SQL_TYPES[family]
        if family == "text":
            return f"CAST({self.base} AS VARCHAR)" if self.is_native and not self.is_many else self.texts()
        if self.is_many:
            return f"list_transform({self.texts()}, lambda n: TRY_CAST(n AS {kind}))"
        return f"TRY_CAST({self.texts()} AS {kind})"

    def exists(self) -> str:
        """A condition."""
        if self.is_many:
            return f"(coalesce(len({self.json()}), 0) > 0)"
        return f"({self.base if self.is_native else self.json()} IS NOT NULL)"


Piece: TypeAlias = tuple[Branch, ...]


def native(sql: str, kind: str, *, is_many: bool = False) -> Piece:
    """A computed value."""
    return (Branch(sql, kind, is_native=True, is_many=is_many, is_list=is_many),)


def listed(sql: str, kind: str) -> Branch:
    """A list of JSON."""
    return Branch(sql, kind, is_many=True, is_list=True)


def is_many(piece: Piece) -> bool:
    return any(branch.is_many for branch in piece)


def family(piece: Piece) -> str:
    """The family of all items; `any` when it is mixed or empty."""
    return kinds.family(frozenset(branch.type for branch in piece)) if piece else "any"


def as_list(piece: Piece, of: str) -> str:
    """All items as one SQL list of a family."""
    kind = SQL_TYPES[of]
    if len(piece) > 1 and is_many(piece):
        return _choices(piece, of)
    if not piece:
        return f"CAST([] AS {kind}[])"
    return _listed(piece[0], of) if len(piece) == 1 else _present([branch.typed(of) for branch in piece])


def _present(values: list[str]) -> str:
    return f"list_filter([{', '.join(values)}], lambda n: n IS NOT NULL)"


def _choices(piece: Piece, of: str) -> str:
    """The values of a choice below many parents, parent by parent: branch by branch they would change places."""
    parents = {(branch.base, branch.path.rpartition(".")[0]) for branch in piece}
    keys = [branch.path.rpartition(".")[2] for branch in piece]
    if len(parents) > 1 or any(branch.is_native or not branch.path or branch.path[-1] == "]" for branch in piece):
        raise BeyondSqlError("|")
    above = piece[0]._replace(path=parents.pop()[1])
    each = [
        Branch("m", branch.type).below(key, branch.type, is_list=False) for branch, key in zip(piece, keys, strict=True)
    ]
    found = f"list_transform({above.json()}, lambda m: {_present([one_.typed(of) for one_ in each])})"
    return f"coalesce(flatten({found}), CAST([] AS {SQL_TYPES[of]}[]))"


def _listed(branch: Branch, of: str) -> str:
    kind = SQL_TYPES[of]
    value = branch.typed(of)
    return f"coalesce({value}, CAST([] AS {kind}[]))" if branch.is_many else _present([value])


def let(value: str, name: str, sql: str) -> str:
    """SQL in which `name` stands for a value: it is written, and computed, once."""
    return f"list_transform([{value}], lambda {name}: {sql})[1]"


def one(piece: Piece, of: str, problem: str) -> str:
    """The single item as SQL's type of a family. Several: the database raises `problem` (SQL of a text)."""
    kind = SQL_TYPES[of]
    if not piece:
        return f"CAST(NULL AS {kind})"
    if is_many(piece):
        return let(as_list(piece, of), "l", f"CASE WHEN len(l) > 1 THEN CAST(error({problem}) AS {kind}) ELSE l[1] END")
    values = [branch.typed(of) for branch in piece]
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


class Values:
    """The values that a statement binds, by the names that it gives them."""

    def __init__(self) -> None:
        self.by_name: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        """SQL for a value."""
        name = f"p{len(self.by_name)}"
        self.by_name[name] = value
        return f"${name}"
