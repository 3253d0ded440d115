"""What is wrong with a row that its cells alone do not show: dates, places, what it refers to, whose it is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sosuckhoe.base.sheet import Fault, Line
from sosuckhoe.exchange.register import lists
from sosuckhoe.exchange.xml130.mapping.registers import squeezed
from sosuckhoe.identity import places

NOWHERE = ""


@dataclass(slots=True)
class Surroundings:
    """What the register has around a batch of rows. `area` is the sender's province, '' for the whole country.

    `facilities`: code → province of today; `workers`: licence or social insurance number → worker; `areas`: licence →
    the province that entered it.
    """

    area: str
    on: date
    facilities: Mapping[str, str] = field(default_factory=dict)
    workers: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)


def faults_of(kind: str, line: Line, around: Surroundings) -> list[Fault]:
    """What is wrong with a row whose cells have their shapes."""
    values, found = line.values, []
    since, until = values.get("valid_from", ""), values.get("valid_until", "")
    if since and until and until < since:
        found.append(("valid_until", "dates-turned"))
    found += _OF_KIND[kind](values, around)
    return [Fault(line.number, column, rule) for column, rule in found]


def province_in(code: str, on: date) -> str:
    """The province of today that a code means, of the 34 or the 63; '' when it means none."""
    return code if places.province_name(code, on) else places.province_now(code) or NOWHERE


def _of_facility(values: Mapping[str, str], around: Surroundings) -> list[tuple[str, str]]:
    province = province_in(values["province"], around.on)
    found = [] if province else [("province", "unknown-place")]
    commune = values["commune"]
    if commune and not places.commune_name(commune, around.on) and not places.successors(commune):
        found.append(("commune", "unknown-place"))
    held = around.facilities.get(values["facility"], province)
    if (province and around.area not in {NOWHERE, province}) or around.area not in {NOWHERE, held}:
        found.append(("province", "other-province"))
    if values["parent"] == values["facility"]:
        found.append(("parent", "itself"))
    elif values["parent"] and values["parent"] not in around.facilities:
        found.append(("parent", "unknown-facility"))
    return found


def _of_licence(values: Mapping[str, str], around: Surroundings) -> list[tuple[str, str]]:
    codes = (squeezed(values[name]) for name in ("licence", "replaces", "social_insurance"))
    known = {around.workers[code] for code in codes if code in around.workers}
    found = [("licence", "two-practitioners")] if len(known) > 1 else []
    held = around.areas.get(squeezed(values["licence"]), around.area)
    if around.area not in {NOWHERE, held}:
        found.append(("licence", "other-province"))
    return found


def _of_role(values: Mapping[str, str], around: Surroundings) -> list[tuple[str, str]]:
    found = _at_facility("facility", values, around)
    if squeezed(values["licence"]) not in around.workers:
        found.append(("licence", "unknown-licence"))
    return found


def _of_service(values: Mapping[str, str], around: Surroundings) -> list[tuple[str, str]]:
    return _at_facility("facility", values, around)


def _of_affiliation(values: Mapping[str, str], around: Surroundings) -> list[tuple[str, str]]:
    found = _at_facility("facility", values, around)
    if values["member"] == values["facility"]:
        found.append(("member", "itself"))
    elif values["member"] not in around.facilities:
        found.append(("member", "unknown-facility"))
    return found


def _at_facility(column: str, values: Mapping[str, str], around: Surroundings) -> list[tuple[str, str]]:
    """The facility is known, and the sender's own province has it."""
    province = around.facilities.get(values[column])
    if province is None:
        return [(column, "unknown-facility")]
    return [] if around.area in {NOWHERE, province} else [(column, "other-province")]


_OF_KIND = {
    lists.FACILITIES: _of_facility,
    lists.LICENCES: _of_licence,
    lists.ROLES: _of_role,
    lists.SERVICES: _of_service,
    lists.AFFILIATIONS: _of_affiliation,
}
