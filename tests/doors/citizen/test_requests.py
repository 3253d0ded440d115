"""*Có gì sai?*: from the owner to the facility that wrote it, and back, with its clocks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from sosuckhoe.access import requests, working_days
from sosuckhoe.access.actions import open_account
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from tests.book import library
from tests.doors.citizen.cast import cast, sign_in

ANSWERS = "/co-so/yeu-cau/"


@pytest.fixture
def everybody(db):
    return cast()


def test_a_request_goes_to_the_facility_and_its_answer_back(client, everybody):
    place = reverse("citizen:requests", args=[everybody.patient])
    said = {"loai": "correct", "co-so": library.DISTRICT, "loi": "Sai tên thuốc.", "muc": "Encounter/1"}
    assert sign_in(client, everybody.grandmother).post(place, said).headers["Location"] == place
    [(asked, _, clocks)] = client.get(place).context["rows"]
    assert (asked.done_due - asked.at, clocks["left"], clocks["is_late"]) == (timedelta(days=10), 10, False)
    assert asked.reply_due == working_days.after(asked.at, 2)
    assert asked.is_late(asked.done_due + timedelta(seconds=1))
    page = sign_in(client, everybody.clerk).get(ANSWERS)
    assert "Sai tên thuốc." in page.content.decode()
    answer = {"yeu-cau": asked.id, "ket-qua": "done", "loi": "Đã gửi lại hồ sơ."}
    assert client.post(ANSWERS, {**answer, "loi": ""}).status_code == 422
    assert client.post(ANSWERS, answer).status_code == 302
    assert client.post(ANSWERS, answer).status_code == 409, "once"
    assert "Đã gửi lại hồ sơ." in sign_in(client, everybody.grandmother).get(place).content.decode()
    deeds = "select action from access_audit where person = %s and kind in ('book', 'request') and key is not null"
    assert db.tuples(f"{deeds} order by id", (everybody.person,)) == [("ask",), ("answer",)]


@pytest.mark.parametrize("wrong", [{"loai": "praise"}, {"co-so": "99999"}, {"loi": " "}])
def test_a_request_needs_a_kind_a_facility_of_the_book_and_words(client, everybody, wrong):
    place = reverse("citizen:requests", args=[everybody.patient])
    said = {"loai": "erase", "co-so": library.DISTRICT, "loi": "Xin xóa.", **wrong}
    assert sign_in(client, everybody.grandmother).post(place, said).status_code == 422
    assert requests.of_person(everybody.person) == []


def test_another_facility_neither_sees_nor_answers(client, everybody):
    place = reverse("citizen:requests", args=[everybody.patient])
    said = {"loai": "restrict", "co-so": library.DISTRICT, "loi": "Xin hạn chế."}
    sign_in(client, everybody.grandmother).post(place, said)
    other = open_account(PROGRAM, "nv-xa", name="Xã", role="clerk", facility=library.COMMUNE)
    assert "Xin hạn chế." not in sign_in(client, other).get(ANSWERS).content.decode()
    [asked] = requests.of_person(everybody.person)
    assert client.post(ANSWERS, {"yeu-cau": asked.id, "ket-qua": "refused", "loi": "Không."}).status_code == 404
    assert requests.of_person(everybody.person)[0].answered is None
    assert clock.now() < asked.done_due
