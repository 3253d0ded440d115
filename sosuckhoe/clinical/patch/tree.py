"""Parsed JSON as a patch handles it."""

from __future__ import annotations

from typing import Any


def copied(value: Any) -> Any:
    """The same document in objects and lists of its own."""
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value


def length(value: Any) -> int:
    """How many values and letters a document has: about its bytes as JSON."""
    if isinstance(value, dict):
        return sum(len(key) + length(inner) for key, inner in value.items()) + 1
    if isinstance(value, list):
        return sum(map(length, value)) + 1
    return len(value) + 1 if isinstance(value, str) else 1


def same(left: Any, right: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are, 1 and true are not. https://www.rfc-editor.org/rfc/rfc6902#section-4.6"""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def pruned(value: Any) -> Any:
    """Without objects and lists that have become empty: R4 has none."""
    if isinstance(value, dict):
        kept = {key: pruned(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in ({}, [])}
    return [inner for inner in (pruned(one) for one in value) if inner != {}] if isinstance(value, list) else value
