"""The life of the province, minute by minute: who falls ill, is followed, gives birth, dies; and what is sent of it.

Nothing but people, coming events and visits under way is held: memory grows with people, not with years.
"""

from __future__ import annotations

from heapq import heappop
from typing import TYPE_CHECKING

from sosuckhoe.simulation import care, facts, following, mortality, motherhood, people
from sosuckhoe.simulation.chance import Choice, count, mix, seeded
from sosuckhoe.simulation.moments import DAY, date_of
from sosuckhoe.simulation.province import DAY_DRAWS, Plan, Province
from sosuckhoe.simulation.sending import SimulatedPackage, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.facts import Illness
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.visit import Visit

_MONTH = 30
_ARRIVALS_DAYS = 2
_WEEKDAYS = (1.28, 1.16, 1.1, 1.06, 1.04, 0.8, 0.56)


class Life(Province):
    """A province under way. `packages()` is run once; then `arrivals` holds the check-ins of the last two days."""

    def __init__(self, plan: Plan, settle: Callable[[Life], None] | None = None) -> None:
        """`settle` moves in those whom a story needs before the others come."""
        super().__init__(plan, following.after)
        self.arrivals: list[tuple[int, str, Row]] = []
        self._groups: list[list[list[Person]]] = []
        if settle:
            settle(self)
        self._move_in()

    def packages(self) -> Iterator[SimulatedPackage]:
        """Everything that is sent until the end, in the order of sending."""
        for day in range(self.start // DAY, self.end // DAY + 1):
            if (day - self.start // DAY) % _MONTH == 0:
                self._new_month(day)
            self._fall_ill(day)
            yield from self._live_until(min((day + 1) * DAY, self.end + 1))

    def _move_in(self) -> None:
        for household in people.households(self.seed, self.homes, self.start, len(self.people), self.plan.people):
            self.people.extend(household.members)
        for person in self.people:
            following.enrol(self, person)
        motherhood.already_pregnant(self)

    def _new_month(self, day: int) -> None:
        """Count the groups anew, and let births be conceived and deaths happen."""
        self._groups = [[[], []] for _ in range(len(facts.BANDS) + 1)]
        for person in self.people:
            if not person.died:
                self._groups[people.age_band(person.age(day * DAY))][0 if person.is_male else 1].append(person)
        motherhood.conceive(self, day, _MONTH)
        mortality.take(self, day, _MONTH)

    def _fall_ill(self, day: int) -> None:
        """New illnesses of a day: how many in each group, of what, and who."""
        on = date_of(day)
        for band, sexes in enumerate(self._groups):
            for sex, group in enumerate(sexes):
                rate, choice = _rates(band, sex, on.month)
                rng = seeded(self.seed, DAY_DRAWS, day, band * 2 + sex)
                for number in range(count(rng, rate * len(group) * _WEEKDAYS[on.weekday()] / 365_000)):
                    self._strike(day, choice.draw(rng), rng.choice(group), number + band * 1000 + sex * 500)

    def _strike(self, day: int, illness: Illness, person: Person, number: int) -> None:
        if illness.care == "emergency":
            moment = day * DAY + mix(self.seed, day, number) % DAY
        else:
            moment = self.working_time(day, number)
        self.at(moment, care.fall_ill, self, person, illness)

    def _live_until(self, limit: int) -> Iterator[SimulatedPackage]:
        while self.coming and self.coming[0][0] < limit:
            moment, _, happen, who = heappop(self.coming)
            yield from self._sent_before(moment)
            happen(*who, moment)
        yield from self._sent_before(limit)
        if limit > self.end:
            self._note_waiting()

    def _sent_before(self, moment: int) -> Iterator[SimulatedPackage]:
        while self.outbox and self.outbox[0][0] < moment:
            _, _, visit = heappop(self.outbox)
            yield self._send(visit)

    def _send(self, visit: Visit) -> SimulatedPackage:
        sent = send(self.seed, self.network, visit)
        if self._is_recent(visit):
            self.arrivals.append((visit.arrived, visit.facility.code, sent.check_in))
        return sent

    def _is_recent(self, visit: Visit) -> bool:
        return visit.arrived // DAY > self.end // DAY - _ARRIVALS_DAYS

    def _note_waiting(self) -> None:
        """Those who have come and not yet left have been checked in, and nothing else is sent of them."""
        for visit in (visit for _, _, visit in self.outbox if self._is_recent(visit)):
            self.arrivals.append((visit.arrived, visit.facility.code, send(self.seed, self.network, visit).check_in))
        self.arrivals.sort(key=lambda arrival: (arrival[0], arrival[2]["MA_LK"]))


_RATES: dict[tuple[int, int, int], tuple[float, Choice[Illness]]] = {}


def _rates(band: int, sex: int, month: int) -> tuple[float, Choice[Illness]]:
    """Visits per 1,000 person-years of a group in a month, and of what."""
    key = (band, sex, month)
    if key not in _RATES:
        weights = []
        for illness in facts.illnesses().values():
            season = illness.season[month - 1] * 12 / sum(illness.season)
            weights.append((illness, illness.rate[band] * season * illness.sexes[sex]))
        _RATES[key] = (sum(weight for _, weight in weights), Choice(weights))
    return _RATES[key]
