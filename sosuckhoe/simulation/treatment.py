"""What is done at a visit: tests with their results, pictures, drugs, procedures, and the course of a stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sosuckhoe.simulation import body, dosing, facts
from sosuckhoe.simulation.facilities import department
from sosuckhoe.simulation.visit import DrugGiven, Measured, Note, ServiceDone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from sosuckhoe.simulation.facts import Illness, Indicator, Longterm
    from sosuckhoe.simulation.visit import Visit

_RESULTS_AFTER = 8
_OXYGEN_SHARE = 0.35
_SMALL_CHILD = 2


class Ward:
    """The work of one visit: whatever is done is written into the visit, at moments that follow one another."""

    def __init__(self, rng: Random, seed: int, start: int, visit: Visit) -> None:
        self.rng = rng
        self.seed = seed
        self.start = start
        self.visit = visit
        self.age = visit.person.age(visit.arrived)
        self.severity = rng.uniform(0.5, 1.25)
        self.clock = visit.arrived + rng.randint(5, 35)
        self.measured: dict[str, float] = {}

    def examine(self, exam: str) -> None:
        """The examination by which every visit begins."""
        self._do(exam, department("exam"))
        self.clock += self.rng.randint(6, 14)

    def test(self, wanted: Iterable[str], shift: dict[str, float], positive: dict[str, list[str]]) -> None:
        """Order laboratory services and read their results; what the facility does not do is not ordered."""
        keys = [key for key in wanted if self.visit.facility.offers(key)]
        for key in keys:
            done = self._do(key, self.visit.department, performer=self._performer(key))
            for indicator in facts.indicators()[key]:
                self._read(done, indicator, shift, positive)
        self._wait(keys)

    def picture(self, wanted: Iterable[str], finding: dict[str, list[str]]) -> None:
        """Order pictures and function tests and read their reports."""
        keys = [key for key in wanted if self.visit.facility.offers(key)]
        for key in keys:
            done = self._do(key, self.visit.department, performer=self._performer(key))
            description, conclusion = finding.get(key) or facts.table("findings")["normal"][key]
            at = done.ordered + done.service.minutes
            self.visit.results.append(
                Measured(done.service, key, done.service.name, "", "", description, conclusion, at)
            )
        self._wait(keys)

    def prescribe(self, keys: Iterable[str], days: int) -> None:
        """Drugs to take home."""
        seen = {given.line.drug.code for given in self.visit.drugs}
        for key in keys:
            line = dosing.prescribe(key, self.age, self.visit.weight, days)
            if line and line.drug.code not in seen:
                seen.add(line.drug.code)
                self.visit.drugs.append(DrugGiven(line, self.clock, self.visit.department))
        self.visit.days_of_drugs = days

    def give(self, keys: Iterable[str], at: int) -> None:
        """Drugs given on one day of a stay."""
        for key in keys:
            line = dosing.prescribe(key, self.age, self.visit.weight, 1)
            if line:
                self.visit.drugs.append(DrugGiven(line, at, self.visit.department))

    def perform(self, key: str, at: int, quantity: float = 1) -> None:
        """A procedure or operation at a moment."""
        service = facts.services()[key]
        done = ServiceDone(service, quantity, at, at + 5, self.visit.department, self.visit.doctor.licence)
        self.visit.services.append(done)

    def bed(self, key: str, since: int, days: float, number: int) -> None:
        """The days in a bed."""
        service = facts.services()[key]
        self.visit.services.append(
            ServiceDone(service, days, since, since, self.visit.department, "", f"H{number:03d}")
        )

    def note(self, at: int, text: str, fever: float, ill: float, **more: str) -> None:
        """An entry of the course, with vital signs of that moment."""
        signs = body.vitals(self.rng, self.seed, self.visit.person, at, self.start, fever=fever, ill=ill)
        self.visit.notes.append(Note(at, text, signs, **more))

    def chosen(self, chances: Iterable[tuple[str, float]]) -> list[str]:
        """Those things of a list that happened."""
        rng = self.rng
        return [key for key, chance in chances if rng.random() < chance]

    def _do(self, key: str, where: str, performer: str = "") -> ServiceDone:
        service = facts.services()[key]
        done = ServiceDone(service, 1, self.clock, self.clock + 4, where, performer or self.visit.doctor.licence)
        self.visit.services.append(done)
        return done

    def _performer(self, key: str) -> str:
        """Who reads a kind of test is the same person on most days."""
        doctors = self.visit.facility.doctors
        return doctors[sum(key.encode()) % len(doctors)].licence

    def _wait(self, keys: list[str]) -> None:
        if keys:
            self.clock += max(facts.services()[key].minutes for key in keys) + _RESULTS_AFTER

    def _read(
        self, done: ServiceDone, indicator: Indicator, shift: dict[str, float], positive: dict[str, list[str]]
    ) -> None:
        value = self._value(indicator, shift, positive)
        at = done.ordered + done.service.minutes
        self.visit.results.append(
            Measured(done.service, indicator.key, indicator.name, value, indicator.unit, "", "", at)
        )

    def _value(self, indicator: Indicator, shift: dict[str, float], positive: dict[str, list[str]]) -> str:
        person = self.visit.person
        if indicator.decimals < 0:
            words = positive.get(indicator.key)
            return self.rng.choice(words) if words else _word(indicator, person.blood, person.rhesus)
        moved = shift.get(indicator.key, 0.0) * self.severity
        value = body.result(self.rng, self.seed, person, indicator, self.clock, self.start, moved)
        value = body.agreeing(indicator.key, value, self.measured)
        self.measured[indicator.key] = value
        return f"{value:.{indicator.decimals}f}"


def _word(indicator: Indicator, blood: str, rhesus: str) -> str:
    if indicator.key == "blood_group":
        return blood
    if indicator.key == "rh_group":
        return "Dương tính" if rhesus == "+" else "Âm tính"
    return str(indicator.low[0])


def merged(illnesses: Iterable[Longterm], name: str) -> dict[str, list[str]]:
    """The findings or positive results of several illnesses; the first that names a test has the word."""
    found: dict[str, list[str]] = {}
    for illness in illnesses:
        for key, words in getattr(illness, name).items():
            found.setdefault(key, words)
    return found


def stay(ward: Ward, illness: Illness, nights: int, department_key: str) -> None:
    """A stay from admission to discharge: bed, drugs of each day, procedures, notes, repeated tests."""
    visit = ward.visit
    visit.admitted = ward.clock + ward.rng.randint(5, 20)
    visit.department = department("medicine" if department_key == "station" else department_key)
    drugs = ward.chosen(illness.ward_drugs)
    operation = _operate(ward, illness)
    for day in range(nights + 1):
        _day(ward, illness, day, nights, drugs, operation)
    visit.left = (visit.admitted // 1440 + nights) * 1440 + ward.rng.randint(9 * 60, 16 * 60)
    number = 1 + ward.rng.randrange(40)
    ward.bed(_bed(department_key), visit.admitted, max(1, nights), number)


def _operate(ward: Ward, illness: Illness) -> int:
    """The moment of an operation, 0 without one."""
    if not illness.surgery:
        for key in illness.ward_once:
            ward.perform(key, ward.visit.admitted + 60)
        return 0
    at = ward.visit.admitted + ward.rng.randint(90, 480)
    ward.perform(illness.surgery, at)
    return at


def _day(ward: Ward, illness: Illness, day: int, nights: int, drugs: list[str], operation: int) -> None:
    """One day: notes in the morning (on admission at that moment), drugs, services; tests again in the middle."""
    visit = ward.visit
    at = visit.admitted if day == 0 else (visit.admitted // 1440 + day) * 1440 + ward.rng.randint(7 * 60, 8 * 60 + 40)
    left = 1 - day / max(1, nights)
    fever = max(0.0, 1.9 * illness.fever * left - 0.3 * day) if illness.fever else 0.0
    if operation and day == 1:
        ward.note(at, _AFTER_OPERATION, 0.3, 0.15, surgery=f"{facts.services()[illness.surgery].name}, không tai biến")
    else:
        breathless = 0.7 if visit.main.startswith("J") else 0.15
        ward.note(at, _course_text(ward, illness, day, nights), fever, breathless * left)
    if day < nights:
        ward.give([*ward.chosen(illness.first_drugs), *drugs] if day == 0 else drugs, at + 10)
        for key in illness.ward_services:
            if key != "oxygen_therapy" or left > 1 - _OXYGEN_SHARE:
                ward.perform(key, at + 30)
    if day == max(2, nights // 2) and day < nights:
        ward.clock = at
        again = [
            key
            for key, chance in illness.tests
            if key in ("cbc", "crp", "ast", "alt", "bilirubin_total") and chance > 0
        ]
        ward.test(again, {key: value * left * 0.6 for key, value in illness.shift.items()}, {})


_AFTER_OPERATION = "Hậu phẫu ngày thứ nhất: tỉnh, đau vết mổ vừa, bụng mềm, vết mổ khô"


def _course_text(ward: Ward, illness: Illness, day: int, nights: int) -> str:
    """What is written on a day: the state on admission, little change, better, fit to leave."""
    small = ward.age < _SMALL_CHILD
    if day == 0:
        return f"{ward.visit.reason}. {illness.signs}"
    if day >= nights:
        return f"{'Trẻ bú tốt' if small else 'Tỉnh, ăn uống được'}, các triệu chứng ổn định, đủ điều kiện ra viện"
    if illness.course:
        return illness.course
    if day < nights / 2:
        return f"{'Trẻ tỉnh' if small else 'Tỉnh, tiếp xúc tốt'}. {illness.signs}. Triệu chứng giảm ít"
    return f"{'Trẻ đỡ nhiều, bú được' if small else 'Tỉnh, đỡ nhiều, ăn ngủ được'}, tiếp tục điều trị theo y lệnh"


def _bed(department_key: str) -> str:
    beds = {
        "children": "bed_children",
        "women": "bed_women",
        "surgery": "bed_surgery",
        "day": "bed_day",
        "station": "bed_station",
    }
    return beds.get(department_key, "bed_medicine")
