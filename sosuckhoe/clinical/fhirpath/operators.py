"""What stands between two operands. https://hl7.org/fhirpath/#operations"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

from sosuckhoe.clinical.fhirpath import equality, moment, quantity, single
from sosuckhoe.clinical.fhirpath.allowance import check_letters
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem
from sosuckhoe.clinical.fhirpath.moment import Moment
from sosuckhoe.clinical.fhirpath.quantity import CALENDAR, DEFINITE, Quantity

_MOST_INTEGER = 1 << 63
_UCUM_WORDS = {code: word for word, code in DEFINITE.items()}


def _both(left: list[Any], right: list[Any], part: str) -> tuple[Any, Any] | None:
    one, other = single.value(left, part), single.value(right, part)
    return None if one is None or other is None else (one, other)


def _not(answer: bool | None) -> list[Any]:  # noqa: FBT001 -- it is the operand
    return [] if answer is None else [not answer]


def _order(left: list[Any], right: list[Any], part: str, fits: Callable[[int], bool]) -> list[Any]:
    both = _both(left, right, part)
    order = None if both is None else equality.order(*both)
    return [] if order is None else [fits(order)]


def add(left: list[Any], right: list[Any]) -> list[Any]:
    """Numbers, texts, quantities of one unit; a date and a duration."""
    both = _both(left, right, "+")
    if both is None:
        return []
    one, other = both
    if isinstance(one, Moment):
        return single.listed(_moved(one, other, 1))
    if isinstance(one, str) and isinstance(other, str):
        return [_joined(one, other)]
    return _summed(one, other, 1)


def subtract(left: list[Any], right: list[Any]) -> list[Any]:
    """Numbers, quantities of one unit; a duration from a date."""
    both = _both(left, right, "-")
    if both is None:
        return []
    one, other = both
    return single.listed(_moved(one, other, -1)) if isinstance(one, Moment) else _summed(one, other, -1)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _within(value: int | Decimal) -> list[Any]:
    """None for a whole number past 64 bits. https://hl7.org/fhirpath/#math-1: what overflows is empty."""
    return [] if isinstance(value, int) and abs(value) >= _MOST_INTEGER else [value]


def _joined(one: str, other: str) -> str:
    check_letters(len(one) + len(other), "&")
    return one + other


def _summed(one: Any, other: Any, sign: int) -> list[Any]:
    if _is_number(one) and _is_number(other):
        return _within(one + sign * other)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        both = quantity.pair(one, other)
        if both is None:
            return []
        coarse = one if both.left == one.value else other
        return [coarse._replace(value=both.left + sign * both.right)]
    raise ExecutionProblem("+" if sign > 0 else "-")


def _moved(one: Moment, by: Any, sign: int) -> Moment | None:
    """A duration of calendar words, or of UCUM's weeks and shorter units; its month and year have no length."""
    if not isinstance(by, Quantity):
        raise ExecutionProblem("+" if sign > 0 else "-")
    word = CALENDAR.get(by.unit) or _UCUM_WORDS.get(by.unit)
    if word is None:
        raise ExecutionProblem("+" if sign > 0 else "-")
    return moment.plus(one, word, by.value * sign)


def concatenate(left: list[Any], right: list[Any]) -> list[Any]:
    """`&`: none counts as an empty text."""
    return [_joined(single.text(left, "&") or "", single.text(right, "&") or "")]


def multiply(left: list[Any], right: list[Any]) -> list[Any]:
    both = _both(left, right, "*")
    if both is None:
        return []
    if _is_number(both[0]) and _is_number(both[1]):
        return _within(both[0] * both[1])
    return _product(*both, divide=False)


def divide(left: list[Any], right: list[Any]) -> list[Any]:
    both = _both(left, right, "/")
    if both is None:
        return []
    if _is_number(both[0]) and _is_number(both[1]):
        return [Decimal(both[0]) / Decimal(both[1])] if both[1] else []
    return _product(*both, divide=True)


def _product(one: Any, other: Any, *, divide: bool) -> list[Any]:
    part = "/" if divide else "*"
    first = Quantity(Decimal(one), "1") if _is_number(one) else one
    second = Quantity(Decimal(other), "1") if _is_number(other) else other
    if not (isinstance(first, Quantity) and isinstance(second, Quantity)):
        raise ExecutionProblem(part)
    return single.listed(quantity.times(first, second, divide=divide))


def whole_divide(left: list[Any], right: list[Any]) -> list[Any]:
    """`div`: the quotient without its fraction."""
    return _whole(left, right, "div", lambda one, other: int(Decimal(one) / Decimal(other)))


def remainder(left: list[Any], right: list[Any]) -> list[Any]:
    """`mod`: what is left, with the sign of the first."""
    return _whole(left, right, "mod", _mod)


def _mod(one: Any, other: Any) -> Any:
    found = Decimal(one) % Decimal(other)
    return int(found) if isinstance(one, int) and isinstance(other, int) else found


def _whole(left: list[Any], right: list[Any], part: str, make: Callable[[Any, Any], Any]) -> list[Any]:
    one, other = single.number(left, part), single.number(right, part)
    if one is None or other is None:
        return []
    try:
        return [make(one, other)]
    except (DivisionByZero, InvalidOperation):
        return []


def both_true(left: list[Any], right: list[Any]) -> list[Any]:
    one, other = single.truth(left, "and"), single.truth(right, "and")
    if one is False or other is False:
        return [False]
    return [] if one is None or other is None else [True]


def either_true(left: list[Any], right: list[Any]) -> list[Any]:
    one, other = single.truth(left, "or"), single.truth(right, "or")
    if one or other:
        return [True]
    return [] if one is None or other is None else [False]


def one_true(left: list[Any], right: list[Any]) -> list[Any]:
    one, other = single.truth(left, "xor"), single.truth(right, "xor")
    return [] if one is None or other is None else [one != other]


def implied(left: list[Any], right: list[Any]) -> list[Any]:
    one, other = single.truth(left, "implies"), single.truth(right, "implies")
    if one is False or other:
        return [True]
    return [] if one is None or other is None else [False]


def is_in(left: list[Any], right: list[Any]) -> list[Any]:
    if len(left) > 1:
        raise ExecutionProblem("in")
    return [equality.contains(right, left[0])] if left else []


def union(left: list[Any], right: list[Any]) -> list[Any]:
    """Each value once."""
    return equality.distinct(left + right)


def negative(items: list[Any]) -> list[Any]:
    found = single.value(items, "-")
    if found is None:
        return []
    if isinstance(found, Quantity):
        return [found._replace(value=-found.value)]
    if not _is_number(found):
        raise ExecutionProblem("-")
    return [-found]


def positive(items: list[Any]) -> list[Any]:
    found = single.value(items, "+")
    if found is not None and not _is_number(found) and not isinstance(found, Quantity):
        raise ExecutionProblem("+")
    return single.listed(found)


OPERATORS: dict[str, Callable[[list[Any], list[Any]], list[Any]]] = {
    "=": lambda left, right: single.listed(equality.equal(left, right)),
    "!=": lambda left, right: _not(equality.equal(left, right)),
    "~": lambda left, right: [equality.equivalent(left, right)],
    "!~": lambda left, right: [not equality.equivalent(left, right)],
    "<": lambda left, right: _order(left, right, "<", lambda order: order < 0),
    "<=": lambda left, right: _order(left, right, "<=", lambda order: order <= 0),
    ">": lambda left, right: _order(left, right, ">", lambda order: order > 0),
    ">=": lambda left, right: _order(left, right, ">=", lambda order: order >= 0),
    "+": add,
    "-": subtract,
    "&": concatenate,
    "*": multiply,
    "/": divide,
    "div": whole_divide,
    "mod": remainder,
    "and": both_true,
    "or": either_true,
    "xor": one_true,
    "implies": implied,
    "in": is_in,
    "contains": lambda left, right: is_in(right, left),
    "|": union,
}
