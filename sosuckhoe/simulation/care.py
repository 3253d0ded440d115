"""What facilities do with those who fall ill: treat, admit, refer, call back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sosuckhoe.simulation import body, facts, treatment
from sosuckhoe.simulation.chance import mix, seeded
from sosuckhoe.simulation.facilities import department
from sosuckhoe.simulation.moments import DAY
from sosuckhoe.simulation.papers import paper_number
from sosuckhoe.simulation.sending import home_facility
from sosuckhoe.simulation.treatment import Ward
from sosuckhoe.simulation.visit import CHECKUP, OUTPATIENT, STATION_STAY, STAY, Visit

if TYPE_CHECKING:
    from sosuckhoe.simulation.facilities import Facility
    from sosuckhoe.simulation.facts import Illness, Longterm
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.province import Province

REFER, ADMIT, KEEP, TREAT = "refer", "admit", "keep", "treat"
"""What becomes of a patient after the examination."""

_VISIT = 71
_SURELY = 0.8
_PAST_THE_CENTRE = 0.3
CHILD = 16
_PRIVATE_SENDS_ON = 0.5
_SENSITIVE = ("hiv", "depression", "schizophrenia", "epilepsy", "tuberculosis")
_SICK_LEAVE = 0.45
_NO_REST = ("exam_women", "exam_skin", "exam_teeth")
_KEPT_AT_STATION = 0.06
_CURABLE = "ABJKLN"  # chapters of ICD-10 of which people leave cured
_CURED = 0.5
_DEATH = "5"


class Referred(NamedTuple):
    """Where somebody comes from, the number of the paper that they bring, and the diagnosis on it."""

    facility: Facility
    paper: str
    main: str
    again: bool = False


class Coming(NamedTuple):
    """Where somebody goes, with which paper; `way` and `to` say what becomes of them where a story wants it so."""

    facility: Facility
    referred: Referred | None = None
    way: str = ""
    to: str = ""


def fall_ill(province: Province, person: Person, illness: Illness, at: int) -> None:
    """Somebody goes where people go with such an illness."""
    rng = seeded(province.seed, _VISIT, at, person.number)
    see(province, person, illness, at, Coming(province.network.near(illness.where.draw(rng), person.household.home)))


def see(province: Province, person: Person, illness: Illness, at: int, coming: Coming) -> Visit | None:
    """One visit for an illness of some days, and what follows from it; None for those who lie in a hospital already."""
    if person.died or person.busy_until >= at or person.born >= at:
        return None
    ward = open_visit(province, person, at, coming.facility, illness)
    _received(province, ward.visit, coming.referred)
    ward.examine(exam_for(illness.exam, ward.age))
    way = coming.way or _way(ward, illness, coming.referred)
    again = bool(coming.referred and coming.referred.again)
    if way == REFER:
        _refer(province, ward, illness, coming.to)
    elif way == ADMIT:
        _admit(ward, illness)
    elif way == KEEP:
        _keep(ward, illness)
    else:
        _treat(ward, illness, again=again)
    _afterwards(province, ward, illness, again=again)
    province.finish(ward.visit)
    return ward.visit


def _way(ward: Ward, illness: Illness, referred: Referred | None) -> str:
    """What becomes of a patient after the examination."""
    if _sends_on(ward, illness, referred):
        return REFER
    if _admits(ward, illness, referred):
        return ADMIT
    if ward.visit.facility.kind == "commune" and illness.admit and ward.rng.random() < _KEPT_AT_STATION:
        return KEEP
    return TREAT


def open_visit(province: Province, person: Person, at: int, facility: Facility, illness: Illness | Longterm) -> Ward:
    """A visit with its reason, its diagnoses and a doctor."""
    number = province.next_visit()
    rng = seeded(province.seed, _VISIT, number)
    age = person.age(at)
    main = illness.codes.at(mix(province.seed, person.number, number) / 2**64)
    visit = Visit(
        number=number,
        person=person,
        facility=facility,
        kind=CHECKUP,
        arrived=at,
        department=department("exam"),
        doctor=rng.choice(facility.doctors),
        reason=rng.choice(illness.reasons),
        signs=illness.signs,
        advice=illness.advice,
        main=main,
        accident=getattr(illness, "accident", ""),
        traditional=getattr(illness, "traditional", ""),
        emergency=illness.care == "emergency",
        weight=round(body.weight(province.seed, person, at), 1 if age < CHILD else 0),
    )
    ward = Ward(rng, province.seed, province.start, visit)
    visit.others = [code for code in ward.chosen(illness.companions) if code != main]
    return ward


def exam_for(exam: str, age: float) -> str:
    """The examination for an age: children see the paediatrician."""
    return "exam_children" if age < CHILD and exam in ("exam_medicine", "exam_traditional") else exam


def _received(province: Province, visit: Visit, referred: Referred | None) -> None:
    """By which right the patient is here, and what was known of them before."""
    person = visit.person
    for key in person.illnesses:
        known = facts.longterm()[key]
        code = known.codes.at(mix(province.seed, person.number, known.number) / 2**64)
        if key not in _SENSITIVE and visit.facility.kind != "private" and code not in visit.codes:
            visit.others.append(code)
    if referred:
        visit.came_from, visit.came_with, visit.main = referred.facility, referred.paper, referred.main
        visit.others = [code for code in visit.others if code != visit.main]
    visit.object_code = object_code(province, visit, referred)


def object_code(province: Province, visit: Visit, referred: Referred | None) -> str:
    """MA_DOITUONG_KCB."""
    person = visit.person
    if not person.card and not person.temporary_card:
        return "9"
    if referred:
        return "1.5" if referred.again else "1.3"
    if visit.emergency:
        return "2"
    if home_facility(province.seed, province.network, person).code == visit.facility.code:
        return "1.1"
    return "3.2" if visit.facility.kind == "province" else "1.2"


def _sends_on(ward: Ward, illness: Illness, referred: Referred | None) -> bool:
    kind = ward.visit.facility.kind
    if referred or kind == "province" or not illness.refer:
        return False
    chance = illness.refer
    if kind != "commune":
        chance *= 0.12 if kind == "district" else _PRIVATE_SENDS_ON
    return ward.rng.random() < chance


def _refer(province: Province, ward: Ward, illness: Illness, to: str) -> None:
    """First aid, the referral, and the visit at the other end."""
    visit = ward.visit
    ward.test(
        [key for key in ward.chosen(illness.tests) if key in ("glucose", "urine", "dengue_ns1", "cbc")],
        illness.shift,
        illness.positive,
    )
    ward.prescribe(ward.chosen(illness.drugs)[:2], 1)
    upper = "province" if visit.facility.kind == "district" or ward.rng.random() < _PAST_THE_CENTRE else "district"
    other = province.network.near(to or upper, visit.person.household.home)
    visit.sent_to, visit.discharge, visit.outcome = other, "2", "3"
    visit.advice = "Chuyển tuyến trên khám và điều trị tiếp."
    visit.left = ward.clock + ward.rng.randint(10, 30)
    there = visit.left + ward.rng.randint(40, 150 if visit.emergency else 26 * 60)
    paper = Referred(visit.facility, paper_number(visit, "CT"), visit.main)
    way = ADMIT if to or illness.admit >= _SURELY else ""
    province.at(there, arrive, province, visit.person, illness, Coming(other, paper, way))


def arrive(province: Province, person: Person, illness: Illness, coming: Coming, at: int) -> None:
    """Somebody comes as was agreed: with a referral, or to an appointment."""
    see(province, person, illness, at, coming)


def _admits(ward: Ward, illness: Illness, referred: Referred | None) -> bool:
    if ward.visit.facility.kind not in ("district", "province") or (referred and referred.again):
        return False
    return ward.rng.random() < min(1.0, illness.admit * (1.6 if referred else 1.0))


def _admit(ward: Ward, illness: Illness) -> None:
    visit = ward.visit
    visit.kind = STAY
    ward.test(ward.chosen(illness.tests), illness.shift, illness.positive)
    ward.picture(ward.chosen(illness.pictures), illness.finding)
    treatment.stay(ward, illness, ward.rng.randint(*illness.stay), _ward_of(illness, ward.age))
    ward.clock = visit.left - 60
    if ward.rng.random() < illness.deadly and not visit.person.key:
        die(visit)
        return
    days = ward.rng.randint(*illness.days)
    ward.prescribe(ward.chosen(illness.drugs), days)
    cured = visit.main[0] in _CURABLE and ward.rng.random() < _CURED
    visit.outcome = "1" if cured else "2"


def die(visit: Visit) -> None:
    """The patient dies at the end of the stay: no drugs to take home, no appointment, no paper for an employer."""
    visit.outcome, visit.advice, visit.follow, visit.sick_days = _DEATH, "", 0, 0
    visit.drugs = [given for given in visit.drugs if given.line.days == 1]
    last = visit.notes[-1]
    visit.notes[-1] = last._replace(text="Người bệnh ngừng tuần hoàn, cấp cứu không kết quả, tử vong")
    visit.person.died = visit.left


def _keep(ward: Ward, illness: Illness) -> None:
    """A night under watch at the station."""
    ward.visit.kind = STATION_STAY
    ward.test(ward.chosen(illness.tests), illness.shift, illness.positive)
    treatment.stay(ward, illness, 1, "station")
    ward.clock = ward.visit.left - 60
    ward.prescribe(ward.chosen(illness.drugs), ward.rng.randint(*illness.days))


def _ward_of(illness: Illness, age: float) -> str:
    if age < CHILD and illness.exam not in ("exam_surgery", "exam_eye"):
        return "children"
    return {"exam_surgery": "surgery", "exam_women": "women", "exam_eye": "eye"}.get(illness.exam, "medicine")


def _treat(ward: Ward, illness: Illness, *, again: bool) -> None:
    """Without a stay: tests, pictures, procedures, drugs to take home; some illnesses are treated in sessions."""
    visit = ward.visit
    scale = 0.3 if again else 1.0
    shift = {key: value * scale for key, value in illness.shift.items()}
    ward.test(ward.chosen(illness.tests), shift, {} if again else illness.positive)
    ward.picture(ward.chosen(illness.pictures), illness.finding)
    for key in ward.chosen(illness.services):
        ward.perform(key, ward.clock)
    days = ward.rng.randint(*illness.days)
    ward.prescribe(ward.chosen(illness.drugs), days)
    visit.left = ward.clock + ward.rng.randint(8, 30)
    if illness.sessions:
        _sessions(ward, illness.sessions, illness.signs, days)


def _sessions(ward: Ward, sessions: tuple[str, ...], signs: str, days: int) -> None:
    """An outpatient course: the same procedures every day, with a note at the beginning and at the end."""
    visit = ward.visit
    visit.kind = OUTPATIENT
    visit.department = department("traditional")
    for day in range(days):
        at = visit.left + day * DAY
        for key in sessions:
            ward.perform(key, at + 5)
        if day in (0, days // 2, days - 1):
            ward.note(at, signs if day == 0 else "Đỡ đau, vận động dễ hơn", 0, 0.1)
    visit.left += (days - 1) * DAY + 60


def _afterwards(province: Province, ward: Ward, illness: Illness, *, again: bool) -> None:
    """An appointment, a paper for the employer."""
    visit, rng = ward.visit, ward.rng
    if visit.sent_to or visit.outcome == _DEATH:
        return
    if illness.follow and not again:
        day = visit.left // DAY + illness.follow
        visit.follow = province.working_time(day, visit.number)
        back = Referred(visit.facility, paper_number(visit, "HK"), visit.main, again=True)
        province.at(visit.follow, arrive, province, visit.person, illness, Coming(visit.facility, back))
    if illness.leads_to and visit.admitted:
        province.stay_ill(visit.person, illness.leads_to, visit.left)
    if _may_rest(visit, illness) and rng.random() < _SICK_LEAVE:
        visit.sick_days = rng.randint(2, 5) + (4 if visit.kind == STAY else 0)


def _may_rest(visit: Visit, illness: Illness) -> bool:
    """Whether a doctor may write a certificate for the employer: pregnancy has papers of its own."""
    if not visit.person.employer or visit.facility.kind == "private" or illness.exam in _NO_REST:
        return False
    return visit.kind in (CHECKUP, STAY)
