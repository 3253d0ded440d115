"""Long-term care: monthly visits, programmes, day care, dialysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sosuckhoe.simulation import care, facts, treatment
from sosuckhoe.simulation.chance import mix, seeded
from sosuckhoe.simulation.facilities import department
from sosuckhoe.simulation.moments import DAY
from sosuckhoe.simulation.visit import CHRONIC, DAY_CARE, SESSIONS

if TYPE_CHECKING:
    from sosuckhoe.simulation.facilities import Facility
    from sosuckhoe.simulation.facts import Longterm
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.province import Province
    from sosuckhoe.simulation.treatment import Ward
    from sosuckhoe.simulation.visit import Visit

_TRACK = 72
_SKIPS = 0.06
_NEW_PATIENTS = 0.12
_FOUR_WEEKS = 29


class Track(NamedTuple):
    """The long-term care of a person at one facility for some illnesses, since a moment."""

    illnesses: tuple[Longterm, ...]
    facility: Facility
    since: int


def enrol(province: Province, person: Person) -> None:
    """Begin the long-term care of a person: ordinary illnesses in one visit, programmes and treatments in their own."""
    known = [facts.longterm()[key] for key in person.illnesses]
    ordinary = tuple(illness for illness in known if not (illness.programme or illness.care or illness.visits))
    for number, group in enumerate([ordinary, *((illness,) for illness in known if illness not in ordinary)]):
        if group:
            _begin(province, person, group, number)


def after(province: Province, person: Person, keys: tuple[str, ...], at: int) -> None:
    """What an illness of some days leaves behind: long-term care begins four weeks later."""
    new = tuple(facts.longterm()[key] for key in keys if key not in person.illnesses)
    if new:
        person.illnesses = (*person.illnesses, *(illness.key for illness in new))
        facility = province.network.near("district", person.household.home)
        first = province.working_time(at // DAY + _FOUR_WEEKS, person.number)
        province.at(first, follow, province, person, Track(new, facility, first), 1)


def _begin(province: Province, person: Person, group: tuple[Longterm, ...], number: int) -> None:
    rng = seeded(province.seed, _TRACK, person.number, number)
    facility = province.network.near(group[0].where.draw(rng), person.household.home)
    window = province.end - province.start
    if group[0].visits:
        since = province.start + int(rng.uniform(-0.15, 0.95) * window)
    elif rng.random() < _NEW_PATIENTS:
        since = province.start + int(rng.random() * window)
    else:
        since = province.start - rng.randint(90, 2500) * DAY
    first = max(since, province.start + rng.randrange(group[0].every * DAY))
    done = max(0, (first - since) // (group[0].every * DAY))
    province.at(
        province.working_time(first // DAY, person.number),
        follow,
        province,
        person,
        Track(group, facility, since),
        done,
    )


def follow(province: Province, person: Person, track: Track, done: int, at: int) -> None:
    """One visit of long-term care; then the next is waited for."""
    main = track.illnesses[0]
    if person.died or (main.visits and done >= main.visits):
        return
    rng = seeded(province.seed, _TRACK, person.number, at)
    following = province.working_time(at // DAY + main.every + rng.choice((0, 0, 0, 0, 1, 2)), person.number)
    if person.busy_until < at and (rng.random() >= _SKIPS or done == 0):
        follow_up(province, person, track, done, at, following)
    province.at(following, follow, province, person, track, done + 1)


def follow_up(province: Province, person: Person, track: Track, done: int, at: int, following: int) -> Visit:
    """The visit itself: the tests that are due, the same drugs as always, the next appointment."""
    main = track.illnesses[0]
    ward = care.open_visit(province, person, at, track.facility, main)
    visit = ward.visit
    visit.main, *others = [_code_of(province, person, illness) for illness in track.illnesses]
    visit.others = [*others, *(code for code in visit.others if code not in (visit.main, *others))]
    if len(main.reasons) > 1:
        visit.reason = main.reasons[0 if done else 1]
    visit.object_code = care.object_code(province, visit, None)
    visit.programme, visit.programme_since, visit.programme_visit = main.programme, track.since, done
    ward.examine(care.exam_for(main.exam, ward.age))
    ward.test(_due(ward, track, done, "tests"), {}, _words(track, done))
    ward.picture(_due(ward, track, done, "pictures"), treatment.merged(track.illnesses, "finding"))
    _continue(ward, track, done)
    visit.follow = following if not main.visits or done + 1 < main.visits else 0
    province.finish(visit)
    return visit


def _words(track: Track, done: int) -> dict[str, list[str]]:
    """Results in words: the first of a list when the illness is found, one of the others under treatment."""
    found = treatment.merged(track.illnesses, "positive")
    return {key: words[:1] if done == 0 else words[1:] or words for key, words in found.items()}


def _code_of(province: Province, person: Person, illness: Longterm) -> str:
    return illness.codes.at(mix(province.seed, person.number, illness.number) / 2**64)


def _due(ward: Ward, track: Track, done: int, name: str) -> list[str]:
    """Tests that are due: each once in so many visits, all at the first; the facility's means decide what is done."""
    found: dict[str, None] = {}
    offset = ward.visit.person.number
    for illness in track.illnesses:
        for key, chance, each in getattr(illness, name):
            if (done == 0 or (done + offset) % each == 0) and ward.rng.random() < chance:
                found[key] = None
    return list(found)


def _continue(ward: Ward, track: Track, done: int) -> None:
    """Treatment as always: drugs for the days until the next visit, a day in the ward, or sessions."""
    main, visit = track.illnesses[0], ward.visit
    drugs = _regimens(ward, track, done)
    if main.care == "day":
        _day_care(ward, main, drugs)
    elif main.care == "sessions":
        _machine_sessions(ward, main, drugs)
    else:
        visit.kind = CHRONIC
        ward.prescribe(drugs, main.every)
        ward.note(visit.arrived + 12, main.signs, 0, 0.05)
        visit.left = ward.clock + ward.rng.randint(8, 25)


def _regimens(ward: Ward, track: Track, done: int) -> list[str]:
    found: dict[str, None] = {}
    for illness in track.illnesses:
        regimen = illness.regimens[mix(ward.seed, ward.visit.person.number, illness.number, 9) % len(illness.regimens)]
        if illness.later_regimen and done > 1:
            regimen = illness.later_regimen
        if illness.child_regimen and ward.age < care.CHILD:
            regimen = illness.child_regimen
        found.update(dict.fromkeys(regimen))
        found.update(dict.fromkeys(ward.chosen(illness.extras)))
    return list(found)


def _day_care(ward: Ward, illness: Longterm, drugs: list[str]) -> None:
    visit = ward.visit
    visit.kind, visit.department, visit.admitted = DAY_CARE, department("cancer"), ward.clock
    ward.note(visit.admitted, illness.signs, 0, 0.1)
    for key in illness.sessions:
        ward.perform(key, visit.admitted + 40)
    ward.give(drugs, visit.admitted + 30)
    visit.left = visit.arrived // DAY * DAY + 16 * 60 + ward.rng.randrange(45)
    ward.note(visit.left - 30, "Truyền xong, không phản ứng, mạch và huyết áp ổn định", 0, 0.1)
    ward.bed("bed_day", visit.admitted, 1, 1 + visit.number % 20)


def _machine_sessions(ward: Ward, illness: Longterm, drugs: list[str]) -> None:
    """Dialysis: three sessions a week until the next bill."""
    visit = ward.visit
    visit.kind, visit.department = SESSIONS, department("kidney")
    sessions = range(0, illness.every - 2, 2)
    for day in sessions:
        if day % 7 != 6:  # noqa: PLR2004 -- Sundays are free
            for key in illness.sessions:
                ward.perform(key, visit.arrived + day * DAY + 60)
            ward.give(illness.session_drugs, visit.arrived + day * DAY + 290)
    ward.prescribe(drugs, illness.every)
    ward.note(visit.arrived + 50, illness.signs, 0, 0.15)
    ward.note(visit.arrived + 320, "Kết thúc buổi lọc, tỉnh, không chuột rút", 0, 0.1)
    visit.left = visit.arrived + (illness.every - 2) * DAY + 300
