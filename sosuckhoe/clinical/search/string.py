"""String parameters. https://hl7.org/fhir/R4/search.html#string

Values are compared without case and without marks: `nguyen` finds Nguyễn, and `nguyễn` finds Nguyen. Punctuation
counts, because laboratories write results such as `+` and `>5`. A name matches by any of its parts, by its text, and
as it is said in Vietnam, family first. An address matches by any of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sosuckhoe.base import text
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import values
from sosuckhoe.clinical.search.condition import HasText, Text
from sosuckhoe.clinical.search.digest import number, path_number
from sosuckhoe.clinical.search.parameters import Parameter, Path

MODIFIERS = frozenset({"exact", "contains"})
STARTS = "starts"


class Value(NamedTuple):
    """One value of a path, as it is stored."""

    steps: str
    text: Text


def indexed(parameter: Parameter) -> tuple[Path, ...]:
    """The paths of a parameter that end in text."""
    return tuple(path for path in parameter.paths if path.leaf in _READERS)


def texts(leaf: str, value: Any) -> Iterator[Text]:
    """What one value of a data type is found by."""
    for written in dict.fromkeys(_READERS[leaf](value)):
        if folded := text.fold(written):
            yield Text(folded, _exact(written))


def condition(parameter: Parameter, modifier: str, asked: str) -> HasText:
    """What `name=nguyen,trần` asks; `modifier` is empty, `exact` or `contains`."""
    wanted = [values.unescaped(one) for one in values.alternatives(asked)]
    found = tuple(Text(text.fold(one), _exact(one)) for one in wanted)
    if not all(one.folded for one in found):
        raise Problem("SSK-3004", name=parameter.code, form="text")
    paths = tuple(path_number(parameter.type, path.steps) for path in indexed(parameter))
    return HasText(paths, modifier or STARTS, found)


def _exact(written: str) -> int:
    return number(b"", text.nfc(written))


def _plain(value: Any) -> Iterator[str]:
    yield value


def _name(value: Any) -> Iterator[str]:
    get = value.get
    family, given, whole = get("family"), get("given") or (), get("text")
    yield from filter(None, (whole, family, *given, *(get("prefix") or ()), *(get("suffix") or ())))
    if not whole and family and given:
        yield " ".join((family, *filter(None, given)))


def _address(value: Any) -> Iterator[str]:
    yield from filter(
        None, (value.get(part) for part in ("text", "city", "district", "state", "postalCode", "country"))
    )
    yield from filter(None, value.get("line") or ())


_READERS: dict[str, Callable[[Any], Iterator[str]]] = {
    "string": _plain,
    "markdown": _plain,
    "HumanName": _name,
    "Address": _address,
}
