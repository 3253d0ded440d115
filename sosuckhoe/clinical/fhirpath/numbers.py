"""Functions of numbers. https://hl7.org/fhirpath/#math"""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Decimal,
    InvalidOperation,
    Overflow,
    localcontext,
)
from typing import Any

from sosuckhoe.clinical.fhirpath import moment, quantity, single
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem
from sosuckhoe.clinical.fhirpath.moment import Moment
from sosuckhoe.clinical.fhirpath.node import Node, children
from sosuckhoe.clinical.fhirpath.quantity import Quantity

MOST_DIGITS = 31
_DEFAULT_DIGITS = 8
_DEFAULTS = {"Date": 8, "DateTime": 17, "Time": 9}
_WORKING_DIGITS = 40
_DIGITS_OF_INTEGER = 18


def _of(name: str, make: Callable[..., Any]) -> Callable[..., list[Any]]:
    """A function of one number and of numbers that must all be there; none where mathematics has no answer."""

    def call(items: list[Any], *arguments: list[Any]) -> list[Any]:
        numbers = [single.number(one, name) for one in (items, *arguments)]
        if None in numbers:
            return []
        try:
            return single.listed(make(*numbers))
        except (InvalidOperation, Overflow, ValueError):
            return []

    return call


def _rounded(mode: str) -> Callable[[Any], int]:
    return lambda value: int(Decimal(value).to_integral_value(mode))


def _exactly(make: Callable[..., Decimal]) -> Callable[..., Decimal]:
    """Work with more digits than are answered."""

    def call(*numbers: Any) -> Decimal:
        with localcontext() as context:
            context.prec = _WORKING_DIGITS
            made = make(*(Decimal(number) for number in numbers))
        return +made

    return call


def _log(value: Decimal, base: Decimal) -> Decimal:
    if value <= 0 or base <= 0 or base == 1:
        raise ValueError
    return value.ln() / base.ln()


def _ln(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError
    return value.ln()


def _power(value: Any, exponent: Any) -> Any:
    if isinstance(value, int) and isinstance(exponent, int) and exponent >= 0:
        made = Decimal(value) ** exponent
        return int(made) if made.adjusted() < _DIGITS_OF_INTEGER else None
    return _exactly(lambda one, other: one**other)(value, exponent)


def round_to(items: list[Any], digits: list[Any] | None = None) -> list[Any]:
    """Half away from zero, to so many decimals."""
    value, count = single.number(items, "round"), single.integer(digits or [], "round") or 0
    if value is None:
        return []
    if count < 0 or count > MOST_DIGITS:
        raise ExecutionProblem("round")
    return (
        [Decimal(value).quantize(Decimal(1).scaleb(-count), ROUND_HALF_UP)]
        if digits
        else [_rounded(ROUND_HALF_UP)(value)]
    )


def absolute(items: list[Any]) -> list[Any]:
    value = single.value(items, "abs")
    if isinstance(value, Quantity):
        return [value._replace(value=abs(value.value))]
    found = single.number(items, "abs")
    return [] if found is None else [abs(found)]


def _end_of_period(items: list[Any], *, high: bool) -> list[Any]:
    """Of a Period the boundary is that of its start or its end, which may be open."""
    if len(items) == 1 and items[0].__class__ is Node and items[0].type == "Period":
        return children(items, "end" if high else "start")
    return items


def _boundary(name: str, *, high: bool) -> Callable[..., list[Any]]:
    def call(items: list[Any], digits: list[Any] | None = None) -> list[Any]:
        items = _end_of_period(items, high=high)
        value = single.value(items, name)
        count = single.integer(digits, name) if digits else None
        if isinstance(value, Moment):
            asked = _DEFAULTS[value.kind] if count is None else count
            return single.listed(moment.boundary(value, asked, high=high))
        asked = _DEFAULT_DIGITS if count is None else count
        if isinstance(value, Quantity):
            found = _decimal_boundary(value.value, asked, high=high)
            return [] if found is None else [value._replace(value=found)]
        number = single.number(items, name)
        return [] if number is None else single.listed(_decimal_boundary(Decimal(number), asked, high=high))

    return call


def _decimal_boundary(value: Decimal, digits: int, *, high: bool) -> Decimal | None:
    """Half a step of the last digit away: outwards rounded, inwards cut, to so many decimals."""
    if not 0 <= digits <= MOST_DIGITS:
        return None
    with localcontext() as context:
        context.prec = 2 * _WORKING_DIGITS
        half = Decimal(5).scaleb(-quantity.decimals(value) - 1)
        is_outwards = high == (value >= 0)
        return (value + half if high else value - half).quantize(
            Decimal(1).scaleb(-digits), ROUND_HALF_UP if is_outwards else ROUND_DOWN
        )


def precision(items: list[Any]) -> list[Any]:
    """The digits of a date, the decimals of a number."""
    value = single.value(items, "precision")
    if isinstance(value, Moment):
        return [moment.precision(value)]
    found = single.number(items, "precision")
    return [] if found is None else [quantity.decimals(Decimal(found))]


FUNCTIONS: dict[str, Callable[..., list[Any]]] = {
    "ceiling": _of("ceiling", _rounded(ROUND_CEILING)),
    "floor": _of("floor", _rounded(ROUND_FLOOR)),
    "truncate": _of("truncate", int),
    "exp": _of("exp", _exactly(lambda value: value.exp())),
    "ln": _of("ln", _exactly(_ln)),
    "log": _of("log", _exactly(_log)),
    "sqrt": _of("sqrt", _exactly(lambda value: value.sqrt())),
    "power": _of("power", _power),
    "lowBoundary": _boundary("lowBoundary", high=False),
    "highBoundary": _boundary("highBoundary", high=True),
}
