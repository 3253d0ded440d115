"""Token parameters. https://hl7.org/fhir/R4/search.html#token

A coding is kept under three hashes: the code in whatever system, the code in this system (or in none), and the
system. Codes match without regard to case, as the specification advises servers in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.base.remembered import remembered
from sosuckhoe.clinical.search import bare, values
from sosuckhoe.clinical.search.condition import HasToken
from sosuckhoe.clinical.search.digest import ANY, SEPARATOR, element, kept_element, number, prefix
from sosuckhoe.clinical.search.parameters import Parameter, Path
from sosuckhoe.clinical.search.phrase import MOST_REMEMBERED, phrase

Add = Callable[[Iterable[bytes]], None]
Leaf = Callable[[Any, Add], None]


@remembered(1 << 16, MOST_REMEMBERED)
def coding_elements(start: bytes, system: str, code: str) -> tuple[bytes, ...]:
    """The hashes of one coding; empty strings stand for what is absent."""
    return tuple(element(start, form) for form in forms(system, code))


@remembered(1 << 16, MOST_REMEMBERED)
def _named_elements(start: bytes, system: str, code: str, display: str) -> tuple[bytes, ...]:
    """The hashes of one coding and of its text."""
    return (*coding_elements(start, system, code), *(phrase(start, display) if display else ()))


def forms(system: str, code: str) -> Iterator[str]:
    """What is hashed for a coding."""
    if code:
        folded = code.lower()
        yield ANY + folded
        yield system + SEPARATOR + folded
    if system:
        yield system + SEPARATOR


def forms_of(data_type: str, value: Any) -> Iterator[str]:
    """What is hashed for one value of a data type that stands in a composite parameter."""
    if data_type == "CodeableConcept":
        for coding in value.get("coding") or ():
            yield from forms_of("Coding", coding)
    elif data_type == "Coding":
        yield from forms(value.get("system") or "", value.get("code") or "")
    else:
        yield ANY + (str(value).lower() if data_type == "code" else "true" if value else "false")


def leaf(data_type: str, start: bytes) -> Leaf | None:
    """What reads the tokens of one data type; None for a type that has none."""
    reader = _READERS.get(data_type)
    return partial(reader, start) if reader else None


def typed(system: str, code: str, value: str) -> str:
    """What is hashed for an identifier by the coding of its type (:of-type)."""
    return f"{_TYPED}{system}{SEPARATOR}{code.lower()}{SEPARATOR}{value.lower()}"


def _coding(start: bytes, value: Any, add: Add) -> None:
    get = value.get
    add(_named_elements(start, get("system") or "", get("code") or "", get("display") or ""))


def _concept(start: bytes, value: Any, add: Add) -> None:
    for coding in value.get("coding") or ():
        _coding(start, coding, add)
    if text := value.get("text"):
        add(phrase(start, text))


def _identifier(start: bytes, value: Any, add: Add) -> None:
    get = value.get
    add(element(start, form) for form in forms(get("system") or "", get("value") or ""))
    if kind := get("type"):
        for coding in kind.get("coding") or () if get("value") else ():
            form = typed(coding.get("system") or "", coding.get("code") or "", value["value"])
            add((element(start, form),))
        if text := kind.get("text"):
            add(phrase(start, text))


def _contact_point(start: bytes, value: Any, add: Add) -> None:
    if number := value.get("value"):
        add((element(start, ANY + number.lower()),))


def _code(start: bytes, value: Any, add: Add) -> None:
    add((kept_element(start, ANY + value.lower()),))


def _text(start: bytes, value: Any, add: Add) -> None:
    add((element(start, ANY + value.lower()),))


def _computed(_start: bytes, _value: Any, _add: Add) -> None:
    """What is said of the resource as a whole: `add_computed`."""


def add_computed(type_name: str, body: dict[str, Any], add: Add) -> None:
    """`Patient.deceased.exists() and Patient.deceased != false`: true or false of everybody."""
    if type_name == "Patient":
        is_dead = body.get("deceasedBoolean") or body.get("deceasedDateTime")
        add((kept_element(prefix(type_name, "deceasedBoolean"), ANY + ("true" if is_dead else "false")),))


def _boolean(start: bytes, value: Any, add: Add) -> None:
    add((kept_element(start, ANY + ("true" if value else "false")),))


_READERS: dict[str, Callable[[bytes, Any, Add], None]] = {
    "Coding": _coding,
    "CodeableConcept": _concept,
    "Identifier": _identifier,
    "ContactPoint": _contact_point,
    "code": _code,
    "id": _text,
    "string": _text,
    "uri": _text,
    "boolean": _boolean,
    "!boolean": _computed,
    "!dateTime": _computed,
}

_TYPED = "\x19"
"""Before an identifier with its type: a character that no FHIR string may hold."""
_WITH_SYSTEM = frozenset({"Coding", "CodeableConcept", "Identifier"})
_WITHOUT_BAR = frozenset({"ContactPoint", "uri", "boolean", "!boolean", "!dateTime"})
FORM = "code, system|code, |code, system|"


def condition(parameter: Parameter, modifier: str, text: str) -> HasToken:
    """What `code=http://loinc.org|718-7,…` asks."""
    found = [
        number(prefix(parameter.type, path.steps), form)
        for alternative in values.alternatives(text)
        for path in parameter.paths
        for form in wanted_forms(parameter, path, *values.at_bar(alternative))
    ]
    return HasToken(tuple(dict.fromkeys(found)), negated=modifier == "not")


def whole_systems(parameter: Parameter, text: str) -> list[Path]:
    """The paths of bare codes of which any is asked for, by their system alone, and that have no short list of them."""
    asked = {values.at_bar(one) for one in values.alternatives(text)}
    return [
        path
        for path in parameter.paths
        if any((system, "") in asked for system in path.systems) and not bare.codes(parameter.type, path)
    ]


def wanted_forms(parameter: Parameter, path: Path, system: str | None, code: str) -> Iterator[str]:
    """The forms that a value asked for would have been hashed in."""
    if not (code or system):
        raise Problem("SSK-3004", name=parameter.code, form=FORM)
    if system is not None and all(one.leaf in _WITHOUT_BAR for one in parameter.paths):
        raise Problem("SSK-3004", name=parameter.code, form="code")
    folded = code.lower()
    if system is None:
        yield ANY + folded
    elif path.leaf in _WITH_SYSTEM:
        yield system + SEPARATOR + folded
    elif not system:
        yield ANY + folded
    elif system in path.systems:
        yield from (ANY + one.lower() for one in ([code] if code else bare.codes(parameter.type, path)))
