"""The life of the province, minute by minute: who falls ill, is followed, gives birth, dies; and what is sent of it.

Nothing but people, coming events and visits under way is held: memory grows with people, not with years.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from sosuckhoe.simulation import care, facilities, facts, following, mortality, motherhood, people
from sosuckhoe.simulation.chance import Choice, count, mix, seeded
from sosuckhoe.simulation.moments import DAY, date_of
from sosuckhoe.simulation.sending import SimulatedPackage, send, sent_at
from sosuckhoe.simulation.visit import INSIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.facts import Illness
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.visit import Visit

_DAY_DRAWS = 61
_MONTH = 30
_LAST_HOUR = 10
_ARRIVALS_DAYS = 2
_WEEKDAYS = (1.28, 1.16, 1.1, 1.06, 1.04, 0.8, 0.56)
_OPEN, _CLOSE = 6 * 60 + 40, 16 * 60 + 30


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate. The story ends at ten in the morning of `until`, so that somebody is waiting to be seen."""

    people: int
    years: float
    seed: int
    until: date
    province: str = "25"


class Life:
    """A province under way. `packages()` is run once; then `arrivals` holds the check-ins of the last two days."""

    def __init__(self, plan: Plan, settle: Callable[[Life], None] | None = None) -> None:
        """`settle` moves in those whom a story needs before the others come."""
        self.plan = plan
        self.seed = plan.seed
        self.end = plan.until.toordinal() * DAY + _LAST_HOUR * 60
        self.start = (plan.until.toordinal() - round(plan.years * 365)) * DAY
        self.homes: list[people.Home] = facilities.homes(plan.province, plan.people, plan.seed)
        self.network = facilities.network(plan.seed, plan.province, self.homes, plan.people)
        self.people: list[Person] = []
        self.arrivals: list[tuple[int, str, Row]] = []
        self._events: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._outbox: list[tuple[int, int, Visit]] = []
        self._serial = 0
        self._visits = 0
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

    def at(self, moment: int, happen: Callable[..., None], *who: object) -> None:
        """Let something happen at a moment."""
        self._serial += 1
        heappush(self._events, (moment, self._serial, happen, who))

    def next_visit(self) -> int:
        """The number of a new visit."""
        self._visits += 1
        return self._visits

    def finish(self, visit: Visit) -> None:
        """A visit is planned to its end: it will be sent after that."""
        if visit.kind in INSIDE:
            visit.person.busy_until = max(visit.person.busy_until, visit.left)
        visit.person.visits += 1
        visit.person.seen.append(people.Seen(visit.facility.code, visit.arrived, visit.ends))
        heappush(self._outbox, (sent_at(visit), visit.number, visit))

    def join(self, person: Person) -> None:
        """Somebody is born or moves in."""
        self.people.append(person)

    def stay_ill(self, person: Person, illnesses: tuple[str, ...], at: int) -> None:
        """An illness of some days leaves others for years."""
        following.after(self, person, illnesses, at)

    def working_time(self, day: int, number: int) -> int:
        """A moment of that day at which people go to a facility: most in the morning, few on Sundays."""
        rng = seeded(self.seed, _DAY_DRAWS, day, number)
        if date_of(day).weekday() == 6 and rng.random() < 0.6:  # noqa: PLR2004 -- Sunday
            day += 1
        minute = rng.triangular(_OPEN, _CLOSE, _OPEN + 70)
        return day * DAY + int(minute)

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
                rng = seeded(self.seed, _DAY_DRAWS, day, band * 2 + sex)
                for number in range(count(rng, rate * len(group) * _WEEKDAYS[on.weekday()] / 365_000)):
                    self._strike(day, choice.draw(rng), rng.choice(group), number + band * 1000 + sex * 500)

    def _strike(self, day: int, illness: Illness, person: Person, number: int) -> None:
        if illness.care == "emergency":
            moment = day * DAY + mix(self.seed, day, number) % DAY
        else:
            moment = self.working_time(day, number)
        self.at(moment, care.fall_ill, self, person, illness)

    def _live_until(self, limit: int) -> Iterator[SimulatedPackage]:
        while self._events and self._events[0][0] < limit:
            moment, _, happen, who = heappop(self._events)
            yield from self._sent_before(moment)
            happen(*who, moment)
        yield from self._sent_before(limit)
        if limit > self.end:
            self._note_waiting()

    def _sent_before(self, moment: int) -> Iterator[SimulatedPackage]:
        while self._outbox and self._outbox[0][0] < moment:
            _, _, visit = heappop(self._outbox)
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
        for visit in (visit for _, _, visit in self._outbox if self._is_recent(visit)):
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
