"""At the desk and in an emergency: who gets to see a book, for how long, and who is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse

from sosuckhoe.access import actions as access
from sosuckhoe.access import (
    audit,
    bounds,
    cards,
    codes,
    desk,
    emergency,
    grants,
    jobs,
    notices,
    phones,
    policy,
    sending,
    sign_in,
    working_days,
)
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db, facts
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import tongue
from tests.book import library
from tests.doors.citizen import cast as people

COUNTER, EMERGENCY, REVIEWS = "/co-so/quay/", "/co-so/cap-cuu/", "/dieu-hanh/cap-cuu/"
BOUNDS = {
    "a_number_a_day": 99,
    "a_prefix_a_day": 99,
    "a_place": {"count": 9, "minutes": 15},
    "a_place_a_day": 9,
    "asked_by_a_place": {"count": 99, "minutes": 15},
    "a_day": 99,
}
URGENT = {"so": "025160001234", "ly-do": "unconscious", "loi": "Bất tỉnh tại nhà, cần biết thuốc đang dùng."}


@pytest.fixture
def everybody(db):
    return people.cast()


@pytest.fixture
def book(everybody):
    return reverse("citizen:summary", args=[everybody.patient])


def shown_code(client, everybody):
    page = people.sign_in(client, everybody.grandmother).post(reverse("citizen:desk", args=[everybody.patient]))
    return page.context["code"]


def test_a_code_opens_the_book_to_one_facility_once_and_the_owner_ends_it(client, everybody, book):
    code = shown_code(client, everybody)
    people.sign_in(client, everybody.other_doctor)
    assert client.get(book).status_code == 404
    assert client.post(COUNTER, {"ma": code.lower()}).headers["Location"] == book
    assert client.get(book).status_code == 200
    assert client.post(COUNTER, {"ma": code}).status_code == 422, "once"
    people.sign_in(client, everybody.grandmother)
    page = client.get(reverse("citizen:privacy", args=[everybody.patient]))
    [grant] = page.context["live"]
    assert (grant.kind, grant.recipient, grant.channel) == ("desk", library.COMMUNE, "desk")
    assert grant.until - grant.at == desk.VISIT
    client.post(reverse("citizen:decide", args=[everybody.patient]), {"viec": "thoi", "quyet-dinh": grant.id})
    assert people.sign_in(client, everybody.other_doctor).get(book).status_code == 404


def test_a_code_is_good_for_minutes_and_a_new_one_ends_the_old(client, everybody):
    first, second = shown_code(client, everybody), shown_code(client, everybody)
    doctor = sign_in.actor_for(everybody.other_doctor)
    for code, at in ((first, clock.now()), (second, clock.now() + desk.SHOWN), ("", clock.now())):
        with pytest.raises(Problem, match="SSK-1150"):
            desk.redeem(doctor, code, at)
    assert db.value("select count(*) from access_grant") == 0


def test_numbers_are_taken_in_order_and_let_the_facility_see_the_book(client, everybody, book):
    place = reverse("citizen:number", args=[library.COMMUNE])
    people.sign_in(client, everybody.grandmother)
    assert client.get(place).status_code == 200
    assert client.post(place).context["taken"] == client.post(place).context["taken"] == 1
    people.sign_in(client, everybody.stranger)
    assert client.post(place).context["taken"] == 2
    assert client.get(reverse("citizen:number", args=["99999"])).status_code == 404
    page = people.sign_in(client, everybody.other_doctor).get(COUNTER).content.decode()
    assert "1. Nguyễn Thị Lụa" in page
    assert client.get(book).status_code == 200


@pytest.fixture
def card(everybody):
    clerk = sign_in.actor_for(everybody.clerk)
    return cards.issue(clerk, everybody.grandmother, "580413", "cccd", "1960-03-12", clock.now())


def test_a_card_with_its_pin_is_the_consent_for_the_visit(client, everybody, book, card):
    people.sign_in(client, everybody.other_doctor)
    assert client.get(book).status_code == 404
    asked = client.get(COUNTER)
    page, typed = asked.content.decode(), {"the": card, "da-hien": asked.context["shown"]}
    assert "cho Trạm Y tế xã Thanh Sơn xem sổ này trong lần khám này" in page
    unseen = client.post(COUNTER, {"the": card, "pin": "580413", "da-hien": "another sentence"})
    assert unseen.context["form"].errors["card"] == [tongue.said(Problem("SSK-1150"))]
    wrong = client.post(COUNTER, typed | {"pin": "111222"})
    assert (wrong.status_code, client.get(book).status_code) == (Problem("SSK-1160").status, 404)
    assert (
        client.post(COUNTER, typed | {"the": f"https://so.example/the/{card}", "pin": "580413"}).headers["Location"]
        == book
    )
    assert client.get(book).status_code == 200
    [given] = [one for one in grants.of_person(everybody.person) if one.kind == "desk"]
    assert (given.channel, given.recipient, given.account) == ("card", library.COMMUNE, everybody.grandmother.pk)
    assert given.text in page
    assert given.until - given.at == desk.VISIT
    grants.end(sign_in.actor_for(everybody.grandmother), everybody.person, given.id, clock.now())
    assert client.get(book).status_code == 404


def test_wrong_pins_at_the_desk_lock_the_card_and_stand_in_the_owners_log(client, everybody, book, card):
    people.sign_in(client, everybody.other_doctor)
    typed = {"the": card, "da-hien": client.get(COUNTER).context["shown"]}
    for _ in range(cards.words()["tries"]):
        client.post(COUNTER, typed | {"pin": "111222"})
    locked = client.post(COUNTER, typed | {"pin": "580413"})
    assert locked.context["form"].errors["card"] == [tongue.said(Problem("SSK-1161"))]
    assert client.get(book).status_code == 404
    refused = "select count(*) from access_audit where person = %s and action = 'sign-in' and outcome = 'refused'"
    assert db.value(refused, (everybody.person,)) == cards.words()["tries"]


@pytest.mark.parametrize("who", ["grandmother", "clerk", "officer"])
def test_only_who_treats_uses_a_card_at_the_desk(client, everybody, card, who):
    asked = people.sign_in(client, getattr(everybody, who)).post(COUNTER, {"the": card, "pin": "580413"})
    assert asked.status_code == 404
    assert not [one for one in grants.of_person(everybody.person) if one.kind == "desk"]


def test_a_right_of_a_visit_ends_by_itself(everybody):
    owner, doctor = sign_in.actor_for(everybody.grandmother), sign_in.actor_for(everybody.other_doctor)
    wish = grants.Wish("desk", library.COMMUNE, {}, "Tôi cho xem.", clock.now() + desk.VISIT)
    key = grants.give(owner, everybody.person, wish, clock.now())
    assert policy.can(doctor, "read", "book", person=everybody.person)
    db.execute("update access_tie set until = now() where basis = %s", (key,))
    assert not policy.can(doctor, "read", "book", person=everybody.person)


def test_an_emergency_opens_the_book_to_one_doctor_and_the_owner_sees_it_at_once(client, everybody, book):
    colleague = access.open_account(PROGRAM, "bs-ban", name="Bạn", role="doctor", facility=library.COMMUNE)
    people.sign_in(client, everybody.other_doctor)
    assert client.post(EMERGENCY, URGENT).headers["Location"] == book
    assert client.get(book).status_code == 200
    assert "trầm cảm" in client.get(reverse("citizen:visits", args=[everybody.patient])).content.decode()
    assert people.sign_in(client, colleague).get(book).status_code == 404
    page = people.sign_in(client, everybody.grandmother).get(book).content.decode()
    assert "Sổ đã được mở để cấp cứu" in page
    assert "Phạm Thị Xa" in page
    [tie] = db.tuples("select until - since, overrides from access_tie where facility like '@%'")
    assert tie == (timedelta(hours=4), True)


@pytest.fixture
def telephones(everybody, settings):
    settings.SMS_SENDER = sending.STUB
    phones.enter(PROGRAM, everybody.grandmother, "0912345678", library.NOW)
    phones.enter(PROGRAM, everybody.daughter, "0987654321", library.NOW)


def told():
    """The numbers that were told of an emergency."""
    words = sending.words("emergency")
    return sorted(number for _, number, said in sending.kept() if said == words)


def break_glass(everybody):
    doctor = sign_in.actor_for(everybody.other_doctor)
    return emergency.break_glass(doctor, everybody.person, "life", URGENT["loi"], "…", clock.now())


def test_the_owner_and_who_holds_the_book_whole_are_told_by_sms_at_the_next_turn(everybody, telephones):
    break_glass(everybody)
    jobs.drain()
    assert told() == ["0912345678"], "the daughter only sees the book"
    db.execute("update access_relation set level = 'full'")
    break_glass(everybody)
    assert told() == ["0912345678"]
    jobs.drain()
    assert told() == ["0912345678", "0912345678", "0987654321"]
    jobs.drain()
    assert len(told()) == 3, "once each"
    assert db.value("select count(*) from access_notice where sealed is not null") == 0
    assert len(sending.words("emergency")) <= 160


def test_news_and_codes_share_the_bounds_of_sending(everybody, telephones, monkeypatch):
    monkeypatch.setattr(bounds, "sending", lambda: BOUNDS | {"a_number": {"count": 2, "minutes": 15}})
    for _ in range(3):
        notices.tell_of(everybody.person, "card", clock.now())
    notices.send_waiting(clock.now())
    assert [number for _, number, _ in sending.kept()] == ["0912345678"] * 2
    codes.ask("0912345678", clock.now(), place="10.0.0.1")
    codes.send_waiting(clock.now())
    assert db.value("select count(*) from access_code where sent is not null") == 0


def test_no_code_that_somebody_asks_for_silences_an_emergency(everybody, telephones, monkeypatch):
    few = BOUNDS | {"a_number": {"count": 1, "minutes": 15}, "emergencies_a_number_a_day": 2}
    monkeypatch.setattr(bounds, "sending", lambda: few)
    codes.ask("0912345678", clock.now(), place="10.0.0.1")
    codes.send_waiting(clock.now())
    assert len(sending.kept()) == 1
    for _ in range(3):
        break_glass(everybody)
    notices.send_waiting(clock.now())
    assert told() == ["0912345678"] * 2, "its own bound alone"


def test_an_emergency_goes_before_news_that_waited_longer_and_past_one_that_fails(
    everybody, telephones, monkeypatch, caplog
):
    monkeypatch.setattr(notices, "MOST_A_TURN", 3)
    went = []

    def sender(number, words, at):
        if words == sending.words("card"):
            raise ValueError(number)
        went.append(words)

    monkeypatch.setattr(sending, "send", sender)
    for _ in range(5):
        notices.tell_of(everybody.person, "card", clock.now())
    break_glass(everybody)
    notices.send_waiting(clock.now())
    assert went == [sending.words("emergency")]
    assert "0912345678" not in caplog.text
    assert db.value("select count(*) from access_notice where sealed is not null") == 5, "tried again later"


def ask_both():
    for number in ("0912345678", "0987654321"):
        codes.ask(number, clock.now(), place="10.0.0.1")


def tell_both(everybody):
    db.execute("update access_relation set level = 'full'")
    break_glass(everybody)


@pytest.mark.parametrize("queue", [lambda _: ask_both(), tell_both], ids=["codes", "emergencies"])
def test_a_number_that_its_sender_fails_on_slowly_holds_up_nobody_else(everybody, telephones, monkeypatch, queue):
    went = []

    def sender(number, words, at):
        if number == "0912345678":
            raise TimeoutError(number)
        went.append(number)

    monkeypatch.setattr(sending, "send", sender)
    monkeypatch.setattr(sending, "TURN_SECONDS", 0.0)
    queue(everybody)
    for _ in range(3):
        jobs.drain()
    assert went == ["0987654321"]
    for kind in (notices, codes):
        monkeypatch.setattr(kind, "_resting", sending.Resting())
    monkeypatch.setattr(sending, "send", lambda number, words, at: went.append(number))
    jobs.drain()
    assert went == ["0987654321", "0912345678"], "the sender knows the number again, and the worker has begun anew"


def test_what_fails_rests_each_time_twice_as_long(monkeypatch, everybody):
    now = [1000.0]
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: now[0]))
    resting, row = sending.Resting(), SimpleNamespace(id=1, kind="card")
    for rest in (5.0, 10.0, 20.0):
        assert resting.take([row], lambda _: 1 / 0) == 1
        now[0] += rest - 0.1
        assert resting.now() == [1]
        now[0] += 0.2
        assert resting.now() == []
    resting.take([row], lambda _: None)
    resting.take([row], lambda _: 1 / 0)
    now[0] += 5.1
    assert resting.now() == [], "what went is forgotten"


def test_an_emergency_that_does_not_happen_tells_nobody(everybody, telephones, monkeypatch):
    monkeypatch.setattr(notices, "tell_of", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        break_glass(everybody)
    assert db.value("select count(*) from access_emergency") == 0


@pytest.mark.parametrize("wrong", [{"ly-do": "curious"}, {"loi": "vội"}, {"so": "000000000000"}])
def test_no_emergency_without_reason_words_and_a_number(client, everybody, wrong):
    people.sign_in(client, everybody.other_doctor)
    assert client.post(EMERGENCY, {**URGENT, **wrong}).status_code == 422
    assert db.value("select count(*) from access_grant") == 0


def test_no_emergency_where_the_trace_cannot_be_written(client, everybody, book, monkeypatch):
    doctor = sign_in.actor_for(everybody.other_doctor)

    def broken(*_words, **_names):
        raise RuntimeError("the store of the trace is down")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        emergency.break_glass(doctor, everybody.person, "life", URGENT["loi"], "…", clock.now())
    assert not policy.can(doctor, "read", "book", person=everybody.person)
    assert db.value("select count(*) from access_emergency") == 0


@pytest.mark.parametrize("who", ["grandmother", "stranger", "clerk", "officer"])
def test_only_doctors_open_in_an_emergency(client, everybody, who):
    assert people.sign_in(client, getattr(everybody, who)).post(EMERGENCY, URGENT).status_code == 404
    assert db.value("select count(*) from access_emergency") == 0


def test_another_person_reviews_it_within_three_working_days(client, everybody, book):
    people.sign_in(client, everybody.other_doctor).post(EMERGENCY, URGENT)
    people.sign_in(client, everybody.officer)
    page = client.get(REVIEWS)
    [(opened, _, is_late, _)] = page.context["waiting"]
    assert not is_late
    assert "Nguyễn Thị Lụa" not in page.content.decode(), "who was treated is not named"
    asked = {"lan-mo": opened.id, "ket-luan": "justified", "nhan-xet": ""}
    assert "Hãy chọn kết luận" in client.post(REVIEWS, asked).content.decode()
    client.post(REVIEWS, {**asked, "nhan-xet": "Có giấy cấp cứu kèm theo."})
    assert client.get(REVIEWS).context["waiting"] == []
    again = client.post(REVIEWS, {**asked, "ket-luan": "unjustified", "nhan-xet": "Lần nữa"}, follow=True)
    assert "không còn chờ xem lại" in again.content.decode(), "once"
    assert "có căn cứ" in people.sign_in(client, everybody.grandmother).get(book).content.decode()


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-20", "2026-11-25"),
        ("2026-11-21", "2026-11-25"),
        ("2026-11-23", "2026-11-26"),
        ("2026-02-13", "2026-02-25"),  # Tết: 16 to 20 February
        ("2026-04-24", "2026-05-04"),  # 27 and 30 April, 1 May
        ("2026-08-21", "2026-08-26"),  # a Saturday that is worked instead of 31 August
        ("2031-02-13", "2031-02-18"),  # a year whose holidays nobody has entered: the stricter clock
    ],
)
def test_working_days_leave_out_weekends_and_public_holidays(at, due):
    day = datetime.fromisoformat(at).replace(tzinfo=UTC)
    worked = [
        day + timedelta(days=n) for n in range(1, 14) if working_days.is_working((day + timedelta(days=n)).date())
    ]
    assert working_days.after(day, 3) == worked[2]
    if at != "2026-08-21":
        assert working_days.after(day, 3).date().isoformat() == due
    else:
        assert working_days.after(day, 1).date().isoformat() == "2026-08-22"


def test_every_holiday_is_of_its_year_and_no_rest_day():
    years = facts.read_yaml(Path(working_days.__file__).parent / "data" / "holidays.yaml")["years"]
    for year, days in years.items():
        assert all(day.year == year and day.weekday() < 5 for day in days["free"])
        assert all(day.year == year and day.weekday() >= 5 for day in days["worked"])
        assert len(days["free"]) >= 10
