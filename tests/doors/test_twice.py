"""A button that is pressed twice, a form that is sent again: done once, and whoever pressed is not told of a fault."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from sosuckhoe.base import db
from tests.book import library
from tests.doors.citizen.cast import cast, sign_in
from tests.walked import enter

FAMILY = "/gia-dinh/"
NAMED = {"viec": "nho", "ten": "lê văn khách", "so": "025170009999", "muc": "see", "han": "30"}
ASKED = {"loai": "correct", "co-so": library.DISTRICT, "loi": "Ghi sai ngày ra viện"}


@pytest.fixture
def everybody(db):
    return cast()


def twice(client, page, said):
    return [client.post(page, said).status_code for _ in range(2)]


def ended():
    return db.value("select count(*) from access_grant where kind = 'end'")


@pytest.mark.parametrize("kind", ["medicines", "papers"])
def test_a_decision_is_ended_once(client, everybody, kind):
    decide = reverse("citizen:decide", args=[everybody.patient])
    sign_in(client, everybody.grandmother).post(decide, {"viec": "giau-loai", "loai": kind})
    given = db.value("select id from access_grant where kind = 'hide'")
    assert twice(client, decide, {"viec": "thoi", "quyet-dinh": str(given)}) == [302, 302]
    assert ended() == 1


def test_a_link_is_ended_once(client, everybody):
    made = sign_in(client, everybody.grandmother).post(
        reverse("citizen:share", args=[everybody.patient]), {"days": "7"}
    )
    assert twice(client, f"{made['Location']}tat", {}) == [302, 302]
    assert ended() == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [({"viec": "giau-loai", "loai": "medicines"}, "hide"), ({"viec": "khong-cho", "ai": library.DISTRICT}, "exclude")],
)
def test_a_decision_is_made_once_and_again_when_it_has_ended(client, everybody, said, kind):
    decide = reverse("citizen:decide", args=[everybody.patient])
    sign_in(client, everybody.grandmother)
    assert twice(client, decide, said) == [302, 302]
    given = db.tuples("select id from access_grant where kind = %s", (kind,))
    assert len(given) == 1
    client.post(decide, {"viec": "thoi", "quyet-dinh": str(given[0][0])})
    client.post(decide, said)
    assert db.value("select count(*) from access_grant where kind = %s", (kind,)) == 2


def test_a_form_makes_one_link_and_another_when_it_says_something_else(client, everybody):
    page = reverse("citizen:share", args=[everybody.patient])
    sign_in(client, everybody.grandmother)
    form = {"days": "7", "form_key": form_key(client, page)}
    assert client.post(page, form)["Location"] == client.post(page, form)["Location"]
    assert db.value("select count(*) from book_link") == 1
    for other in ({"days": "30"}, {"passcode": "hoa-sen-68"}, {"form_key": form_key(client, page)}):
        client.post(page, {**form, **other})
    assert db.value("select count(*) from book_link") == 4
    assert "hoa-sen" not in str(db.tuples("select scope, text from access_grant"))


def form_key(client, page):
    return re.search(r'name="form_key" value="([0-9a-f-]+)"', client.get(page).content.decode())[1]


def test_a_form_whose_link_has_ended_makes_a_new_one(client, everybody):
    page = reverse("citizen:share", args=[everybody.patient])
    sign_in(client, everybody.grandmother)
    form = {"days": "7", "form_key": form_key(client, page)}
    first = client.post(page, form)["Location"]
    client.post(f"{first}tat")
    assert client.post(page, form)["Location"] != first


def test_a_code_that_is_made_twice_leaves_the_one_that_is_shown(client, everybody):
    page = reverse("citizen:desk", args=[everybody.patient])
    sign_in(client, everybody.grandmother)
    codes = [re.search(r'id="ma-so">([A-Z0-9-]+)<', client.post(page).content.decode())[1] for _ in range(2)]
    sign_in(client, everybody.other_doctor)
    opened = [client.post(reverse("facility:counter"), {"ma": code}).status_code for code in codes]
    assert opened == [422, 302]


def test_a_representative_is_ended_once(client, everybody):
    sign_in(client, everybody.grandmother).post(FAMILY, NAMED)
    basis = db.value("select id from access_grant where kind = 'represent'")
    assert twice(client, FAMILY, {"viec": "thoi", "ai": str(basis)}) == [302, 302]
    assert ended() == 1


def test_a_book_is_given_back_once(client, everybody):
    sign_in(client, everybody.grandmother).post(FAMILY, NAMED)
    sign_in(client, everybody.stranger)
    assert twice(client, FAMILY, {"viec": "tra", "so-cua": str(everybody.patient)}) == [302, 302]
    assert ended() == 1


def test_what_another_has_ended_is_still_nobody_elses_to_end(client, everybody):
    sign_in(client, everybody.grandmother).post(FAMILY, NAMED)
    basis = str(db.value("select id from access_grant where kind = 'represent'"))
    client.post(FAMILY, {"viec": "thoi", "ai": basis})
    assert sign_in(client, everybody.daughter).post(FAMILY, {"viec": "thoi", "ai": basis}).status_code == 404
    decide = reverse("citizen:decide", args=[everybody.patient])
    assert client.post(decide, {"viec": "thoi", "quyet-dinh": basis}).status_code == 404


def test_a_request_is_sent_once_and_again_after_its_answer(client, everybody):
    page = reverse("citizen:requests", args=[everybody.patient])
    sign_in(client, everybody.grandmother)
    assert twice(client, page, ASKED) == [302, 302]
    assert db.value("select count(*) from access_request") == 1
    client.post(page, {**ASKED, "loi": "Một điều khác"})
    assert db.value("select count(*) from access_request") == 2
    db.execute("update access_request set answered = now(), outcome = 'refused', answer = 'Không'")
    client.post(page, ASKED)
    assert db.value("select count(*) from access_request") == 3


def test_an_answer_that_is_sent_twice_says_that_it_was_given(client, everybody):
    sign_in(client, everybody.grandmother).post(reverse("citizen:requests", args=[everybody.patient]), ASKED)
    said = {"yeu-cau": str(db.value("select id from access_request")), "ket-qua": "done", "loi": "Đã sửa."}
    sign_in(client, everybody.clerk)
    assert client.post("/co-so/yeu-cau/", said).status_code == 302
    again = client.post("/co-so/yeu-cau/", {**said, "loi": "Lần nữa."})
    assert (again.status_code, "đã được trả lời" in again.content.decode()) == (409, True)
    assert db.value("select answer from access_request") == "Đã sửa."


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_code_of_a_book_pressed_twice_opens_it(page, server, client):
    """The code is good once: a second request would say that it is used, over the book that the first one opened."""
    everybody = cast()
    shown = sign_in(client, everybody.grandmother).post(reverse("citizen:desk", args=[everybody.patient]))
    code = re.search(r'id="ma-so">([A-Z0-9-]+)<', shown.content.decode())[1]
    enter(page, server, everybody.other_doctor)
    page.goto(f"{server.url}/co-so/quay/")
    page.get_by_label("Mã sổ của người bệnh").fill(code)
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Mở sổ", exact=True).dblclick()
    page.wait_for_url(f"**/so/{everybody.patient}/")
    assert len(posts) == 1
