"""The rows of the tables of reach: a place, its people, its counts and their shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext

from sosuckhoe.base import clock
from sosuckhoe.doors.office.scope import COUNTRY, place_name
from sosuckhoe.identity import places
from sosuckhoe.insight.reach import facts, grounds
from sosuckhoe.insight.residence import DIVIDED, UNKNOWN


class Line(NamedTuple):
    """One place with its counts in the order of `facts.counts()`; None: a hidden count, a population nobody tells."""

    kind: str
    code: str
    name: str
    population: int | None
    numbers: tuple[int | None, ...]

    @classmethod
    def of(cls, key: str, name: str, numbers: Mapping[str, int | None]) -> Line:
        """The row of a place as a print calls it; a place that the print does not name has nobody."""
        place = grounds.read(key)
        people = _population(place.kind, place.code)
        return cls(place.kind, place.code, name, people, tuple(numbers.get(count, 0) for count in facts.counts()))

    @property
    def is_empty(self) -> bool:
        """Whether nobody was counted there; a hidden number is not nobody."""
        return not any(number != 0 for number in self.numbers)

    def number(self, measure: str) -> int | None:
        """A count; None where hidden."""
        return self.numbers[list(facts.counts()).index(measure)]

    def whole(self, measure: str) -> int | None:
        """What a count is a part of: the people, or the books created; None where hidden or told by nobody."""
        of = facts.counts()[measure].of
        return self.population if of == facts.POPULATION else self.number(of)

    def share(self, measure: str) -> float | None:
        """Per cent of the whole, to one decimal; None where either is hidden, unknown or nought."""
        number, whole = self.number(measure), self.whole(measure)
        return round(100 * number / whole, 1) if number is not None and whole else None


def lines_of(province: str, found: Mapping[str, Mapping[str, int | None]], *, by_district: bool) -> list[Line]:
    """The parts of a place: provinces of the country, communes of a province; or what there was before July 2025."""
    if by_district:
        wanted = {grounds.FORMER, grounds.DISTRICT, grounds.SEVERAL, DIVIDED, UNKNOWN}
        keys = sorted((key for key in found if grounds.read(key).kind in wanted), key=_former_order)
    else:
        keys = _today(province, found)
    return [Line.of(key, name_of(key, province), found.get(key, {})) for key in keys]


def ordered(lines: Sequence[Line], order: str, *, is_falling: bool) -> list[Line]:
    """The rows by a count, hidden ones last; by name; or as they are."""
    if order == "ten":
        return sorted(lines, key=lambda line: line.name, reverse=is_falling)
    if not order:
        return list(lines)
    shown = [line for line in lines if line.number(order) is not None]
    hidden = [line for line in lines if line.number(order) is None]
    return [*sorted(shown, key=lambda line: line.number(order) or 0, reverse=is_falling), *hidden]


def name_of(key: str, province: str) -> str:
    """A place's name as the tables show it."""
    place, today = grounds.read(key), clock.today()
    if place.kind == grounds.SEVERAL:
        return gettext("Xã mới gồm đất của nhiều huyện cũ")
    if place.kind == grounds.FORMER:
        return gettext("%s (trước 7/2025)") % (places.province_name(place.code, places.LAST_OF_63) or place.code)
    if place.kind == grounds.DISTRICT:
        former = places.province_of(place.code, places.LAST_OF_63) or ""
        name = places.district_name(place.code, places.LAST_OF_63) or place.code
        return f"{name}, {places.province_name(former, places.LAST_OF_63) or former}"
    return place_name(place.code, today, within=province)


def _today(province: str, found: Mapping[str, object]) -> list[str]:
    """Every place that there is today, in the order of codes; those without a single book too; unplaced people last."""
    today = clock.today()
    if province == COUNTRY:
        known = [place.code for place in places.provinces(today)]
        return [*known, *(key for key in found if key == UNKNOWN)]
    known = [grounds.commune_key(province, place.code) for place in places.communes(province, today)]
    odd = sorted(
        key for key in found if grounds.read(key).kind in {grounds.COMMUNE, DIVIDED, UNKNOWN} and key not in known
    )
    return [*known, *odd]


def _former_order(key: str) -> tuple[str, int, str]:
    """Each former province, then its districts; what belongs to none last."""
    place = grounds.read(key)
    if place.kind == grounds.DISTRICT:
        return places.province_of(place.code, places.LAST_OF_63) or "", 1, place.code
    return (place.code, 0, "") if place.kind == grounds.FORMER else ("~", 0, place.kind)


def _population(kind: str, code: str) -> int | None:
    """How many people live there; of a district, where that is told of each of its communes."""
    people = facts.population()
    if kind == grounds.DISTRICT:
        parts = [people.get(commune) for commune in _communes_of(code)]
        told = [part for part in parts if part is not None]
        return sum(told) if told and len(told) == len(parts) else None
    if code == COUNTRY:
        return sum(people.get(place.code, 0) for place in places.provinces(clock.today()))
    return people.get(code) if kind in {"", grounds.COMMUNE} else None


def _communes_of(district: str) -> list[str]:
    former = places.province_of(district, places.LAST_OF_63)
    today = places.communes(places.province_now(former or "") or "", clock.today())
    return [place.code for place in today if grounds.district_of(place.code) == district]
