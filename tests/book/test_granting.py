"""What a facility grants by right is done: a restriction everywhere, an erasure after two persons and the law."""

from datetime import UTC, datetime, timedelta

import pytest

from sosuckhoe.access import emergency, grants, labels, requests, retaining
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.access.requests import Decision
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import granting
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.clinical import reading
from sosuckhoe.clinical.actions import hide
from sosuckhoe.clinical.search.parameters import name_of, number_of
from sosuckhoe.exchange import queries as exchange
from sosuckhoe.identity import queries as identity
from tests.exchange.samples import FACILITY, package
from tests.identity.merged import AT, LAN, send

pytestmark = pytest.mark.django_db
CLERK, SECOND = (Actor(n, "Nhân viên", "clerk", facility=FACILITY, purpose="administration") for n in (31, 32))
ELSEWHERE = Actor(33, "Nhân viên", "clerk", facility="79002", purpose="administration")
DOCTOR = Actor(34, "Bác sĩ", "doctor", facility=FACILITY, purpose="treatment")
NOW = AT + timedelta(days=1)
AFTER_THE_LAW = datetime(2040, 1, 1, tzinfo=UTC)


@pytest.fixture
def lan():
    send(package(), package("LK0002"))
    return identity.person_of(LAN)


def owner(person):
    return Actor(30, "Lan", "citizen", person=person, purpose="own")


def asked(person, kind="erase", entry=""):
    return requests.ask(owner(person), person, kind, entry, FACILITY, "Xin giúp.", NOW)


def visit_of(person, ma_lk="LK0001"):
    [keys] = [one.keys for one in exchange.episodes([(FACILITY, ma_lk)]).values()]
    found = "select rid from clinical_resource where rid = any (%s) and person = %s"
    rids = [row[0] for row in db.tuples(found, (keys, person))]
    [entry] = clinical.entries_among(rids, "Encounter")
    return entry, rids


def fault(call, *given, **named):
    with pytest.raises(Problem) as met:
        call(*given, **named)
    return met.value.number


def seen(actor, entry):
    type_name, _, name = entry.partition("/")
    try:
        reading.read(actor, type_name, name, NOW)
    except Problem as problem:
        return problem.status
    return 200


def test_an_erasure_needs_two_persons_and_is_then_carried_out(lan):
    entry, rids = visit_of(lan)
    key = asked(lan, entry=entry)
    assert fault(granting.answer, CLERK, key, "done", "Vâng.", NOW) == "SSK-2402"
    assert fault(granting.confirm, SECOND, key, NOW, also=print) == "SSK-1002", "nobody has proposed it"
    granting.propose(CLERK, key, Decision("wrong-person", "Hồ sơ của người khác."), NOW)
    assert fault(granting.confirm, CLERK, key, NOW, also=print) == "SSK-2403"
    assert fault(granting.confirm, ELSEWHERE, key, NOW, also=print) == "SSK-1002"
    assert seen(owner(lan), entry) == 200, "not before the second person"
    told = []
    granting.confirm(SECOND, key, NOW, also=told.append)
    assert told == [lan]
    [one] = requests.of_person(lan)
    assert (one.outcome, one.ground, one.proposer) == ("done", "wrong-person", CLERK.account)
    assert seen(owner(lan), entry) == 410
    assert not db.value("select count(*) from clinical_history where rid = any (%s)", (rids,))
    assert not db.value("select count(*) from clinical_resource where rid = any (%s) and body is not null", (rids,))
    lines = db.tuples(
        "select account, action, detail from access_audit where action = 'erase' and key = any (%s)", (rids,)
    )
    assert set(lines) == {(SECOND.account, "erase", "wrong-person")}
    assert len(lines) == len(rids)


def test_what_was_erased_is_nowhere_and_does_not_come_back(lan):
    entry, _ = visit_of(lan)
    other, _ = visit_of(lan, "LK0002")
    key = asked(lan, entry=entry)
    granting.propose(CLERK, key, Decision("wrong-person", "Nhầm."), NOW)
    granting.confirm(SECOND, key, NOW, also=lambda _: None)
    assert exchange.package(FACILITY, "LK0001") is None
    assert not db.value("select count(*) from exchange_record where ma_lk = 'LK0001'")
    assert not any(exchange.arrival(number).content for (number,) in db.tuples("select id from exchange_arrival"))
    send(package(MA_BENH_CHINH="J00"), at=NOW)
    assert seen(owner(lan), entry) == 410
    assert db.tuples("select rule from exchange_finding where rule = 'visit-erased'") == [("visit-erased",)]
    assert seen(owner(lan), other) == 200, "the other visit stands"


def test_a_visit_that_is_erased_while_its_file_is_read_does_not_come_back(lan, monkeypatch):
    entry, _ = visit_of(lan)
    key = asked(lan, entry=entry)
    granting.propose(CLERK, key, Decision("wrong-person", "Nhầm."), NOW)
    granting.confirm(SECOND, key, NOW, also=lambda _: None)
    asks = iter([True])
    episodes = exchange.episodes

    def read_before(keys):
        stale = next(asks, False)
        return {key: one._replace(is_erased=one.is_erased and not stale) for key, one in episodes(keys).items()}

    monkeypatch.setattr(exchange, "episodes", read_before)
    send(package(MA_BENH_CHINH="J00"), at=NOW)
    assert seen(owner(lan), entry) == 410
    assert not db.value("select count(*) from exchange_record where ma_lk = 'LK0001'")
    assert db.tuples("select rule from exchange_finding where rule = 'visit-erased'") == [("visit-erased",)]


@pytest.mark.parametrize(
    ("ground", "at", "number"),
    [
        ("retention-ended", NOW, "SSK-2406"),
        ("retention-ended", AFTER_THE_LAW, None),
        ("wrong-person", NOW, None),
        ("court-order", NOW, None),
    ],
)
def test_the_law_keeps_records_of_care_for_its_years(lan, ground, at, number):
    key = asked(lan)
    if number:
        assert fault(granting.propose, CLERK, key, Decision(ground, "Vâng."), at) == number
        assert requests.of_person(lan)[0].proposer is None
    else:
        granting.propose(CLERK, key, Decision(ground, "Vâng."), at)
        granting.confirm(SECOND, key, at, also=lambda _: None)
        assert db.value("select count(*) from exchange_episode where erased is not null") == 2, "all of the facility"


def test_a_hold_and_an_emergency_stop_an_erasure_until_they_end_also_between_the_two_persons(lan):
    key = asked(lan)
    granting.propose(CLERK, key, Decision("wrong-person", "Nhầm."), NOW)
    held = retaining.hold(PROGRAM, retaining.Hold(lan, "", "12/QĐ", "Tòa án"), NOW)
    assert fault(granting.confirm, SECOND, key, NOW, also=print) == "SSK-2404"
    retaining.release(PROGRAM, held, NOW)
    opened = emergency.break_glass(DOCTOR, lan, "unconscious", "Bất tỉnh tại nhà", "x", NOW)
    assert fault(granting.confirm, SECOND, key, NOW, also=print) == "SSK-2405"
    officer = Actor(35, "Cán bộ", "officer", area="79", purpose="public-health")
    emergency.review(officer, opened, "justified", "Có giấy.", NOW)
    granting.confirm(SECOND, key, NOW, also=lambda _: None)
    assert requests.of_person(lan)[0].outcome == "done"


def test_the_second_person_may_send_it_back(lan):
    key = asked(lan)
    granting.propose(CLERK, key, Decision("test-data", "Vâng."), NOW)
    granting.send_back(SECOND, key, NOW)
    [one] = requests.of_person(lan)
    assert (one.proposer, one.ground, one.answered) == (None, "", None)
    granting.answer(SECOND, key, "refused", "Không có căn cứ.", NOW)
    assert requests.of_person(lan)[0].outcome == "refused"


def test_another_facilitys_visit_cannot_be_erased_through_ones_own_request(lan):
    send(package("LK9", facility="79002"), facility="79002")
    [keys] = [one.keys for one in exchange.episodes([("79002", "LK9")]).values()]
    [entry] = clinical.entries_among(keys, "Encounter")
    for wrong in (entry, "Encounter/nothing", "Nothing/1"):
        assert (
            fault(granting.propose, CLERK, asked(lan, entry=wrong), Decision("wrong-person", "Nhầm."), NOW)
            == "SSK-2407"
        )
        assert fault(granting.answer, CLERK, asked(lan, "restrict", wrong), "done", "Vâng.", NOW) == "SSK-2407"


@pytest.mark.parametrize("whole", [False, True])
def test_a_restriction_is_a_hiding_that_its_owner_ends(lan, whole):
    entry, rids = visit_of(lan)
    other, _ = visit_of(lan, "LK0002")
    granting.answer(CLERK, asked(lan, "restrict", "" if whole else entry), "done", "Đã hạn chế.", NOW)
    assert (seen(DOCTOR, entry), seen(DOCTOR, other)) == (404, 404 if whole else 200)
    assert seen(owner(lan), entry) == 200
    rows = "select type from clinical_resource where rid = any (%s) and label & %s = 0"
    seen_still = [name_of()[number] for (number,) in db.tuples(rows, (rids, labels.HIDDEN))]
    assert seen_still == ["Coverage"], "every row of the visit; the card is the person's"
    assert db.value("select count(*) from access_narrowed where person = %s", (lan,)) == 1, "exports made before"
    live = [one for one in grants.of_person(lan) if one.kind == "restrict" and one.is_live(NOW)]
    assert len(live) == (2 if whole else 1)
    for one in live:
        hide.show_again(owner(lan), lan, one.id, NOW)
    assert seen(DOCTOR, entry) == 200


def test_a_restriction_that_would_restrict_nothing_is_not_told_as_done(lan):
    gone = "update clinical_resource set body = null where person = %s and type = %s"
    db.execute(gone, (lan, number_of()["Encounter"]))
    key = asked(lan, "restrict")
    assert fault(granting.answer, CLERK, key, "done", "Vâng.", NOW) == "SSK-2407"


def test_a_refused_restriction_changes_nothing(lan):
    entry, _ = visit_of(lan)
    granting.answer(CLERK, asked(lan, "restrict", entry), "refused", "Không.", NOW)
    assert seen(DOCTOR, entry) == 200


def test_overdue_comes_first_then_the_most_urgent_then_what_was_answered(lan):
    erase, copy, correct = (asked(lan, kind) for kind in ("erase", "copy", "correct"))
    granting.answer(CLERK, copy, "done", "Đã gửi.", NOW)
    later = requests.ask(owner(lan), lan, "correct", "", FACILITY, "Thêm.", NOW + timedelta(days=3))
    assert [one.id for one in requests.of_facility(FACILITY)] == [correct, erase, later, copy]
    assert [one.id for one in requests.of_person(lan)] == [correct, later, erase, copy]
    [late] = [one for one in requests.of_person(lan) if one.id == correct]
    days = [late.days_left(NOW + timedelta(days=n)) for n in (0, 9.2, 10, 10.9)]
    assert days == [10, 1, 0, -1]
    officer = Actor(35, "Cán bộ", "officer", area="79", purpose="public-health")
    [one] = requests.standings(officer, NOW + timedelta(days=12))
    assert (one.facility, one.waiting, one.late, one.done) == (FACILITY, 3, 3, 1)
    assert fault(requests.standings, CLERK, NOW) == "SSK-1003"
