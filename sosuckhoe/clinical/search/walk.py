"""One walk through a resource: its tokens, and which of its paths have a value (`presence.py`).

The paths of all parameters of a type are compiled once into a tree of JSON keys. A resource is walked once, and
only where it has something, so the cost follows the resource and not the number of parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from sosuckhoe.clinical.search import digest, marked, parameters, phonetic, presence, reference, token, uri
from sosuckhoe.clinical.search.parameters import Parameter

Add = Callable[[Iterable[bytes]], None]
Leaf = Callable[[Any, Add], None]
Tree = dict[str, "_Branch"]
IN_COLUMNS = frozenset({"id", "meta.lastUpdated"})
_INDEXED = {"token": token.leaf, "reference": reference.leaf, "uri": uri.leaf}


class _Rest(NamedTuple):
    """What few elements have: bits by the type that they point at, keys below, and what counts under a condition."""

    by_type: dict[str, int]
    keys: Tree
    when: list[tuple[str, str, _Branch]]


class _Branch(NamedTuple):
    """What an element says: the bits of its presence, what reads its tokens."""

    bits: int
    leaves: tuple[Leaf, ...]
    rest: _Rest | None


_NOTHING = _Branch(0, (), None)


def walk(type_name: str, body: dict[str, Any], add: Add) -> int:
    """Give `add` the tokens of a resource; the bits of the paths that have a value."""
    return _walk(_tree(type_name), body, add)


def maker(parameter: Parameter) -> Callable[[str, bytes], Leaf | None] | None:
    """What makes the reader of tokens for a data type and a `digest.prefix`; None for a parameter without tokens."""
    return phonetic.leaf if parameter.code == phonetic.CODE else _INDEXED.get(parameter.kind)


def _walk(tree: Tree, element: dict[str, Any], add: Add) -> int:
    found = 0
    for key, value in element.items():
        branch = tree.get(key)
        if branch is None or value is None:
            continue
        for item in value if value.__class__ is list else (value,):
            found |= _take(branch, item, add)
    return found


def _take(branch: _Branch, item: Any, add: Add) -> int:
    bits, leaves, rest = branch
    for leaf in leaves:
        leaf(item, add)
    return bits if rest is None else bits | _further(rest, item, add)


def _further(rest: _Rest, item: Any, add: Add) -> int:
    by_type, keys, when = rest
    found = by_type.get(reference.type_in(item), 0) if by_type else 0
    if keys:
        found |= _walk(keys, item, add)
    for key, wanted, branch in when:
        if item.get(key) == wanted:
            found |= _take(branch, item, add)
    return found


@cache
def _tree(type_name: str) -> Tree:
    tree: Tree = {}
    for steps, leaf in _indexed_paths(type_name):
        _plant(tree, presence.opened(steps), _Branch(0, (leaf,), None))
    for (steps, only), bit in presence.places(type_name).items():
        end = _Branch(0, (), _Rest({only: bit}, {}, [])) if only else _Branch(bit, (), None)
        _plant(tree, presence.opened(steps), end)
    return tree


def _indexed_paths(type_name: str) -> Iterator[tuple[str, Leaf]]:
    found: dict[str, Leaf] = {}
    for parameter in parameters.of(type_name).values():
        make = maker(parameter)
        for path in parameter.paths if make else ():
            leaf = make(path.leaf, digest.prefix(type_name, path.steps)) if make else None
            if leaf and path.steps not in IN_COLUMNS:
                found.setdefault(path.steps, marked.noted(path.steps, digest.prefix(type_name, path.steps), leaf))
    yield from sorted(found.items(), key=lambda item: item[0])


def _plant(tree: Tree, steps: Iterable[str], end: _Branch) -> None:
    """Add what a path ends with: keys, and conditions (`[system=phone`) between them."""
    key, *left = steps
    tree[key] = _grown(tree.get(key, _NOTHING), left, end)


def _grown(branch: _Branch, steps: list[str], end: _Branch) -> _Branch:
    if not steps:
        return _joined(branch, end)
    rest = branch.rest or _Rest({}, {}, [])
    if steps[0].startswith("["):
        key, _, wanted = steps[0][1:].partition("=")
        rest.when.append((key, wanted, _grown(_NOTHING, steps[1:], end)))
    else:
        _plant(rest.keys, steps, end)
    return branch._replace(rest=rest)


def _joined(branch: _Branch, end: _Branch) -> _Branch:
    rest = branch.rest
    if end.rest is not None:
        rest = rest or _Rest({}, {}, [])
        for type_name, bit in end.rest.by_type.items():
            rest.by_type[type_name] = rest.by_type.get(type_name, 0) | bit
    return _Branch(branch.bits | end.bits, branch.leaves + end.leaves, rest)
