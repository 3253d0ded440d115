"""One value where one is wanted. https://hl7.org/fhirpath/#singleton-evaluation-of-collections"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem
from sosuckhoe.clinical.fhirpath.node import Node, plain


def value(items: list[Any], part: str) -> Any:
    """The plain value of a single item, None of none; ExecutionProblem for several."""
    if len(items) > 1:
        raise ExecutionProblem(part)
    return plain(items[0]) if items else None


def text(items: list[Any], part: str) -> str | None:
    """A single text, None of none; ExecutionProblem for anything else."""
    found = value(items, part)
    if found is not None and not isinstance(found, str):
        raise ExecutionProblem(part)
    return found


def integer(items: list[Any], part: str) -> int | None:
    """A single whole number, None of none; ExecutionProblem for anything else."""
    found = value(items, part)
    if found is not None and (not isinstance(found, int) or isinstance(found, bool)):
        raise ExecutionProblem(part)
    return found


def number(items: list[Any], part: str) -> int | Decimal | None:
    """A single number, None of none; ExecutionProblem for anything else."""
    found = value(items, part)
    if found is not None and (not isinstance(found, (int, Decimal)) or isinstance(found, bool)):
        raise ExecutionProblem(part)
    return found


def truth(items: list[Any], part: str) -> bool | None:
    """A single boolean; any other single item is true, none is None."""
    if not items:
        return None
    if len(items) > 1:
        raise ExecutionProblem(part)
    found = plain(items[0])
    return found if isinstance(found, bool) else not (isinstance(items[0], Node) and found is None)


def boolean(items: list[Any], part: str) -> bool | None:
    """A single boolean; ExecutionProblem for another single item."""
    found = value(items, part)
    if found is not None and not isinstance(found, bool):
        raise ExecutionProblem(part)
    return found


def listed(found: Any) -> list[Any]:
    """A collection of the one value, or of none."""
    return [] if found is None else [found]
