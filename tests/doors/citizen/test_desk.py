"""At the desk and in an emergency: who gets to see a book, for how long, and who is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from sosuckhoe.access import actions as access
from sosuckhoe.access import audit, desk, emergency, grants, policy, sign_in
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from tests.book import library
from tests.doors.citizen import cast as people

COUNTER, EMERGENCY, REVIEWS = "/co-so/quay/", "/co-so/cap-cuu/", "/dieu-hanh/cap-cuu/"
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
    [(opened, _, is_late)] = page.context["waiting"]
    assert not is_late
    assert "Nguyễn Thị Lụa" not in page.content.decode(), "who was treated is not named"
    asked = {"lan-mo": opened.id, "ket-luan": "justified", "nhan-xet": ""}
    assert "Hãy chọn kết luận" in client.post(REVIEWS, asked).content.decode()
    client.post(REVIEWS, {**asked, "nhan-xet": "Có giấy cấp cứu kèm theo."})
    assert client.get(REVIEWS).context["waiting"] == []
    assert client.post(REVIEWS, {**asked, "nhan-xet": "Lần nữa"}).status_code == 404, "once"
    assert "có căn cứ" in people.sign_in(client, everybody.grandmother).get(book).content.decode()


@pytest.mark.parametrize(
    ("at", "due"), [("2026-11-20", "2026-11-25"), ("2026-11-21", "2026-11-25"), ("2026-11-23", "2026-11-26")]
)
def test_working_days_go_from_monday_to_friday(at, due):
    day = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert emergency.after_working_days(day, 3).date().isoformat() == due
