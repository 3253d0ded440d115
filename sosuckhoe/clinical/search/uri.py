"""Uri parameters: the whole address, letter by letter. https://hl7.org/fhir/R4/search.html#uri

:above and :below go by the steps of a path: `http://a.vn/fhir` is above `http://a.vn/fhir/ValueSet/1`, not above
`http://a.vn/fhir2`. Of an address that has no path (urn:oid:…) both are the address itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from sosuckhoe.base.remembered import remembered
from sosuckhoe.clinical.search import reference, values
from sosuckhoe.clinical.search.condition import HasToken
from sosuckhoe.clinical.search.digest import element, number, prefix
from sosuckhoe.clinical.search.parameters import Parameter

Add = Callable[[Iterable[bytes]], None]
Leaf = Callable[[Any, Add], None]
MODIFIERS = frozenset({"above", "below"})
_BELOW = "\x1d"
"""Before an address that the value lies below: a character that no FHIR string may hold."""


def leaf(data_type: str, start: bytes) -> Leaf | None:
    """What reads the addresses of one data type; None for a type that has none."""
    return partial(_address, start) if data_type in {"uri", "url", "canonical"} else None


def _address(start: bytes, value: Any, add: Add) -> None:
    add(_elements(start, value))


@remembered(1 << 14, 400)
def _elements(start: bytes, value: str) -> tuple[bytes, ...]:
    below = (element(start, _BELOW + one) for one in _upwards(value.partition("|")[0]))
    return (*reference.canonical_elements(start, value), *below)


def condition(parameter: Parameter, modifier: str, text: str) -> HasToken:
    """What `url=http://…,http://…` asks; `modifier` is empty, `above` or `below`."""
    return HasToken(
        tuple(
            number(prefix(parameter.type, path.steps), form)
            for alternative in values.alternatives(text)
            for path in parameter.paths
            for form in _wanted(modifier, values.unescaped(alternative))
        )
    )


def _wanted(modifier: str, address: str) -> Iterator[str]:
    if modifier == "below":
        yield _BELOW + address.rstrip("/")
    elif modifier == "above":
        for one in _upwards(address):
            yield from (one, one + "/")
    else:
        yield address


def _upwards(address: str) -> Iterator[str]:
    """An address and those above it, without a slash at their ends: `http://a/b/c`, `http://a/b`, `http://a`."""
    one = address.rstrip("/")
    yield one
    root = one.find("://")
    while root >= 0 and (cut := one.rfind("/", root + 3)) > 0:
        one = one[:cut].rstrip("/")
        yield one
