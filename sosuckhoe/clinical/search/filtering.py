"""`_filter`. https://hl7.org/fhir/R4/search_filter.html

    name co "nguyễn" and (birthdate ge 1990 or not (general-practitioner.name eq hùng))
    patient[gender eq female and birthdate ge 1990].name co "nguyễn"

What is compared is what the parameter finds: texts without case and marks, codes without case. Without parentheses it
is read from left to right. `ne` of a text, a code or a reference means that no value is equal. A filter in brackets
stands behind a reference: the resource that it leads to meets it, and what follows too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import chain, meaning
from sosuckhoe.clinical.search.condition import AllOf, AnyOf, Condition, HasDate, HasText, Negated
from sosuckhoe.clinical.search.meaning import Asked
from sosuckhoe.clinical.search.parameters import Parameter

MOST_DEPTH = 32
_WORD = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.:-]*)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BARE = re.compile(r'[^\s")\]]+')
_IN_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[^"\[\]]+|[\[\]]')
_SPACE = re.compile(r"\s*")
_ESCAPED = re.compile(r"([\\,$])")


def parse(type_name: str, text: str, base: str, now: datetime) -> Condition:
    """What a filter of a type asks. Problem SSK-3123 says where it cannot be read."""
    reader = _Reader(text, base, now)
    found = reader.logic(type_name, 0)
    reader.skip()
    if reader.at < len(text):
        reader.refuse()
    return found


@dataclass(slots=True)
class _Reader:
    text: str
    base: str
    now: datetime
    at: int = 0

    def logic(self, type_name: str, depth: int) -> Condition:
        found = self.one(type_name, depth)
        while (word := self.peek()) in {"and", "or"}:
            self.word()
            other = self.one(type_name, depth)
            found = AllOf((found, other)) if word == "and" else AnyOf((found, other))
        return found

    def one(self, type_name: str, depth: int) -> Condition:
        if depth > MOST_DEPTH:
            self.refuse()
        if self.takes("("):
            return self.rest_of_group(type_name, depth)
        if self.peek() == "not":
            self.word()
            if not self.takes("("):
                self.refuse()
            return Negated(self.rest_of_group(type_name, depth))
        return self.comparison(type_name, depth)

    def comparison(self, type_name: str, depth: int) -> Condition:
        path = self.word()
        if self.takes("["):
            return self.bracketed(type_name, path, depth)
        return self.test(type_name, path, self.word(), self.value())

    def bracketed(self, type_name: str, path: str, depth: int) -> Condition:
        """What is in brackets and what follows is read for each type that the reference may go to."""
        start = ended = self.at

        def end(other: str, _rest: str) -> Sequence[Condition]:
            nonlocal ended
            self.at = start
            inner = self.logic(other, depth + 1)
            if not (self.takes("]") and self.takes(".")):
                self.refuse()
            met = [inner, self.comparison(other, depth + 1)]
            ended = self.at
            return met

        found = chain.follow(type_name, f"{path}.{self.first_behind_bracket()}", self.base, end)
        self.at = ended
        return found

    def first_behind_bracket(self) -> str:
        """The parameter by which a path goes on behind its brackets."""
        open_ = 1
        for found in _IN_BRACKETS.finditer(self.text, self.at):
            open_ += {"[": 1, "]": -1}.get(found.group(), 0)
            if not open_:
                self.at = found.end()
                break
        if open_ or not self.takes("."):
            self.refuse()
        return self.word().partition(".")[0]

    def rest_of_group(self, type_name: str, depth: int) -> Condition:
        found = self.logic(type_name, depth + 1)
        if not self.takes(")"):
            self.refuse()
        return found

    def test(self, type_name: str, path: str, operator: str, value: str) -> Condition:
        negated = operator == "ne"

        def end(other: str, rest: str) -> Sequence[Condition]:
            parameter = chain.parameter_of(other, rest, rest)
            found = _tested(Asked(parameter, "", _ESCAPED.sub(r"\\\1", value), self.base, self.now), operator)
            return [Negated(AllOf(tuple(found)))] if negated and parameter.kind not in _COMPARED else found

        if chain.is_chain(path):
            return chain.follow(type_name, path, self.base, end)
        return AllOf(tuple(end(type_name, path)))

    def value(self) -> str:
        self.skip()
        if found := _STRING.match(self.text, self.at):
            try:
                written = json.loads(found.group(), strict=False)
            except ValueError:
                self.refuse()
        elif found := _BARE.match(self.text, self.at):
            written = found.group()
        else:
            self.refuse()
        self.at = found.end()
        return str(written)

    def word(self) -> str:
        found = _WORD.match(self.text, self.at)
        if found is None:
            self.refuse()
        self.at = found.end()
        return found.group(1)

    def peek(self) -> str:
        found = _WORD.match(self.text, self.at)
        return found.group(1) if found else ""

    def takes(self, mark: str) -> bool:
        self.skip()
        if self.text[self.at : self.at + 1] != mark:
            return False
        self.at += 1
        return True

    def skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def refuse(self) -> NoReturn:
        raise Problem("SSK-3123", at=self.at)


def _tested(asked: Asked, operator: str) -> Sequence[Condition]:
    """The conditions of one comparison; SSK-3003 when the parameter does not know it."""
    make = _OPERATORS.get(operator)
    if make is None or asked.parameter.kind not in make.kinds:
        raise Problem("SSK-3003", name=asked.parameter.code, modifier=meaning.shown(operator))
    return make.of(asked)


@dataclass(frozen=True, slots=True)
class _Operator:
    kinds: frozenset[str]
    of: Callable[[Asked], Sequence[Condition]]


def _text(how: str) -> Callable[[Asked], Sequence[Condition]]:
    def of(asked: Asked) -> Sequence[Condition]:
        return [
            one._replace(how=how) if isinstance(one, HasText) else one
            for one in meaning.conditions(asked._replace(modifier="contains"))
        ]

    return of


def _modified(modifier: str) -> Callable[[Asked], Sequence[Condition]]:
    return lambda asked: meaning.conditions(asked._replace(modifier=modifier))


def _prefixed(prefix: str) -> Callable[[Asked], Sequence[Condition]]:
    return lambda asked: meaning.conditions(asked._replace(text=prefix + asked.text))


def _equal(asked: Asked) -> Sequence[Condition]:
    if asked.parameter.kind == "string":
        return _text("equals")(asked)
    return meaning.conditions(asked._replace(text="eq" + asked.text) if _is_compared(asked.parameter) else asked)


def _unequal(asked: Asked) -> Sequence[Condition]:
    return _prefixed("ne")(asked) if _is_compared(asked.parameter) else _equal(asked)


def _is_compared(parameter: Parameter) -> bool:
    return parameter.kind in _COMPARED


def _present(asked: Asked) -> Sequence[Condition]:
    missing = {"true": "false", "false": "true"}.get(asked.text.lower(), "")
    return meaning.conditions(asked._replace(modifier="missing", text=missing))


def _overlapping(asked: Asked) -> Sequence[Condition]:
    """The relation of `ap`, without anything added on either side."""
    return [
        one._replace(any_of=tuple(("ap", value) for _, value in one.any_of)) if isinstance(one, HasDate) else one
        for one in _prefixed("eq")(asked)
    ]


_COMPARED = frozenset({"date", "number", "quantity"})
_EVERY = frozenset({"date", "number", "quantity", "string", "token", "reference", "uri"})
_STRINGS = frozenset({"string"})
_TOKENS = frozenset({"token"})
_OPERATORS = {
    "eq": _Operator(_EVERY, _equal),
    "ne": _Operator(_EVERY, _unequal),
    "co": _Operator(_STRINGS, _text("contains")),
    "sw": _Operator(_STRINGS, _text("starts")),
    "ew": _Operator(_STRINGS, _text("ends")),
    **{prefix: _Operator(_COMPARED, _prefixed(prefix)) for prefix in ("gt", "lt", "ge", "le", "sa", "eb", "ap")},
    "po": _Operator(frozenset({"date"}), _overlapping),
    "pr": _Operator(_EVERY, _present),
    "re": _Operator(frozenset({"reference"}), meaning.conditions),
    "in": _Operator(_TOKENS, _modified("in")),
    "ni": _Operator(_TOKENS, _modified("not-in")),
    "ss": _Operator(_TOKENS, _modified("below")),
    "sb": _Operator(_TOKENS, _modified("above")),
}
