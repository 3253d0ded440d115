"""A province under way, as everybody in it meets it: its people and facilities, what is to come, what is to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappush
from typing import TYPE_CHECKING, Any

from sosuckhoe.simulation import facilities, people
from sosuckhoe.simulation.chance import seeded
from sosuckhoe.simulation.moments import DAY, date_of
from sosuckhoe.simulation.sending import sent_at
from sosuckhoe.simulation.visit import INSIDE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.visit import Visit

DAY_DRAWS = 61
"""What the draws of a day are seeded with."""

_LAST_HOUR = 10
_OPEN, _CLOSE = 6 * 60 + 40, 16 * 60 + 30


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate. The story ends at ten in the morning of `until`, so that somebody is waiting to be seen."""

    people: int
    years: float
    seed: int
    until: date
    province: str = "25"


class Province:
    """What care, births, deaths and long-term illness read and write. `life.Life` lets it live."""

    def __init__(self, plan: Plan, lasting: Callable[[Province, Person, tuple[str, ...], int], None]) -> None:
        """`lasting`: what becomes of illnesses that an illness of some days leaves for years."""
        self.plan = plan
        self.seed = plan.seed
        self.end = plan.until.toordinal() * DAY + _LAST_HOUR * 60
        self.start = (plan.until.toordinal() - round(plan.years * 365)) * DAY
        self.homes: list[people.Home] = facilities.homes(plan.province, plan.people, plan.seed)
        self.network = facilities.network(plan.seed, plan.province, self.homes, plan.people)
        self.people: list[Person] = []
        self.coming: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self.outbox: list[tuple[int, int, Visit]] = []
        self._lasting = lasting
        self._serial = 0
        self._visits = 0

    def at(self, moment: int, happen: Callable[..., None], *who: object) -> None:
        """Let something happen at a moment."""
        self._serial += 1
        heappush(self.coming, (moment, self._serial, happen, who))

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
        heappush(self.outbox, (sent_at(visit), visit.number, visit))

    def join(self, person: Person) -> None:
        """Somebody is born or moves in."""
        self.people.append(person)

    def stay_ill(self, person: Person, illnesses: tuple[str, ...], at: int) -> None:
        """An illness of some days leaves others for years."""
        self._lasting(self, person, illnesses, at)

    def working_time(self, day: int, number: int) -> int:
        """A moment of that day at which people go to a facility: most in the morning, few on Sundays."""
        rng = seeded(self.seed, DAY_DRAWS, day, number)
        if date_of(day).weekday() == 6 and rng.random() < 0.6:  # noqa: PLR2004 -- Sunday
            day += 1
        minute = rng.triangular(_OPEN, _CLOSE, _OPEN + 70)
        return day * DAY + int(minute)
