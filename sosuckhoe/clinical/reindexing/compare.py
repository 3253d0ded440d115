"""What a row is found by, beside what it should be found by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base.binary import micros
from sosuckhoe.clinical import codec, jsontext
from sosuckhoe.clinical.actions.index import Index, index_of
from sosuckhoe.clinical.search import custom, custom_index, digest, extract, link, parameters
from sosuckhoe.clinical.search.extract import Found
from sosuckhoe.clinical.search.phrase import Phrase

UNKNOWN = "?"
"""Values of no parameter: strangers."""

SELF, PRESENT, MAIN = "(self)", "(present)", "(main date)"
TABLES = ("clinical_date", "clinical_text", "clinical_number")
_SET_BY_STORE = frozenset({"versionId", "lastUpdated"})
_PATH = slice(34, 42)
"""Where the hash of the path stands in a packed row of each table."""


class Held(NamedTuple):
    """A row as `batch.sql` reads it: `low` and `high` of the main date in microseconds since 2000."""

    bucket: int
    rid: UUID
    person: int
    type: int
    version: int
    label: int
    codec: int
    source: int
    updated: datetime
    low: int | None
    high: int | None
    present: int | None
    self: int | None
    tokens: list[int] | None
    body: bytes | None


class Wanted(NamedTuple):
    """What a row should be found by; nothing when it is deleted. `tables` are packed rows of TABLES."""

    made: Index | None
    body: dict[str, Any]
    self: int | None
    tables: tuple[list[bytes], ...]


def wanted_of(held: Held) -> Wanted:
    """Computed from the content."""
    if held.body is None:
        return Wanted(None, {}, None, ([], [], []))
    type_name = parameters.name_of()[held.type]
    body = _draft(jsontext.read(codec.unpacked(held.codec, held.rid, held.body)))
    index = index_of(type_name, held.rid, body)
    tables = (index.dates, index.texts, index.numbers)
    return Wanted(index, body, link.target(f"{type_name}/{body['id']}"), tables)


def _draft(body: dict[str, Any]) -> dict[str, Any]:
    """A stored resource as it was when it was written: without what the store says of it."""
    meta = {key: value for key, value in body["meta"].items() if key not in _SET_BY_STORE}
    return {**body, "meta": meta} if meta else {key: value for key, value in body.items() if key != "meta"}


def is_same(held: Held, wanted: Wanted) -> bool:
    """Whether the columns of a row are what they should be."""
    found = wanted.made.found if wanted.made else None
    columns = (held.present, held.self, _as_set(held.tokens), held.low, held.high)
    if found is None:
        return columns == (None, None, None, None, None)
    main = (micros(found.main.low), micros(found.main.high)) if found.main else (None, None)
    return columns == (found.present, wanted.self, numbers(found.tokens), *main)


def _as_set(tokens: list[int] | None) -> set[int] | None:
    return None if tokens is None else set(tokens)


def numbers(tokens: Iterable[bytes]) -> set[int]:
    """Tokens as PostgreSQL sees them."""
    of = int.from_bytes
    return {of(one[4:], "big", signed=True) for one in tokens}


def by_key(rows: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Packed rows of a table by the key of their resource."""
    found: dict[bytes, list[bytes]] = {}
    for one in rows:
        found.setdefault(one[14:30], []).append(one)
    return found


def differs(held: list[bytes], wanted: list[bytes]) -> bool:
    """Whether a table has other rows of a resource than it should have."""
    return len(held) != len(wanted) or (held != wanted and Counter(held) != Counter(wanted))


def changes(held: Held, wanted: Wanted, rows: tuple[list[bytes], ...]) -> dict[str, tuple[int, int]]:
    """How many values each parameter had and has, of those where that differs."""
    type_name = parameters.name_of()[held.type]
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    owners = _owners(type_name, wanted)
    for had, has in zip(rows, wanted.tables, strict=True):
        before.update(name for one in had for name in owners.get(one[_PATH], [UNKNOWN]))
        after.update(name for one in has for name in owners.get(one[_PATH], [UNKNOWN]))
    tokens = _as_set(held.tokens) or set()
    known: set[int] = set()
    for name, own in _tokens(type_name, wanted):
        known |= own
        before[name] += len(own & tokens)
        after[name] += len(own)
    before[UNKNOWN] += len(tokens - known)
    _count_columns(held, wanted, before, after)
    names_ = sorted(before.keys() | after.keys())
    return {name: (before[name], after[name]) for name in names_ if before[name] != after[name]}


def _count_columns(held: Held, wanted: Wanted, before: Counter[str], after: Counter[str]) -> None:
    """The columns of a row that are wrong are values that it did not have."""
    found = wanted.made.found if wanted.made else None
    main = (micros(found.main.low), micros(found.main.high)) if found and found.main else (None, None)
    for name, is_right, has in (
        (SELF, held.self == wanted.self, wanted.self),
        (PRESENT, held.present == (found.present if found else None), found),
        (MAIN, (held.low, held.high) == main, main[0]),
    ):
        if not is_right:
            before[name] += has is None
            after[name] += has is not None


def _owners(type_name: str, wanted: Wanted) -> Mapping[bytes, list[str]]:
    """Hashes of paths → the parameters that read them; of composites those that this row should have."""
    plain: dict[bytes, list[str]] = {}
    of_type = [*parameters.of(type_name).values(), *map(custom.parameter, custom.current().of(type_name).values())]
    for parameter in of_type:
        for path in parameter.paths:
            plain.setdefault(digest.path_hash(type_name, path.steps), []).append(parameter.code)
    found = wanted.made.found if wanted.made else None
    composed = {
        digest.path_hash(type_name, steps): [steps.partition("$")[0].lstrip(custom.MARK)]
        for steps in _steps(found)
        if "$" in steps
    }
    return plain | composed


def _steps(found: Found | None) -> Iterator[str]:
    if found:
        yield from (steps for steps, _ in found.dates)
        yield from (one.steps for one in found.texts)
        yield from (one.steps for one in found.numbers)


def _tokens(type_name: str, wanted: Wanted) -> Iterator[tuple[str, set[int]]]:
    """The tokens of each parameter that was defined here, of each of HL7's, of texts of codes, and all others."""
    if wanted.made is None:
        return
    rest = set(wanted.made.found.tokens)
    for one in custom.current().of(type_name).values():
        alone = Found(set(), None, [], set(), 0, set())
        custom_index.add(one, wanted.body, alone)
        rest -= alone.tokens
        yield one.code, numbers(alone.tokens)
    for name, own in by_parameter(type_name, wanted.body):
        rest -= own
        yield name, numbers(own)
    texts = {one for one in rest if type(one) is Phrase}
    yield ":text", numbers(texts)
    yield "(composite)", numbers(rest - texts)


def by_parameter(type_name: str, body: dict[str, Any]) -> Iterator[tuple[str, set[bytes]]]:
    """The tokens of each of HL7's parameters of a type."""
    for parameter in parameters.of(type_name).values():
        own = extract.tokens_of(parameter, body)
        if own:
            yield parameter.code, own
