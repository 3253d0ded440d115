"""What a resource is found by: the hashes of its tokens and references, its dates, texts and numbers.

Tokens and presence come from one walk (`walk.py`); the others look where their parameters do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from sosuckhoe.clinical.search import (
    composite,
    content,
    date,
    digest,
    parameters,
    reference,
    string,
    token,
)
from sosuckhoe.clinical.search.measures import Measure, measures
from sosuckhoe.clinical.search.parameters import Parameter, Path
from sosuckhoe.clinical.search.presence import inside
from sosuckhoe.clinical.search.steps import values_at
from sosuckhoe.clinical.search.walk import IN_COLUMNS, maker, walk

Add = Callable[[Iterable[bytes]], None]
_WHOLES = (composite.add_tokens, content.add_tokens, reference.add_first_entry, token.add_computed)
"""What says more than the values of one path."""


class Found(NamedTuple):
    """`tokens` are elements of a binary int8[], `present` the bits of `presence.py`.

    `dates` are (path, range) of the parameters beside the main date.
    """

    tokens: set[bytes]
    main: date.Range | None
    dates: list[tuple[str, date.Range]]
    texts: set[string.Value]
    present: int
    numbers: set[Measure]


def extract(type_name: str, body: dict[str, Any]) -> Found:
    """What a resource is found by."""
    tokens: set[bytes] = set()
    present = walk(type_name, body, tokens.update)
    for add_whole in _WHOLES:
        add_whole(type_name, body, tokens.update)
    return Found(
        tokens,
        main_range(type_name, body),
        other_dates(type_name, body),
        texts(type_name, body),
        present,
        measures(type_name, body),
    )


def tokens_of(parameter: Parameter, body: dict[str, Any]) -> set[bytes]:
    """The tokens of one parameter: the slow way, to tell which of all tokens are its own."""
    found: set[bytes] = set()
    make = maker(parameter)
    for path in indexed(parameter):
        leaf = make(path.leaf, digest.prefix(parameter.type, path.steps)) if make else None
        if leaf:
            for value in inside(body, path.steps):
                leaf(value, found.update)
    return found


def main_range(type_name: str, body: dict[str, Any]) -> date.Range | None:
    """The range of the main clinical date: that of the first path that has one."""
    for keys, leaf in _main_keys(type_name):
        for value in values_at(body, keys) if keys[0] in body else ():
            if found := date.value_range(leaf, value):
                return found
    return None


def other_dates(type_name: str, body: dict[str, Any]) -> list[tuple[str, date.Range]]:
    """Every value of the date parameters that the main date does not answer."""
    return [
        (steps, found)
        for steps, keys, leaf in _other_keys(type_name)
        if keys[0] in body
        for value in values_at(body, keys)
        if (found := date.value_range(leaf, value))
    ]


def texts(type_name: str, body: dict[str, Any]) -> set[string.Value]:
    """Every text of the string parameters."""
    return {
        string.Value(steps, found)
        for steps, keys, leaf in _text_keys(type_name)
        if keys[0] in body
        for value in values_at(body, keys)
        for found in string.texts(leaf, value)
    }


def is_main(parameter: Parameter) -> bool:
    """Whether the columns moment and moment_to answer this date parameter."""
    main = {path for path in parameters.main_date(parameter.type) if path.leaf in date.LEAVES}
    return bool(main) and set(dated(parameter)) == main


@cache
def is_brief(type_name: str) -> bool:
    """Whether the main date of a type is always a point in time of some precision: a year at most."""
    return all(path.leaf in {"date", "dateTime", "instant"} for path in parameters.main_date(type_name))


def dated(parameter: Parameter) -> tuple[Path, ...]:
    """The paths of a parameter whose values have a date."""
    return tuple(path for path in parameter.paths if path.leaf in date.LEAVES)


def indexed(parameter: Parameter) -> tuple[Path, ...]:
    """The paths of a parameter whose values are among the tokens."""
    make = maker(parameter)
    return tuple(path for path in parameter.paths if make and make(path.leaf, b"") and path.steps not in IN_COLUMNS)


@cache
def _main_keys(type_name: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    return tuple(
        (tuple(path.steps.split(".")), path.leaf)
        for path in parameters.main_date(type_name)
        if path.leaf in date.LEAVES
    )


@cache
def _other_keys(type_name: str) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    found = {
        (path.steps, tuple(path.steps.split(".")), path.leaf)
        for parameter in parameters.of(type_name).values()
        if parameter.kind == "date" and not is_main(parameter)
        for path in parameter.paths
        if path.leaf in date.LEAVES and path.steps not in IN_COLUMNS
    }
    return tuple(sorted(found))


@cache
def _text_keys(type_name: str) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    found = {
        (path.steps, tuple(path.steps.split(".")), path.leaf)
        for parameter in parameters.of(type_name).values()
        if parameter.kind == "string"
        for path in string.indexed(parameter)
    }
    return tuple(sorted(found))
