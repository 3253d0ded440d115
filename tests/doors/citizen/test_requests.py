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


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"loai": "praise"}, {"loai": "Hãy chọn điều bạn muốn"}),
        ({"co-so": "99999"}, {"co-so": "Hãy chọn cơ sở đã ghi mục này"}),
        ({"loi": " "}, {"loi": "Hãy viết điều gì sai, hoặc bạn cần gì"}),
        ({"co-so": "", "loi": ""}, {"co-so": "Hãy chọn cơ sở đã ghi", "loi": "Hãy viết điều gì sai"}),
    ],
)
def test_each_field_of_a_request_says_its_own_fault_and_keeps_what_was_typed(client, everybody, wrong, said):
    place = reverse("citizen:requests", args=[everybody.patient])
    typed = {"loai": "erase", "co-so": library.DISTRICT, "loi": "Xin xóa.", "muc": "Encounter/1", **wrong}
    page = sign_in(client, everybody.grandmother).post(place, typed)
    html, form = page.content.decode(), page.context["form"]
    found = {bound.html_name: bound.errors for bound in form if bound.errors}
    assert (page.status_code, set(found)) == (422, set(said))
    for field, words in said.items():
        [sentence] = found[field]
        assert sentence.startswith(words)
        assert f'<li><a href="#id_{field}">{sentence}</a></li>' in html
        assert f'id="id_{field}_error"' in html
    assert "<title>Lỗi: " in html
    assert {bound.html_name: bound.value() for bound in form} == {key: typed[key] for key in ("loai", "co-so", "loi")}
    assert page.context["entry"] == "Encounter/1"
    assert requests.of_person(everybody.person) == []


def test_a_request_without_anything_says_what_is_missing(client, everybody):
    place = reverse("citizen:requests", args=[everybody.patient])
    page = sign_in(client, everybody.grandmother).post(place)
    assert (page.status_code, len(page.context["form"].errors)) == (422, 3)


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
