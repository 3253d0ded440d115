"""Reference parameters. https://hl7.org/fhir/R4/search.html#reference"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.base.remembered import remembered
from sosuckhoe.clinical.search import digest, link, token, values
from sosuckhoe.clinical.search.condition import HasToken
from sosuckhoe.clinical.search.digest import element, number, prefix
from sosuckhoe.clinical.search.parameters import Parameter, Path, number_of

Add = Callable[[Iterable[bytes]], None]
Leaf = Callable[[Any, Add], None]

RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?")
_IDENTIFIER = "\x18"
"""Before an identifier that a reference names its target by: a character that no FHIR string may hold."""
_BEGINS_WITH = "\x17"
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


@lru_cache(maxsize=link.KEPT)
def reference_elements(start: bytes, reference: str) -> tuple[bytes, ...]:
    """The hashes of a literal reference: as written, and without its version."""
    whole, _, version = reference.partition("/_history/")
    bare = link.element(start, whole)
    return (bare, link.element(start, reference)) if version else (bare,)


@remembered(1 << 14, 400)
def canonical_elements(start: bytes, canonical: str) -> tuple[bytes, ...]:
    """The hashes of a canonical address: as written, and without its version."""
    whole, _, version = canonical.partition("|")
    return (element(start, whole), element(start, canonical)) if version else (element(start, whole),)


def leaf(data_type: str, start: bytes) -> Leaf | None:
    """What reads the references of one data type; None for a type that has none."""
    reader = _READERS.get(data_type)
    return partial(reader, start) if reader else None


def type_in(value: Any) -> str:
    """The type that a literal reference points at; empty when it does not say."""
    whole = (value.get("reference") or "").partition("/_history/")[0]
    return str(whole.rsplit("/", 2)[-2]) if "/" in whole else ""


def _reference(start: bytes, value: Any, add: Add) -> None:
    if (reference := value.get("reference")) and reference[0] != "#":
        add(reference_elements(start, reference))
    if identifier := value.get("identifier"):
        named = token.forms(identifier.get("system") or "", identifier.get("value") or "")
        add(digest.element(start, _IDENTIFIER + form) for form in named)


def add_first_entry(type_name: str, body: dict[str, Any], add: Add) -> None:
    """What a Bundle begins with: the resource of its first entry as a reference (`Bundle?composition=…`)."""
    entries = (body.get("entry") or ()) if type_name == "Bundle" else ()
    first = entries[0].get("resource") if entries else None
    if first and "id" in first:
        start = prefix(type_name, FIRST_ENTRY)
        add((element(start, _BEGINS_WITH + first["resourceType"]),))
        add(reference_elements(start, f"{first['resourceType']}/{first['id']}"))


def begins_with(parameter: Parameter) -> int:
    """The token of a Bundle that begins with the type that a parameter looks for."""
    return number(prefix(parameter.type, FIRST_ENTRY), _BEGINS_WITH + parameter.targets[0])


def _read_as_whole(_start: bytes, _value: Any, _add: Add) -> None:
    """Entries of a Bundle: `add_first_entry` knows which is the first."""


def by_identifier(parameter: Parameter, text: str) -> HasToken:
    """What `subject:identifier=http://…|123` asks: a reference that names its target by an identifier."""
    found = [
        digest.number(prefix(parameter.type, path.steps), _IDENTIFIER + form)
        for alternative in values.alternatives(text)
        for path in parameter.paths
        if path.leaf == "Reference"
        for form in token.wanted_forms(parameter, path._replace(leaf="Identifier"), *values.at_bar(alternative))
    ]
    return HasToken(tuple(dict.fromkeys(found)))


def _canonical(start: bytes, value: Any, add: Add) -> None:
    add(canonical_elements(start, value))


_READERS: dict[str, Callable[[bytes, Any, Add], None]] = {
    "Reference": _reference,
    "canonical": _canonical,
    "uri": _canonical,
    "Resource": _read_as_whole,
}
FIRST_ENTRY = "entry.resource"


def condition(parameter: Parameter, modifier: str, text: str, base: str) -> HasToken:
    """What `subject=Patient/1,2` asks. `base` is this server's own address, which may stand before a reference."""
    found = [
        hashed(path, prefix(parameter.type, path.steps), form)
        for alternative in values.alternatives(text)
        for path in parameter.paths
        for form in wanted_forms(parameter, path, modifier, values.unescaped(alternative), base)
    ]
    return HasToken(tuple(dict.fromkeys(found)))


def hashed(path: Path, start: bytes, form: str) -> int:
    """The token of a reference or of a canonical address."""
    return number(start, form) if path.leaf in {"canonical", "uri"} else link.number(start, form)


def takes(parameter: Parameter, modifier: str) -> bool:
    """Whether a modifier is answered: a type, or :identifier where there are References; :above, :below: hierarchy."""
    return modifier in number_of() or (
        modifier == "identifier" and any(path.leaf == "Reference" for path in parameter.paths)
    )


def ids_of(parameter: Parameter, modifier: str, text: str, base: str, type_name: str) -> list[str] | None:
    """The ids that a value asks for when it can only mean resources of one type; otherwise None."""
    found = []
    for alternative in values.alternatives(text):
        value = _relative(values.unescaped(alternative), base)
        if modifier == type_name or set(parameter.targets) == {type_name}:
            value = value if "/" in value else f"{type_name}/{value}"
        whole = RELATIVE.fullmatch(value)
        if whole is None or whole.group(1) != type_name:
            return None
        found.append(whole.group(2))
    return found


def forms_of(value: Any) -> Iterator[str]:
    """What is hashed for a Reference that stands in a composite parameter."""
    if (reference := value.get("reference") or "") and reference[0] != "#":
        yield from dict.fromkeys((reference.partition("/_history/")[0], reference))


def wanted_forms(parameter: Parameter, path: Path, modifier: str, text: str, base: str) -> Iterator[str]:
    """The forms that a value asked for may have been written in."""
    if not text:
        raise Problem("SSK-3004", name=parameter.code, form="Type/id, id, http://…")
    if path.leaf in {"canonical", "uri"}:
        yield text
        return
    value = _relative(text, base)
    found = RELATIVE.fullmatch(value)
    if found is None and ID.fullmatch(value):
        for target in _targets(parameter, path, modifier):
            yield from _written(f"{target}/{value}", base)
    elif found is None:
        yield value
    elif found.group(1) in _targets(parameter, path, modifier):
        yield from _written(value, base)


def _targets(parameter: Parameter, path: Path, modifier: str) -> frozenset[str]:
    """The types that a reference may point at, as far as the path and the modifier leave them."""
    named = frozenset(number_of()) if "*" in parameter.targets else frozenset(parameter.targets)
    for only in filter(None, (path.only, modifier)):
        named &= {only}
    return named


def _relative(text: str, base: str) -> str:
    return text.removeprefix(base + "/")


def _written(relative: str, base: str) -> Iterator[str]:
    """How a reference to a resource of this server may stand in another."""
    yield relative
    yield f"{base}/{relative}"
