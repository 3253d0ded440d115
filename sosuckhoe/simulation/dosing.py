"""From a product and a patient to the line of a prescription: adults get the usual dose, children theirs by weight."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from sosuckhoe.simulation import facts
from sosuckhoe.simulation.facts import Drug

CHILD_UNTIL = 12.0
"""Age in years under which the form and dose for children are given."""

_PACKS = ("bình", "hộp", "tuýp")
_PART_OF_A_PACK = 0.25


class Prescribed(NamedTuple):
    """One line: `take` units, `times` a day, for `days` days, `quantity` units in all."""

    drug: Drug
    take: float
    times: int
    days: int
    quantity: float

    @property
    def text(self) -> str:
        """LIEU_DUNG, as the decision wants it: '1 viên/lần * 2 lần/ngày * 5 ngày [2 viên/ngày]'."""
        if self.take < _PART_OF_A_PACK:
            return f"{self.drug.how} * {self.times} lần/ngày * {self.days} ngày"
        unit, daily = self.drug.unit, number(self.take * self.times)
        return f"{number(self.take)} {unit}/lần * {self.times} lần/ngày * {self.days} ngày [{daily} {unit}/ngày]"


def prescribe(key: str, age: float, weight: float, days: int) -> Prescribed | None:
    """A line for a patient; None where a drug has no form for children and the patient is one."""
    drug = facts.drugs()[key]
    if age >= CHILD_UNTIL:
        return _line(drug, drug.take, days) if not key.endswith("_child") else None
    if drug.child:
        drug = facts.drugs()[drug.child]
    elif not key.endswith("_child"):
        return None
    return _line(drug, _dose(drug, weight), days)


def _dose(drug: Drug, weight: float) -> float:
    """Units for each take, by weight, in the steps in which the form can be divided."""
    if not drug.mg_unit:
        return drug.take
    step = float(facts.table("costs")["dose_steps"].get(drug.unit, 0.5))
    wanted = drug.mg_kg_take * min(weight, 40.0) / drug.mg_unit
    return round(max(step, int(wanted / step + 0.5) * step), 3)


def _line(drug: Drug, take: float, days: int) -> Prescribed:
    total = take * drug.times * days
    if drug.unit in _PACKS or take < _PART_OF_A_PACK:
        quantity: float = max(1, round(total)) if drug.route != "5.02" else max(1, ceil(total - 0.4))
    elif drug.unit in ("viên", "gói"):
        quantity = ceil(total - 1e-9)
    else:
        quantity = round(total, 3)
    return Prescribed(drug, take, drug.times, days, quantity)


def number(value: float) -> str:
    """A number without trailing zeros: 2.0 → '2', 0.25 → '0.25'."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
