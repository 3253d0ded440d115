"""What a visit costs and who pays, by the formulas of XML2 and XML3 (all amounts in VND)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sosuckhoe.simulation import facts

if TYPE_CHECKING:
    from sosuckhoe.simulation.visit import Visit

_INSIDE, _OUTSIDE = "1", "2"


class Cover(NamedTuple):
    """How a visit is insured: MUC_HUONG in percent, TYLE_TT_BH in percent, PHAM_VI."""

    level: int
    rate: int
    scope: str


class Amounts(NamedTuple):
    """One line: the hospital's price, what is insured of it, own shares outside and within, what the insurance pays."""

    hospital: float
    insured: float
    outside: float
    shared: float
    paid: float


UNINSURED = Cover(level=0, rate=0, scope=_OUTSIDE)


def cover(visit: Visit, card: str, on_day: str) -> Cover:
    """The cover of a visit: everything at a station, for a small bill and for some groups; else by the card's level."""
    if not card:
        return UNINSURED
    fact = facts.table("costs")
    level = int(fact["levels"].get(card[2:3], 80))
    if visit.facility.kind == "commune" or bill(visit) < fact["small_visit"] * _base_salary(on_day):
        level = 100
    return Cover(level=level, rate=100, scope=_INSIDE)


def amounts(quantity: float, price: int, insurance: Cover) -> Amounts:
    """THANH_TIEN_BV, THANH_TIEN_BH, T_BNTT, T_BNCCT, T_BHTT of one line."""
    hospital = round(quantity * price, 2)
    insured = round(hospital * insurance.rate / 100, 2)
    paid = round(insured * insurance.level / 100, 2)
    return Amounts(hospital, insured, round(hospital - insured, 2), round(insured - paid, 2), paid)


def total(lines: list[Amounts]) -> Amounts:
    """The sums of XML1."""
    return Amounts(*(round(sum(column), 2) for column in zip(*lines, strict=True))) if lines else Amounts(0, 0, 0, 0, 0)


def bill(visit: Visit) -> float:
    """The whole price of a visit."""
    drugs = sum(given.line.quantity * given.line.drug.price for given in visit.drugs)
    return drugs + sum(done.quantity * done.service.price for done in visit.services)


def _base_salary(on_day: str) -> int:
    salaries: dict[str, int] = facts.table("costs")["base_salary"]
    return [amount for since, amount in salaries.items() if since <= on_day][-1]
