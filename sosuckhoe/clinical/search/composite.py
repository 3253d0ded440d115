"""Composite parameters. https://hl7.org/fhir/R4/search.html#composite

All parts must hold in one element. Three ways, so that a write stays cheap:

- in an element that is there at most once (the resource itself) each part is a condition of its own;
- a number keeps the coding that stands beside it in its row of `clinical_number` (condition.Pair), so that
  `code-value-quantity` reads one range of one index;
- codes and references of one element of a list are hashed together, each form of one with each of the other. Of the
  resource itself only the bare codes are, for the choice of the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import elements
from sosuckhoe.clinical.search import number, parameters, quantity, reference, token, values
from sosuckhoe.clinical.search.condition import (
    NO_PAIR,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    HasNumber,
    HasToken,
    Pair,
)
from sosuckhoe.clinical.search.digest import ANY, element, path_number, prefix, short
from sosuckhoe.clinical.search.digest import number as hashed
from sosuckhoe.clinical.search.parameters import Group, Parameter, Part, Path
from sosuckhoe.clinical.search.steps import values_at

Add = Callable[[Iterable[bytes]], None]
Ask = Callable[[Parameter, str], Sequence[Condition]]
_WITH = "\x1c"
"""Between the forms of two parts: a character that no FHIR string may hold."""
_SPANS = ("token", "number", "number")


class Beside(NamedTuple):
    """Where a number stands, and the codings of its element: keys of the element, then keys within it."""

    where: tuple[str, ...]
    value: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]


class Span(NamedTuple):
    """Two numbers of one element (`variant.start`, `variant.end`), kept in one row."""

    steps: str
    where: tuple[str, ...]
    low: tuple[str, ...]
    high: tuple[str, ...]


def conditions(parameter: Parameter, text: str, base: str, ask: Ask) -> Sequence[Condition]:
    """What `code-value-quantity=http://loinc.org|8867-4$gt100,…` asks.

    `ask` tells what a part asks as a parameter of its own. Raises Problem SSK-3004.
    """
    found = [
        _in_group(parameter, group, _parts(parameter, group, one), base, ask)
        for one in values.alternatives(text)
        for group in parameter.groups
    ]
    return _any_of(found)


def _parts(parameter: Parameter, group: Group, text: str) -> list[str]:
    found = values.components(text)
    if len(found) != len(group.parts) or not all(found):
        raise Problem("SSK-3004", name=parameter.code, form="$".join(part.kind for part in group.parts))
    return found


def _any_of(found: list[Sequence[Condition]]) -> Sequence[Condition]:
    """One condition where all are of one kind, which an index may answer; otherwise alternatives."""
    if len(found) == 1:
        return found[0]
    single = [one[0] for one in found if len(one) == 1]
    numbers = [one for one in single if isinstance(one, HasNumber)]
    tokens = [one for one in single if isinstance(one, HasToken)]
    if len(numbers) == len(found):
        paths = dict.fromkeys(path for one in numbers for path in one.paths)
        return [HasNumber(tuple(paths), tuple(wanted for one in numbers for wanted in one.any_of))]
    if len(tokens) == len(found):
        return [HasToken(tuple(dict.fromkeys(wanted for one in tokens for wanted in one.any_of)))]
    return [AnyOf(tuple(AllOf(tuple(one)) for one in found))]


def _in_group(parameter: Parameter, group: Group, texts: list[str], base: str, ask: Ask) -> Sequence[Condition]:
    kinds = tuple(part.kind for part in group.parts)
    asked = [_alone(parameter, group, part) for part in group.parts]
    if kinds == ("token", "quantity"):
        return [_coded_numbers(asked[0], asked[1], texts[0], texts[1])]
    if _is_list(parameter.type, group.where):
        if kinds == _SPANS:
            return [*ask(asked[0], texts[0]), _span(parameter, group, texts[1], texts[2])]
        return [HasToken(tuple(_combined(asked, texts, base)))]
    single = [condition for one, text in zip(asked, texts, strict=True) for condition in ask(one, text)]
    if kinds == ("token", "token") and (bare := list(_bare_codes(asked, texts))):
        return [HasToken(tuple(bare)), *single]
    return single


def _alone(parameter: Parameter, group: Group, part: Part) -> Parameter:
    """A part as a parameter of its own, with its paths from the resource."""
    paths = tuple(path._replace(steps=_full(group, path)) for path in part.paths)
    same = (one for one in parameters.of(parameter.type).values() if one.kind == part.kind and one.paths == paths)
    targets = next((one.targets for one in same), ())
    return Parameter(parameter.type, parameter.code, part.kind, paths, targets)


def _full(group: Group, path: Path) -> str:
    if path.steps.startswith("/"):
        return path.steps[1:]
    return f"{group.where}.{path.steps}" if group.where else path.steps


@cache
def _is_list(type_name: str, where: str) -> bool:
    return bool(where) and elements.of(type_name)[where].is_list


def _coded_numbers(codes: Parameter, numbers: Parameter, code_text: str, number_text: str) -> HasNumber:
    """Numbers whose row has this coding beside them."""
    system, code = values.at_bar(code_text)
    if not (code or system):
        raise Problem("SSK-3004", name=codes.code, form=token.FORM)
    found: list[Comparison] = []
    for path in numbers.paths:
        pair = pair_of(prefix(numbers.type, path.steps), system or "", code)
        of = 0 if system is None else pair.system
        wanted = quantity.comparisons(numbers._replace(paths=(path,)), number_text)
        found += (one._replace(pair=pair.code, system=of) for one in wanted)
    return HasNumber(tuple(path_number(numbers.type, path.steps) for path in numbers.paths), tuple(found))


@lru_cache(maxsize=1 << 14)
def pair_of(start: bytes, system: str, code: str) -> Pair:
    """The coding beside a number; `start` is `digest.prefix` of the number's path."""
    return Pair(hashed(start, ANY + code.lower()) if code else 0, short(system))


def pairs_in(start: bytes, element_: dict[str, Any], codes: tuple[tuple[str, ...], ...]) -> set[Pair]:
    """The codings of an element; one that is empty when there is none, so that the number has its row."""
    found: set[Pair] = set()
    for keys in codes:
        for held in values_at(element_, keys):
            for coding in held.get("coding") or () if "coding" in held else (held,):
                system, code = coding.get("system") or "", coding.get("code") or ""
                if system or code:
                    found.add(pair_of(start, system, code))
    return found or {NO_PAIR}


@cache
def beside(type_name: str) -> dict[str, Beside]:
    """The paths of numbers that stand beside codings, as the composite parameters of a type pair them."""
    return {
        _full(group, path): Beside(
            _keys(group.where), _keys(path.steps), tuple(_keys(code.steps) for code in group.parts[0].paths)
        )
        for group in _groups(type_name)
        if tuple(part.kind for part in group.parts) == ("token", "quantity")
        for path in group.parts[1].paths
    }


@cache
def spans(type_name: str) -> tuple[Span, ...]:
    """The pairs of numbers that composite parameters of a type look for in one element of a list."""
    found = {
        _span_steps(group): Span(
            _span_steps(group),
            _keys(group.where),
            _keys(group.parts[1].paths[0].steps),
            _keys(group.parts[2].paths[0].steps),
        )
        for group in _groups(type_name)
        if tuple(part.kind for part in group.parts) == _SPANS and _is_list(type_name, group.where)
    }
    return tuple(found.values())


def _span_steps(group: Group) -> str:
    return f"{group.where}.{group.parts[1].paths[0].steps}${group.parts[2].paths[0].steps}"


def span_kind(type_name: str, steps: str) -> int:
    """What marks the second number of a span's row."""
    return hashed(prefix(type_name, steps), "")


def _span(parameter: Parameter, group: Group, low: str, high: str) -> HasNumber:
    """Both numbers of one element."""
    steps = _span_steps(group)
    first, second = (number.comparison(parameter.code, values.unescaped(text), number.FORM) for text in (low, high))
    both = first._replace(also=second._replace(kind=span_kind(parameter.type, steps)))
    return HasNumber((path_number(parameter.type, steps),), (both,))


def _combined(asked: list[Parameter], texts: list[str], base: str) -> Iterator[int]:
    """The hashes of all forms that two parts together may have been written in."""
    for one, other in product(asked[0].paths, asked[1].paths):
        start = prefix(asked[0].type, f"{one.steps}${other.steps}")
        left = dict.fromkeys(_asked_forms(asked[0], one, texts[0], base))
        right = dict.fromkeys(_asked_forms(asked[1], other, texts[1], base))
        yield from (hashed(start, first + _WITH + second) for first, second in product(left, right))


def _asked_forms(parameter: Parameter, path: Path, text: str, base: str) -> Iterator[str]:
    if parameter.kind == "reference":
        return reference.wanted_forms(parameter, path, "", values.unescaped(text), base)
    return token.wanted_forms(parameter, path, *values.at_bar(text))


def _bare_codes(asked: list[Parameter], texts: list[str]) -> Iterator[int]:
    """Both codes in whatever system; nothing when one of them is only a system."""
    codes = [values.at_bar(text)[1].lower() for text in texts]
    if all(codes):
        for one, other in product(asked[0].paths, asked[1].paths):
            start = prefix(asked[0].type, f"{one.steps}${other.steps}")
            yield hashed(start, ANY + codes[0] + _WITH + ANY + codes[1])


class _Joint(NamedTuple):
    """Two paths of one element whose forms are hashed together. `needs` is the key of the resource it cannot lack."""

    start: bytes
    needs: str
    where: tuple[str, ...]
    one: tuple[tuple[str, ...], str]
    other: tuple[tuple[str, ...], str]
    is_bare: bool


def add_tokens(type_name: str, body: dict[str, Any], add: Add) -> None:
    """The tokens of codes and references that stand together."""
    for joint in _joints(type_name):
        if joint.needs not in body:
            continue
        for inside in values_at(body, joint.where):
            left = list(_forms(inside, *joint.one))
            right = list(_forms(inside, *joint.other)) if left else []
            if joint.is_bare:
                left, right = ([form for form in forms if form[0] == ANY] for forms in (left, right))
            add(element(joint.start, first + _WITH + second) for first, second in product(left, right))


def _forms(inside: dict[str, Any], keys: tuple[str, ...], leaf: str) -> Iterator[str]:
    for value in values_at(inside, keys):
        yield from reference.forms_of(value) if leaf == "Reference" else token.forms_of(leaf, value)


@cache
def _joints(type_name: str) -> tuple[_Joint, ...]:
    found = {}
    for group in _groups(type_name):
        first, second, *more = group.parts
        if first.kind != "token" or second.kind not in {"token", "reference"} or more:
            continue
        for one, other in product(first.paths, second.paths):
            start = prefix(type_name, f"{_full(group, one)}${_full(group, other)}")
            is_bare = not _is_list(type_name, group.where)
            ends = (_keys(one.steps), one.leaf), (_keys(other.steps), other.leaf)
            where = _keys(group.where)
            found[start] = _Joint(start, (where or ends[1][0])[0], where, *ends, is_bare)
    return tuple(found.values())


def _groups(type_name: str) -> Iterator[Group]:
    for parameter in parameters.of(type_name).values():
        yield from parameter.groups


def _keys(steps: str) -> tuple[str, ...]:
    return tuple(steps.split(".")) if steps else ()
